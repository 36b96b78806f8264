"""Long work, done beside the doors: with progress, tried again when it fails, resumed after a stop.

A job's kind is its module: the jobs of a kind are done one after the other, on a lane of their own
(:mod:`tongban.kit.lanes`).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, Text, and_, or_, select, type_coerce

from tongban.kit import tally
from tongban.kit.db import Reader, Unit
from tongban.kit.db.unit import is_vouched, jobs
from tongban.kit.faults import kind_of, reraise_stop, where
from tongban.kit.house import House
from tongban.kit.saying import saying
from tongban.kit.troubles import NOT_ASKED, UNKNOWN, WorkGivenUp

Progress = Callable[[int, int], None]
Job = Callable[[House, Mapping[str, Any], Progress], None]

_log = logging.getLogger("tongban.jobs")
_LEASE = timedelta(minutes=5)
_RENEW = 60.0  # seconds
_WAITS = (2, 10, 60, 300, 900)  # seconds before the next try
_LONGEST = timedelta(seconds=_WAITS[-1])
_SKEW = timedelta(minutes=1)
"""By how much the clocks of several machines may differ."""
_TRIES = 8
_OPEN = ("queued", "running")
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


class Doer:
    """Does the jobs of one kind, one after the other; another process may do its next one meanwhile."""

    def __init__(
        self,
        house: House,
        known: Mapping[str, Job],
        kind: str,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        """``alive`` is told whenever a job gets on."""
        self._house = house
        self._known = known
        self._kind = kind
        self._alive = alive

    def __call__(self) -> int:
        """Do the next job that is due; returns how many were done."""
        if not self._is_due():  # most looks find nothing: they cost the only writer nothing
            return 0
        row = self._house.db.write(lambda unit: _claim(unit, self._kind))
        if row is None:
            return 0
        with saying(job=row.name, job_id=row.id):
            if is_vouched(self._house.db.keyring, "job", row, row.payload):
                self._do_leased(row)
            else:
                self._set_aside(row)
        return 1

    def _set_aside(self, row: Row[Any]) -> None:
        """Give up at once what nobody with the keys asked for; a message has its name only if it is ours."""
        _log.error("job %s (%s) was not asked for by this government", row.name, row.id)
        name = row.name if row.name in self._known else UNKNOWN
        undone = (jobs.c.id == row.id) & jobs.c.state.in_(_OPEN)
        self._house.db.write(lambda unit: _give_up(unit, row, NOT_ASKED, undone, name))
        tally.count("tongban_jobs", name, "failed")

    def _do_leased(self, row: Row[Any]) -> None:
        """Do a job under its lease, and write down and tell how it ended."""
        began = time.monotonic()
        try:
            with self._leased(row):
                self._do(row)
        except BaseException as error:
            reraise_stop(error)
            fault = kind_of(error)
            _log.error("job %s (%s) failed: %s", row.name, row.id, where(error), extra=_told(began))
            tally.count("tongban_jobs", row.name, "failed")
            self._house.db.write(lambda unit: _failed(unit, row, fault))
        else:
            self._house.db.write(lambda unit: _done(unit, row))
            _log.info("job done", extra=_told(began))
            tally.count("tongban_jobs", row.name, "done")
        tally.took("tongban_job_duration_seconds", time.monotonic() - began, row.name)

    def _is_due(self) -> bool:
        with self._house.db.read() as reader:
            found = reader.connection.execute(_due(reader, self._kind).limit(1))
            return found.first() is not None

    def _do(self, row: Row[Any]) -> None:
        """Do a job on a thread of its own: whatever it meets, the worker comes back from it.

        A thread cannot be ended from outside. One that is left behind ends with the process; what it
        still writes about its job is refused (`_set`), and what it does is safe to be done twice.
        """
        job = self._known[row.name]
        limit = job.seconds if isinstance(job, Limited) else _PATIENCE
        asked = msgspec.json.decode(row.payload)
        doing = _Doing(lambda sign: job(self._house, asked, _both(sign, self._progress, row)))
        doing.wait(limit)

    def _progress(self, row: Row[Any], done: int, of: int) -> None:
        self._alive()
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


def _told(began: float) -> dict[str, int]:
    return {"ms": round((time.monotonic() - began) * 1000)}


class _Doing:
    """Something that is done on a thread, and how long ago it last gave a sign of progress."""

    def __init__(self, work: Callable[[Callable[[], None]], None]) -> None:
        self._work = work
        self._fault: BaseException | None = None
        self._sign = time.monotonic()
        as_here = copy_context()  # what it writes into the log names the job
        doing = partial(as_here.run, self._run)
        self._thread = threading.Thread(target=doing, name="tongban-job", daemon=True)
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


_AS_KEPT = tuple(
    type_coerce(each, Text).label(each.name) if each.name == "payload" else each
    for each in jobs.columns
)
"""A job with its payload as the text that is kept: one that nobody can read holds no other up."""


def _due(reader: Reader, kind: str) -> Select[Any]:
    """Return the jobs of a kind that are due: those to do, and those whose worker has died.

    And those that a clock put off which stood ahead: what was never tried waits for nothing, and nothing
    waits longer, or is leased for longer, than is ever given.
    """
    own, now = jobs.c, reader.now
    put_off = (own.state == "queued") & ((own.tries == 0) | (own.next_at > now + _LONGEST))
    due = or_(own.next_at <= now, put_off, _leased_ahead(now))
    return select(*_AS_KEPT).where(own.kind == kind, own.state.in_(_OPEN), due)


def _leased_ahead(now: datetime) -> ColumnElement[bool]:
    return (jobs.c.state == "running") & (jobs.c.next_at > now + _LEASE + _SKEW)


def _claim(unit: Unit, kind: str) -> Row[Any] | None:
    query = (
        _due(unit, kind)
        .order_by(jobs.c.next_at, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = unit.connection.execute(query).first()
    if row is None:
        return None
    if not is_vouched(unit.keyring, "job", row, row.payload):
        return row  # it is not leased: whoever claimed it sets it aside
    if row.state == "running" and row.next_at > unit.now:
        # Leased by a clock that stood ahead: whoever does it renews the lease, and has time to do so.
        _lease(unit, row, tries=row.tries)
        return None
    if row.tries >= _TRIES:  # its worker died each time, and could not say so
        _give_up(unit, row, "WorkerDied", jobs.c.id == row.id)
        return None
    # While it runs its lease is renewed; when its worker dies, the lease ends and another takes it.
    _lease(unit, row, tries=row.tries + 1)
    return row


def _lease(unit: Unit, row: Row[Any], tries: int) -> None:
    leased = {"state": "running", "tries": tries, "next_at": unit.now + _LEASE}
    unit.connection.execute(jobs.update().where(jobs.c.id == row.id).values(**leased))


def _failed(unit: Unit, row: Row[Any], fault: str) -> None:
    tries = row.tries + 1
    if tries >= _TRIES:
        _give_up(unit, row, fault, _mine(row))
        return
    wait = timedelta(seconds=_WAITS[min(tries - 1, len(_WAITS) - 1)])
    since = row.failed_at or unit.now
    _set(unit, row, state="queued", fault=fault[:200], failed_at=since, next_at=unit.now + wait)


def _give_up(
    unit: Unit, row: Row[Any], fault: str, mine: ColumnElement[bool], name: str = ""
) -> None:
    """Note that a job failed in every try; tell it the first time, if it is ours to give up."""
    given_up = {
        "state": "failed",
        "fault": fault[:200],
        "failed_at": row.failed_at or unit.now,
        "gave_up_at": row.gave_up_at or unit.now,
    }
    found = unit.connection.execute(jobs.update().where(mine).values(**given_up)).rowcount
    if found == 1 and row.gave_up_at is None:
        unit.emit(WorkGivenUp(sort="job", work=name or row.name, id=row.id))


def _done(unit: Unit, row: Row[Any]) -> None:
    """Note that a job is done; without its authenticator nobody has it done once more."""
    _set(unit, row, state="done", fault=None, authenticator=None)


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
    seen = select(jobs.c.state, jobs.c.done_parts, jobs.c.all_parts).where(jobs.c.id == job)
    row = reader.connection.execute(seen).first()
    return None if row is None else (row.state, row.done_parts, row.all_parts)


def open_payloads(reader: Reader, name: str) -> tuple[Mapping[str, Any], ...]:
    """Return what the jobs of a name are asked to do that wait or run."""
    query = select(jobs.c.payload).where(jobs.c.name == name, jobs.c.state.in_(_OPEN))
    return tuple(reader.connection.execute(query).scalars())


def payload_of(reader: Reader, job: str, name: str) -> Mapping[str, Any] | None:
    """Return what a job of that name was asked to do, None where there is none."""
    query = select(jobs.c.payload).where(jobs.c.id == job, jobs.c.name == name)
    found: Mapping[str, Any] | None = reader.connection.execute(query).scalar()
    return found
