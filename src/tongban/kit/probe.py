"""A question to something that may hang: asked once at a time, and its answer counts for a while.

However many want to know, one thread asks; and while it hangs nobody waits for it again.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Probe(Generic[T]):
    """Asks one question again and again."""

    def __init__(
        self,
        ask: Callable[[], T],
        *,
        keep: float,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """An answer counts for ``keep`` seconds; nobody waits longer than ``patience`` for one."""
        self._ask = ask
        self._keep = keep
        self.patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        self._began = 0.0
        self._ended = 0.0
        self._asking: Future[T] | None = None

    def begin(self) -> "Future[T] | None":
        """Return the answer that counts, or the one that is being asked for; None while that hangs."""
        with self._lock:
            now, asking = self._clock(), self._asking
            if asking is not None and not asking.done():
                return None if now - self._began > self.patience else asking
            if asking is not None and now - self._ended < self._keep:
                return asking
            self._began = now
            new: Future[T] = Future()
            self._asking = new
            threading.Thread(
                target=self._run, args=(new,), name="tongban-probe", daemon=True
            ).start()
            return new

    def _run(self, answer: "Future[T]") -> None:
        try:
            found = self._ask()
        except BaseException as error:
            self._ended = self._clock()
            answer.set_exception(error)
        else:
            self._ended = self._clock()
            answer.set_result(found)

    def wait(self) -> T | None:
        """Return the answer on the caller's thread; None where there is none in time. Raises its fault."""
        asking = self.begin()
        if asking is None:
            return None
        try:
            return asking.result(self.patience)
        except TimeoutError:
            return None
