"""A clock that jumps, back or forward: it is noticed, and work goes on as if it had not."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import msgspec
import pytest
from sqlalchemy import select

from tongban.kernel.ids import made_at
from tongban.kit import clock_jumps, lanes, testing
from tongban.kit.clock import MovableClock, new_id
from tongban.kit.db import Unit
from tongban.kit.db.unit import jobs
from tongban.kit.house import House
from tongban.kit.jobs import Doer, Progress
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox

HOURS = timedelta(hours=3)


class Tea(msgspec.Struct, frozen=True):
    """An event of this test."""

    name: ClassVar[str] = "kit.tea"


class Jumping:
    """The machine's clock, as whoever looks after the machine sets it."""

    def __init__(self) -> None:
        self.at = testing.MORNING

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock(house: House) -> Jumping:
    made = Jumping()
    house.db.clock = made
    return made


@pytest.fixture
def town(house: House, clock: Jumping) -> House:
    return replace(house, clock=clock)


class Once:
    """Work that fails until it is told to be well."""

    def __init__(self) -> None:
        self.well = True
        self.done = 0

    def job(self, house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        self.hear()

    def handle(self, unit: Unit, event: Tea) -> None:
        self.hear()

    def hear(self) -> None:
        if not self.well:
            raise ValueError
        self.done += 1


def ask_event(unit: Unit) -> None:
    unit.emit(Tea())


def ask_job(unit: Unit) -> None:
    unit.enqueue("mail.letter", {})


@pytest.mark.parametrize("failed", [False, True])
@pytest.mark.parametrize("ask", [ask_event, ask_job])
def test_work_that_waits_goes_on_after_the_clock_was_set_back(
    town: House, clock: Jumping, ask: Callable[[Unit], None], failed: bool
) -> None:
    work = Once()
    worker = Worker(town, Outbox(town.db, [(Tea, work.handle)]), {"mail.letter": work.job})
    town.db.write(ask)
    if failed:
        work.well = False
        worker.settle()
        work.well = True
    clock.at -= HOURS
    worker.settle()
    assert work.done == 1
    worker.settle()
    assert work.done == 1


def test_a_job_that_another_does_is_left_to_them_and_taken_over_once_their_lease_is_over(
    town: House, clock: Jumping
) -> None:
    work = Once()
    doer = Doer(town, {"mail.letter": work.job}, "mail")
    town.db.write(ask_job)
    leased = jobs.update().values(state="running", tries=1, next_at=clock.at + timedelta(minutes=5))
    town.db.write(lambda unit: unit.connection.execute(leased).rowcount)
    clock.at -= HOURS
    assert (doer(), work.done) == (0, 0), "whoever does it may be alive"
    with town.db.read() as reader:
        until = reader.connection.execute(select(jobs.c.next_at)).scalar_one()
    assert until == clock.at + timedelta(minutes=5)
    clock.at += timedelta(minutes=6)
    assert (doer(), work.done) == (1, 1)


@pytest.mark.parametrize("by", [HOURS, -HOURS])
def test_a_lane_gives_signs_after_the_clock_jumped(
    town: House, clock: Jumping, by: timedelta
) -> None:
    turned = threading.Event()
    rounds = {"rounds-ledger": (lambda _: turned.set(),)}
    worker = Worker(town, Outbox(town.db, []), {}, rounds, every=0.02)

    def signed() -> set[datetime]:
        with town.db.read() as reader:
            return {one.at for one in lanes.last_signs(reader)}

    worker.start()
    try:
        assert turned.wait(30)
        clock.at += by
        patience = time.monotonic() + 30
        while signed() != {clock.at} and time.monotonic() < patience:
            time.sleep(0.01)
        assert signed() == {clock.at}
    finally:
        worker.stop()


def test_a_clock_that_is_behind_what_was_done_is_told_by_how_much(
    town: House, clock: Jumping
) -> None:
    def behind() -> timedelta:
        with town.db.read() as reader:
            return clock_jumps.behind(reader)

    assert behind() == timedelta(0), "before anything was done"
    town.db.write(ask_job)
    assert behind() == timedelta(0)
    clock.at -= timedelta(seconds=30)
    assert behind() == timedelta(0), "clocks are put right by seconds all the time"
    clock.at += timedelta(seconds=30) - HOURS
    assert behind() == HOURS
    town.db.write(ask_event)
    assert behind() == HOURS, "new work does not hide it"
    clock.at += HOURS
    assert behind() == timedelta(0)


def test_a_jump_is_logged_either_way_and_time_that_passes_is_none(
    town: House, clock: Jumping, caplog: pytest.LogCaptureFixture
) -> None:
    steady = [0.0]
    watch = clock_jumps.Watch(lambda: steady[0])
    for passed, jumped in ((0, 0), (600, 0), (1, 3600), (1, -7200), (1, 5), (86_400, 0)):
        steady[0] += passed
        clock.at += timedelta(seconds=passed + jumped)
        watch(town)
    assert [record.getMessage()[:26] for record in caplog.records] == [
        "the clock jumped by +3600 ", "the clock jumped by -7200 ",
    ]  # fmt: skip


def test_a_clock_that_is_set_ahead_on_purpose_is_not_watched(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    watch = clock_jumps.Watch(lambda: 0.0)
    watch(house)
    assert isinstance(house.clock, MovableClock)
    house.clock.advance(HOURS)
    watch(house)
    assert caplog.records == []


def test_an_identifier_tells_when_it_was_made() -> None:
    clock = Jumping()
    clock.at = datetime(2026, 11, 24, 1, 30, 5, 123_000, tzinfo=UTC)
    assert made_at(new_id(clock)) == clock.at
