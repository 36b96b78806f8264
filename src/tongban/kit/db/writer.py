"""The one writer of a SQLite database: units in turn, a batch for each fsync."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from tongban.kit.db.unit import Recorded, Unit

T = TypeVar("T")
_BATCH = 64
"""Units of a batch at most."""
_CROWD = 4
"""So many units in one batch mean that many ask at once."""
_PATIENCE = 0.001
"""Seconds that the writer then waits for the next unit before it commits."""
_LONGEST_WAIT = 0.02
"""Seconds after which it waits no more, however many still come."""


class _Asked:
    """A unit that was asked for, and how it went."""

    __slots__ = ("error", "future", "loop", "result", "waiter", "woken", "work")

    def __init__(
        self, work: Callable[[Unit], Any], loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self.work = work
        self.loop = loop
        self.waiter: asyncio.Future[Any] | None = loop.create_future() if loop else None
        self.future: Future[Any] | None = None if loop else Future()
        self.result: Any = None
        self.error: BaseException | None = None
        self.woken = False

    def answer(self) -> None:
        """Tell the one who waits; one who left is not told."""
        waits: Any = self.future if self.waiter is None else self.waiter
        if waits.done():
            return
        if isinstance(self.error, StopIteration):  # a future does not take it
            waits.set_exception(RuntimeError("a unit of work ended in StopIteration"))
        elif self.error is not None:
            waits.set_exception(self.error)
        else:
            waits.set_result(self.result)


class _NobodyYet:
    """The queue was empty for as long as one wished to wait."""


def _answer_all(asked: list[_Asked]) -> None:
    """Tell everyone of a batch who waits on one event loop, in one turn of it."""
    for each in asked:
        each.answer()


class Writer:
    """Takes units from a queue on a thread of its own."""

    def __init__(
        self, engine: Engine, unit: Callable[[Connection], Unit], on_work: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._unit = unit
        self._on_work = on_work
        self._crowded = False
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="tongban-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Unit], T]) -> "Future[T]":
        """Ask for a unit; the answer comes once it is on disk."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit of work must not wait for another one")
        asked = _Asked(work)
        self._asked.put(asked)
        assert asked.future is not None
        return asked.future

    def submit_async(self, work: Callable[[Unit], T]) -> "asyncio.Future[T]":
        """Ask for a unit from the running event loop, which is woken once for a whole batch."""
        asked = _Asked(work, asyncio.get_running_loop())
        self._asked.put(asked)
        assert asked.waiter is not None
        return asked.waiter

    def close(self) -> None:
        """Do what was asked before, then stop."""
        self._asked.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        while (first := self._asked.get()) is not None:
            if not self._commit(first):
                return

    def _commit(self, first: _Asked) -> bool:
        """Do a batch and commit it; whether there is to be another one."""
        batch, going = [first], True
        patient_until = time.monotonic() + _LONGEST_WAIT
        try:
            # From the pool each time: what a failed commit left open is rolled back on its return.
            with self._engine.begin() as connection:
                self._do(connection, first)
                while going and len(batch) < _BATCH:
                    following = self._following(patient_until)
                    if isinstance(following, _Asked):
                        batch.append(following)
                        self._do(connection, following)
                    elif following is None:
                        going = False
                    else:
                        break
        except BaseException as error:  # nothing of the batch was kept: everyone must know
            for asked in batch:
                asked.error, asked.woken = error, False
        self._crowded = len(batch) >= _CROWD
        self._answer(batch)
        return going

    def _following(self, patient_until: float) -> "_Asked | _NobodyYet | None":
        """Return the next unit; where many ask at once, wait a moment so that they share an fsync."""
        try:
            return self._asked.get_nowait()
        except queue.Empty:
            if not self._crowded or time.monotonic() > patient_until:
                return _NobodyYet()
        try:
            return self._asked.get(timeout=_PATIENCE)
        except queue.Empty:
            return _NobodyYet()

    def _answer(self, batch: list[_Asked]) -> None:
        if any(asked.woken for asked in batch):
            self._on_work()
        by_loop: dict[asyncio.AbstractEventLoop, list[_Asked]] = {}
        for asked in batch:
            if asked.loop is None:
                asked.answer()
            else:
                by_loop.setdefault(asked.loop, []).append(asked)
        for loop, waiting in by_loop.items():
            with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                loop.call_soon_threadsafe(_answer_all, waiting)

    def _do(self, connection: Connection, asked: _Asked) -> None:
        raw: Any = connection.connection.dbapi_connection
        run = raw.cursor().execute  # not through Core: three times a unit
        run("SAVEPOINT unit")
        unit = self._unit(connection)
        try:
            asked.result = asked.work(unit)
            asked.woken = unit.woken
        except Recorded as recorded:
            asked.error = recorded.refusal
            asked.woken = unit.woken
        except BaseException as error:
            asked.error = error
            if not raw.in_transaction:
                raise  # the disk was full: SQLite itself undid the whole batch
            run("ROLLBACK TO unit")
        run("RELEASE unit")
