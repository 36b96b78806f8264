"""Lanes: no work beside the doors waits for another kind, and several processes share it."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

import msgspec

from tongban.kit import lanes, troubles
from tongban.kit.clock import MovableClock
from tongban.kit.db import Unit
from tongban.kit.house import House
from tongban.kit.jobs import Progress
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox, pending


class SomethingHappened(msgspec.Struct, frozen=True):
    """An event of this test."""

    name: ClassVar[str] = "kit.something_happened"
    what: str


@contextmanager
def working(*workers: Worker) -> Iterator[None]:
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()


class Away:
    """A server that does not answer until the test is over."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.over = threading.Event()

    def mail(self, house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        self.asked.set()
        self.over.wait(60)

    def watch(self, house: House) -> None:
        self.asked.set()
        self.over.wait(60)


def test_a_mail_server_that_is_away_holds_up_no_seal_no_event_and_no_round(house: House) -> None:
    away = Away()
    sealed, heard, gone = (threading.Event() for _ in range(3))

    def seal(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        sealed.set()

    def hear(unit: Unit, event: SomethingHappened) -> None:
        heard.set()

    def number(house: House) -> None:
        if away.asked.is_set():
            gone.set()

    box = Outbox(house.db, [(SomethingHappened, hear)])
    known = {"mail.letter": away.mail, "certificates.seal": seal}
    for _ in range(3):
        house.db.write(lambda unit: unit.enqueue("mail.letter", {}))
    with working(Worker(house, box, known, {"rounds-ledger": (number,)}, every=0.05)):
        assert away.asked.wait(20)
        house.db.write(lambda unit: unit.enqueue("certificates.seal", {}))
        house.db.write(lambda unit: unit.emit(SomethingHappened("tea")))
        assert sealed.wait(10), "a seal does not wait for a mail"
        assert heard.wait(10)
        assert gone.wait(10)
        assert not away.over.is_set()
        away.over.set()


def test_a_round_that_hangs_holds_up_no_other_lane_of_rounds(house: House) -> None:
    away, numbered = Away(), threading.Event()
    rounds = {
        "rounds-supervision": (away.watch,),
        "rounds-ledger": (lambda _: numbered.set() if away.asked.is_set() else None,),
    }
    with working(Worker(house, Outbox(house.db, []), {}, rounds, every=0.05)):
        assert away.asked.wait(20)
        assert numbered.wait(10)
        away.over.set()


def test_only_the_lane_that_work_is_for_is_woken(house: House) -> None:
    looked: Counter[str] = Counter()
    seen = threading.Event()

    def note(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        seen.set()

    worker = Worker(house, Outbox(house.db, []), {"mail.letter": note, "seal.one": note}, every=60)
    for lane in worker.lanes:

        def count(name: str = lane.name, turn: Any = lane.turn) -> int:
            looked[name] += 1
            return int(turn())

        lane.turn = count
    with working(worker):
        until = time.monotonic() + 30
        while len(looked) < 3 and time.monotonic() < until:
            time.sleep(0.01)
        asleep = Counter(looked)
        house.db.write(lambda unit: unit.enqueue("mail.letter", {}))
        assert seen.wait(30)
        house.db.write(lambda unit: unit.enqueue("mail.letter", {}))
        while looked["jobs-mail"] < asleep["jobs-mail"] + 3 and time.monotonic() < until:
            time.sleep(0.01)  # whoever was woken for nothing has looked by now
    assert looked["jobs-mail"] > asleep["jobs-mail"]
    assert (looked["jobs-seal"], looked["events"]) == (1, 1)


def test_several_processes_share_the_work_and_do_nothing_twice(house: House) -> None:
    done: Counter[str] = Counter()
    by: set[int] = set()
    lock, second = threading.Lock(), threading.Event()

    def worker(number: int) -> Worker:
        def do(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
            with lock:
                done[f"job {payload['number']}"] += 1
                by.add(number)
                if len(by) > 1:
                    second.set()
            second.wait(20)  # whoever has a job waits until another process has one too

        def hear(unit: Unit, event: SomethingHappened) -> None:
            with lock:
                done[f"event {event.what}"] += 1

        box = Outbox(house.db, [(SomethingHappened, hear)])
        return Worker(house, box, {"mail.letter": do, "seal.one": do}, every=0.05)

    def ask(unit: Unit) -> None:
        for number in range(40):
            unit.enqueue("mail.letter" if number % 2 else "seal.one", {"number": number})
            unit.emit(SomethingHappened(str(number)))

    house.db.write(ask)
    with working(*(worker(number) for number in range(3))):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with house.db.read() as reader:
                if not troubles.queues(reader):
                    break
            time.sleep(0.05)
    assert done == Counter({f"{sort} {n}": 1 for n in range(40) for sort in ("job", "event")})
    assert len(by) > 1
    with house.db.read() as reader:
        assert pending(reader) == []


def test_a_lane_gives_a_sign_before_a_turn_while_work_gets_on_and_when_the_clock_is_set_ahead(
    house: House,
) -> None:
    assert isinstance(house.clock, MovableClock)
    clock, begun, goes_on = house.clock, house.clock.now(), threading.Event()

    def signed() -> Any:
        with house.db.read() as reader:
            return {one.lane: one.at for one in lanes.last_signs(reader)}.get("jobs-mail")

    def long(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        assert signed() == begun, "before the turn"
        clock.advance(timedelta(minutes=7))
        progress(1, 2)
        assert signed() == begun + timedelta(minutes=7), "long work that gets on"
        goes_on.set()

    worker = Worker(house, Outbox(house.db, []), {"mail.letter": long}, every=0.05)
    house.db.write(lambda unit: unit.enqueue("mail.letter", {}))
    with working(worker):
        assert goes_on.wait(30)
        clock.advance(timedelta(days=1))
        house.db.on_work(frozenset())
        until = time.monotonic() + 30
        while signed() != clock.now() and time.monotonic() < until:
            time.sleep(0.01)
        assert signed() == clock.now()


def test_a_lane_that_there_is_no_more_is_forgotten(house: House) -> None:
    with working(Worker(house, Outbox(house.db, []), {"mail.letter": Away().mail}, every=0.05)):
        time.sleep(0.2)
    with working(Worker(house, Outbox(house.db, []), {}, every=0.05)):
        time.sleep(0.2)
    with house.db.read() as reader:
        assert [one.lane for one in lanes.last_signs(reader)] == ["events"]


def test_each_lane_says_when_it_last_did_a_turn_and_how_long_it_took(house: House) -> None:
    worker = Worker(house, Outbox(house.db, []), {"mail.letter": Away().mail}, every=60)
    with working(worker):
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with house.db.read() as reader:
                found = {one.lane: one for one in lanes.last_signs(reader)}
            if len(found) == 2:
                break
            time.sleep(0.02)
    assert set(found) == {"events", "jobs-mail"}
    assert all(one.at == house.clock.now() and one.took >= 0 for one in found.values())


def test_a_queue_says_since_when_its_oldest_waits(house: House) -> None:
    house.db.write(lambda unit: unit.enqueue("mail.letter", {}))
    asked = house.clock.now()
    assert isinstance(house.clock, MovableClock)
    house.clock.advance(timedelta(hours=1))
    house.db.write(lambda unit: unit.enqueue("mail.letter", {}))
    with house.db.read() as reader:
        [queue] = troubles.queues(reader)
    assert (queue.waiting, queue.oldest) == (2, asked)
