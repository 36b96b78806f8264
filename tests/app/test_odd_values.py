"""Whatever stands in an address, a form or a body, no door breaks: on either database."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from litestar import Litestar
from litestar.params import QueryParameter
from litestar.testing import TestClient
from tests.builders.asgi import status_of
from tests.builders.doors import Gate, doors, fields, filled, token_of, whoever_may
from tests.builders.postgresql import SetUp

from tongban.app import setup
from tongban.app.web import create
from tongban.kernel.characters import hidden_in
from tongban.kit import http

REFUSED = ("a\0b", "甲\u202e乙", "甲\x85\x1b乙")
"""What no door lets in, whatever is behind it."""
LET_IN = (
    "²",
    "9" * 25,
    "0001-01-01",
    "9999-12-31",
    "😀" * 40 + "'\"%_\\",
    "长" * 3000,
    "9" * 5000,
    "\ufeff甲\u200b\u2066乙",
)
"""What may reach a database."""
PARTS = (
    "page q since until department provider resource state sort show active kind whose service type "
    "audience life_event can_apply outcome lang colour status element number text date year "
    "link to way changed class from subject look"
).split()
_BOUND = {"/healthz"}


@contextmanager
def _served(folder: Path) -> Iterator[TestClient[Litestar]]:
    house = setup.ready(folder, None, "http://127.0.0.1:8000")
    house.ports.plug(http.Authenticator, Gate())
    application = create(house, lambda: None, lambda: None)
    with TestClient(application, raise_server_exceptions=False) as client:
        yield client
    house.db.close()


@pytest.fixture(scope="module")
def _on_either(
    set_up_on_sqlite: Path, set_up_on_postgresql: SetUp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, TestClient[Litestar]]]:
    """One application on each kind of database: what is sent here is refused, or changes nothing."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.delenv("TONGBAN_DATABASE", raising=False)
        folder = shutil.copytree(set_up_on_sqlite, tmp_path_factory.mktemp("odd") / "instance")
        clients = {"sqlite": stack.enter_context(_served(folder))}
        set_up_on_postgresql.kept.bring_back()
        patch.setenv("TONGBAN_DATABASE", set_up_on_postgresql.address)
        folder = shutil.copytree(
            set_up_on_postgresql.folder, tmp_path_factory.mktemp("odd") / "instance"
        )
        clients["postgresql"] = stack.enter_context(_served(folder))
        yield clients


@pytest.fixture(params=["sqlite", "postgresql"])
def visitor(
    request: pytest.FixtureRequest, _on_either: dict[str, TestClient[Litestar]]
) -> TestClient[Litestar]:
    client = _on_either[request.param]
    client.cookies.clear()
    return client


one_database = pytest.mark.parametrize("visitor", ["sqlite"], indirect=True)
"""For what is decided before or after any database."""


def test_every_part_of_an_address_that_a_handler_names_is_tried(
    visitor: TestClient[Litestar],
) -> None:
    named = {
        name
        for route in visitor.app.routes
        for handler in getattr(route, "route_handlers", [])
        for name, field in handler.parsed_fn_signature.parameters.items()
        if "GET" in handler.http_methods and isinstance(field.kwarg_definition, QueryParameter)
    }
    assert named
    assert named <= set(PARTS)


@pytest.mark.parametrize(
    ("visitor", "values"),
    [("sqlite", (*REFUSED, *LET_IN)), ("postgresql", LET_IN)],
    indirect=["visitor"],
)
def test_no_get_breaks_whatever_its_address_holds(
    visitor: TestClient[Litestar], values: tuple[str, ...]
) -> None:
    broken = []
    paths = [pair for pair in doors(visitor.app, "GET") if pair[0] not in _BOUND]
    assert len(paths) > 60
    for path, access in paths:
        for name in whoever_may(access):
            for value in values:
                odd = quote(value, safe="")
                plain = filled(path)
                parts = PARTS if len(odd) < 1000 else ("page", "q")
                addresses = [f"{plain}?" + "&".join(f"{part}={odd}" for part in parts)]
                if plain != path:
                    addresses.append(filled(path, odd))
                for address in addresses:
                    status = status_of(visitor, address, name)
                    if status >= 500:
                        broken.append(f"{status} {name} {address[:120]}")
    assert broken == []


@one_database
def test_what_no_door_lets_in_reaches_no_database(visitor: TestClient[Litestar]) -> None:
    for path, access in doors(visitor.app, "GET"):
        if path in _BOUND or path.startswith("/static"):
            continue
        for value in REFUSED:
            status = status_of(visitor, f"{filled(path)}?q={quote(value)}", whoever_may(access)[0])
            assert status == 400, (path, value)
    assert status_of(visitor, f"/services?q={quote(LET_IN[-1])}", "resident") == 200


def test_text_that_is_none_is_answered_with_a_page_and_goes_no_further(
    visitor: TestClient[Litestar],
) -> None:
    visitor.cookies.set(http.SESSION_COOKIE, "staff")
    page = visitor.get("/services?q=%00", headers={"accept": "text/html"})
    assert (page.status_code, "没有读懂" in page.text) == (400, True)
    assert visitor.get("/services/%00", headers={"accept": "text/html"}).status_code == 404
    assert visitor.get("/api/services?q=a%00b").json()["code"] == "kit.bad_request"
    assert visitor.get("/static/%00").status_code == 404
    for path, access in doors(visitor.app, "POST"):
        visitor.cookies.set(http.SESSION_COOKIE, (whoever_may(access) or ["staff"])[0])
        sent = visitor.post(filled(path), data={"login": "a\0b"}, follow_redirects=False)
        assert sent.status_code in (400, 404, 415), path


def answered(answer: httpx.Response) -> str:
    """Return everything that an answer says, but for the mark at the beginning of a CSV file."""
    if answer.headers.get("content-type", "").startswith(("application/zip", "application/vnd")):
        return str(answer.headers)
    return answer.text.removeprefix("\ufeff") + "".join(
        f"{name}: {value}\n" for name, value in answer.headers.items()
    )


@one_database
def test_no_character_that_nobody_sees_comes_back_from_an_address(
    visitor: TestClient[Litestar],
) -> None:
    seen = []
    for path, access in doors(visitor.app, "GET"):
        for odd in ("\u200b甲\ufeff乙\u2066\u00ad", "甲\u202e乙", "甲\x85乙\x1b"):
            visitor.cookies.set(http.SESSION_COOKIE, (whoever_may(access) or ["staff"])[0])
            query = "&".join(f"{part}={quote(odd)}" for part in PARTS)
            answer = visitor.get(f"{filled(path)}?{query}", follow_redirects=False)
            if path not in _BOUND and hidden_in(answered(answer), several_lines=True):
                seen.append(path)
    assert seen == []


@one_database
def test_no_character_that_nobody_sees_comes_back_from_a_form(
    visitor: TestClient[Litestar],
) -> None:
    seen, names = [], fields()
    assert {"address", "phone", "reason", "login"} & set(names)
    for path, access in doors(visitor.app, "POST"):
        for odd in ("\u200b甲\ufeff乙\u2066\u00ad", "甲\u202e乙", "甲\x85乙\x1b"):
            who = (whoever_may(access) or ["staff"])[0]
            visitor.cookies.set(http.SESSION_COOKIE, who)
            form = dict.fromkeys(names, odd) | {"csrf": token_of("secret of " + who)}
            answer = visitor.post(filled(path), data=form, follow_redirects=False)
            assert answer.status_code < 500, path
            if hidden_in(answered(answer), several_lines=True):
                seen.append(path)
    assert seen == []


def test_a_search_with_a_pasted_mark_is_answered_and_one_that_turns_the_text_is_refused_by_name(
    visitor: TestClient[Litestar],
) -> None:
    plain = visitor.get("/services?q=公开", headers={"accept": "text/html"}).text
    pasted = visitor.get("/services?q=%E2%80%8B公%EF%BB%BF开%09", headers={"accept": "text/html"})
    assert pasted.text.count("<h2") == plain.count("<h2")
    turned = visitor.get("/api/services?q=a%E2%80%AEb", headers={"accept-language": "en"})
    assert turned.status_code == 400
    error = turned.json()
    assert error["code"] == "kit.hidden_character"
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in error["detail"]
    assert visitor.get("/services/a%E2%80%8Bb").status_code == 404


@pytest.mark.parametrize(
    "body",
    ['{"a": "x\\u202ey"}', '{"a\u200b": 1}', '[["\u2066"]]', '{"a": "\\ud800"}', '["\\u0007"]'],
)
def test_a_body_with_characters_that_nobody_sees_is_refused(
    visitor: TestClient[Litestar], body: str
) -> None:
    visitor.cookies.set(http.SESSION_COOKIE, "staff")
    headers = {"content-type": "application/json"}
    path = "/api/exchange/resources/101001/1"
    answer = visitor.post(path, content=body.encode(), headers=headers)
    assert answer.status_code == 400
    assert answer.json()["code"] in ("kit.hidden_character", "kit.bad_request")


@pytest.mark.parametrize("body", [b'{"a": "\\u0000"}', b'{"a": "\0"}', b'{"a": "\\\\\\u0000"}'])
def test_a_body_with_nul_is_refused(visitor: TestClient[Litestar], body: bytes) -> None:
    visitor.cookies.set(http.SESSION_COOKIE, "staff")
    headers = {"content-type": "application/json"}
    answer = visitor.post("/api/exchange/resources/101001/1", content=body, headers=headers)
    assert answer.status_code == 400


def test_page_numbers_are_read_alike_everywhere() -> None:
    read = {text: http.page_from({"page": text}) for text in ("", "²", "0", "-1", "7", "007")}
    assert read == {"": 1, "²": 1, "0": 1, "-1": 1, "7": 7, "007": 7}
    assert [http.page_from({"page": "9" * length}) for length in (6, 7, 25, 5000)] == [
        999999,
        999999,
        999999,
        999999,
    ]
