"""How every answer leaves: with the headers that guard it, and packed where that is worth it.

One thin layer for all answers. It works on what is sent, so that a handler that knows nothing of it
cannot forget it.
"""

import zlib
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""What every answer has, unless it chose its own."""

_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
"""For a year the browser comes encrypted by itself (RFC 6797); other names of the host may differ."""

_WORTH_IT = 1000
"""Bytes from which packing an answer saves more than it costs."""
_LEVEL = 4
_GZIP = zlib.MAX_WBITS | 16
_PACKABLE = (b"text/", b"application/json", b"application/javascript", b"image/svg+xml")

_Headers = list[tuple[bytes, bytes]]


def headers_of(*, https: bool) -> dict[str, str]:
    """Return what every answer of a government has: reached by https, browsers stay with it."""
    return HEADERS | _HTTPS_ONLY if https else HEADERS


class Finish:
    """Middleware: adds the headers, and packs long texts for those who accept it."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self._headers = [
            (name.lower().encode(), value.encode())
            for name, value in headers_of(https=https).items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; what comes back is finished."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        packing = _Packing(send) if _accepts_gzip(scope["headers"]) else None
        onward: Send = packing.send if packing else send

        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._with_headers(list(message.get("headers", ())))
            await onward(message)

        await self.app(scope, receive, finish)

    def _with_headers(self, headers: _Headers) -> _Headers:
        chosen = {name.lower() for name, _ in headers}
        headers.extend(pair for pair in self._headers if pair[0] not in chosen)
        return headers


def header(headers: Any, name: bytes) -> str:
    """Return the first header of a name as it was sent, or an empty text."""
    for each, value in headers:
        if each == name:
            return str(value.decode("latin-1"))
    return ""


def _accepts_gzip(headers: Any) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in headers)


class _Packing:
    """Sends one answer packed, if it is a text and long enough."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Any = None
        self._packer: Any = None

    async def send(self, message: Message) -> None:
        """Hold the beginning back until the first piece says how long it is."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        if self._start is not None:
            start, self._start = self._start, None
            if _worth_packing(start["headers"], message):
                self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
            await self._begin(start, message)
        await self._send(message if self._packer is None else self._packed(message))

    async def _begin(self, start: Any, first: Any) -> None:
        if self._packer is not None:
            headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
            headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
            if not first.get("more_body"):
                first["body"] = self._packer.compress(first["body"]) + self._packer.flush()
                headers.append((b"content-length", str(len(first["body"])).encode()))
                self._packer = None
            start["headers"] = headers
        await self._send(start)

    def _packed(self, message: Any) -> Message:
        body = self._packer.compress(message.get("body", b""))
        if not message.get("more_body"):
            body += self._packer.flush()
        message["body"] = body
        packed: Message = message
        return packed


def _worth_packing(headers: _Headers, first: Any) -> bool:
    if not first.get("more_body") and len(first.get("body", b"")) < _WORTH_IT:
        return False
    named = {name.lower(): value for name, value in headers}
    kind = named.get(b"content-type", b"")
    return b"content-encoding" not in named and kind.startswith(_PACKABLE)
