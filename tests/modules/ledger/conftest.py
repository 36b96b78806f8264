"""The ledger's own doors, opened without the rest of the government."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware
from litestar.testing import TestClient
from tests.builders.web import PlainPlace

from tongban.kit import http, testing
from tongban.kit.db import Reader
from tongban.kit.files import FileStore
from tongban.kit.house import House
from tongban.kit.html import Frame
from tongban.kit.i18n import sentence
from tongban.kit.lists import Place
from tongban.kit.settings import Settings
from tongban.modules.ledger import actions, adapters, pages, routes


class BareFrame:
    """A frame without a government around it."""

    def context(self, reader: Reader, request: Request[Any, Any, Any]) -> dict[str, Any]:
        return {
            "government": "示范市",
            "zone": "Asia/Shanghai",
            "navigation": [],
            "unread": 0,
            "demonstration": None,
        }


def _answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    refusal = http.as_refusal(error)
    if refusal.code == "kit.bug":
        raise error
    return Response(sentence(refusal, "zh"), status_code=http.STATUS[refusal.kind])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A government that has nothing but a ledger, whose key is made as at set-up."""
    database = testing.sqlite_database(tmp_path)
    opened = House(
        settings=Settings(data=tmp_path, address="https://zwfw.example.cn/"),
        db=database,
        clock=database.clock,
        keyring=database.keyring,
        files=FileStore(tmp_path / "files"),
        ports=database.ports,
    )
    opened.ports.plug(Frame, BareFrame())
    opened.ports.plug(Place, PlainPlace())
    actions.make_log_key(opened.settings.keys, "zwfw.example.cn/ledger")
    adapters.plug(opened)
    yield opened
    database.close()


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    """A visitor who reads Chinese."""
    app = Litestar(
        route_handlers=[*routes.HANDLERS, *pages.HANDLERS],
        guards=[http.guard],
        middleware=[DefineMiddleware(http.Identify, house=house)],
        exception_handlers={Exception: _answer},
        state=State({"house": house}),
    )
    with TestClient(app) as visitor:
        yield visitor
