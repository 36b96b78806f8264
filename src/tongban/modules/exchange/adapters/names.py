"""Names of tables and columns as declared: checked and quoted, never taken from a request."""

import functools
import re
from collections.abc import Sequence
from typing import Any

from tongban.modules.exchange import errors
from tongban.modules.exchange.model import Found

_NAME = re.compile(r"[^\W\d]\w{0,62}")
_HERE = "tongban_source"
"""What the table goes by in a statement: SQLite takes a quoted name that is no column for a text of
that name, and gave it as the value; a name that says its table is a column or an error."""


@functools.lru_cache(maxsize=2000)
def lookup_statement(
    source: str,
    table: str,
    identifier_column: str,
    columns: Sequence[str],
    newest: str,
    mark: str,
    exact: str,
) -> str:
    """Return the statement that reads the newest row about one identifier, and the count of rows.

    The identifier is asked for twice: once as the database compares, so that an index is used, and
    once by its very characters, in the collation ``exact``: a database that compares as it likes takes
    a near number, or another case, for the one asked for. What was found stands after the columns.

    Where nothing says which row is newest, the order of the columns makes the answer the same each
    time. ``mark`` is how the database writes a parameter.
    """
    chosen = _columns(source, columns)
    order = f"{_column(source, newest)} DESC" if newest else chosen
    key = _column(source, identifier_column)
    return (
        f"SELECT {chosen}, {key}, count(*) OVER () FROM {_table(source, table)} AS {_HERE}"  # noqa: S608 - all quoted
        f" WHERE {key} = {mark} AND CAST({key} AS TEXT) COLLATE {exact} = {mark}"
        f" ORDER BY {order} LIMIT 1"
    )


def found_exactly(rows: Sequence[Sequence[Any]], identifier: str) -> Found | None:
    """Return what a lookup found, None where its identifier is not the very one that was asked for.

    A float is none: two numbers of 18 digits are the same float.
    """
    if not rows:
        return None
    *row, key, count = rows[0]
    if (
        isinstance(key, float) or str(key).rstrip(" ") != identifier
    ):  # char(n) is filled with spaces
        return None
    return Found(row=tuple(row), count=count)


def sample_statement(source: str, table: str, columns: Sequence[str], rows: int) -> str:
    """Return the statement that reads some rows, whichever the database gives first."""
    chosen = _columns(source, columns)
    return f"SELECT {chosen} FROM {_table(source, table)} AS {_HERE} LIMIT {rows:d}"  # noqa: S608 - all quoted


def quoted_table(source: str, table: str) -> str:
    """Return a table, perhaps with its schema, as a statement has it."""
    return _table(source, table)


def _columns(source: str, columns: Sequence[str]) -> str:
    return ", ".join(_column(source, column) for column in columns)


def _column(source: str, name: str) -> str:
    return f"{_HERE}.{_quoted(source, name)}"


def _table(source: str, table: str) -> str:
    return ".".join(_quoted(source, part) for part in table.split(".", 1))


def _quoted(source: str, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise errors.source_misdeclared(source)
    return f'"{name}"'
