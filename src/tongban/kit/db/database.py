"""One database: consistent reads, and write units kept durably before they are answered.

On SQLite one writer takes units in turn, each in a savepoint, commits them as a batch with one
fsync (``synchronous=FULL``) and answers only after the commit. On PostgreSQL each unit is its own
transaction. See docs/decisions for the measurements.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

from tongban.kit import tally
from tongban.kit.clock import Clock
from tongban.kit.db.reading import Readers
from tongban.kit.db.silence import forget_values
from tongban.kit.db.unit import Reader, Recorded, Unit, metadata
from tongban.kit.db.writer import Writer
from tongban.kit.keyring import Keyring
from tongban.kit.ports import Ports
from tongban.kit.saying import as_here

T = TypeVar("T")
_RETRIES = 3
_FILE = "sqlite:///"
_RETRYABLE = {"40001", "40P01"}  # serialization failure, deadlock


class Database:
    """Opens a database by its address: ``sqlite:///path`` or ``postgresql+psycopg://…``."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        keyring: Keyring,
        ports: Ports | None = None,
        engine: Engine | None = None,
    ) -> None:
        """Open it; a PostgreSQL ``engine`` that is given is used and left open by :meth:`close`."""
        self.url = url
        self.clock = clock
        self.keyring = keyring
        self.ports = ports or Ports()
        self.on_work: Callable[[frozenset[str]], None] = lambda _: None
        """Called after a unit that emitted an event or enqueued a job was kept."""
        self.sqlite = url.startswith("sqlite")
        self._lent = engine is not None
        self.engine = engine or (
            _sqlite_engine(url, "BEGIN") if self.sqlite else _postgresql_engine(url)
        )
        self._readers = Readers(self.engine) if self.sqlite else None
        self._repeatable = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._lock = threading.Lock()
        self._writer: Writer | None = None
        self._pool: ThreadPoolExecutor | None = None

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    def create_all(self) -> None:
        """Make every table at once: for tests; a running government uses migrations."""
        metadata.create_all(self.engine)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Give a consistent view; what it sees does not change while it is open."""
        if self._readers is None:
            with self._repeatable.connect() as connection:
                yield self._reader(connection)
            return
        connection = self._readers.take()
        try:
            yield self._reader(connection)
        finally:
            self._readers.give_back(connection)

    def write(self, work: Callable[[Unit], T]) -> T:
        """Do a unit of work and return its result once it is kept durably."""
        return self._submit(work).result()

    async def write_async(self, work: Callable[[Unit], T], *, short: bool = False) -> T:
        """As :meth:`write`, without holding up the event loop.

        A ``short`` unit computes and writes for less than a millisecond and waits for nothing: on
        SQLite it is done on the event loop itself, which costs half of what it does on a thread.
        """
        if not self.sqlite:
            return await asyncio.wrap_future(self._submit(work))
        with self._lock:
            answer = self._the_writer().submit_async(work, short=short)
        return await answer

    def later(self, work: Callable[[Unit], object]) -> None:
        """Do a unit of work soon without anyone waiting: for what may be lost, such as last seen."""
        self._submit(work)

    def close(self) -> None:
        """Finish what was asked for and let go of every connection."""
        with self._lock:
            writer, self._writer = self._writer, None
            pool, self._pool = self._pool, None
        if writer is not None:
            writer.close()
        if pool is not None:
            pool.shutdown(wait=True)
        if self._readers is not None:
            self._readers.close()
        if not self._lent:
            self.engine.dispose()

    def _submit(self, work: Callable[[Unit], T]) -> "Future[T]":
        with self._lock:  # what is asked for while it closes comes before the end, or to a new one
            if self.sqlite:
                return self._the_writer().submit(work)
            return self._the_pool().submit(self._transact, as_here(work))

    def _the_writer(self) -> Writer:
        if self._writer is None:
            engine = _sqlite_engine(self.url, "BEGIN IMMEDIATE")
            self._writer = Writer(engine, self._unit, lambda kinds: self.on_work(kinds))
        return self._writer

    def _the_pool(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(8, thread_name_prefix="tongban-write")
        return self._pool

    def _reader(self, connection: Connection) -> Reader:
        return Reader(connection, self.clock, self.keyring, self.ports)

    def _unit(self, connection: Connection) -> Unit:
        return Unit(connection, self.clock, self.keyring, self.ports, self.read)

    def _transact(self, work: Callable[[Unit], T]) -> T:
        for attempt in range(_RETRIES):
            try:
                return self._transact_once(work)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in _RETRYABLE or attempt == _RETRIES - 1:
                    raise
            except StopIteration as stopped:  # a future does not take it
                raise RuntimeError("a unit of work ended in StopIteration") from stopped
        raise AssertionError("the loop above returns or raises")

    def _transact_once(self, work: Callable[[Unit], T]) -> T:
        refusal = None
        with self.engine.begin() as connection:
            unit = self._unit(connection)
            try:
                result = unit.do(work)
            except Recorded as recorded:
                refusal = recorded.refusal
        if unit.woken:
            self.on_work(frozenset(unit.woken))
        for counted in unit.counted:
            tally.count(*counted)
        if refusal is not None:
            raise refusal
        return result

    def healthy(self) -> bool:
        """Whether a trivial question is answered."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError:
            return False
        return True


def _sqlite_engine(url: str, begin: str) -> Engine:
    engine = create_engine(
        "sqlite://",  # the path is no part of an address: it may hold what means something there
        poolclass=QueuePool,
        pool_size=1 if begin != "BEGIN" else 16,
        max_overflow=0 if begin != "BEGIN" else 16,
        creator=partial(_sqlite_connection, _file_of(url)),
        hide_parameters=True,  # an error tells the statement, never whose data were in it
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "temp_store=MEMORY",
            "wal_autocheckpoint=8000",  # pages: copied back less often, as durable as before
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        raw = connection.connection.dbapi_connection
        if not raw.in_transaction:  # a reader has begun its own already
            raw.execute(begin)

    return engine


def _file_of(url: str) -> Path:
    if not url.startswith(_FILE):
        # Else a file called "sqlite:" would be made wherever the program was started.
        raise ValueError(f"no file is named after {_FILE}")
    return Path(url.removeprefix(_FILE))


def plain_engine(url: str) -> Engine:
    """Return an engine to look with, as SQLAlchemy makes it; a path may hold ``?``, ``#`` and ``%``."""
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True, connect_args=_patient(url))
    return create_engine("sqlite://", creator=partial(_sqlite_connection, _file_of(url)))


def _sqlite_connection(path: Path) -> sqlite3.Connection:
    """Open a database; the file that is made for a new one is its owner's alone, and so is what SQLite
    lays beside it.
    """
    with suppress(OSError):  # there already, or SQLite says why it cannot be
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return sqlite3.connect(path, timeout=15, check_same_thread=False)


_PATIENCE = 5
"""Seconds in which a server lets in, where its address says nothing else."""


def _patient(url: str) -> dict[str, Any]:
    return {} if "connect_timeout=" in url else {"connect_timeout": _PATIENCE}


def _postgresql_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=False,
        hide_parameters=True,
        connect_args=_patient(url),
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
        connection.commit()

    event.listen(engine, "handle_error", forget_values)
    return engine
