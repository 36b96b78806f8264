"""The door at which figures are asked for: a socket of its own, apart from the public one, off unless set.

It listens on this machine or on a Unix socket; beyond that only with a token. It speaks HTTP on threads of
its own, so that it answers while the public door is overrun, and knows one path.
"""

import contextlib
import errno
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.crypto.hashing import same
from tongban.kit.i18n import problem_of
from tongban.kit.settings import PREFIX, Origin, Place, Settings

UNIX = "unix:"
PATH = "/metrics"
_AT_ONCE = 4
"""So many ask at once; whoever comes then is turned away."""
_PATIENCE = 5.0
"""Seconds that a connection has, for its head and its answer together: a limit of each piece alone would
let whoever sends a byte now and then stay."""

Written = Callable[[str], tuple[bytes, str]]


def place_of(setting: str) -> Path | tuple[str, int]:
    """Read where to listen: ``127.0.0.1:9464``, ``[::1]:9464`` or ``unix:/run/tongban/metrics.sock``."""
    if setting.startswith(UNIX):
        return Path(setting.removeprefix(UNIX))
    host, _, port = setting.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)


def check(settings: Settings) -> None:
    """Refuse a place that others on the network reach while no token is set."""
    if settings.metrics_open:
        raise Refusal("app.metrics_open", Kind.INVALID, address=settings.metrics)


def _not_given(error: OSError, settings: Settings) -> Refusal:
    """Say why figures are given nowhere, and which setting to mend: the public address is well."""
    named = settings.origins.get("metrics", Origin(Place.ENVIRONMENT, PREFIX + "METRICS"))
    return Refusal(
        _ADVICE.get(error.errno or 0, "app.metrics_nowhere"),
        Kind.CONFLICT,
        address=settings.metrics,
        name=named.said,
        problem=problem_of(error),
    )


_ADVICE = {
    errno.EADDRINUSE: "app.metrics_taken",
    errno.EACCES: "app.metrics_not_allowed",
    errno.EPERM: "app.metrics_not_allowed",
}


class MetricsDoor:
    """Answers with what is written when somebody asks who may."""

    def __init__(self, settings: Settings, written: Written) -> None:
        """Listen. Refuses an open place without a token, and one that is taken."""
        check(settings)
        self._socket: Path | None = None
        place = place_of(settings.metrics)
        answer = _answering(written, settings.metrics_token)
        try:
            self._server = (
                _at_socket(place, answer) if isinstance(place, Path) else _at(place, answer)
            )
        except OSError as error:
            raise _not_given(error, settings) from None
        self._socket = place if isinstance(place, Path) else None
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="tongban-metrics", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        if self._socket is not None:
            self._socket.unlink(missing_ok=True)


class _Server(ThreadingMixIn, UnixStreamServer):
    """A stream server at any socket; each connection has a thread, and there are few."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 16

    def __init__(self, family: int, place: Any, answer: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = family
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__(place, answer)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer on a thread of its own, or hang up where too many ask."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one connection, which ends in time whatever it does, and give its room back."""
        over = threading.Timer(_PATIENCE, _hang_up, (request,))
        over.daemon = True
        over.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            over.cancel()
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of who hung up: the library would print it."""


def _hang_up(request: socket.socket) -> None:
    """End a connection from aside: whoever reads or writes it on another thread is through at once."""
    with contextlib.suppress(OSError):  # it ended in the same moment
        request.shutdown(socket.SHUT_RDWR)


def _at(place: tuple[str, int], answer: type[BaseHTTPRequestHandler]) -> _Server:
    family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
    return _Server(family, place, answer)


def _at_socket(path: Path, answer: type[BaseHTTPRequestHandler]) -> _Server:
    """Listen at a Unix socket that its owner and group reach; one that was left behind is taken away."""
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            if path.is_socket():
                path.unlink()
        else:
            raise OSError(errno.EADDRINUSE, "Address already in use")
    made = _Server(socket.AF_UNIX, str(path), answer)
    path.chmod(0o660)
    return made


def _answering(written: Written, token: str) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _PATIENCE
        server_version, sys_version = "tongban", ""

        def do_GET(self) -> None:
            """Give the figures to who may have them."""
            if not _may(token, self.headers.get("Authorization", "")):
                self._say(
                    HTTPStatus.UNAUTHORIZED, b"", "text/plain", ("WWW-Authenticate", "Bearer")
                )
            elif self.path.partition("?")[0] != PATH:
                self._say(HTTPStatus.NOT_FOUND, b"", "text/plain")
            else:
                self._say(HTTPStatus.OK, *written(self.headers.get("Accept", "")))

        def _say(self, status: int, body: bytes, kind: str, *headers: tuple[str, str]) -> None:
            self.send_response(status)
            for name, value in (
                ("Content-Type", kind),
                ("Content-Length", str(len(body))),
                *headers,
            ):
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Nothing: the library would write addresses."""

    return Answer


def _may(token: str, given: str) -> bool:
    return not token or same(given.encode(), f"Bearer {token}".encode())
