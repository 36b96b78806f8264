"""Events arrive at least once, jobs are tried again, and both survive a stop in between."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, ClassVar

import msgspec
import pytest

from tongban.kit import testing
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Unit
from tongban.kit.house import House
from tongban.kit.jobs import Progress, job_state
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox, pending


class SomethingHappened(msgspec.Struct, frozen=True):
    """An event of this test."""

    name: ClassVar[str] = "kit.something_happened"
    what: str


def _clock(database: Database) -> MovableClock:
    assert isinstance(database.clock, MovableClock)
    return database.clock


def test_an_event_reaches_everyone_who_subscribed(database: Database) -> None:
    heard: list[str] = []

    def first(unit: Unit, event: SomethingHappened) -> None:
        heard.append("first " + event.what)

    def second(unit: Unit, event: SomethingHappened) -> None:
        heard.append("second " + event.what)

    box = Outbox(database, [(SomethingHappened, first), (SomethingHappened, second)])
    database.write(lambda unit: unit.emit(SomethingHappened("tea")))
    assert box.deliver() == 1
    assert heard == ["first tea", "second tea"]
    assert box.deliver() == 0


def test_an_event_of_a_unit_that_failed_never_happened(database: Database) -> None:
    def work(unit: Unit) -> None:
        unit.emit(SomethingHappened("no"))
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - any
        database.write(work)
    assert Outbox(database, []).deliver() == 0


def test_a_handler_that_fails_is_tried_again_and_the_others_are_not(database: Database) -> None:
    heard: list[str] = []
    failing = [True]

    def steady(unit: Unit, event: SomethingHappened) -> None:
        heard.append("steady")

    def shaky(unit: Unit, event: SomethingHappened) -> None:
        if failing[0]:
            raise ConnectionError("not now")
        heard.append("shaky")

    box = Outbox(database, [(SomethingHappened, steady), (SomethingHappened, shaky)])
    database.write(lambda unit: unit.emit(SomethingHappened("x")))
    box.deliver()
    assert heard == ["steady"]
    failing[0] = False
    assert box.deliver() == 0, "it waits before it tries again"
    _clock(database).advance(timedelta(seconds=2))
    box.deliver()
    assert heard == ["steady", "shaky"]
    with database.read() as reader:
        assert pending(reader) == []


def test_what_a_failing_handler_wrote_is_undone(database: Database) -> None:
    def shaky(unit: Unit, event: SomethingHappened) -> None:
        unit.enqueue("half done", {})
        raise ConnectionError

    box = Outbox(database, [(SomethingHappened, shaky)])
    database.write(lambda unit: unit.emit(SomethingHappened("x")))
    box.deliver()
    with database.read() as reader:
        assert pending(reader) == ["kit.something_happened"]
        from sqlalchemy import select

        from tongban.kit.db.unit import jobs

        assert reader.connection.execute(select(jobs.c.name)).all() == []


def test_a_job_is_done_with_progress(house: House) -> None:
    done: list[str] = []

    def count(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        progress(1, 2)
        done.append(payload["what"])
        progress(2, 2)

    worker = Worker(house, Outbox(house.db, []), {"count": count})
    job = house.db.write(lambda unit: unit.enqueue("count", {"what": "beans"}))
    worker.settle()
    assert done == ["beans"]
    with house.db.read() as reader:
        assert job_state(reader, job) == ("done", 2, 2)


def test_a_job_that_fails_is_tried_later_and_given_up_in_the_end(house: House) -> None:
    tries: list[int] = []

    def fail(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        tries.append(1)
        raise ConnectionError

    worker = Worker(house, Outbox(house.db, []), {"fail": fail})
    job = house.db.write(lambda unit: unit.enqueue("fail", {}))
    for _ in range(20):
        worker.settle()
        _clock(house.db).advance(timedelta(minutes=20))
    assert len(tries) == 8
    with house.db.read() as reader:
        state = job_state(reader, job)
    assert state is not None
    assert state[0] == "failed"


def test_a_job_whose_worker_died_is_taken_up_again_when_its_lease_ends(house: House) -> None:
    done: list[int] = []

    def die_first(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        done.append(1)
        if len(done) == 1:
            raise KeyboardInterrupt  # the process ends here; nothing is written about it

    worker = Worker(house, Outbox(house.db, []), {"work": die_first})
    house.db.write(lambda unit: unit.enqueue("work", {}))
    with pytest.raises(KeyboardInterrupt):
        worker.settle()
    worker.settle()
    assert len(done) == 1, "leased to the one that died"
    _clock(house.db).advance(timedelta(minutes=6))
    worker.settle()
    assert len(done) == 2


def test_a_running_worker_hears_of_work_at_once(house: House) -> None:
    seen = threading.Event()

    def note(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        seen.set()

    worker = Worker(house, Outbox(house.db, []), {"note": note}, every=60)
    worker.start()
    try:
        house.db.write(lambda unit: unit.enqueue("note", {}))
        assert seen.wait(10)
    finally:
        worker.stop()


def test_an_event_that_nobody_can_read_holds_up_nothing_else(database: Database) -> None:
    heard: list[str] = []

    def hear(unit: Unit, event: SomethingHappened) -> None:
        heard.append(event.what)

    class OfAnotherRelease(msgspec.Struct, frozen=True):
        name: ClassVar[str] = "kit.something_happened"
        other: int

    box = Outbox(database, [(SomethingHappened, hear)])
    database.write(lambda unit: unit.emit(OfAnotherRelease(1)))
    database.write(lambda unit: unit.emit(SomethingHappened("tea")))
    box.deliver()
    assert heard == ["tea"]
    with database.read() as reader:
        assert pending(reader) == ["kit.something_happened"], "it is tried again after an upgrade"


def test_a_second_process_does_not_handle_again_what_the_first_has_handled(
    database: Database,
) -> None:
    """Both looked at the box before either began."""
    heard: list[str] = []

    def hear(unit: Unit, event: SomethingHappened) -> None:
        heard.append(event.what)
        if len(heard) == 1:
            slower.deliver()

    class Slower(Outbox):
        """Looks now, and handles after the other is through."""

        def _deliver_one(self, row: Any) -> None:
            late.append(row)

    late: list[Any] = []
    slower = Slower(database, [(SomethingHappened, hear)])
    quick = Outbox(database, [(SomethingHappened, hear)])
    database.write(lambda unit: unit.emit(SomethingHappened("tea")))
    quick.deliver()
    assert len(late) == 1
    quick._deliver_one(late[0])
    assert heard == ["tea"]


def test_two_processes_at_the_same_event_wait_for_each_other(database: Database) -> None:
    heard: list[str] = []

    def hear(unit: Unit, event: SomethingHappened) -> None:
        heard.append(event.what)
        threading.Event().wait(0.2)

    boxes = [Outbox(database, [(SomethingHappened, hear)]) for _ in range(4)]
    database.write(lambda unit: unit.emit(SomethingHappened("tea")))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Outbox.deliver, boxes))
    assert heard == ["tea"]
    with database.read() as reader:
        assert pending(reader) == []


def test_a_job_that_takes_longer_than_its_lease_is_not_begun_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.kit.jobs._RENEW", 0.02)
    begun: list[int] = []

    def long(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        begun.append(1)
        for _ in range(5 if len(begun) == 1 else 0):
            _clock(house.db).advance(timedelta(minutes=4))
            threading.Event().wait(0.2)
            other.settle()

    worker = Worker(house, Outbox(house.db, []), {"long": long})
    other = Worker(house, Outbox(house.db, []), {"long": long})
    job = house.db.write(lambda unit: unit.enqueue("long", {}))
    worker.settle()
    assert begun == [1]
    with house.db.read() as reader:
        assert job_state(reader, job) == ("done", 0, 0)


def test_who_lost_the_lease_does_not_settle_for_who_has_it(house: House) -> None:
    begun: list[int] = []

    def slow(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        begun.append(1)
        if len(begun) == 1:  # its process sleeps; another one takes the job and does it
            _clock(house.db).advance(timedelta(minutes=6))
            Worker(house, Outbox(house.db, []), {"slow": slow}).settle()
            raise ConnectionError

    job = house.db.write(lambda unit: unit.enqueue("slow", {}))
    worker = Worker(house, Outbox(house.db, []), {"slow": slow})
    worker.settle()
    _clock(house.db).advance(timedelta(hours=1))
    worker.settle()
    assert len(begun) == 2
    with house.db.read() as reader:
        assert job_state(reader, job) == ("done", 0, 0)


def test_a_job_that_ends_its_worker_every_time_is_given_up(house: House) -> None:
    died: list[int] = []

    def die(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        died.append(1)
        raise KeyboardInterrupt

    worker = Worker(house, Outbox(house.db, []), {"die": die})
    job = house.db.write(lambda unit: unit.enqueue("die", {}))
    for _ in range(12):
        try:
            worker.settle()
        except KeyboardInterrupt:
            _clock(house.db).advance(timedelta(minutes=6))
    assert len(died) == 8
    with house.db.read() as reader:
        state = job_state(reader, job)
    assert state is not None
    assert state[0] == "failed"


class Panic(BaseException):
    """As libraries written in Rust raise it: not an Exception."""


def _wait_for(seen: threading.Event, worker: Worker) -> bool:
    worker.start()
    try:
        return seen.wait(5)
    finally:
        worker.stop()


def test_a_library_that_panics_does_not_end_the_worker(house: House) -> None:
    seen = threading.Event()

    def panic(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        raise Panic

    def note(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        seen.set()

    job = house.db.write(lambda unit: unit.enqueue("panic", {}))
    house.db.write(lambda unit: unit.enqueue("note", {}))
    worker = Worker(house, Outbox(house.db, []), {"panic": panic, "note": note}, every=0.05)
    assert _wait_for(seen, worker)
    with house.db.read() as reader:
        assert job_state(reader, job) == ("queued", 0, 0), "it is tried again"


def test_a_handler_that_panics_does_not_end_the_worker(house: House) -> None:
    seen = threading.Event()

    def panic(unit: Unit, event: SomethingHappened) -> None:
        raise Panic

    def note(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        seen.set()

    house.db.write(lambda unit: unit.emit(SomethingHappened("tea")))
    house.db.write(lambda unit: unit.enqueue("note", {}))
    outbox = Outbox(house.db, [(SomethingHappened, panic)])
    assert _wait_for(seen, Worker(house, outbox, {"note": note}, every=0.05))


def test_a_round_that_fails_holds_up_nothing_else(house: House) -> None:
    seen = threading.Event()
    rounds: list[str] = []

    def fail(house: House) -> None:
        raise ConnectionError

    def go(house: House) -> None:
        rounds.append("gone")

    def note(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        seen.set()

    house.db.write(lambda unit: unit.enqueue("note", {}))
    worker = Worker(house, Outbox(house.db, []), {"note": note}, {"rounds": (fail, go)}, every=0.05)
    assert _wait_for(seen, worker)
    assert rounds


def test_the_clock_of_a_test_stands_at_a_tuesday_morning() -> None:
    assert testing.MORNING.strftime("%A") == "Tuesday"
