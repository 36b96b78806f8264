"""Long work, done beside the doors: with progress, tried again when it fails, resumed after a stop."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, or_, select

from tongban.kernel.errors import Refusal
from tongban.kit.db import Unit
from tongban.kit.db.unit import jobs
from tongban.kit.faults import where
from tongban.kit.house import House
from tongban.kit.outbox import Outbox

Progress = Callable[[int, int], None]
Job = Callable[[House, Mapping[str, Any], Progress], None]

_log = logging.getLogger("tongban.jobs")
_LEASE = timedelta(minutes=5)
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
            try:
                for one in self._rounds:
                    one(self._house)
                busy = self._outbox.deliver() + self._work()
            except Exception as error:
                busy = 0
                _log.error("the worker met a fault and goes on: %s", where(error))
            if not busy and not self._stopping:
                self._wake.wait(self._every)

    def _work(self) -> int:
        row = self._house.db.write(_claim)
        if row is None:
            return 0
        try:
            job = self._known[row.name]
            job(self._house, row.payload, lambda done, of: self._progress(row.id, done, of))
        except Exception as error:
            fault = error.code if isinstance(error, Refusal) else type(error).__name__
            _log.error("job %s (%s) failed: %s", row.name, row.id, where(error))
            self._house.db.write(lambda unit: _failed(unit, row, fault))
        else:
            self._house.db.write(lambda unit: _set(unit, row.id, state="done", fault=None))
        return 1

    def _progress(self, job: str, done: int, of: int) -> None:
        self._house.db.write(lambda unit: _set(unit, job, done_parts=done, all_parts=of))


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
    if row is not None:
        # While it runs it is leased; when its worker dies, the lease ends and another takes it.
        _set(unit, row.id, state="running", tries=row.tries + 1, next_at=unit.now + _LEASE)
    return row


def _failed(unit: Unit, row: Row[Any], fault: str) -> None:
    tries = row.tries + 1
    if tries >= _TRIES:
        _set(unit, row.id, state="failed", fault=fault)
        return
    wait = timedelta(seconds=_WAITS[min(tries - 1, len(_WAITS) - 1)])
    _set(unit, row.id, state="queued", fault=fault, next_at=unit.now + wait)


def _set(unit: Unit, job: str, **values: Any) -> None:
    unit.connection.execute(jobs.update().where(jobs.c.id == job).values(**values))


def job_state(reader: Any, job: str) -> tuple[str, int, int] | None:
    """Return state, parts done and parts in all of a job."""
    row = reader.connection.execute(select(jobs).where(jobs.c.id == job)).first()
    return None if row is None else (row.state, row.done_parts, row.all_parts)
