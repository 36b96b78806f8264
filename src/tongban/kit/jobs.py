"""Long work, done beside the doors: with progress, tried again when it fails, resumed after a stop."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Row, or_, select

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, Unit
from tongban.kit.db.unit import jobs
from tongban.kit.faults import reraise_stop, where
from tongban.kit.house import House
from tongban.kit.outbox import Outbox

T = TypeVar("T")
Progress = Callable[[int, int], None]
Job = Callable[[House, Mapping[str, Any], Progress], None]

_log = logging.getLogger("tongban.jobs")
_LEASE = timedelta(minutes=5)
_RENEW = 60.0  # seconds
_WAITS = (2, 10, 60, 300, 900)  # seconds before the next try
_TRIES = 8


class Worker:
    """One thread that delivers events and does jobs, and looks now and then by itself."""

    def __init__(
        self,
        house: House,
        outbox: Outbox,
        known: Mapping[str, Job],
        rounds: tuple[Callable[[House], None], ...] = (),
        every: float = 1.0,
    ) -> None:
        self._house = house
        self._outbox = outbox
        self._known = known
        self._rounds = rounds
        self._every = every
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin on a thread of its own; units that leave work behind wake it."""
        self._house.db.on_work = self._wake.set
        self._thread = threading.Thread(target=self._run, name="tongban-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the piece at hand and stop."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def settle(self, rounds: int = 200) -> None:
        """Do everything that is due, on the caller's thread; for tests, commands and examples."""
        for _ in range(rounds):
            for one in self._rounds:
                one(self._house)
            if self._outbox.deliver() + self._work() == 0:
                return

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            for one in self._rounds:
                _go_on_after(one, self._house)
            busy = _go_on_after(self._outbox.deliver) or 0
            busy += _go_on_after(self._work) or 0
            if not busy and not self._stopping:
                self._wake.wait(self._every)

    def _work(self) -> int:
        row = self._house.db.write(_claim)
        if row is None:
            return 0
        try:
            job = self._known[row.name]
            with self._leased(row):
                job(self._house, row.payload, partial(self._progress, row))
        except BaseException as error:
            reraise_stop(error)
            fault = error.code if isinstance(error, Refusal) else type(error).__name__
            _log.error("job %s (%s) failed: %s", row.name, row.id, where(error))
            self._house.db.write(lambda unit: _failed(unit, row, fault))
        else:
            self._house.db.write(lambda unit: _set(unit, row, state="done", fault=None))
        return 1

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


def _go_on_after(part: Callable[..., T], *given: Any) -> T | None:
    """Do a part of the worker's round; a fault in it must not keep the others from theirs."""
    try:
        return part(*given)
    except BaseException as error:
        reraise_stop(error)
        _log.error("the worker met a fault and goes on: %s", where(error))
        return None


def _claim(unit: Unit) -> Row[Any] | None:
    due = jobs.c.next_at <= unit.now
    query = (
        select(jobs)
        .where(due, or_(jobs.c.state == "queued", jobs.c.state == "running"))
        .order_by(jobs.c.next_at, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = unit.connection.execute(query).first()
    if row is None:
        return None
    if row.tries >= _TRIES:  # its worker died each time, and could not say so
        unit.connection.execute(
            jobs.update().where(jobs.c.id == row.id).values(state="failed", fault="WorkerDied")
        )
        return None
    # While it runs its lease is renewed; when its worker dies, the lease ends and another takes it.
    leased = {"state": "running", "tries": row.tries + 1, "next_at": unit.now + _LEASE}
    unit.connection.execute(jobs.update().where(jobs.c.id == row.id).values(**leased))
    return row


def _failed(unit: Unit, row: Row[Any], fault: str) -> None:
    tries = row.tries + 1
    if tries >= _TRIES:
        _set(unit, row, state="failed", fault=fault)
        return
    wait = timedelta(seconds=_WAITS[min(tries - 1, len(_WAITS) - 1)])
    _set(unit, row, state="queued", fault=fault, next_at=unit.now + wait)


def _set(unit: Unit, row: Row[Any], **values: Any) -> None:
    """Write about a job that was claimed as ``row``, unless another worker has taken it since."""
    mine = (jobs.c.id == row.id) & (jobs.c.tries == row.tries + 1) & (jobs.c.state == "running")
    unit.connection.execute(jobs.update().where(mine).values(**values))


def is_queued(reader: Reader, name: str) -> bool:
    """Whether a job of that name waits to be begun; one that runs already does not count."""
    query = select(jobs.c.id).where(jobs.c.name == name, jobs.c.state == "queued").limit(1)
    return reader.connection.execute(query).first() is not None


def job_state(reader: Any, job: str) -> tuple[str, int, int] | None:
    """Return state, parts done and parts in all of a job."""
    row = reader.connection.execute(select(jobs).where(jobs.c.id == job)).first()
    return None if row is None else (row.state, row.done_parts, row.all_parts)
