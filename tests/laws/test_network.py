"""Law: tests reach nobody beyond this machine. DESIGN 6."""

import socket
from collections.abc import Callable

import pytest

ELSEWHERE = ("192.0.2.1", 9)
"""An address that is nobody's (RFC 5737)."""


@pytest.mark.parametrize(
    "reach",
    [
        lambda one: one.connect(ELSEWHERE),
        lambda one: one.connect_ex(ELSEWHERE),
        lambda one: one.sendto(b"x", ELSEWHERE),
        lambda one: one.sendto(b"x", 0, ELSEWHERE),
    ],
)
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_test_that_would_leave_this_machine_fails(
    kind: int, reach: Callable[[socket.socket], object]
) -> None:
    with socket.socket(socket.AF_INET, kind) as one, pytest.raises(AssertionError, match=r"192\.0"):
        reach(one)


def test_this_machine_itself_is_reached() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        socket.create_connection(door.getsockname(), 5).close()
