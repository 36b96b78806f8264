"""Names of tables and columns as declared: checked and quoted, never taken from a request."""

import functools
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from tongban.modules.exchange import errors
from tongban.modules.exchange.model import Found

_NAME = re.compile(r"[^\W\d]\w{0,62}")
_EXACT = (str, int, Decimal, UUID)
"""Types of identifiers of which one is another only where it is written otherwise."""
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

    A row that does not say how new it is comes last: PostgreSQL would put it before all others.
    Where nothing says which row is newest, the order of the columns makes the answer the same each
    time. ``mark`` is how the database writes a parameter.
    """
    chosen = _columns(source, columns)
    order = f"{_column(source, newest)} DESC NULLS LAST" if newest else chosen
    key = _column(source, identifier_column)
    return (
        f"SELECT {chosen}, {key}, count(*) OVER () FROM {_table(source, table)} AS {_HERE}"  # noqa: S608 - all quoted
        f" WHERE {key} = {mark} AND CAST({key} AS TEXT) COLLATE {exact} = {mark}"
        f" ORDER BY {order} LIMIT 1"
    )


def found_exactly(source: str, rows: Sequence[Sequence[Any]], identifier: str) -> Found | None:
    """Return what a lookup found, None where its identifier is not the very one that was asked for.

    Refuses an identifier of a type by which nobody can be told: a float, as two numbers of 18 digits
    are the same float, and bytes. "There is no record" may decide a case, and is not known then.
    """
    if not rows:
        return None
    *row, key, count = rows[0]
    if isinstance(key, bool) or not isinstance(key, _EXACT):
        raise errors.source_unreadable(source)
    if str(key).rstrip(" ") != identifier:  # char(n) is filled with spaces
        return None
    return Found(row=tuple(row), count=count)


def first_statement(source: str, table: str, columns: Sequence[str], rows: int) -> str:
    """Return the statement that reads the rows that the database gives first."""
    chosen = _columns(source, columns)
    return f"SELECT {chosen} FROM {_table(source, table)} AS {_HERE} LIMIT {rows:d}"  # noqa: S608 - all quoted


def every_statement(source: str, table: str, columns: Sequence[str], rows: int, size: int) -> str:
    """Return the statement that goes through a table and reads so many rows at even distances.

    For what has no places to jump to, such as a view.
    """
    chosen = _columns(source, columns)
    step = max(1, -(-size // rows))
    return (
        f"SELECT {', '.join(_quoted(source, column) for column in columns)}"  # noqa: S608 - all quoted
        f" FROM (SELECT {chosen}, row_number() OVER () AS tongban_row"
        f" FROM {_table(source, table)} AS {_HERE}) AS tongban_rows"
        f" WHERE (tongban_row - 1) / {step:d} * {step:d} = tongban_row - 1 LIMIT {rows:d}"
    )


def size_statement(source: str, table: str) -> str:
    """Return the statement that counts a table's rows."""
    return f"SELECT count(*) FROM {_table(source, table)}"  # noqa: S608 - quoted


def places_statement(
    source: str, table: str, columns: Sequence[str], rowid: str
) -> tuple[str, str]:
    """Return what finds the ends of a SQLite table's ``rowid``, and what reads rows at given places.

    ``rowid`` is one of the names that SQLite has for it (lang_createtable, 5).
    """
    chosen, named = _columns(source, columns), _table(source, table)
    # Each end by itself: SQLite goes through the whole table for both in one (optoverview, MIN/MAX).
    ends = f"SELECT (SELECT min({rowid}) FROM {named}), (SELECT max({rowid}) FROM {named})"  # noqa: S608 - all quoted
    rows = (
        f"SELECT {chosen} FROM {named} AS {_HERE} WHERE {_HERE}.{rowid} IN"  # noqa: S608 - all quoted
        f" (SELECT (SELECT min(near.{rowid}) FROM {named} AS near WHERE near.{rowid} >= place.value)"
        f" FROM json_each(?) AS place) ORDER BY {_HERE}.{rowid}"
    )
    return ends, rows


def blocks_statement(source: str, table: str, columns: Sequence[str], rows: int) -> str:
    """Return what reads some rows of each of several blocks of a PostgreSQL table, by their place."""
    chosen = _columns(source, columns)
    return (
        f"SELECT picked.* FROM unnest(%s::bigint[]) AS blocks(block) CROSS JOIN LATERAL"  # noqa: S608 - all quoted
        f" (SELECT {chosen} FROM {_table(source, table)} AS {_HERE}"
        f" WHERE {_HERE}.ctid >= format('(%%s,0)', block)::tid"
        f" AND {_HERE}.ctid < format('(%%s,0)', block + 1)::tid LIMIT {rows:d}) AS picked"
    )


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
