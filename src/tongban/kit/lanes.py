"""Lanes: the work beside the doors, each kind of it on a thread of its own, so that none waits for another.

A mail server that is away keeps mails waiting, and nothing else. A lane is one of three things: rounds (what
is looked after again and again), the events of the outbox, or the jobs of one kind. Several processes may
have the same lanes over one database: a job is leased, an event is handled under its lock, and rounds ask
the database what is still to be done.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, repeat, takewhile
from typing import TypeVar

import msgspec
from sqlalchemy import Column, Integer, String, Table, delete, select
from sqlalchemy.exc import DBAPIError

from tongban.kit.db import Instant, Reader, Unit, inserting, metadata
from tongban.kit.db.unit import EVENTS, kind_of_job
from tongban.kit.faults import reraise_stop, where
from tongban.kit.house import House
from tongban.kit.jobs import Doer, Job
from tongban.kit.outbox import Outbox
from tongban.kit.saying import say_from_now

T = TypeVar("T")
Round = Callable[[House], object]
"""Does some of what is due in a turn; true where it stopped in the middle of it."""

signs = Table(
    "kit_lane",
    metadata,
    Column("lane", String(60), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("took", Integer, nullable=False),
)
"""When a lane last gave a sign of life, in any process, and how many milliseconds the turn before took."""

READY = "ready"
"""Under this name stands the row that shows that a government can write; no lane is called so."""
_log = logging.getLogger("tongban.lanes")
_FAREWELL = 30.0  # seconds that a stop waits for the pieces at hand
_A_TURN = 200
"""Things that a round looks at, together, before it lets others of its lane have their turn."""
_HALF_A_SECOND = 0.5  # in which a round begins pieces of work, before others have their turn
_SIGN = timedelta(minutes=1)
"""Between two signs of life."""


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """The last sign of life of a lane."""

    lane: str
    at: datetime
    took: int
    """Milliseconds of the turn before it."""


class Lane:
    """One lane: what is done in a turn, and the thread that does it again and again.

    It gives a sign of life when a turn begins, and whenever long work gets on (:meth:`sign`); what hangs
    gives none. By the government's clock, so that one that is set ahead, or back, makes no lane silent.
    """

    def __init__(self, house: House, name: str, every: float) -> None:
        """Where there is nothing to do, look again after so many seconds."""
        self.name = name
        self.turn: Callable[[], int] = lambda: 0
        """Does what is due and says how much it was."""
        self._house = house
        self._every = every
        self._wake = threading.Event()
        self._stopping = False
        self._signed: datetime | None = None
        self._took = 0.0
        self._thread = threading.Thread(target=self._run, name=f"tongban-{name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once whether anything is due."""
        self._wake.set()

    def ask_to_stop(self) -> None:
        """Finish the piece at hand and do no more."""
        self._stopping = True
        self._wake.set()

    def wait(self, seconds: float) -> None:
        """Wait until it has stopped, for so many seconds at most."""
        self._thread.join(timeout=seconds)

    def _run(self) -> None:
        say_from_now(lane=self.name)
        while not self._stopping:
            self._wake.clear()
            self.sign()
            began = time.monotonic()
            found = _go_on_after(self.turn)
            self._took = time.monotonic() - began
            if not found and not self._stopping:
                self._wake.wait(self._every)

    def sign(self) -> None:
        """Write a sign of life, unless there is one of this minute."""
        now = self._house.clock.now()
        if self._signed is not None and abs(now - self._signed) < _SIGN:
            return
        took = round(self._took * 1000)
        if _go_on_after(self._house.db.write, partial(_sign, lane=self.name, took=took)):
            self._signed = now


class OnceAMinute:
    """A round that looks once a minute of the government's own time: a clock that is set ahead counts.

    What is due is named by public numbers, such as a case's, and each is done in a unit of its own: one
    that cannot be done is logged by its number and tried again in the next minute, and keeps no other
    from its turn. ``do`` looks again whether it is still due. ``find`` names what cannot be judged as
    well, so that whoever does it meets the fault: see :func:`due_or_faulty`.
    """

    def __init__(
        self, find: Callable[[Reader], Sequence[str]], do: Callable[[Unit, str], object]
    ) -> None:
        self._find = find
        self._do = do
        self._last = ""
        self._waiting: list[str] = []

    def __call__(self, house: House) -> bool:
        """Do some of what is due, and look for it first unless that was done in this minute."""
        minute = house.clock.now().strftime("%Y-%m-%dT%H:%M")
        if not self._waiting and minute != self._last:
            with house.db.read() as reader:
                self._waiting = list(self._find(reader))
            self._last = minute
        tried, _ = _some_done(house, self._do, self._waiting)
        self._waiting = self._waiting[tried:]
        return bool(self._waiting)


class OfChanged:
    """A round over many things that looks at one only when it changed, or what it is judged by did.

    ``keys`` names all of them with what a judgement of each rests on, such as its version and the day: one
    cheap question, once a minute of the government's own time. Those whose key is another than when they
    were last looked at are given to ``find``, some hundred in a turn, which returns those on which something
    is due; ``do`` does each in a unit of its own, as with :class:`OnceAMinute`. One that could not be done
    is looked at again in the next minute. What was looked at is this process's own memory: after a start
    everything is looked at once.
    """

    def __init__(
        self,
        keys: Callable[[Reader], Mapping[str, Hashable]],
        find: Callable[[Reader, Sequence[str]], Sequence[str]],
        do: Callable[[Unit, str], object],
    ) -> None:
        self._keys = keys
        self._find = find
        self._do = do
        self._last = ""
        self._now: Mapping[str, Hashable] = {}
        self._looked_at: dict[str, Hashable] = {}
        self._waiting: list[str] = []
        self._due: Sequence[str] = ()

    def __call__(self, house: House) -> bool:
        """Look at some of those that changed, and do what is due on them: within one turn, the looking
        counted; what was found due and not begun is done in the next, without looking again."""
        room = within_a_turn()
        minute = house.clock.now().strftime("%Y-%m-%dT%H:%M")
        if not self._due and not self._waiting and minute == self._last:
            return False
        if not self._due:
            self._look(house, minute)
        tried, failed = _some_done(house, self._do, self._due, room)
        self._note(number for number in self._due[:tried] if number not in failed)
        self._due = self._due[tried:]
        return bool(self._due or self._waiting)

    def _look(self, house: House, minute: str) -> None:
        """Ask which of the next ones something is due on; the others are looked at."""
        with house.db.read() as reader:
            if not self._waiting:
                self._compare(self._keys(reader))
                self._last = minute
            some, self._waiting = self._waiting[:_A_TURN], self._waiting[_A_TURN:]
            self._due = self._find(reader, some) if some else ()
        self._note({*some}.difference(self._due))

    def _note(self, looked_at: Iterable[str]) -> None:
        self._looked_at |= {number: self._now[number] for number in looked_at}

    def _compare(self, keys: Mapping[str, Hashable]) -> None:
        """Forget what is no longer among them, and note which are to be looked at."""
        self._now = keys
        self._looked_at = {number: key for number, key in self._looked_at.items() if number in keys}
        self._waiting = [
            number for number, key in keys.items() if self._looked_at.get(number) != key
        ]


def within_a_turn() -> Iterator[None]:
    """Return room for each piece of work that a round may begin in a turn: one, and more for half a second
    from now on.

    So what one round has to do keeps no other of its lane waiting, however much it is.
    """
    until = time.monotonic() + _HALF_A_SECOND
    return chain((None,), takewhile(lambda _: time.monotonic() < until, repeat(None)))


def _some_done(
    house: House,
    do: Callable[[Unit, str], object],
    numbers: Sequence[str],
    room: Iterator[None] | None = None,
) -> tuple[int, set[str]]:
    """Do what is due on as many things as a turn has room for; how many were tried, and which failed."""
    tried, failed = 0, set()
    for number, _ in zip(numbers, room or within_a_turn(), strict=False):
        tried += 1
        if not _done(house, do, number):
            failed.add(number)
    return tried, failed


def _done(house: House, do: Callable[[Unit, str], object], number: str) -> bool:
    """Do what is due on one thing; says in the log if that failed, so that no other waits for it."""
    try:
        house.db.write(partial(_of, do, number))
    except BaseException as error:
        reraise_stop(error)
        _log.error("%s could not be done and the others are: %s", number, where(error))
        return False
    return True


def _of(do: Callable[[Unit, str], object], number: str, unit: Unit) -> object:
    return do(unit, number)


def due_or_faulty(
    numbers: Sequence[str], look: Callable[[Sequence[str]], Collection[str]]
) -> list[str]:
    """Return which of some numbers ``look`` finds due, and at which of them it fails.

    All are looked at together, and in halves where that fails, until what is at fault stands alone: one
    that cannot be judged keeps no other from its turn.
    """
    try:
        due = look(numbers)
    except BaseException as error:
        reraise_stop(error)
        half = len(numbers) // 2
        if not half:
            return list(numbers)
        return [*due_or_faulty(numbers[:half], look), *due_or_faulty(numbers[half:], look)]
    return [number for number in numbers if number in due]


def faulty_among(numbers: Sequence[str], look: Callable[[Sequence[str]], object]) -> list[str]:
    """Look at some together, and return those at which that fails, each alone; what the database refuses
    is the fault of none of them and is raised."""
    broken: list[DBAPIError] = []

    def looked(some: Sequence[str]) -> tuple[str, ...]:
        try:
            look(some)
        except DBAPIError as error:
            broken.append(error)
        except Exception as error:
            if len(some) == 1:
                _log.error(
                    "one of those looked at is left out, the others are not: %s", where(error)
                )
            raise
        return ()

    faulty = due_or_faulty(numbers, looked)
    if broken:
        raise broken[0]
    return faulty


class Worker:
    """All lanes of a government."""

    def __init__(
        self,
        house: House,
        outbox: Outbox,
        known: Mapping[str, Job],
        rounds: Mapping[str, Sequence[Round]] | None = None,
        every: float = 1.0,
    ) -> None:
        """Know what is to be done: jobs by name, rounds by the lane on which they are gone."""
        self._house = house
        self._rounds = [Lane(house, name, every) for name in rounds or {}]
        for lane, several in zip(self._rounds, (rounds or {}).values(), strict=True):
            lane.turn = partial(_go, house, tuple(several))
        events = Lane(house, EVENTS, every)
        events.turn = outbox.deliver
        self._works = {EVENTS: events}
        for kind in sorted({kind_of_job(name) for name in known}):
            lane = self._works[kind] = Lane(house, f"jobs-{kind}", every)
            lane.turn = Doer(house, known, kind, lane.sign)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Return every lane."""
        return (*self._rounds, *self._works.values())

    def start(self) -> None:
        """Begin on threads of its own; units that leave work behind wake whom it is for.

        Signs of lanes that there are no more are forgotten.
        """
        self._house.db.on_work = self._call
        names = [lane.name for lane in self.lanes]
        _go_on_after(self._house.db.write, partial(_forget_all_but, names=names))
        for lane in self.lanes:
            lane.start()

    def _call(self, kinds: frozenset[str]) -> None:
        """Wake the rounds, and the lanes of these kinds; nothing named is all of them."""
        for lane in self._rounds:
            lane.wake()
        for kind, lane in self._works.items():
            if not kinds or kind in kinds:
                lane.wake()

    def stop(self) -> None:
        """Finish the pieces at hand and stop; wait half a minute at most for all of them."""
        for lane in self.lanes:
            lane.ask_to_stop()
        until = time.monotonic() + _FAREWELL
        for lane in self.lanes:
            lane.wait(max(0.0, until - time.monotonic()))

    def settle(self, turns: int = 200) -> None:
        """Do everything that is due, on the caller's thread; for tests, commands and examples."""
        for _ in range(turns):
            if sum(lane.turn() for lane in self.lanes) == 0:
                return


def _go(house: House, rounds: tuple[Round, ...]) -> int:
    """Go some rounds and return how many have more to do: a fault in one keeps no other from its turn."""
    return sum(bool(_go_on_after(one, house)) for one in rounds)


def _go_on_after(part: Callable[..., T], *given: object) -> T | None:
    """Do a part of a lane's turn; whatever it meets, the lane goes on."""
    try:
        return part(*given)
    except BaseException as error:
        reraise_stop(error)
        _log.error("the worker met a fault and goes on: %s", where(error))
        return None


def _sign(unit: Unit, *, lane: str, took: int) -> bool:
    now = {"at": unit.now, "took": took}
    new = inserting(unit.connection, signs).values(lane=lane, **now)
    unit.connection.execute(new.on_conflict_do_update(index_elements=[signs.c.lane], set_=now))
    return True


def beat(unit: Unit) -> None:
    """Write a row durably, for who asks whether that can be done."""
    _sign(unit, lane=READY, took=0)


def _forget_all_but(unit: Unit, *, names: Sequence[str]) -> None:
    unit.connection.execute(delete(signs).where(signs.c.lane.not_in(names)))


def last_signs(reader: Reader) -> Iterator[Sign]:
    """Return the last sign of life of every lane, by name."""
    lanes = select(signs).where(signs.c.lane != READY).order_by(signs.c.lane)
    for row in reader.connection.execute(lanes):
        yield Sign(lane=row.lane, at=row.at, took=row.took)
