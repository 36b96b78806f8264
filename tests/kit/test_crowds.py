"""When more come than are served: who has left costs nothing, who waited too long is told so."""

import asyncio
from typing import Any

import pytest

from tongban.kit import crowds


class Late:
    """A loop that is so many seconds late, with a crowd before it or without."""

    def __init__(self, late: float, crowd: bool) -> None:
        self.late = late
        self._crowd = crowd

    def comes(self) -> bool:
        return self._crowd


async def _turn(
    late: float, *, gone: bool = False, method: str = "GET", path: str = "/", crowd: bool = True
) -> Any:
    scope: Any = {"type": "http", "method": method, "path": path}
    told: list[Any] = [{"type": "http.request", "body": b"", "more_body": False}]
    told += [{"type": "http.disconnect"}] if gone else []
    sent: list[Any] = []

    async def receive() -> Any:
        if told:
            return told.pop(0)
        return await asyncio.get_running_loop().create_future()

    async def send(message: Any) -> None:
        sent.append(message)

    pulse: Any = Late(late, crowd)
    return await crowds.turned_away(pulse, scope, receive, send), sent


def turn(late: float, **how: Any) -> tuple[bool, list[Any]]:
    """Return whether a request was turned away by a loop that is late, and what was sent."""
    found: tuple[bool, list[Any]] = asyncio.run(_turn(late, **how))
    return found


@pytest.mark.parametrize("gone", [True, False])
def test_a_loop_in_time_serves_without_looking(gone: bool) -> None:
    assert turn(0.0, gone=gone) == (False, [])


def test_who_left_while_waiting_is_not_worked_for() -> None:
    away, sent = turn(crowds.BEHIND, gone=True)
    assert (away, sent[1]["body"]) == (True, b"")


def test_who_still_waits_is_served_by_a_loop_that_is_behind() -> None:
    assert turn(crowds.TOO_LATE - 1) == (False, [])


def test_who_waited_too_long_is_told_when_to_come_again() -> None:
    away, (start, body) = turn(crowds.TOO_LATE)
    assert (away, start["status"]) == (True, 503)
    assert dict(start["headers"])[b"retry-after"] == b"10"
    assert "请过十几秒再试" in body["body"].decode()
    assert "Try again" in body["body"].decode()


@pytest.mark.parametrize(("method", "path"), [("POST", "/apply/1"), ("GET", "/healthz")])
def test_what_was_sent_to_be_done_is_done_however_late_and_life_is_always_answered(
    method: str, path: str
) -> None:
    assert turn(60.0, gone=True, method=method, path=path) == (False, [])


def test_a_machine_that_slept_turns_nobody_away() -> None:
    assert turn(600.0, gone=True, crowd=False) == (False, [])


def test_a_loop_that_is_held_up_is_late_by_as_much_and_knows_who_came_since() -> None:
    shows = [100.0]

    async def held() -> list[Any]:
        pulse = crowds.Pulse(lambda: shows[0])
        seen: list[Any] = [pulse.late]
        pulse.start()
        shows[0] += 3.0  # the loop is held: no beat
        seen += [pulse.late, [pulse.comes() for _ in range(17)]]
        pulse.stop()
        pulse.start()
        seen += [pulse.late, pulse.comes()]
        pulse.stop()
        return seen

    before, late, came, after, alone = asyncio.run(held())
    assert (before, late, after, alone) == (0.0, 2.75, 0.0, False)
    assert came == [False] * 16 + [True]
