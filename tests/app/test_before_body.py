"""Route, method, access, size, then body: who may not send is told before a byte of it is read."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from tests.builders.doors import Gate, doors, filled, whoever_may

from tongban.app import setup
from tongban.app.instance.starting import start
from tongban.app.web import create
from tongban.kit import http
from tongban.kit.sent import LONGEST_BODY

FORM = (b"content-type", b"application/x-www-form-urlencoded")


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Litestar]:
    folder = tmp_path_factory.mktemp("before") / "instance"
    start(folder, name="云溪县", division="470182", origin="yunxi.internal/ledger")
    house = setup.ready(folder, None, "http://127.0.0.1:8000")
    house.ports.plug(http.Authenticator, Gate())
    yield create(house, lambda: None, lambda: None)
    house.db.close()


def answer(
    application: Litestar, method: str, path: str, *headers: tuple[bytes, bytes]
) -> tuple[int, dict[str, str]]:
    """Send the head of a request and no body; return status and headers. Reading the body fails."""
    said: list[Any] = []
    scope: Any = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "path": path, "raw_path": path.encode(), "root_path": "", "scheme": "http", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), *headers], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000), "extensions": {}, "state": {},
    }  # fmt: skip

    async def receive() -> Any:
        raise AssertionError(f"the body of {method} {path} was read")

    async def send(message: Any) -> None:
        said.append(message)

    asyncio.run(application(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], found


def cookie(who: str) -> tuple[bytes, bytes]:
    return (b"cookie", f"{http.SESSION_COOKIE}={who}".encode())


def test_no_body_is_read_of_who_is_not_signed_in_or_may_not(application: Litestar) -> None:
    closed = [
        (path, access) for path, access in doors(application, "POST") if access.kind != "public"
    ]
    assert len(closed) > 40
    for path, access in closed:
        long = (b"content-length", str(120 * 1024 * 1024).encode())
        assert answer(application, "POST", filled(path), FORM, long)[0] == 401, path
        multipart = (b"content-type", b"multipart/form-data; boundary=b")
        assert answer(application, "POST", filled(path), multipart, long)[0] == 401, path
        for who in {"staff", "resident"} - set(whoever_may(access)):
            assert answer(application, "POST", filled(path), FORM, cookie(who))[0] == 403, path


def test_no_body_is_read_that_is_said_to_be_too_long(application: Litestar) -> None:
    for path, access in doors(application, "POST"):
        who = cookie((whoever_may(access) or ["staff"])[0])
        for most in (LONGEST_BODY * 1024, 10**14):
            status, _ = answer(
                application,
                "POST",
                filled(path),
                FORM,
                who,
                (b"content-length", str(most).encode()),
            )
            assert status == (415 if path.startswith("/api/") else 413), path


def test_no_body_is_read_where_no_door_or_no_such_method_is(application: Litestar) -> None:
    assert answer(application, "POST", "/nowhere", FORM)[0] == 404
    for path, _ in doors(application, "GET"):
        status, headers = answer(application, "DELETE", filled(path), FORM)
        assert status == 405, path
        assert {"GET", "HEAD"} <= set(headers["allow"].split(", ")), path


def test_a_method_that_is_not_there_is_told_with_those_that_are(application: Litestar) -> None:
    status, headers = answer(application, "GET", "/sign-out")
    assert (status, headers["allow"]) == (405, "POST")


def test_options_is_a_method_that_no_door_has(application: Litestar) -> None:
    for path in ("/healthz", "/readyz", *{path for path, _ in doors(application, "GET")}):
        status, headers = answer(application, "OPTIONS", filled(path))
        assert (status, {"GET", "HEAD"} <= set(headers["allow"].split(", "))) == (405, True), path
        assert "OPTIONS" not in headers["allow"], path
    assert answer(application, "OPTIONS", "/sign-out")[1]["allow"] == "POST"
    assert answer(application, "OPTIONS", "/nowhere")[0] == 404
