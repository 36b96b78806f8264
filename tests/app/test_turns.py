"""Nobody holds the loop: whatever is sent to any door, no turn takes more than 50 ms of processor time."""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from tests.builders.doors import Gate, doors, fields, filled, token_of, whoever_may

from tongban.app import setup
from tongban.app.instance.starting import start
from tongban.app.web import Application, create
from tongban.kit import http, turns
from tongban.kit.sent import LONGEST_BODY, LONGEST_FORM, MOST_FIELDS

SLOW: Mapping[str, float] = {}
"""Doors whose own work takes longer, with the seconds that were seen."""
_FORM = "application/x-www-form-urlencoded"
_LONGEST_ADDRESS = 8 * 1024
_HEAVY = ("-", "a@", "甲", "\u200b", "\u0301")


@pytest.fixture(scope="module")
def taken() -> dict[str, float]:
    """Return the longest turn of each door, in seconds of the processor."""
    return defaultdict(float)


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, taken: dict[str, float]
) -> Iterator[TestClient[Litestar]]:
    folder = tmp_path_factory.mktemp("turns") / "instance"
    start(folder, name="云溪县", division="470182", origin="yunxi.internal/ledger")
    house = setup.ready(folder, None, "http://127.0.0.1:8000")
    house.ports.plug(http.Authenticator, Gate())

    def notice(scope: Any, seconds: float) -> None:
        door = f"{scope.get('method')} {scope.get('path_template', '-')}"
        taken[door] = max(taken[door], seconds)

    application: Litestar = create(house, lambda: None, lambda: None)
    assert isinstance(application, Application)
    application.notice = notice
    gc.collect()
    gc.freeze()  # as the server does: what lives for ever is not looked at again in anybody's turn
    served: Litestar = application
    with TestClient(served, raise_server_exceptions=False) as one:
        yield one
    gc.unfreeze()
    house.db.close()


def filled_in(token: str) -> Iterator[tuple[str, bytes]]:
    """Return forms as large as a door takes, every field full of what costs most to read."""
    csrf = f"csrf={token}&".encode()
    names = fields()
    for heavy in _HEAVY:
        each = heavy * (LONGEST_FORM // len(names) // len(urlencode({"": heavy})) - 40)
        yield _FORM, csrf + urlencode(dict.fromkeys(names, each)).encode()[: LONGEST_FORM - 100]


def misshapen(token: str) -> Iterator[tuple[str, bytes]]:
    """Return bodies as large as a door takes that cost most before any door looks at a field."""
    csrf = f"csrf={token}&".encode()
    yield _FORM, b"a&" * (LONGEST_FORM // 2)
    yield _FORM, csrf + b"a&" * (MOST_FIELDS - 2)
    yield _FORM, csrf + b"a=" + b"%e4%b8%ad" * ((LONGEST_FORM - 100) // 9)
    part = f'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n'
    lines = "\r\n--b" * (LONGEST_FORM // 6)
    named = f'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n{lines}\r\n--b--\r\n'
    yield "multipart/form-data; boundary=b", (part + named).encode()
    many = '--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n\r\n' * 490
    yield "multipart/form-data; boundary=b", f"{part}{many}--b--\r\n".encode()
    yield "application/json", b"[" * LONGEST_BODY
    yield "application/json", b'{"a":"' + b"\\u4e2d" * (LONGEST_BODY // 6 - 3) + b'"}'
    yield "application/json", b'["",' * (LONGEST_BODY // 4)


def test_no_body_that_is_sent_to_any_door_holds_the_loop(
    client: TestClient[Litestar], taken: dict[str, float]
) -> None:
    """What costs before a field is looked at goes to some doors and those of programs, to all in a drill."""
    every = doors(client.app, "POST")
    some = [one for number, one in enumerate(every) if not number % 5 or one[0].startswith("/api")]
    _send(client, taken, some, misshapen)
    _send(client, taken, every, filled_in)


@pytest.mark.drill
def test_no_misshapen_body_holds_the_loop_whatever_door_it_is_sent_to(
    client: TestClient[Litestar], taken: dict[str, float]
) -> None:
    _send(client, taken, doors(client.app, "POST"), misshapen)


def _send(
    client: TestClient[Litestar],
    taken: dict[str, float],
    to: list[tuple[str, http.Access]],
    hostile: Callable[[str], Iterator[tuple[str, bytes]]],
) -> None:
    for path, access in to:
        who = (whoever_may(access) or ["staff"])[0]
        client.cookies.set(http.SESSION_COOKIE, who)
        token = token_of("secret of " + who)
        for warm in ({"csrf": token}, {"csrf": token, "a": "x" * LONGEST_FORM}):  # reads templates
            client.post(filled(path), data=warm, follow_redirects=False)
        taken.clear()
        for kind, body in hostile(token):
            answer = client.post(
                filled(path), content=body, headers={"content-type": kind}, follow_redirects=False
            )
            assert answer.status_code < 500, (path, kind)
            _quick(taken, f"{path} {kind} {body[:60]!r}")


def test_no_address_that_is_asked_of_any_door_holds_the_loop(
    client: TestClient[Litestar], taken: dict[str, float]
) -> None:
    for path, access in doors(client.app, "GET"):
        client.cookies.set(http.SESSION_COOKIE, (whoever_may(access) or ["staff"])[0])
        client.get(filled(path), follow_redirects=False)
        taken.clear()
        for query in ("a&" * 4000, "q=" + "%e4%b8%ad" * 800, "q=" + "-" * 8000, "q=" + "a+" * 4000):
            assert len(query) <= _LONGEST_ADDRESS
            client.get(f"{filled(path)}?{query}", follow_redirects=False)
        _quick(taken, path)


def _quick(taken: Mapping[str, float], what: str) -> None:
    slow = {
        door: took for door, took in taken.items() if took > max(turns.LONGEST, SLOW.get(door, 0))
    }
    assert slow == {}, what
