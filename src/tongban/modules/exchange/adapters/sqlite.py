"""A department's SQLite file, opened read-only and unchanging."""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tongban.kit.faults import where
from tongban.modules.exchange import errors
from tongban.modules.exchange.adapters.names import lookup_statement
from tongban.modules.exchange.model import Found

_log = logging.getLogger("tongban.exchange")
SECONDS = 2.0
"""How long one read may take."""
_STEPS = 20_000
"""Virtual machine steps between two looks at the clock."""
_KEPT = 16

_Stamp = tuple[int, int, int]


class SqliteSource:
    """Reads one file through a few connections, each used by one reader at a time.

    ``mode=ro&immutable=1``: nothing is written beside the file and nothing is locked, so a file
    that is replaced by a newer one is noticed by its stamp and opened anew.
    """

    def __init__(self, code: str, path: Path) -> None:
        self._code = code
        self._path = path
        self._uri = f"file:{quote(str(path))}?mode=ro&immutable=1"
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
            self._code, table, identifier_column, tuple(columns), newest, "?"
        )
        try:
            with self._connection() as connection:
                row = connection.one(statement, identifier)
        except (sqlite3.Error, OSError) as error:
            _log.warning("source %s does not answer: %s", self._code, where(error))
            raise errors.source_unavailable(self._code) from None
        return None if row is None else Found(row=row[:-1], count=row[-1])

    def close(self) -> None:
        """Let go of every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

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
        status = os.stat(self._path)  # noqa: PTH116 - three times as fast as Path.stat, each read
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        stale: list[_Connection] = []
        with self._lock:
            if stamp != self._stamp:
                stale, self._idle, self._stamp = self._idle, [], stamp
            found = self._idle.pop() if self._idle else None
        for connection in stale:
            connection.close()
        return found or _Connection(self._uri, stamp)


class _Connection:
    """One connection, which gives up when a read takes too long."""

    def __init__(self, uri: str, stamp: _Stamp) -> None:
        self.stamp = stamp
        self._deadline = 0.0
        self._raw = sqlite3.connect(uri, uri=True, check_same_thread=False, cached_statements=64)
        self._raw.execute("PRAGMA query_only=ON")
        self._raw.set_progress_handler(self._is_late, _STEPS)

    def one(self, statement: str, identifier: str) -> tuple[Any, ...] | None:
        self._deadline = time.monotonic() + SECONDS
        row: tuple[Any, ...] | None = self._raw.execute(statement, (identifier,)).fetchone()
        return row

    def close(self) -> None:
        self._raw.close()

    def _is_late(self) -> int:
        return int(time.monotonic() > self._deadline)
