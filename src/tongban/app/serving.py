"""The server at its door: how many may stand in it, for how long, and who waits outside.

The server (granian) holds a place for every connection, whether it says something or not: without limits
of time, whoever opens as many as there are places and keeps silent keeps everybody else out.
"""

import errno
import logging
import resource
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.i18n import problem_of

if TYPE_CHECKING:
    from granian.server.embed import Server

_log = logging.getLogger("tongban.serving")
_MOST_FILES = 65_536
_ONE_LOG: dict[str, Any] = {
    "handlers": {},
    "formatters": {},
    "loggers": {"_granian": {"handlers": []}, "granian.access": {"handlers": []}},
}
"""The server speaks through the log of the house; each request is a line of ours, not of its access log."""


@dataclass(frozen=True)
class Limits:
    """What connections may cost."""

    connections: int = 4096
    """How many are held at once; as few as half the files that the process may have open."""
    queue: int = 1024
    """How many more wait to be let in; whoever comes then is turned away by the machine."""
    head: float = 10.0
    """Seconds within which a request's head is there; also how long a connection may be idle."""
    head_bytes: int = 64 * 1024
    """How long a request's head may be (431 beyond)."""
    unread: float = 60.0
    """Seconds without the reader taking anything, after which an answer is given up."""


def within_files(limits: Limits) -> int:
    """Return how many connections can be held with the files that this process may open.

    Asks the machine for as many files as it allows first. A log line says when there are fewer places
    than meant: each connection is a file, and databases, logs and files of lists need theirs too.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):  # some systems allow fewer than they say
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    files = most if soft == resource.RLIM_INFINITY else soft
    held = min(limits.connections, files // 2)
    if held < limits.connections:
        _log.warning("only %d connections can be held: the process may open %d files", held, files)
    return held


def listening(host: str, port: int, limits: Limits) -> socket.socket:
    """Return a socket that listens. Refuses an address that another program answers at already.

    The server would share its port with any other of its kind, and visitors would meet now one
    government and now the other. What it lets in inherits its limits: an answer that nobody takes is
    given up after a while (TCP_USER_TIMEOUT, RFC 5482), and who is gone without a word is noticed.
    """
    door = None
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        door = socket.socket(family, kind, protocol)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # start again at once
        door.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            unread = int(limits.unread * 1000)
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, unread)
        door.bind(where)
        door.listen(limits.queue)
        door.setblocking(False)
    except OSError as error:
        if door is not None:
            door.close()
        raise _not_listening(error, f"{host}:{port}") from None
    return door


def _not_listening(error: OSError, address: str) -> Refusal:
    """Say why nothing listens at an address, with what helps: another port only where one is taken."""
    code = _ADVICE.get(error.errno or 0, "app.address_unfit")
    return Refusal(code, Kind.CONFLICT, address=address, problem=problem_of(error))


_ADVICE = {
    errno.EADDRINUSE: "app.address_taken",
    errno.EACCES: "app.port_not_allowed",
    errno.EPERM: "app.port_not_allowed",
}


def server(application: Callable[..., Any], door: socket.socket, limits: Limits) -> "Server":
    """Return a server that answers at a socket which listens already.

    It speaks HTTP/1.1 only: where it may find out by itself which version is spoken, it waits for the
    first byte without a limit (granian 2.8.7), and a proxy in front speaks 1.1 to it anyway.
    """
    from granian._granian import SocketHolder
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    class AtDoor(Server):
        def _init_shared_socket(self) -> None:
            holder: Any = SocketHolder  # granian's own types leave out how it is made
            self._ssp = None
            self._shd = holder(door.detach(), False, limits.queue)

    host, port = door.getsockname()[:2]
    return AtDoor(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(limits.head * 1000), max_buffer_size=limits.head_bytes
        ),
        websockets=False,
        backlog=limits.queue,
        backpressure=within_files(limits),
        log_dictconfig=_ONE_LOG,
    )
