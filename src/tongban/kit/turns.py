"""Turns of the loop: how long each request holds everybody else up, and a line in the log when too long.

All requests of a process share one loop. A request runs in turns: from one wait to the next nobody else
is served. Every turn of a request is timed here, by the processor time of the loop's thread, so that a
busy machine or a slow database is not mistaken for work of ours.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Generator
from contextvars import Context, copy_context
from typing import Any

from litestar.enums import ScopeType
from litestar.types import Scope

from tongban.kit import tally
from tongban.kit.asked import asked_in, route_of

LONGEST = 0.05
"""Seconds of processor time that one turn may take."""
_log = logging.getLogger("tongban.turns")


def log_slow(scope: Scope, seconds: float) -> None:
    """Write a turn that took too long into the log, by its route; never by the address that was asked."""
    if seconds > LONGEST and scope["type"] == ScopeType.HTTP:
        tally.count("tongban_loop_slow_turns", route_of(scope))
        asked, took = asked_in(scope), round(seconds * 1000)
        method = asked.method if asked is not None else scope["method"]
        _log.warning("slow turn: %s %s held the loop for %d ms", method, route_of(scope), took)


class Timed:
    """Something awaited, each of whose turns is timed: ``await Timed(work, noticed)``.

    It has a ``context`` of its own in each turn: the server runs all requests in one.
    """

    def __init__(
        self,
        work: Awaitable[None],
        noticed: Callable[[float], None],
        context: Context | None = None,
    ) -> None:
        self._work = work
        self._noticed = noticed
        self._context = context or copy_context()

    def __await__(self) -> Generator[Any, Any, None]:
        turns: Any = self._work.__await__()
        run = self._context.run
        thrown: BaseException | None = None
        while True:
            began = time.thread_time()
            try:
                wish = run(turns.send, None) if thrown is None else run(turns.throw, thrown)
            except StopIteration:
                return
            finally:
                run(self._noticed, time.thread_time() - began)
            thrown = None
            try:
                yield wish
            except BaseException as error:  # the work is told: it is cancelled, say
                thrown = error
