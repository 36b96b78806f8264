"""Every answer leaves with its headers, and packed where that is worth it."""

import asyncio
import gzip
from typing import Any

import pytest

from tongban.kit.sending import HEADERS, Finish

_LONG = "政务服务".encode() * 500


def _sent(
    pieces: list[bytes], *, headers: dict[str, str], accepts: str = "gzip", https: bool = False
) -> tuple[dict[bytes, bytes], bytes]:
    """What an application that answers these pieces sends through the layer."""
    own = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": own})
        for place, piece in enumerate(pieces):
            more = place < len(pieces) - 1
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    scope: Any = {"type": "http", "headers": [(b"accept-encoding", accepts.encode())]}
    asyncio.run(Finish(application, https=https)(scope, None, send))  # type: ignore[arg-type]  # nothing is received
    assert messages[0]["type"] == "http.response.start"
    return dict(messages[0]["headers"]), b"".join(each["body"] for each in messages[1:])


def test_every_answer_has_the_headers_that_guard_it() -> None:
    headers, _ = _sent([b"{}"], headers={"content-type": "application/json"})
    assert {name.lower().encode() for name in HEADERS} <= headers.keys()


def test_a_browser_that_came_encrypted_stays_so() -> None:
    name = b"strict-transport-security"
    assert name not in _sent([b"{}"], headers={})[0]
    assert name in _sent([b"{}"], headers={}, https=True)[0]


def test_an_answer_keeps_the_headers_that_it_chose() -> None:
    headers, _ = _sent([b"x"], headers={"Cache-Control": "public, max-age=2"})
    assert headers[b"Cache-Control"] == b"public, max-age=2"
    assert b"cache-control" not in headers


@pytest.mark.parametrize("pieces", [[_LONG], [_LONG[:3000], _LONG[3000:], b""]])
def test_a_long_text_is_packed_in_one_piece_or_in_many(pieces: list[bytes]) -> None:
    given = {"content-type": "text/html; charset=utf-8", "content-length": str(len(_LONG))}
    headers, body = _sent(pieces, headers=given)
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"vary"] == b"accept-encoding"
    assert gzip.decompress(body) == _LONG
    assert headers.get(b"content-length", str(len(body)).encode()) == str(len(body)).encode()


@pytest.mark.parametrize(
    ("headers", "accepts", "body"),
    [
        ({"content-type": "text/html"}, "br", _LONG),
        ({"content-type": "text/html"}, "gzip", b"short"),
        ({"content-type": "application/pdf"}, "gzip", _LONG),
        ({"content-type": "text/plain", "content-encoding": "gzip"}, "gzip", _LONG),
    ],
)
def test_what_gains_nothing_by_it_is_sent_as_it_is(
    headers: dict[str, str], accepts: str, body: bytes
) -> None:
    sent, given = _sent([body], headers=headers, accepts=accepts)
    assert given == body
    assert sent.get(b"content-encoding", b"") == headers.get("content-encoding", "").encode()
