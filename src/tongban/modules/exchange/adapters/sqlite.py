"""A department's SQLite file, opened for reading only, also while its department writes it."""

import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from tongban.kernel.errors import Refusal
from tongban.kit.faults import where
from tongban.modules.exchange import errors
from tongban.modules.exchange.adapters.names import (
    every_statement,
    first_statement,
    found_exactly,
    lookup_statement,
    places_statement,
    quoted_table,
    size_statement,
    without_long,
)
from tongban.modules.exchange.errors import Cause
from tongban.modules.exchange.model import Found, SourceColumn, SourceTable

_log = logging.getLogger("tongban.exchange")
SECONDS = 2.0
"""How long one read may take."""
WAITING = 0.25
"""Seconds to wait for the department's own program to finish writing."""
_STEPS = 1_000
"""Virtual machine steps between two looks at the clock: one may go through a value of many megabytes."""
_KEPT = 16
_LONGEST = 64 * 1024 * 1024
"""Bytes of any value that a statement holds, measured or only made on the way, as by a view."""
_MEASURE = (
    "octet_length({column})"
    if sqlite3.sqlite_version_info >= (3, 43)
    else "length(CAST({column} AS BLOB))"
)
"""How long a value is in bytes; from 3.43 on without reading it."""
_VERSIONS = 18
"""Where in the file its two format versions stand: 2 is write-ahead (fileformat2, 1.3.3)."""


class _Stamp(NamedTuple):
    """What a file is known by: another one, or one that changed, is opened anew.

    ``journal`` is the stamp of the write-ahead log beside it, None where the file keeps none.
    """

    inode: int
    changed: int
    size: int
    ahead: bool
    journal: tuple[int, int] | None


class SqliteSource:
    """Reads one file through a few connections, each used by one reader at a time.

    A file in WAL mode has its latest changes in ``-wal`` beside it. They are read through ``mode=ro``,
    which needs ``-shm`` there; where that cannot be had, the source is refused by name instead of
    being read as it was. A WAL file with nothing beside it is whole, and is read unchanging, so that
    nothing is made beside it. Every other file is read under the lock that its writers keep.
    """

    def __init__(self, code: str, path: Path) -> None:
        self._code = code
        self._path = path
        self._journal = path.with_name(path.name + "-wal")
        self._stamp: _Stamp | None = None
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()

    def read(
        self,
        table: str,
        identifier_column: str,
        identifier: str,
        columns: Sequence[str],
        newest: str,
    ) -> Found | None:
        """Return the newest row about the identifier, or None."""
        statement = lookup_statement(
            self._code, table, identifier_column, tuple(columns), newest, "?", "BINARY", _MEASURE
        )
        return found_exactly(
            self._code, self._rows(statement, (identifier, identifier)), identifier
        )

    def look(self, table: str) -> SourceTable | None:
        """Return the columns of a table or view, None where there is none of that name."""
        quoted_table(self._code, table)
        schema, _, name = table.rpartition(".")
        found = self._rows(_COLUMNS, (name, schema or "main"))
        first = {row[0] for row in self._rows(_INDEXED, (name, schema or "main"))}
        columns = tuple(
            SourceColumn(
                name=row[0], type=row[1], readable=True, indexed=row[2] == 1 or row[0] in first
            )
            for row in found
        )
        return SourceTable(columns=columns) if columns else None

    def first(self, table: str, columns: Sequence[str], rows: int) -> list[tuple[Any, ...]]:
        """Return the rows that come first."""
        statement = first_statement(self._code, table, columns, rows, _MEASURE)
        return without_long(self._rows(statement, ()))

    def every(
        self, table: str, columns: Sequence[str], rows: int, size: int
    ) -> list[tuple[Any, ...]]:
        """Return rows at even distances; goes through the whole table."""
        statement = every_statement(self._code, table, columns, rows, size, _MEASURE)
        return without_long(self._rows(statement, ()))

    def jumped(self, table: str, columns: Sequence[str], rows: int) -> list[tuple[Any, ...]]:
        """Return rows at even distances of their ``rowid``, fewer where these are uneven.

        None at all of what has no ``rowid``: a view, a table that is declared without.
        """
        known = self.look(table)
        taken = {each.name.lower() for each in known.columns} if known is not None else set()
        rowid = next((name for name in _ROWIDS if name not in taken), "")
        if not rowid or not self._is_table(table):
            return []
        ends, picked = places_statement(self._code, table, columns, rowid, _MEASURE)
        low, high = self._rows(ends, ())[0]
        if low is None:
            return []
        places = [low + number * (high - low) // max(1, rows - 1) for number in range(rows)]
        return without_long(self._rows(picked, (json.dumps(places),)))

    def _is_table(self, table: str) -> bool:
        """Whether it is a table whose rows have a ``rowid``."""
        schema, _, name = table.rpartition(".")
        found = self._rows(_KIND, (name, schema or "main"))
        return found == [("table", 0)]

    def size(self, table: str) -> int | None:
        """Return how many rows a table has."""
        return int(self._rows(size_statement(self._code, table), ())[0][0])

    def close(self) -> None:
        """Let go of every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Return what a statement finds; once more where the file changed under the reader."""
        try:
            while True:
                with self._connection() as connection:
                    rows = connection.rows(statement, values)
                if not connection.unchanging or connection.stamp == self._seen():
                    return rows
        except (sqlite3.Error, OSError) as error:
            _log.warning("source %s does not answer: %s", self._code, where(error))
            raise self._refusal(error) from None

    def _refusal(self, error: sqlite3.Error | OSError) -> Refusal:
        stamp = self._stamp
        name = getattr(error, "sqlite_errorname", "")
        if (
            stamp is not None
            and stamp.journal
            and name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))
        ):
            return errors.source_wal(self._code, self._path.name)
        if name == "SQLITE_TOOBIG":
            return errors.source_unreadable(self._code)
        cause = _cause(error)
        if cause in (Cause.TABLE, Cause.COLUMN):
            return errors.source_lacks(self._code, cause)
        return errors.source_unavailable(self._code, cause)

    @contextmanager
    def _connection(self) -> Iterator["_Connection"]:
        connection = self._taken()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        with self._lock:
            if connection.stamp == self._stamp and len(self._idle) < _KEPT:
                self._idle.append(connection)
                return
        connection.close()

    def _taken(self) -> "_Connection":
        stamp = self._seen()
        stale: list[_Connection] = []
        with self._lock:
            if stamp != self._stamp:
                stale, self._idle, self._stamp = self._idle, [], stamp
            found = self._idle.pop() if self._idle else None
        for connection in stale:
            connection.close()
        return found or _Connection(self._path, stamp)

    def _seen(self) -> _Stamp:
        """Return the stamp of the file as it is now; its kind is only looked at when it changed."""
        status = os.stat(self._path)  # noqa: PTH116 - three times as fast as Path.stat, each read
        last = self._stamp
        if last is not None and last[:3] == (status.st_ino, status.st_mtime_ns, status.st_size):
            ahead = last.ahead
        else:
            ahead = _is_ahead(self._path)
        journal = self._journal_seen() if ahead else None
        return _Stamp(status.st_ino, status.st_mtime_ns, status.st_size, ahead, journal)

    def _journal_seen(self) -> tuple[int, int] | None:
        """Return the stamp of the log: while it is in use, SQLite itself sees what is added to it."""
        try:
            status = os.stat(self._journal)  # noqa: PTH116 - as above
        except FileNotFoundError:
            return None
        return (status.st_ino, 0) if status.st_size else None


def _is_ahead(path: Path) -> bool:
    """Whether the file is in WAL mode."""
    with path.open("rb") as file:
        file.seek(_VERSIONS)
        return b"\x02" in file.read(2)


class _Late(sqlite3.OperationalError):
    """A read that took too long, seen between two rows."""

    sqlite_errorname = "SQLITE_INTERRUPT"


class _Connection:
    """One connection, which gives up when a read takes too long."""

    def __init__(self, path: Path, stamp: _Stamp) -> None:
        self.stamp = stamp
        self.unchanging = stamp.ahead and stamp.journal is None
        self._deadline = 0.0
        uri = f"file:{quote(str(path))}?mode=ro{'&immutable=1' if self.unchanging else ''}"
        self._raw = sqlite3.connect(
            uri, uri=True, timeout=WAITING, check_same_thread=False, cached_statements=64
        )
        self._raw.text_factory = _as_text
        self._raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        self._raw.execute("PRAGMA query_only=ON")
        self._raw.set_progress_handler(self._is_late, _STEPS)

    def rows(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        self._deadline = time.monotonic() + SECONDS
        found = []
        for row in self._raw.execute(statement, values):
            if self._is_late():
                raise _Late
            found.append(row)
        return found

    def close(self) -> None:
        self._raw.close()

    def _is_late(self) -> int:
        return int(time.monotonic() > self._deadline)


def _as_text(written: bytes) -> str | bytes:
    """Return a text, or its bytes where they are no UTF-8: one such value is unfit, not the source."""
    try:
        return written.decode()
    except UnicodeDecodeError:
        return written


_COLUMNS = "SELECT name, type, pk FROM pragma_table_info(?, ?)"
_KIND = "SELECT type, wr FROM pragma_table_list WHERE name = ? COLLATE NOCASE AND schema = ? COLLATE NOCASE"
_ROWIDS = ("rowid", "_rowid_", "oid")
_INDEXED = "SELECT c.name FROM pragma_index_list(?, ?) AS i, pragma_index_info(i.name) AS c WHERE c.seqno = 0"
"""The first column of each index."""

_BY_NAME: tuple[tuple[str, Cause], ...] = (
    ("SQLITE_BUSY", Cause.BUSY),
    ("SQLITE_LOCKED", Cause.BUSY),
    ("SQLITE_INTERRUPT", Cause.TIMEOUT),
    ("SQLITE_NOTADB", Cause.NOT_DATABASE),
    ("SQLITE_CORRUPT", Cause.NOT_DATABASE),
    ("SQLITE_CANTOPEN", Cause.NOT_READABLE),
    ("SQLITE_PERM", Cause.NOT_READABLE),
    ("SQLITE_AUTH", Cause.NOT_READABLE),
)
"""What the names of SQLite's result codes begin with (sqlite.org/rescode.html)."""


def _cause(error: sqlite3.Error | OSError) -> Cause:
    """Return why a SQLite source gives nothing."""
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return Cause.NO_FILE
    if isinstance(error, PermissionError):
        return Cause.NOT_READABLE
    said = str(error)
    if said.startswith("no such table"):
        return Cause.TABLE
    if said.startswith("no such column"):
        return Cause.COLUMN
    name = getattr(error, "sqlite_errorname", "")
    return next((cause for start, cause in _BY_NAME if name.startswith(start)), Cause.OTHER)
