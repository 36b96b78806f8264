"""Every turn of a request is timed, whatever it waits for, and a long one is told by its route."""

import asyncio
import time
from typing import Any

import pytest

from tongban.kit import turns


def spend(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_each_turn_between_two_waits_is_timed_and_waiting_is_not() -> None:
    taken: list[float] = []

    async def work() -> None:
        spend(0.03)
        await asyncio.sleep(0.05)
        spend(0.01)

    async def run() -> None:
        await turns.Timed(work(), taken.append)

    asyncio.run(run())
    assert len(taken) == 2
    assert 0.03 <= taken[0] < 0.05 > taken[1] >= 0.01


def test_a_request_that_is_cancelled_can_tidy_up_and_a_fault_comes_through() -> None:
    done: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            done.append("tidied")

    async def wrong() -> None:
        await asyncio.sleep(0)
        raise ValueError("wrong")

    async def run() -> None:
        task = asyncio.ensure_future(_awaited(work()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(ValueError, match="wrong"):
            await _awaited(wrong())

    asyncio.run(run())
    assert done == ["tidied"]


async def _awaited(work: Any) -> None:
    await turns.Timed(work, lambda _: None)


def test_a_long_turn_is_told_by_its_route_and_never_by_what_was_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/apply/4701",
        "path_template": "/apply/{draft}",
    }
    turns.log_slow(scope, 0.04)
    assert caplog.text == ""
    turns.log_slow(scope, 0.0612)
    assert "slow turn: POST /apply/{draft} held the loop for 61 ms" in caplog.text
    assert "4701" not in caplog.text
