"""A server that takes every connection and does not speak its protocol."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def mute(first: bytes = b"") -> Iterator[tuple[int, list[socket.socket]]]:
    """Yield the port of one on the loopback that says ``first`` and nothing more, and whom it took."""
    taken: list[socket.socket] = []

    def take() -> None:
        with suppress(OSError):
            while True:
                one = listening.accept()[0]
                taken.append(one)
                one.sendall(first)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield listening.getsockname()[1], taken
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)
    for one in taken:
        one.close()
