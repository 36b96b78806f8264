"""A body is read once, within limits, and only after it is known who sends it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from litestar import Litestar, Request, post
from litestar.datastructures import UploadFile
from litestar.testing import TestClient

from tongban.kernel.errors import Kind, Refusal
from tongban.kit import sent
from tongban.kit.sent import HungUp, SentRequest, fields_of

TURN = b"--b\r\n"
END = b"--b--\r\n"
MULTIPART = {"content-type": "multipart/form-data; boundary=b"}
PLAIN = {"content-type": "application/x-www-form-urlencoded"}


def _said(_request: Request[Any, Any, Any], error: Exception) -> Any:
    from litestar import Response

    code = error.code if isinstance(error, Refusal) else type(error).__name__
    return Response({"code": code}, status_code=418)


@post("/form", request_max_body_size=300_000)
async def read(request: Request[Any, Any, Any]) -> dict[str, Any]:
    form = await request.form()
    again = await request.form()
    assert list(form.multi_items()) == list(again.multi_items())
    return {
        name: [one.filename if isinstance(one, UploadFile) else one for one in form.getall(name)]
        for name in form
    }


@post("/twice")
async def twice(request: Request[Any, Any, Any]) -> str:
    async for _ in request.stream():
        break
    return (await request.body()).decode()


@post("/once")
async def once(request: Request[Any, Any, Any]) -> int:
    return len(await request.body())


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    app = Litestar(
        [read, twice, once],
        request_class=SentRequest,
        request_max_body_size=sent.LONGEST_BODY,
        exception_handlers={Exception: _said},
    )
    with TestClient(app, raise_server_exceptions=False) as one:
        yield one


def part(name: str, value: bytes, more: str = "") -> bytes:
    return (
        TURN
        + f'Content-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode()
        + value
        + b"\r\n"
    )


def test_a_form_is_read_with_its_files_in_order(client: TestClient[Litestar]) -> None:
    body = part("a", "甲".encode()) + part("f", b"x", '; filename="一.txt"') + part("a", b"2") + END
    assert client.post("/form", content=body, headers=MULTIPART).json() == {
        "a": ["甲", "2"],
        "f": ["一.txt"],
    }
    assert client.post("/form", content="a=1&b=%E7%94%B2&a=+2", headers=PLAIN).json() == {
        "a": ["1", " 2"],
        "b": ["甲"],
    }


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "multipart/form-data"}, b"x"),
        ({"content-type": "multipart/form-data; boundary="}, b"x"),
        ({"content-type": f"multipart/form-data; boundary={'b' * 71}"}, b"x"),
        (MULTIPART, b""),
        (MULTIPART, b"x"),
        (MULTIPART, part("a", b"1")),
        (MULTIPART, TURN + b"\r\n1\r\n" + END),
        (MULTIPART, TURN + b"Content-Disposition: form-data\r\n\r\n1\r\n" + END),
        (MULTIPART, part("", b"1") + END),
        (MULTIPART, part("a", b"\xff") + END),
        (MULTIPART, TURN + b'Content-Disposition: form-data; name="\xff"\r\n\r\n1\r\n' + END),
        (MULTIPART, part("a", b"1", "\r\nContent-Type: text/plain; charset=gbk") + END),
        (MULTIPART, part("a", b"1", "\r\nContent-Type: text/plain; charset=nowhere") + END),
        (MULTIPART, TURN + b"Content-Disposition\r\n\r\n1\r\n" + END),
        ({"content-type": "application/x-www-form-urlencoded; charset=gbk"}, b"a=1"),
    ],
)
def test_what_is_no_form_is_one_refusal(
    client: TestClient[Litestar], headers: dict[str, str], body: bytes
) -> None:
    answer = client.post("/form", content=body, headers=headers)
    assert (answer.status_code, answer.json()) == (418, {"code": "kit.bad_request"})


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (PLAIN, b"a&" * sent.MOST_FIELDS),
        (PLAIN, b"a=" + b"x" * sent.LONGEST_FORM),
        (MULTIPART, part("a", b"1") * (sent.MOST_FIELDS + 1) + END),
        (MULTIPART, part("a", b"x" * sent.LONGEST_FORM) + part("b", b"x") + END),
        (MULTIPART, part("a", b"1", '; filename="' + "n" * 5000 + '"') + END),
        (MULTIPART, part("f", b"x" * 300_000, '; filename="f"') + END),
        ({"content-type": "application/json"}, b"x" * (sent.LONGEST_BODY + 1)),
    ],
)
def test_what_is_too_long_or_has_too_many_fields_is_refused(
    client: TestClient[Litestar], headers: dict[str, str], body: bytes
) -> None:
    path = "/form" if "form" in headers["content-type"] else "/once"
    answer = client.post(path, content=body, headers=headers)
    assert answer.json() == {"code": "kit.too_large"}


def test_as_many_fields_as_may_be_are_read() -> None:
    body = "&".join(f"{number}=1" for number in range(sent.MOST_FIELDS)).encode()
    assert len(fields_of(body)) == sent.MOST_FIELDS


def test_a_body_that_was_begun_is_not_read_again(client: TestClient[Litestar]) -> None:
    assert client.post("/twice", content=b"abc").json() == {"code": "kit.bad_request"}


# Time and leaving ----------------------------------------------------------------------------------


def reading(receive: Callable[[], Awaitable[Any]], headers: dict[str, str]) -> Any:
    """Read a form whose pieces come as told."""
    found = [(name.encode(), value.encode()) for name, value in headers.items()]
    app = Litestar([read], request_class=SentRequest)
    scope: Any = {
        "type": "http", "method": "POST", "path": "/form", "headers": found, "query_string": b"",
        "state": {}, "litestar_app": app, "route_handler": _handler(app),
    }  # fmt: skip
    return asyncio.run(_form(SentRequest(scope, receive=receive)))


def _handler(app: Litestar) -> Any:
    route: Any = app.routes[0]
    return route.route_handlers[0]


async def _form(request: SentRequest) -> Any:
    return await request.form()


def test_a_body_that_stands_still_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "PATIENCE", 0.05)

    async def never() -> Any:
        await asyncio.sleep(60)

    with pytest.raises(Refusal) as refused:
        reading(never, PLAIN)
    assert refused.value.kind is Kind.TOO_SLOW


def test_a_body_that_drips_is_not_waited_for_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "PATIENCE", 0.3)
    came: list[int] = []

    async def drip() -> Any:
        await asyncio.sleep(0.02)
        came.append(1)
        return {"type": "http.request", "body": b"a", "more_body": True}

    with pytest.raises(Refusal) as refused:
        reading(drip, PLAIN)
    assert (refused.value.kind, len(came) < 40) == (Kind.TOO_SLOW, True)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[UploadFile]:
    """Return the files of forms, as they are made."""
    found: list[UploadFile] = []

    def make(**given: Any) -> UploadFile:
        found.append(UploadFile(**given))
        return found[-1]

    monkeypatch.setattr(sent, "UploadFile", make)
    return found


def test_whoever_leaves_is_no_fault_and_leaves_no_file_open(made: list[UploadFile]) -> None:
    pieces = iter(
        [
            {"type": "http.request", "body": part("f", b"x", '; filename="f"'), "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def leave() -> Any:
        return next(pieces)

    with pytest.raises(HungUp):
        reading(leave, MULTIPART)
    assert [one.file.closed for one in made] == [True]


def test_a_refused_form_leaves_no_file_open(
    made: list[UploadFile], client: TestClient[Litestar]
) -> None:
    body = part("f", b"x", '; filename="f"') + part("", b"1") + END
    assert client.post("/form", content=body, headers=MULTIPART).status_code == 418
    assert [one.file.closed for one in made] == [True]
