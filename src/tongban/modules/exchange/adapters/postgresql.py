"""A department's PostgreSQL database, read in read-only transactions with a time limit."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from tongban.kit.faults import where
from tongban.modules.exchange import errors
from tongban.modules.exchange.adapters.names import lookup_statement
from tongban.modules.exchange.model import Found

_log = logging.getLogger("tongban.exchange")
SECONDS = 2
"""How long connecting, and one read, may take."""
_OPTIONS = f"-c default_transaction_read_only=on -c statement_timeout={SECONDS}s"
_KEPT = 8

_Connection = psycopg.Connection[tuple[Any, ...]]


class PostgresqlSource:
    """Reads one database through a few connections; one that broke is opened anew once."""

    def __init__(self, code: str, address: str) -> None:
        self._code = code
        self._address = address
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
            self._code, table, identifier_column, tuple(columns), newest, "%s"
        ).encode()
        try:
            row = self._one(statement, identifier)
        except psycopg.Error as error:
            _log.warning("source %s does not answer: %s", self._code, where(error))
            raise errors.source_unavailable(self._code) from None
        return None if row is None else Found(row=row[:-1], count=row[-1])

    def close(self) -> None:
        """Let go of every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _one(self, statement: bytes, identifier: str) -> tuple[Any, ...] | None:
        try:
            with self._connection() as connection:
                return connection.execute(statement, (identifier,)).fetchone()
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if isinstance(error, psycopg.errors.QueryCanceled):
                raise  # it was slow, not broken
        self.close()
        with self._connection() as connection:
            return connection.execute(statement, (identifier,)).fetchone()

    @contextmanager
    def _connection(self) -> Iterator[_Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = psycopg.connect(
                self._address, autocommit=True, connect_timeout=SECONDS, options=_OPTIONS
            )
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        with self._lock:
            if len(self._idle) < _KEPT:
                self._idle.append(connection)
                return
        connection.close()
