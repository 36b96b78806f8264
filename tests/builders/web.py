"""The web as a module's own pages see it: one frame, one gate, the guard, and a browser."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware
from litestar.testing import TestClient
from litestar.types import ASGIApp, Receive, Scope, Send

from tongban.kernel.actors import VISITOR
from tongban.kernel.realms import Realm
from tongban.kit import http, keeping
from tongban.kit.db import Database, Reader
from tongban.kit.files import FileStore
from tongban.kit.house import House
from tongban.kit.html import Frame, page
from tongban.kit.i18n import sentence
from tongban.kit.interface import problems
from tongban.kit.lists import Place
from tongban.kit.settings import Settings
from tongban.modules.identity import actions, queries

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_HIDDEN = re.compile(r'name="(seen|form_for)" value="(\w+)"')


class PlainFrame:
    """A frame of a real government: its pages have no demonstration bar of their own."""

    def context(self, _reader: Reader, _request: Request[Any, Any, Any]) -> dict[str, Any]:
        return {
            "government": "云溪市",
            "zone": "Asia/Shanghai",
            "navigation": [],
            "unread": 0,
            "acting_for": "",
            "demonstration": None,
        }


class PlainPlace:
    """A government of its own, eight hours ahead of UTC."""

    def zone(self, _reader: Reader) -> ZoneInfo:
        return ZoneInfo("Asia/Shanghai")

    def government(self, _reader: Reader, _language: str) -> str:
        return "云溪市"

    def realm(self, _reader: Reader) -> Realm:
        return Realm.REAL


class Gate:
    """Lets in whoever has a session."""

    def by_session(self, reader: Reader, token: str) -> http.Authenticated | None:
        found = queries.actor_of_session(reader, token)
        return None if found is None else http.Authenticated(found[0], found[1].csrf)

    def by_key(self, _reader: Reader, _key: str) -> http.Authenticated | None:
        return None


def house(database: Database, folder: Path, **settings: Any) -> House:
    """Return a house around a test's database."""
    made = House(
        settings=Settings(data=folder, **settings),
        db=database,
        clock=database.clock,
        keyring=database.keyring,
        files=FileStore(folder / "files"),
        ports=database.ports,
    )
    made.ports.plug(Frame, PlainFrame())
    made.ports.plug(Place, PlainPlace())
    made.ports.plug(http.Authenticator, Gate())
    return made


class FromHere:
    """Middleware: visitors come through a proxy on this machine, as in a government that is served."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["client"] and scope["client"][0] == "testclient":  # which is no address
            scope["client"] = ("127.0.0.1", 50_000)
        await self.app(scope, receive, send)


def application(running: House, handlers: Sequence[Any]) -> Litestar:
    """Return an application of these handlers behind the guard."""
    return Litestar(
        route_handlers=[*handlers],
        guards=[keeping.guard],
        middleware=[FromHere, DefineMiddleware(http.Identify, house=running)],
        exception_handlers={Exception: _answer},
        openapi_config=None,
        state=State({"house": running}),
    )


def _answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    request.scope.setdefault("user", VISITOR)
    refusal = http.as_refusal(error)
    kept = keeping.kept_of(request)
    shown = keeping.answer(request, kept, refusal) if kept else None
    if shown is not None:
        return shown
    said = sentence(refusal, http.language_of(request))
    status = 500 if refusal.code == "kit.bug" else http.STATUS[refusal.kind]
    if http.wants_json(request):
        return problems.answered(request, refusal, http.language_of(request))
    acting = bool(refusal.data.get("acting"))
    context = {"kind": str(refusal.kind), "sentence": said, "incident": "", "acting": acting}
    return page(request, "kit/error.html", status=status, **context)


class Browser:
    """Visits pages and sends their forms, each with the token and the version the page carried."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        self.client = client
        self.https = client.base_url.scheme == "https"
        self._token = ""
        self._hidden: dict[str, str] = {}

    def get(self, path: str) -> httpx.Response:
        """Visit a page, following where it leads."""
        return self._seen(self.client.get(path, follow_redirects=True))

    def send(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form, following where it leads."""
        data = {"csrf": self._token, **self._hidden, **fields}
        return self._seen(self.client.post(path, data=data, follow_redirects=True))

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        found = _TOKEN.search(answer.text)
        if found is not None:
            self._token = found.group(1)
        self._hidden |= dict(_HIDDEN.findall(answer.text))
        return answer

    def sign_in(self, database: Database, account: str) -> None:
        """Come in as an account, as if its password had been given."""
        opened = database.write(lambda unit: actions.sign_in(unit, account))
        jar, name = self.client.cookies.jar, http.cookie_name(http.SESSION_COOKIE, https=self.https)
        for one in [each for each in jar if each.name == name]:
            jar.clear(one.domain, one.path, one.name)  # a browser holds one session, not two
        self.client.cookies.set(name, opened.token)


@contextmanager
def browser(running: House, handlers: Sequence[Any]) -> Iterator[Browser]:
    """Open a browser on these handlers, encrypted where people come so."""
    base = running.settings.address if running.settings.https else "http://testserver.local"
    application_ = application(running, handlers)
    with TestClient(application_, base_url=base, raise_server_exceptions=False) as client:
        yield Browser(client)
