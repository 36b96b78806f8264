"""The one writer of a SQLite database: units in turn, a batch for each fsync."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from tongban.kit.db.unit import Recorded, Unit

T = TypeVar("T")
_BATCH = 64


class _Asked:
    """A unit that was asked for, and how it went."""

    __slots__ = ("error", "future", "result", "woken", "work")

    def __init__(self, work: Callable[[Unit], Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()
        self.result: Any = None
        self.error: BaseException | None = None
        self.woken = False

    def answer(self) -> None:
        """Tell the one who waits."""
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """Takes units from a queue on a thread of its own."""

    def __init__(
        self, engine: Engine, unit: Callable[[Connection], Unit], on_work: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._unit = unit
        self._on_work = on_work
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="tongban-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Unit], T]) -> "Future[T]":
        """Ask for a unit; the answer comes once it is on disk."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit of work must not wait for another one")
        asked = _Asked(work)
        self._asked.put(asked)
        return asked.future

    def close(self) -> None:
        """Do what was asked before, then stop."""
        self._asked.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while True:
                batch, last = self._take()
                if batch:
                    self._commit(connection, batch)
                if last:
                    return

    def _take(self) -> tuple[list[_Asked], bool]:
        first = self._asked.get()
        if first is None:
            return [], True
        batch = [first]
        while len(batch) < _BATCH:
            try:
                following = self._asked.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _commit(self, connection: Connection, batch: list[_Asked]) -> None:
        try:
            with connection.begin():
                for asked in batch:
                    self._do(connection, asked)
        except BaseException as error:  # nothing of the batch was kept: everyone must know
            for asked in batch:
                asked.error, asked.woken = error, False
        if any(asked.woken for asked in batch):
            self._on_work()
        for asked in batch:
            asked.answer()

    def _do(self, connection: Connection, asked: _Asked) -> None:
        connection.exec_driver_sql("SAVEPOINT unit")
        unit = self._unit(connection)
        try:
            asked.result = asked.work(unit)
            asked.woken = unit.woken
        except Recorded as recorded:
            asked.error = recorded.refusal
            asked.woken = unit.woken
        except BaseException as error:
            asked.error = error
            connection.exec_driver_sql("ROLLBACK TO unit")
        connection.exec_driver_sql("RELEASE unit")
