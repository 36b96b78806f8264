"""A narrow line: costly work on few threads, with few who wait, so that a crowd costs no more memory."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from tongban.kernel.errors import Refusal
from tongban.kit.saying import as_here

T = TypeVar("T")


class NarrowLine:
    """At most ``places`` pieces of work at once, and ``waiting`` more that hold a place in the line."""

    def __init__(
        self, name: str, *, places: int, waiting: int, full: Callable[[], Refusal]
    ) -> None:
        """``full`` is what whoever comes then is refused with."""
        self._pool = ThreadPoolExecutor(places, thread_name_prefix=name)
        self._most = places + waiting
        self._full = full
        self._held = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place, from the event loop's thread. Refuses where the line is full."""
        if self._held >= self._most:
            raise self._full()
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    async def do(self, work: Callable[[], T]) -> T:
        """Do a piece of work when its turn comes; whoever asks holds a place."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, as_here(work))
