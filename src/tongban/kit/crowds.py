"""When more come than can be served: who has left is not worked for, who waited too long is told so.

All requests of a process wait for one loop, in the order in which they came. How late the loop is says
how long whoever is next has waited; it is measured by a beat that should come four times a second.
"""

import asyncio
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from litestar.types import HTTPScope, Receive, Send

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES
from tongban.kit import tally
from tongban.kit.asked import note, note_reason
from tongban.kit.i18n import sentence

BEHIND = 0.5
"""Seconds of lateness from which it is looked whether the one whose turn it is still waits."""
TOO_LATE = 10.0
"""Seconds of lateness from which a question is answered with 503 instead of being worked on."""
AGAIN = 10
"""Seconds until another try is worth it."""
_BEAT = 0.25
_CROWD = 16
"""Fewer since the last beat are no crowd: the machine slept, or one turn took long."""
_LOOK = 0.01
"""Seconds given to the server to say that a visitor has gone."""
_SAFE = frozenset({"GET", "HEAD"})
_CROWDED = Refusal("kit.crowded", Kind.UNAVAILABLE)


class Pulse:
    """Measures how late a loop is: nothing while it has time for its beat; and who came since."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due = float("inf")
        self._next: asyncio.TimerHandle | None = None
        self._came = 0

    def start(self) -> None:
        """Begin to beat in the running loop."""
        self._beat(asyncio.get_running_loop())

    def stop(self) -> None:
        """Beat no more."""
        if self._next is not None:
            self._next.cancel()
        self._due = float("inf")

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        now = self._clock()
        if self._next is not None:
            tally.took("tongban_loop_delay_seconds", max(0.0, now - self._due))
        self._due = now + _BEAT
        self._came = 0
        self._next = loop.call_later(_BEAT, self._beat, loop)

    @property
    def late(self) -> float:
        """Return by how many seconds the next beat is overdue."""
        return max(0.0, self._clock() - self._due)

    def comes(self) -> bool:
        """Note that a request's turn has come; says whether there is a crowd."""
        self._came += 1
        return self._came > _CROWD


async def turned_away(pulse: Pulse, scope: HTTPScope, receive: Receive, send: Send) -> bool:
    """Whether a request needs no more work: its visitor has left, or was told to come again.

    Only questions (GET, HEAD): what somebody sent to be done is done, though they may have gone. The
    supervisor's question whether the government lives is always answered.
    """
    crowd, late = pulse.comes(), pulse.late
    if not crowd or late < BEHIND or scope["method"] not in _SAFE or scope["path"] == "/healthz":
        return False
    if await _has_left(receive):
        note_reason(scope, "left")
        await _say(send, 503, b"")  # the server wants an answer; nobody hears it
        return True
    if late < TOO_LATE:
        return False
    note(scope, _CROWDED)
    await _say(send, 503, _come_again())
    return True


async def _has_left(receive: Receive) -> bool:
    """Look whether a visitor has gone, without waiting for it; takes the empty body of a question."""
    if (await receive())["type"] == "http.disconnect":
        return True
    asked = asyncio.ensure_future(receive())
    done, _ = await asyncio.wait((asked,), timeout=_LOOK)
    if not done:
        asked.cancel()
        return False
    return asked.result()["type"] == "http.disconnect"


@cache
def _come_again() -> bytes:
    """Return what whoever waited too long is told: both languages, for nothing is looked up any more."""
    return "\n".join(sentence(_CROWDED, language) for language in LANGUAGES).encode()


async def _say(send: Send, status: int, text: bytes) -> None:
    headers: Any = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"cache-control", b"no-store"),
        (b"retry-after", str(AGAIN).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text, "more_body": False})
