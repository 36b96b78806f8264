"""The one writer of a SQLite database: units in turn, a batch for each fsync.

The writer's thread begins and commits, and does the units. Short ones that an event loop waits for
are done on that loop: two threads that both run Python wait for each other at every statement, which
costs more than the statements do. A loop that is busy is not waited for long: then the thread does
them.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from tongban.kit import tally
from tongban.kit.db.unit import Recorded, Unit
from tongban.kit.saying import as_here

T = TypeVar("T")
_Place = asyncio.AbstractEventLoop | None
_BATCH = 64
"""Units of a batch at most."""
_CROWD = 4
"""So many units in one batch mean that many ask at once."""
_PATIENCE = 0.001
"""Seconds that the writer then waits for the next unit of a thread before it commits."""
_LONGEST_WAIT = 0.01
"""Seconds after which it waits no more, however many still come."""
_LOOP_WAIT = 0.2
"""Seconds within which an event loop must begin with the units that it asked for."""


class _Asked:
    """A unit that was asked for, and how it went."""

    __slots__ = (
        "counted",
        "error",
        "future",
        "loop",
        "place",
        "result",
        "waiter",
        "woken",
        "work",
    )

    def __init__(
        self,
        work: Callable[[Unit], Any],
        loop: asyncio.AbstractEventLoop | None = None,
        *,
        short: bool = False,
    ) -> None:
        self.work = as_here(work)  # it may be done on another thread
        self.loop = loop
        self.place = loop if short else None
        """Where to do it: on an event loop, or on the writer's thread."""
        self.waiter: asyncio.Future[Any] | None = loop.create_future() if loop else None
        self.future: Future[Any] | None = None if loop else Future()
        self.result: Any = None
        self.error: BaseException | None = None
        self.woken: frozenset[str] = frozenset()
        self.counted: list[tuple[str, ...]] = []

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


def _answer_all(asked: list[_Asked]) -> None:
    """Tell everyone of a batch who waits on one event loop, in one turn of it."""
    for each in asked:
        each.answer()


class _Batch:
    """The units that one commit keeps; ``following`` is the one that does not fit in any more."""

    def __init__(self, first: _Asked, *, crowded: bool) -> None:
        self.units: list[_Asked] = []
        self.following: _Asked | None = first
        self.closing = False
        self.crowded = crowded
        self.patient_until = time.monotonic() + _LONGEST_WAIT

    @property
    def patient(self) -> bool:
        """Whether to wait for company."""
        return self.crowded and time.monotonic() < self.patient_until


class _Errand:
    """Something to be done once on an event loop, or by the one who sent it if the loop is busy.

    Where many ask at once the loop first serves whom it can, so that more units share the commit.
    """

    def __init__(self, do: Callable[[], None], batch: _Batch, waiting: Callable[[], int]) -> None:
        self._do = do
        self._batch = batch
        self._waiting = waiting
        self._seen = -1
        self._untaken = threading.Lock()
        self._over = threading.Event()
        self._error: BaseException | None = None

    def run_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have it done; raises what it raised."""
        with suppress(RuntimeError):  # the loop was closed
            loop.call_soon_threadsafe(self._look, loop)
            self._over.wait(_LOOP_WAIT)
        self._run()
        self._over.wait()
        if self._error is not None:
            raise self._error

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting = self._waiting()
        if waiting == self._seen or waiting >= _BATCH or not self._batch.patient:
            self._run()
            return
        self._seen = waiting
        loop.call_soon(self._look, loop)

    def _run(self) -> None:
        if not self._untaken.acquire(blocking=False):
            return
        try:
            self._do()
        except BaseException as error:
            self._error = error
        finally:
            self._over.set()


class Writer:
    """Takes units from a queue on a thread of its own."""

    def __init__(
        self,
        engine: Engine,
        unit: Callable[[Connection], Unit],
        on_work: Callable[[frozenset[str]], None],
    ) -> None:
        self._engine = engine
        self._unit = unit
        self._on_work = on_work
        self._crowded = False
        self._doing: int | None = None
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="tongban-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Unit], T]) -> "Future[T]":
        """Ask for a unit; the answer comes once it is on disk."""
        if threading.get_ident() == self._doing:
            raise RuntimeError("a unit of work must not wait for another one")
        asked = _Asked(work)
        self._asked.put(asked)
        assert asked.future is not None
        return asked.future

    def submit_async(self, work: Callable[[Unit], T], *, short: bool) -> "asyncio.Future[T]":
        """Ask for a unit from the running event loop, which is woken once for a whole batch.

        A short one is done on that loop: it computes and writes, and waits for nothing.
        """
        asked = _Asked(work, asyncio.get_running_loop(), short=short)
        self._asked.put(asked)
        assert asked.waiter is not None
        return asked.waiter

    def close(self) -> None:
        """Do what was asked before, then stop."""
        self._asked.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        following: _Asked | None = None
        while (first := following or self._asked.get()) is not None:
            batch = _Batch(first, crowded=self._crowded)
            self._commit(batch)
            following = batch.following
            if batch.closing:
                return

    def _commit(self, batch: _Batch) -> None:
        """Do a batch, commit it, and only then answer."""
        try:
            # From the pool each time: what a failed commit left open is rolled back on its return.
            with self._engine.begin() as connection:
                while batch.following is not None and len(batch.units) < _BATCH:
                    self._do_in_place(connection, batch, batch.following.place)
        except BaseException as error:  # nothing of the batch was kept: everyone must know
            if not batch.units and batch.following is not None:  # it could not even begin
                batch.units.append(batch.following)
                batch.following = None
            for asked in batch.units:
                asked.error, asked.woken, asked.counted = error, frozenset(), []
        self._crowded = len(batch.units) >= _CROWD
        self._answer(batch.units)

    def _do_in_place(self, connection: Connection, batch: _Batch, place: _Place) -> None:
        """Do what is to be done in one place, as far as it comes in one piece."""

        def do() -> None:
            self._doing = threading.get_ident()
            try:
                self._do_stretch(connection, batch, place)
            finally:
                self._doing = None

        if place is None:
            do()
        else:
            _Errand(do, batch, self._asked.qsize).run_on(place)

    def _do_stretch(self, connection: Connection, batch: _Batch, place: _Place) -> None:
        while (asked := batch.following) is not None and asked.place is place:
            if len(batch.units) == _BATCH:
                return
            batch.following = None
            batch.units.append(asked)
            self._do(connection, asked)
            self._look_for_more(batch, wait=place is None)

    def _look_for_more(self, batch: _Batch, *, wait: bool) -> None:
        """Find the next unit; where many threads ask at once, wait a moment for it."""
        try:
            batch.following = self._asked.get(block=wait and batch.patient, timeout=_PATIENCE)
        except queue.Empty:
            return
        batch.closing = batch.following is None

    def _answer(self, batch: list[_Asked]) -> None:
        woken = frozenset[str]().union(*(asked.woken for asked in batch))
        if woken:
            self._on_work(woken)
        for counted in (one for asked in batch for one in asked.counted):
            tally.count(*counted)
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
            asked.result = unit.do(asked.work)
            asked.woken, asked.counted = frozenset(unit.woken), unit.counted
        except Recorded as recorded:
            asked.error = recorded.refusal
            asked.woken, asked.counted = frozenset(unit.woken), unit.counted
        except BaseException as error:
            asked.error = error
            if not raw.in_transaction:
                raise  # the disk was full: SQLite itself undid the whole batch
            run("ROLLBACK TO unit")
        run("RELEASE unit")
