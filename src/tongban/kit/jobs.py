"""Long work, done beside the doors: with progress, tried again when it fails, resumed after a stop."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, and_, or_, select

from tongban.kit.db import Reader, Unit
from tongban.kit.db.unit import jobs
from tongban.kit.faults import kind_of, reraise_stop, where
from tongban.kit.house import House
from tongban.kit.outbox import Outbox
from tongban.kit.troubles import WorkGivenUp

T = TypeVar("T")
Progress = Callable[[int, int], None]
Job = Callable[[House, Mapping[str, Any], Progress], None]

_log = logging.getLogger("tongban.jobs")
_LEASE = timedelta(minutes=5)
_RENEW = 60.0  # seconds
_WAITS = (2, 10, 60, 300, 900)  # seconds before the next try
_TRIES = 8
_FAREWELL = 30.0  # seconds that a stop waits for the pieces at hand
_PATIENCE = 600.0  # seconds without a sign of progress, after which a job counts as failed


class TookTooLong(Exception):
    """A job gave no sign of progress for so long that nobody waits for it any more."""


@dataclass(frozen=True)
class Limited:
    """A job that has a limit of its own instead of the worker's."""

    job: Job
    seconds: float
    """How long it may go without a sign of progress."""

    def __call__(self, house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        """Do the job."""
        self.job(house, payload, progress)


class Worker:
    """Delivers events and goes the rounds on one thread, does jobs on others, and looks by itself too."""

    def __init__(
        self,
        house: House,
        outbox: Outbox,
        known: Mapping[str, Job],
        rounds: tuple[Callable[[House], None], ...] = (),
        every: float = 1.0,
        long: frozenset[str] = frozenset(),
    ) -> None:
        """Know what is to be done; ``long`` are jobs with a lane of their own, that keep none waiting."""
        self._house = house
        self._outbox = outbox
        self._known = known
        self._rounds = rounds
        self._every = every
        self._long = long
        self._stopping = False
        self._wakes: list[threading.Event] = []
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin on threads of its own; units that leave work behind wake them."""
        self._house.db.on_work = self._call
        self._begin(self._look_after, "tongban-worker")
        self._begin(self._work, "tongban-jobs")
        if self._long:
            self._begin(partial(self._work, long=True), "tongban-long")

    def _begin(self, lane: Callable[[], int], name: str) -> None:
        wake = threading.Event()
        thread = threading.Thread(target=self._run, args=(lane, wake), name=name, daemon=True)
        self._wakes.append(wake)
        self._threads.append(thread)
        thread.start()

    def _call(self) -> None:
        for wake in self._wakes:
            wake.set()

    def stop(self) -> None:
        """Finish the pieces at hand and stop; wait half a minute at most for all of them."""
        self._stopping = True
        self._call()
        until = time.monotonic() + _FAREWELL
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def settle(self, rounds: int = 200) -> None:
        """Do everything that is due, on the caller's thread; for tests, commands and examples."""
        for _ in range(rounds):
            for one in self._rounds:
                one(self._house)
            if self._outbox.deliver() + self._work() + self._work(long=True) == 0:
                return

    def _run(self, lane: Callable[[], int], wake: threading.Event) -> None:
        while not self._stopping:
            wake.clear()
            if not _go_on_after(lane) and not self._stopping:
                wake.wait(self._every)

    def _look_after(self) -> int:
        """Go the rounds and deliver events: a job that hangs keeps neither from theirs."""
        for one in self._rounds:
            _go_on_after(one, self._house)
        return self._outbox.deliver()

    def _work(self, *, long: bool = False) -> int:
        """Do the next job of a lane; returns how many were done."""
        if long and not self._long:
            return 0
        row = self._house.db.write(lambda unit: _claim(unit, self._long, long=long))
        if row is None:
            return 0
        try:
            with self._leased(row):
                self._do(row)
        except BaseException as error:
            reraise_stop(error)
            fault = kind_of(error)
            _log.error("job %s (%s) failed: %s", row.name, row.id, where(error))
            self._house.db.write(lambda unit: _failed(unit, row, fault))
        else:
            self._house.db.write(lambda unit: _set(unit, row, state="done", fault=None))
        return 1

    def _do(self, row: Row[Any]) -> None:
        """Do a job on a thread of its own: whatever it meets, the worker comes back from it.

        A thread cannot be ended from outside. One that is left behind ends with the process; what it
        still writes about its job is refused (`_set`), and what it does is safe to be done twice.
        """
        job = self._known[row.name]
        limit = job.seconds if isinstance(job, Limited) else _PATIENCE
        doing = _Doing(lambda sign: job(self._house, row.payload, _both(sign, self._progress, row)))
        doing.wait(limit)

    def _progress(self, row: Row[Any], done: int, of: int) -> None:
        self._house.db.write(lambda unit: _set(unit, row, done_parts=done, all_parts=of))

    @contextmanager
    def _leased(self, row: Row[Any]) -> Iterator[None]:
        """Renew the lease of a job while it runs, however long it takes."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(_RENEW):
                self._house.db.later(lambda unit: _set(unit, row, next_at=unit.now + _LEASE))

        renewing = threading.Thread(target=renew, name="tongban-lease", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()


class _Doing:
    """Something that is done on a thread, and how long ago it last gave a sign of progress."""

    def __init__(self, work: Callable[[Callable[[], None]], None]) -> None:
        self._work = work
        self._fault: BaseException | None = None
        self._sign = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="tongban-job", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work(self._note)
        except BaseException as error:  # whoever waits raises it
            self._fault = error

    def _note(self) -> None:
        self._sign = time.monotonic()

    def wait(self, limit: float) -> None:
        """Wait until it is done and raise what it raised; refuse to wait longer than the limit."""
        while self._thread.is_alive():
            left = self._sign + limit - time.monotonic()
            if left <= 0:
                raise TookTooLong
            self._thread.join(left)
        if self._fault is not None:
            raise self._fault


def _both(sign: Callable[[], None], write: Callable[..., None], row: Row[Any]) -> Progress:
    """Return a progress that is written down and counts as a sign of life."""

    def progress(done: int, of: int) -> None:
        sign()
        write(row, done, of)

    return progress


def _go_on_after(part: Callable[..., T], *given: Any) -> T | None:
    """Do a part of the worker's round; a fault in it must not keep the others from theirs."""
    try:
        return part(*given)
    except BaseException as error:
        reraise_stop(error)
        _log.error("the worker met a fault and goes on: %s", where(error))
        return None


def _claim(unit: Unit, names: frozenset[str], *, long: bool) -> Row[Any] | None:
    due = jobs.c.next_at <= unit.now
    lane = jobs.c.name.in_(names) if long else jobs.c.name.not_in(names)
    query = (
        select(jobs)
        .where(due, lane, or_(jobs.c.state == "queued", jobs.c.state == "running"))
        .order_by(jobs.c.next_at, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = unit.connection.execute(query).first()
    if row is None:
        return None
    if row.tries >= _TRIES:  # its worker died each time, and could not say so
        _give_up(unit, row, "WorkerDied", jobs.c.id == row.id)
        return None
    # While it runs its lease is renewed; when its worker dies, the lease ends and another takes it.
    leased = {"state": "running", "tries": row.tries + 1, "next_at": unit.now + _LEASE}
    unit.connection.execute(jobs.update().where(jobs.c.id == row.id).values(**leased))
    return row


def _failed(unit: Unit, row: Row[Any], fault: str) -> None:
    tries = row.tries + 1
    if tries >= _TRIES:
        _give_up(unit, row, fault, _mine(row))
        return
    wait = timedelta(seconds=_WAITS[min(tries - 1, len(_WAITS) - 1)])
    since = row.failed_at or unit.now
    _set(unit, row, state="queued", fault=fault[:200], failed_at=since, next_at=unit.now + wait)


def _give_up(unit: Unit, row: Row[Any], fault: str, mine: ColumnElement[bool]) -> None:
    """Note that a job failed in every try; tell it the first time, if it is ours to give up."""
    given_up = {
        "state": "failed",
        "fault": fault[:200],
        "failed_at": row.failed_at or unit.now,
        "gave_up_at": row.gave_up_at or unit.now,
    }
    found = unit.connection.execute(jobs.update().where(mine).values(**given_up)).rowcount
    if found == 1 and row.gave_up_at is None:
        unit.emit(WorkGivenUp(sort="job", work=row.name, id=row.id))


def _set(unit: Unit, row: Row[Any], **values: Any) -> None:
    """Write about a job that was claimed as ``row``, unless another worker has taken it since."""
    unit.connection.execute(jobs.update().where(_mine(row)).values(**values))


def _mine(row: Row[Any]) -> ColumnElement[bool]:
    running = jobs.c.state == "running"
    return and_(jobs.c.id == row.id, jobs.c.tries == row.tries + 1, running)


def is_queued(reader: Reader, name: str) -> bool:
    """Whether a job of that name waits to be begun; one that runs already does not count."""
    query = select(jobs.c.id).where(jobs.c.name == name, jobs.c.state == "queued").limit(1)
    return reader.connection.execute(query).first() is not None


def job_state(reader: Any, job: str) -> tuple[str, int, int] | None:
    """Return state, parts done and parts in all of a job."""
    row = reader.connection.execute(select(jobs).where(jobs.c.id == job)).first()
    return None if row is None else (row.state, row.done_parts, row.all_parts)


def open_payloads(reader: Reader, name: str) -> tuple[Mapping[str, Any], ...]:
    """Return what the jobs of a name are asked to do that wait or run."""
    is_open = jobs.c.state.in_(("queued", "running"))
    query = select(jobs.c.payload).where(jobs.c.name == name, is_open)
    return tuple(reader.connection.execute(query).scalars())


def payload_of(reader: Reader, job: str, name: str) -> Mapping[str, Any] | None:
    """Return what a job of that name was asked to do, None where there is none."""
    query = select(jobs.c.payload).where(jobs.c.id == job, jobs.c.name == name)
    found: Mapping[str, Any] | None = reader.connection.execute(query).scalar()
    return found
