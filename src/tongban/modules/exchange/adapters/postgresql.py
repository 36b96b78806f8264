"""A department's PostgreSQL database, read in read-only transactions with a time limit."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import Loader
from psycopg.types import datetime as datetimes

from tongban.kernel.errors import Refusal
from tongban.kit.faults import where
from tongban.modules.exchange import errors
from tongban.modules.exchange.adapters import causes
from tongban.modules.exchange.adapters.names import (
    blocks_statement,
    every_statement,
    first_statement,
    found_exactly,
    lookup_statement,
    quoted_table,
    size_statement,
    without_long,
)
from tongban.modules.exchange.model import Found, SourceColumn, SourceTable
from tongban.modules.exchange.model.bits import Bits
from tongban.modules.exchange.model.floats import Single

_log = logging.getLogger("tongban.exchange")
SECONDS = 2
"""How long connecting, and one read, may take."""
_OPTIONS = (
    f"-c default_transaction_read_only=on -c statement_timeout={SECONDS}s"
    " -c extra_float_digits=1 -c bytea_output=hex -c intervalstyle=postgres"
)
"""What a role or database may have set otherwise, and what its numbers would be rounded by.

Its time zone stays as it is: by it the department's own views make days of moments."""
_STYLE = b"SET datestyle = ISO"
"""Days as the driver reads them. The order of day and month stays the database's own, by which its
views read texts, and would not where this were an option of the connection."""
_AS_THEY_ARE = b"SET client_encoding = SQL_ASCII"
_LARGEST: Mapping[str, int] = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
"""The largest number that a column of a type holds."""
_GRACE = 1.0
"""Seconds that an answer may take on its way, beyond the statement's own limit."""
_INTERVAL = 0.1
_T = TypeVar("_T")
_MEASURE = "octet_length({column}::text)"
"""How long a value is in bytes as it is sent."""
_KEPT = 8
_LACKS = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.InsufficientPrivilege,
)
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
_COLUMNS = b"""
SELECT a.attname, format_type(a.atttypid, a.atttypmod),
       has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
       EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = a.attrelid AND i.indkey[0] = a.attnum)
FROM pg_attribute AS a
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""


_SIZE = b"""
SELECT CASE WHEN relkind IN ('r', 'm') AND current_setting('server_version_num')::int >= 140000
            THEN pg_relation_size(oid) / current_setting('block_size')::int ELSE 0 END,
       reltuples::bigint
FROM pg_class WHERE oid = to_regclass(%s)
"""


class _Facts(NamedTuple):
    """How many blocks of a table one may jump to, and how many rows it is estimated to have."""

    blocks: int
    rows: int


class _Written:
    """Gives what Python's dates do not hold as PostgreSQL writes it: ``infinity``, a year of five digits.

    It is one value that does not fit, or a declared marker of emptiness, and no fault of the source.
    """

    def load(self, data: Buffer) -> Any:
        try:
            return super().load(data)  # type: ignore[misc]  # of the loader that it is mixed into
        except (psycopg.DataError, NotImplementedError, ValueError, OverflowError):
            return bytes(data).decode(errors="replace")


class _TextLoader(Loader):
    """Gives the bytes of a text that is no UTF-8, as a database without an encoding may hold."""

    def load(self, data: Buffer) -> str | bytes:
        written = bytes(data)
        try:
            return written.decode()
        except UnicodeDecodeError:
            return written


class _SingleLoader(Loader):
    """Gives a float of half the length as one, so that no digit counts of which it is not sure."""

    def load(self, data: Buffer) -> Single:
        return Single(bytes(data))


class _BitsLoader(Loader):
    """Gives a string of bits as one, so that its digits are not read as those of a number."""

    def load(self, data: Buffer) -> Bits:
        return Bits(bytes(data).decode())


class _DateLoader(_Written, datetimes.DateLoader): ...


class _TimestampLoader(_Written, datetimes.TimestampLoader): ...


class _TimestamptzLoader(_Written, datetimes.TimestamptzLoader): ...


class _TimeLoader(_Written, datetimes.TimeLoader): ...


class _TimetzLoader(_Written, datetimes.TimetzLoader): ...


class _IntervalLoader(_Written, datetimes.IntervalLoader): ...


_ANY_OTHER = 0
"""The type under which the driver finds what to do with one that it does not know, such as an enum."""
_LOADERS: Mapping[str | int, type[Loader]] = {
    "date": _DateLoader,
    "timestamp": _TimestampLoader,
    "timestamptz": _TimestamptzLoader,
    "time": _TimeLoader,
    "timetz": _TimetzLoader,
    "interval": _IntervalLoader,
    "float4": _SingleLoader,
    **dict.fromkeys(("bit", "varbit"), _BitsLoader),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", _ANY_OTHER), _TextLoader),
}


class _Silent(psycopg.errors.QueryCanceled):
    """A server that said nothing for longer than a statement may take, and did not give up itself."""


class _Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that waits for an answer only as long as a statement may take, and a little more.

    The server's own limit ends a slow statement, and nothing of one that hangs, or that takes the limit away.
    """

    def wait(self, gen: PQGen[_T], interval: float = _INTERVAL, timeout: float | None = None) -> _T:
        """Return what a generator of the driver comes to. Raises where it takes too long."""
        patience = SECONDS + _GRACE if timeout is None else timeout
        return super().wait(_until(time.monotonic() + patience, gen), interval)


def _until(deadline: float, gen: PQGen[_T]) -> PQGen[_T]:
    """Go on with a generator of the driver until a moment of the monotonic clock."""
    ready = None
    while True:
        try:
            wanted = gen.send(ready)  # type: ignore[arg-type]  # as the driver begins one
        except StopIteration as end:
            found: _T = end.value
            return found
        ready = yield wanted
        if time.monotonic() > deadline:
            raise _Silent


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
            self._code, table, identifier_column, tuple(columns), newest, "%s", '"C"', _MEASURE
        ).encode()
        try:
            rows = self._rows(statement, (identifier, identifier))
        except Refusal as refusal:
            if refusal.code == "exchange.source_unreadable" and self._cannot_hold(
                table, identifier_column, identifier
            ):
                return None
            raise
        return found_exactly(self._code, rows, identifier)

    def _cannot_hold(self, table: str, column: str, identifier: str) -> bool:
        """Whether a column holds numbers, and an identifier is none that could be in it.

        So is what ends in X. Of an identifier that could be, the column was not what failed.
        """
        found = self.look(table)
        known = found.column(column) if found is not None else None
        if known is None or not known.type.startswith(_NUMBERS):
            return False
        if not (identifier.isascii() and identifier.isdigit()):
            return True
        most = _LARGEST.get(known.type)
        return most is not None and int(identifier) > most

    def look(self, table: str) -> SourceTable | None:
        """Return the columns of a table or view, None where there is none of that name.

        A column counts as readable where this account may SELECT it.
        """
        found = self._rows(_COLUMNS, (quoted_table(self._code, table),))
        columns = tuple(
            SourceColumn(name=row[0], type=row[1], readable=row[2], indexed=row[3]) for row in found
        )
        return SourceTable(columns=columns) if columns else None

    def first(self, table: str, columns: Sequence[str], rows: int) -> list[tuple[Any, ...]]:
        """Return the rows that come first."""
        statement = first_statement(self._code, table, columns, rows, _MEASURE)
        return without_long(self._rows(statement.encode(), ()))

    def every(
        self, table: str, columns: Sequence[str], rows: int, size: int
    ) -> list[tuple[Any, ...]]:
        """Return rows at even distances; goes through the whole table."""
        statement = every_statement(self._code, table, columns, rows, size, _MEASURE)
        return without_long(self._rows(statement.encode(), ()))

    def jumped(self, table: str, columns: Sequence[str], rows: int) -> list[tuple[Any, ...]]:
        """Return rows of blocks at even distances; none of what has no blocks, such as a view.

        Before PostgreSQL 14 a range of places is no way to jump, so that none are given.
        """
        blocks = self._facts(table).blocks
        if not blocks:
            return []
        chosen = min(rows, blocks)
        places = [number * blocks // chosen for number in range(chosen)]
        statement = blocks_statement(self._code, table, columns, -(-rows // chosen), _MEASURE)
        return without_long(self._rows(statement.encode(), (places,))[:rows])

    def size(self, table: str) -> int | None:
        """Return how many rows a table has: as PostgreSQL estimates it, counted where it does not."""
        estimated = self._facts(table).rows
        if estimated > 0:
            return estimated
        return int(self._rows(size_statement(self._code, table).encode(), ())[0][0])

    def _facts(self, table: str) -> "_Facts":
        found = self._rows(_SIZE, (quoted_table(self._code, table),))
        return _Facts(*found[0]) if found else _Facts(0, 0)

    def close(self) -> None:
        """Let go of every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _rows(self, statement: bytes, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._asked(statement, values)
        except psycopg.Error as error:
            _log.warning("source %s gives nothing: %s", self._code, where(error))
            cause = causes.of_postgresql(error)
            if isinstance(error, _LACKS):
                raise errors.source_lacks(self._code, cause) from None
            if isinstance(error, psycopg.DataError):
                raise errors.source_unreadable(self._code) from None
            raise errors.source_unavailable(self._code, cause) from None
        except (ValueError, ArithmeticError, NotImplementedError) as error:
            # A value that the driver has no loader for, or one that it does not understand.
            _log.warning("source %s cannot be read: %s", self._code, where(error))
            raise errors.source_unreadable(self._code) from None

    def _asked(self, statement: bytes, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            with self._connection() as connection:
                return connection.execute(statement, values).fetchall()
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if isinstance(error, psycopg.errors.QueryCanceled | psycopg.errors.ConnectionTimeout):
                raise  # it was slow, not broken
        self.close()
        with self._connection() as connection:
            return connection.execute(statement, values).fetchall()

    def _connected(self) -> _Connection:
        connection = _Connection.connect(
            self._address,
            autocommit=True,
            connect_timeout=SECONDS,
            options=_OPTIONS,
            client_encoding="UTF8",
        )
        connection.execute(_STYLE)
        if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
            # It refuses rows whose bytes are no UTF-8; as they are, each text is looked at by itself.
            connection.execute(_AS_THEY_ARE)
        for name, loader in _LOADERS.items():
            connection.adapters.register_loader(name, loader)
        return connection

    @contextmanager
    def _connection(self) -> Iterator[_Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connected()
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
