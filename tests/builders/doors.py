"""The doors of an application, who passes them, and what the fields of its forms are called."""

import hashlib
import hmac
import re
from pathlib import Path
from typing import Any

from litestar import Litestar

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit import http
from tongban.kit.db import Reader
from tongban.modules.identity.model import DUTIES

_SLOT = re.compile(r"\{[a-z_]+(?::[a-z]+)?\}")

PEOPLE = {
    "staff": Actor(
        ActorKind.STAFF,
        account="0197b3a0-0000-7000-8000-000000000001",
        name="某工作人员",
        department="government-office",
        duties=frozenset(DUTIES),
    ),
    "resident": Actor(
        ActorKind.RESIDENT,
        account="0197b3a0-0000-7000-8000-000000000002",
        name="某居民",
        subject=SubjectRef(SubjectKind.PERSON, "470181199001011233"),
    ),
}


class Gate:
    """Knows one of the staff with every duty, and one resident."""

    def by_session(self, _reader: Reader, token: str) -> http.Authenticated | None:
        found = PEOPLE.get(token)
        return None if found is None else http.Authenticated(found, "secret of " + token)

    def by_key(self, _reader: Reader, _key: str) -> http.Authenticated | None:
        return None


class Near:
    """An application whose visitors all stand at an address of this machine, as a proxy does."""

    def __init__(self, application: Litestar) -> None:
        self.application = application
        self.routes = application.routes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope["client"] = ("127.0.0.1", 50_000)
        await self.application(scope, receive, send)


def doors(application: Any, method: str) -> list[tuple[str, http.Access]]:
    """Return the paths that answer a method, and who may pass."""
    found = []
    for route in application.routes:
        for handler in getattr(route, "route_handlers", []):
            access = handler.opt.get("access")
            if method in handler.http_methods and isinstance(access, http.Access):
                found.append((route.path, access))
    return sorted(found, key=lambda pair: pair[0])


def whoever_may(access: http.Access) -> list[str]:
    """Return those of the two who are let in, or only one where everyone is."""
    if access.kind == "public":
        return ["resident"]
    return [name for name, actor in PEOPLE.items() if access.allows(actor)]


_FIELD = re.compile(r"name[\"']?: ?[\"']([a-z_-]+)[\"']|name=\"([a-z_-]+)\"")


def fields() -> list[str]:
    """Return what the fields of all forms are called."""
    places = Path("src/tongban").rglob("*.html")
    found = {one or other for file in places for one, other in _FIELD.findall(file.read_text())}
    return sorted(found - {"csrf", "form_for"})


def token_of(secret: str) -> str:
    return "0" * 16 + hmac.new(secret.encode(), b"0" * 16, hashlib.sha256).hexdigest()[:32]


def filled(path: str, value: str = "1") -> str:
    """Return the address of a door with a value in each of its places."""
    return _SLOT.sub(value, path)
