"""Files of lists are written on threads of their own, so many at a time and no longer than they are awaited.

A list can be long, and anybody may ask for one: whoever asks for many, or asks and leaves, must not
keep the threads on which passwords are checked and other departments are asked.
"""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeAlias

from litestar import Request, Response

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.asked import note_reason
from tongban.kit.http import actor_of, network_of

Check: TypeAlias = Callable[[], None]
"""Raises :class:`Abandoned` once nobody waits for the file any more; called between pieces."""
Answer: TypeAlias = Response[Any]
_THREADS = 2
_MOST = 10
"""Files that are written or wait for a thread, of all visitors together."""
_AGAIN = 5  # seconds until another try is worth it
PATIENCE = 3.0
"""Seconds of writing before anybody looks whether the reader is still there.

The server (granian 2.8.7) now and then breaks off an answer while somebody listens for the reader leaving:
three of 800 short files, none of 1,600 to which nobody listened. So only what takes long is listened to.
"""


class Abandoned(Exception):
    """Whoever asked for the file has gone."""


class Writers:
    """The threads that write files of lists, and for whom they do."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="tongban-lists")
        self._lock = threading.Lock()
        self._whose: set[str] = set()

    async def answer(
        self, request: Request[Any, Any, Any], write: Callable[[Check], Answer]
    ) -> Answer:
        """Return what ``write`` makes on one of the threads; it is stopped when its reader leaves.

        Refuses a second file for an account, or for a network without one, while the first is being
        written, and any file while many wait.
        """
        gone = threading.Event()
        writing = self._begin(_whose(request), write, gone)
        made = asyncio.wrap_future(writing)
        left = asyncio.ensure_future(_left(request))
        try:
            await asyncio.wait((made, left), return_when=asyncio.FIRST_COMPLETED)
            if made.done():
                return made.result()
            note_reason(request.scope, "left")
            return Response(b"", status_code=503)
        finally:
            gone.set()
            left.cancel()
            made.cancel()

    def _begin(
        self, whose: str, write: Callable[[Check], Answer], gone: threading.Event
    ) -> Future[Answer]:
        def check() -> None:
            if gone.is_set():
                raise Abandoned

        self._enter(whose)
        context = contextvars.copy_context()
        writing = self._threads.submit(context.run, write, check)
        writing.add_done_callback(lambda _: self._leave(whose))
        return writing

    def _enter(self, whose: str) -> None:
        with self._lock:
            if whose in self._whose:
                raise Refusal("kit.list_file_running", Kind.TOO_MANY, retry_after=_AGAIN)
            if len(self._whose) >= _MOST:
                raise Refusal("kit.list_files_busy", Kind.TOO_MANY, retry_after=_AGAIN)
            self._whose.add(whose)

    def _leave(self, whose: str) -> None:
        with self._lock:
            self._whose.discard(whose)


def _whose(request: Request[Any, Any, Any]) -> str:
    """Return for whom a file is written: kept only while it is."""
    actor = actor_of(request)
    return f"{actor.kind}:{actor.account or network_of(request)}"


async def _left(request: Request[Any, Any, Any]) -> None:
    """Return when the reader has gone; not looked at before a file takes long (:data:`PATIENCE`)."""
    await asyncio.sleep(PATIENCE)
    while (await request.receive())["type"] != "http.disconnect":
        pass
