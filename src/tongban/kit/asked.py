"""One line of the log for each request: what was asked, how it ended, how long it took, why it was refused.

It tells the route and never the address, the kind of who asks and never who. Its number is in the answer
too (``X-Request-Id``) and on a page that refuses, so that whoever met it can name it.
"""

import logging
import re
import time
from dataclasses import dataclass, field
from typing import Any

from litestar.types import Message, Scope, Send

from tongban.kernel.actors import ActorKind
from tongban.kernel.errors import Refusal
from tongban.kit import tally
from tongban.kit.crypto import chance
from tongban.kit.sending import header

HEADER = "X-Request-Id"
_GIVEN = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What proxies make: 32 hexadecimal digits, or a UUID."""
_NUMBER = re.compile(r"[0-9]{17,}")
"""Room for a resident number (GB 11643: 17 digits and one more), whatever it is padded with."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_MOST_WRONG = 8
_log = logging.getLogger("tongban.requests")


@dataclass(slots=True)
class Asked:
    """One request, as the log tells it."""

    id: str
    method: str
    began: float = field(default_factory=time.monotonic)
    status: int = 0
    """Status of the answer; 0 while there is none."""
    reason: str = ""
    """Code of the refusal that was answered, empty where nothing was refused."""
    wrong: tuple[str, ...] = ()
    """Codes of what is wrong with fields."""

    @property
    def seconds(self) -> float:
        """Return how long it has taken so far."""
        return time.monotonic() - self.began

    def refused(self, refusal: Refusal) -> None:
        """Note why; of several refusals the last is the one that was answered."""
        self.reason = refusal.code
        self.wrong = tuple(sorted({str(code) for code in refusal.fields.values()}))[:_MOST_WRONG]


def begin(scope: Scope, *, believed: bool) -> Asked:
    """Number a request and keep that in its scope; one that it brings counts where ``believed``.

    A proxy may hand on what a stranger wrote, and programs on this machine may come as one: what has
    so many decimal digits on end that somebody's number fits is not taken.
    """
    headers: Any = scope["headers"]
    given = header(headers, HEADER.lower().encode()) if believed else ""
    number = given if _is_a_proxys(given) else chance.token_hex(8)
    method = str(scope.get("method", ""))
    made = Asked(number, method if method in _METHODS else "other")
    scope.setdefault("state", {})["asked"] = made
    return made


def _is_a_proxys(given: str) -> bool:
    return bool(_GIVEN.fullmatch(given)) and not _NUMBER.search(given.replace("-", ""))


def asked_in(scope: Scope) -> Asked | None:
    """Return what is noted of a request, None where it came past the application's door (in a test)."""
    found = scope.get("state", {}).get("asked")
    return found if isinstance(found, Asked) else None


def note(scope: Scope, refusal: Refusal) -> None:
    """Note in a request why it is refused."""
    found = asked_in(scope)
    if found is not None:
        found.refused(refusal)


def note_reason(scope: Scope, reason: str) -> None:
    """Note why a request gets no proper answer where nobody is told."""
    found = asked_in(scope)
    if found is not None:
        found.reason = reason


def noting(asked: Asked, send: Send) -> Send:
    """Return a way of sending that notes the status and tells the number."""

    async def send_noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            asked.status = message["status"]
            message["headers"] = [
                *message.get("headers", ()),
                (HEADER.lower().encode(), asked.id.encode()),
            ]
        await send(message)

    return send_noted


def route_of(scope: Scope) -> str:
    """Return the pattern of a request's door, such as ``/work/{case}``; a dash where there is none."""
    return str(scope.get("path_template") or "-")


def tell(scope: Scope, asked: Asked) -> None:
    """Write the line of a request that is over. One without an answer was left by its visitor."""
    user: Any = scope.get("user")
    kind = getattr(user, "kind", ActorKind.VISITOR)
    facts: dict[str, str | int | float] = {
        "request": asked.id,
        "method": asked.method,
        "route": route_of(scope),
        "status": asked.status,
        "ms": round(asked.seconds * 1000, 1),
        "actor": str(kind),
    }
    if asked.reason:
        facts["reason"] = asked.reason
    if asked.wrong:
        facts["wrong"] = " ".join(asked.wrong)
    level = logging.ERROR if asked.status >= 500 else logging.INFO
    _log.log(level, "request", extra=facts)
    _count(asked, route_of(scope))


def _count(asked: Asked, route: str) -> None:
    tally.count("tongban_http_requests", asked.method, route, f"{asked.status // 100}xx")
    tally.took("tongban_http_request_duration_seconds", asked.seconds, route)
    if asked.reason:
        tally.count("tongban_refusals", asked.reason)
