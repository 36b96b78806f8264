"""Statements that every request runs: compiled once, then handed straight to the driver.

The statement is written with SQLAlchemy Core like any other and means the same; what is saved is
the work that Core does each time to find out what it did the last time (60 to 100 microseconds a
statement against 10). Only for the few statements on the path of every request.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.selectable import Select

_Process = Callable[[Any], Any]


class _Compiled:
    """A statement for one kind of database: its text, its parameters in order, its columns."""

    def __init__(self, statement: Executable, dialect: Dialect, keys: Sequence[str] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=keys)  # type: ignore[attr-defined]  # all that are executed can be
        self.text = str(compiled)
        self.positional: bool = compiled.positional
        self.names = compiled.positiontup if compiled.positional else list(compiled.binds)
        binds = [compiled.binds[name] for name in self.names]
        self.fixed = {name: bind.value for name, bind in zip(self.names, binds, strict=True)}
        self.processes = [
            (place, process)
            for place, bind in enumerate(binds)
            if (process := _binding(bind.type.dialect_impl(dialect), dialect)) is not None
        ]
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        self.results = [
            (place, process)
            for place, column in enumerate(columns)
            if (process := _reading(column.type.dialect_impl(dialect), dialect)) is not None
        ]
        self.make = row_maker([str(column.key) for column in columns])

    def parameters(self, given: Mapping[str, Any]) -> Any:
        """Return the parameters as the driver takes them."""
        all_given = given if len(given) == len(self.names) else {**self.fixed, **given}
        values = [all_given[name] for name in self.names]
        for place, process in self.processes:
            values[place] = process(values[place])
        return values if self.positional else dict(zip(self.names, values, strict=True))


def row_maker(names: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    """Return what makes a row whose values are reached by these names."""
    make: Any = namedtuple  # noqa: PYI024 - the names are known only now
    maker: Callable[[Iterable[Any]], Any] = make("Row", names, rename=True)._make
    return maker


def _binding(type_: Any, dialect: Dialect) -> _Process | None:
    process: _Process | None = type_.bind_processor(dialect)
    return process


def _reading(type_: Any, dialect: Dialect) -> _Process | None:
    process: _Process | None = type_.result_processor(dialect, None)
    return process


class Often:
    """A statement that runs at nearly every request.

    An insert names its columns (``columns``). Errors of the driver come as SQLAlchemy's
    ``DBAPIError``, without the parameters.
    """

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, **parameters: Any) -> list[Any]:
        """Run a query and return its rows, whose values are reached by the names of the columns."""
        compiled = self._for(connection)
        cursor = self._run(connection, compiled, compiled.parameters(parameters))
        found = cursor.fetchall()
        cursor.close()
        if not compiled.results:
            return list(map(compiled.make, found))
        return [compiled.make(_processed(row, compiled.results)) for row in found]

    def tuples(self, connection: Connection, **parameters: Any) -> list[tuple[Any, ...]]:
        """Run a query whose values the database gives as they are; the quickest there is."""
        compiled = self._for(connection)
        cursor = self._run(connection, compiled, compiled.parameters(parameters))
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.close()
        return found

    def first(self, connection: Connection, **parameters: Any) -> Any | None:
        """Run a query and return its first row, or None."""
        rows = self.rows(connection, **parameters)
        return rows[0] if rows else None

    def insert(self, connection: Connection, row: Mapping[str, Any]) -> None:
        """Run an insert with one row."""
        compiled = self._for(connection)
        self._run(connection, compiled, compiled.parameters(row)).close()

    def insert_all(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run an insert with many rows."""
        compiled = self._for(connection)
        self._run(connection, compiled, list(map(compiled.parameters, rows)), many=True).close()

    def _for(self, connection: Connection) -> _Compiled:
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = _Compiled(self._statement, dialect, self._columns)
            self._compiled[dialect.name] = compiled
        return compiled

    @staticmethod
    def _run(
        connection: Connection, compiled: _Compiled, parameters: Any, *, many: bool = False
    ) -> Any:
        raw: Any = connection.connection.dbapi_connection
        begun = connection.in_transaction() or getattr(raw, "in_transaction", False)
        if not begun:  # a view on SQLite has begun without SQLAlchemy: see kit.db.reading
            connection.begin()
        cursor = raw.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(compiled.text, parameters)
        except connection.dialect.loaded_dbapi.Error as error:
            cursor.close()
            raise DBAPIError(compiled.text, None, error) from error
        return cursor


def _processed(row: Sequence[Any], results: Sequence[tuple[int, _Process]]) -> list[Any]:
    values = list(row)
    for place, process in results:
        values[place] = process(values[place])
    return values
