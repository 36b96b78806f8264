"""A request handed to the application as a server would: no client reads the address first."""

import asyncio
from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Litestar
from litestar.testing import TestClient

from tongban.kit import http


async def _get(application: Litestar, address: str, session: str) -> int:
    path, _, query = address.partition("?")
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "root_path": "",
        "path": unquote_to_bytes(path).decode(),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            (b"host", b"127.0.0.1:8000"),
            (b"cookie", f"{http.SESSION_COOKIE}={session}".encode()),
        ],
    }
    said: list[int] = []
    over = asyncio.Event()

    waiting: list[Any] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if waiting:
            return waiting.pop()
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])
        elif not message.get("more_body"):
            over.set()

    try:
        await application(scope, receive, send)
    except Exception:
        return 500
    return said[0] if said else 500


def status_of(visitor: TestClient[Litestar], address: str, session: str) -> int:
    """Return how an address is answered; what a client takes to read a long one is most of the time."""
    with visitor.portal() as portal:
        return portal.call(_get, visitor.app, address, session)
