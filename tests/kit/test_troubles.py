"""What fails is seen from its first failure until it is through, and has an end of the road."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

import msgspec
import pytest

from tongban.kernel.errors import Kind, Refusal
from tongban.kit import troubles
from tongban.kit.clock import MovableClock
from tongban.kit.db import Unit
from tongban.kit.db.unit import jobs
from tongban.kit.house import House
from tongban.kit.jobs import Limited, Progress, job_state
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox, pending
from tongban.kit.troubles import Queue, Trouble, WorkGivenUp


class SomethingHappened(msgspec.Struct, frozen=True):
    """An event of this test."""

    name: ClassVar[str] = "kit.something_happened"
    what: str


class Unsteady:
    """Work that fails until it is mended."""

    def __init__(self, fault: BaseException) -> None:
        self.fault: BaseException | None = fault
        self.tries = 0

    def job(self, house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        self._go()

    def handler(self, unit: Unit, event: SomethingHappened) -> None:
        self._go()

    def _go(self) -> None:
        self.tries += 1
        if self.fault is not None:
            raise self.fault


class Ear:
    """Hears what was given up."""

    def __init__(self) -> None:
        self.heard: list[WorkGivenUp] = []

    def hear(self, unit: Unit, event: WorkGivenUp) -> None:
        self.heard.append(event)


def later(house: House, **time: float) -> None:
    assert isinstance(house.clock, MovableClock)
    house.clock.advance(timedelta(**time))


def failing(house: House) -> tuple[Trouble, ...]:
    with house.db.read() as reader:
        return troubles.failing(reader)


def queues(house: House) -> tuple[Queue, ...]:
    with house.db.read() as reader:
        return troubles.queues(reader)


def all_tries(house: House, worker: Worker) -> None:
    for _ in range(20):
        worker.settle()
        later(house, minutes=20)


def test_a_job_is_seen_at_its_first_failure_with_reason_and_next_try(house: House) -> None:
    work = Unsteady(Refusal("kit.database_silent", Kind.UNAVAILABLE, name="王小明"))
    worker = Worker(house, Outbox(house.db, []), {"make": work.job})
    job = house.db.write(lambda unit: unit.enqueue("make", {}))
    assert failing(house) == ()
    worker.settle()
    [seen] = failing(house)
    assert (seen.sort, seen.id, seen.work, seen.tries) == ("job", job, "make", 1)
    assert seen.fault == "kit.database_silent"
    assert seen.failed_at == house.clock.now()
    assert seen.next_at == house.clock.now() + timedelta(seconds=2)
    assert not seen.given_up
    asked = seen.asked_at
    assert queues(house) == (Queue(sort="job", work="make", waiting=1, failing=1, oldest=asked),)
    later(house, seconds=3)
    worker.settle()
    [again] = failing(house)
    assert (again.tries, again.failed_at) == (2, seen.failed_at), "since its first failure"


def test_what_is_kept_of_a_reason_holds_none_of_its_words(house: House) -> None:
    work = Unsteady(ValueError("王小明 11010519491231002X"))
    worker = Worker(house, Outbox(house.db, [(SomethingHappened, work.handler)]), {"a": work.job})
    house.db.write(lambda unit: unit.enqueue("a", {}))
    house.db.write(lambda unit: unit.emit(SomethingHappened("x")))
    worker.settle()
    kept = [one.fault for one in failing(house)]
    assert sorted(kept) == ["ValueError", f"{__name__}.handler: ValueError"]


def test_a_job_that_is_done_in_the_end_is_no_trouble_any_more(house: House) -> None:
    work = Unsteady(ConnectionError())
    worker = Worker(house, Outbox(house.db, []), {"make": work.job})
    house.db.write(lambda unit: unit.enqueue("make", {}))
    worker.settle()
    work.fault = None
    later(house, seconds=3)
    worker.settle()
    assert failing(house) == ()
    assert queues(house) == ()


def test_a_job_that_is_given_up_is_told_once_and_stays_seen(house: House) -> None:
    work, ear = Unsteady(ConnectionError()), Ear()
    worker = Worker(house, Outbox(house.db, [(WorkGivenUp, ear.hear)]), {"make": work.job})
    job = house.db.write(lambda unit: unit.enqueue("make", {}))
    all_tries(house, worker)
    assert ear.heard == [WorkGivenUp(sort="job", work="make", id=job)]
    [seen] = failing(house)
    assert seen.given_up
    assert seen.next_at is None
    assert queues(house) == (Queue(sort="job", work="make", given_up=1),)
    house.db.write(lambda unit: troubles.revive(unit, job))
    all_tries(house, worker)
    assert work.tries == 16
    assert len(ear.heard) == 1, "what revives itself is not told again and again"


def test_a_job_that_was_given_up_is_revived_whatever_was_noted_of_its_fault(house: House) -> None:
    worker = Worker(house, Outbox(house.db, []), {"make": Unsteady(ConnectionError()).job})
    job = house.db.write(lambda unit: unit.enqueue("make", {}))
    all_tries(house, worker)
    house.db.write(_without_fault)
    assert house.db.write(lambda unit: troubles.revive(unit, job))


def _without_fault(unit: Unit) -> None:
    """Leave jobs as releases left them that noted no fault."""
    unit.connection.execute(jobs.update().values(fault=None))


def test_what_was_given_up_is_tried_again_by_hand_and_told_again(house: House) -> None:
    work, ear = Unsteady(ConnectionError()), Ear()
    worker = Worker(house, Outbox(house.db, [(WorkGivenUp, ear.hear)]), {"make": work.job})
    job = house.db.write(lambda unit: unit.enqueue("make", {}))
    all_tries(house, worker)
    house.db.write(lambda unit: troubles.try_again(unit, "job", job))
    all_tries(house, worker)
    assert len(ear.heard) == 2
    house.db.write(lambda unit: troubles.try_again(unit, "job", job))
    work.fault = None
    worker.settle()
    assert failing(house) == ()
    with pytest.raises(Refusal, match="nothing_to_try"):
        house.db.write(lambda unit: troubles.try_again(unit, "job", job))


def test_a_job_without_a_sign_of_progress_counts_as_failed_and_holds_up_nothing(
    house: House,
) -> None:
    over, done, ended = threading.Event(), threading.Event(), threading.Event()

    def hang(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        over.wait(60)
        ended.set()
        progress(1, 1)

    def other(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        done.set()

    worker = Worker(house, Outbox(house.db, []), {"hang": Limited(hang, 0.05), "other": other})
    job = house.db.write(lambda unit: unit.enqueue("hang", {}))
    house.db.write(lambda unit: unit.enqueue("other", {}))
    worker.settle()
    assert (done.is_set(), ended.is_set()) == (True, False)
    [seen] = failing(house)
    assert (seen.id, seen.fault) == (job, "TookTooLong")
    over.set()  # who was left behind comes back: it has no say any more
    time.sleep(0.1)
    with house.db.read() as reader:
        assert job_state(reader, job) == ("queued", 0, 0)


def test_events_go_out_and_rounds_are_gone_while_a_job_hangs(house: House) -> None:
    hanging, over, heard, gone = (threading.Event() for _ in range(4))

    def hang(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        hanging.set()
        over.wait(60)

    def hear(unit: Unit, event: SomethingHappened) -> None:
        heard.set()

    def go(house: House) -> None:
        if hanging.is_set():
            gone.set()

    box = Outbox(house.db, [(SomethingHappened, hear)])
    worker = Worker(house, box, {"hang": hang}, {"rounds": (go,)}, every=0.05)
    house.db.write(lambda unit: unit.enqueue("hang", {}))
    worker.start()
    try:
        assert hanging.wait(20)
        house.db.write(lambda unit: unit.emit(SomethingHappened("tea")))
        assert heard.wait(20), "an event does not wait for a job"
        assert gone.wait(20), "nor does a round"
        assert not over.is_set()
    finally:
        over.set()
        worker.stop()


class Watch:
    """A clock that goes on when a job says so; it knows when somebody looked at it."""

    def __init__(self) -> None:
        self.shows = 0.0
        self.looked = threading.Event()

    def monotonic(self) -> float:
        self.looked.set()
        return self.shows

    def go_on(self, seconds: float) -> None:
        self.shows += seconds
        self.looked.clear()
        assert self.looked.wait(20), "whoever waits looks again and again"


def test_a_job_that_goes_on_has_as_long_as_it_takes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch()
    monkeypatch.setattr("tongban.kit.jobs.time", watch)

    def slow(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        for part in range(8):
            watch.go_on(0.04)
            progress(part, 8)

    worker = Worker(house, Outbox(house.db, []), {"slow": Limited(slow, 0.05)})
    job = house.db.write(lambda unit: unit.enqueue("slow", {}))
    worker.settle()
    with house.db.read() as reader:
        assert job_state(reader, job) == ("done", 7, 8)


def test_who_lost_a_job_does_not_tell_that_it_was_given_up(house: House) -> None:
    ear = Ear()
    box = Outbox(house.db, [(WorkGivenUp, ear.hear)])
    begun: list[int] = []

    def lose(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        begun.append(len(begun) + 1)
        this = begun[-1]
        if this == 8:  # the last try: its process sleeps, another tries anew and does it
            later(house, minutes=6)
            house.db.write(_as_fresh)
            Worker(house, box, {"lose": lose}).settle()
        if this != 9:
            raise ConnectionError

    worker = Worker(house, box, {"lose": lose})
    house.db.write(lambda unit: unit.enqueue("lose", {}))
    all_tries(house, worker)
    assert len(begun) == 9
    assert failing(house) == ()
    assert ear.heard == []


def _as_fresh(unit: Unit) -> None:
    unit.connection.execute(jobs.update().values(tries=0, next_at=unit.now))


def test_one_condition_says_that_a_job_has_failed(house: House) -> None:
    work = Unsteady(ConnectionError())
    worker = Worker(house, Outbox(house.db, []), {"make": work.job})
    job = house.db.write(lambda unit: unit.enqueue("make", {}))
    assert not house.db.write(lambda unit: troubles.revive(unit, job)), "it was not given up"
    worker.settle()
    with house.db.read() as reader:
        assert troubles.of_job(reader, job) is not None
    work.fault = None
    later(house, seconds=3)
    worker.settle()
    with house.db.read() as reader:
        assert troubles.of_job(reader, job) is None


def _dead_letter(
    house: House, *handlers: Callable[[Unit, SomethingHappened], None]
) -> tuple[Worker, Ear]:
    ear = Ear()
    subscribed = [(SomethingHappened, each) for each in handlers]
    worker = Worker(house, Outbox(house.db, [*subscribed, (WorkGivenUp, ear.hear)]), {})
    house.db.write(lambda unit: unit.emit(SomethingHappened("x")))
    all_tries(house, worker)
    return worker, ear


def test_an_event_is_seen_at_its_first_failure_and_is_a_dead_letter_in_the_end(
    house: House,
) -> None:
    work = Unsteady(KeyError("x"))
    box = Outbox(house.db, [(SomethingHappened, work.handler)])
    house.db.write(lambda unit: unit.emit(SomethingHappened("x")))
    box.deliver()
    [seen] = failing(house)
    assert (seen.sort, seen.work, seen.tries) == ("event", "kit.something_happened", 1)
    assert queues(house) == (
        Queue(
            sort="event",
            work="kit.something_happened",
            waiting=1,
            failing=1,
            oldest=seen.asked_at,
        ),
    )
    for _ in range(20):
        later(house, minutes=20)
        box.deliver()
    assert work.tries == 12
    [dead] = failing(house)
    assert (dead.given_up, dead.failed_at, dead.next_at) == (True, seen.failed_at, None)
    assert queues(house)[0].given_up == 1
    with house.db.read() as reader:
        assert "kit.something_happened" not in pending(reader)


def test_a_dead_letter_is_told_once_and_holds_up_no_other_event(house: House) -> None:
    heard: list[str] = []

    def only_the_first_fails(unit: Unit, event: SomethingHappened) -> None:
        if event.what == "x":
            raise KeyError
        heard.append(event.what)

    worker, ear = _dead_letter(house, only_the_first_fails)
    assert [one.sort for one in ear.heard] == ["event"]
    house.db.write(lambda unit: unit.emit(SomethingHappened("tea")))
    worker.settle()
    assert heard == ["tea"]


def test_a_dead_letter_goes_on_where_it_failed_when_asked_for(house: House) -> None:
    heard: list[str] = []

    def steady(unit: Unit, event: SomethingHappened) -> None:
        heard.append(event.what)

    work = Unsteady(KeyError())
    worker, _ = _dead_letter(house, steady, work.handler)
    [dead] = failing(house)
    work.fault = None
    house.db.write(lambda unit: troubles.try_again(unit, "event", dead.id))
    worker.settle()
    assert failing(house) == ()
    assert heard == ["x"], "who had it already does not get it twice"


def test_word_of_what_was_given_up_does_not_breed_more_of_it(house: House) -> None:
    def deaf(unit: Unit, event: WorkGivenUp) -> None:
        raise KeyError

    work = Unsteady(ConnectionError())
    worker = Worker(house, Outbox(house.db, [(WorkGivenUp, deaf)]), {"make": work.job})
    house.db.write(lambda unit: unit.enqueue("make", {}))
    all_tries(house, worker)
    all_tries(house, worker)
    assert sorted(one.work for one in failing(house)) == ["kit.work_given_up", "make"]
