"""Names of tables and columns as declared: checked and quoted, never taken from a request."""

import functools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from tongban.modules.exchange import errors
from tongban.modules.exchange.model import TOO_LONG, Found

_NAME = re.compile(r"[^\W\d]\w{0,62}")
MOST_BYTES = 64 * 1024
"""Bytes of a value that is read at all: of the longest text that any item holds, several times over."""
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
    measure: str,
) -> str:
    """Return the statement that reads the newest row about one identifier, and the count of rows.

    The identifier is asked for twice: once as the database compares, so that an index is used, and
    once by its very characters, in the collation ``exact``: a database that compares as it likes takes
    a near number, or another case, for the one asked for. What was found stands after the columns.

    A row that does not say how new it is comes last: PostgreSQL would put it before all others.
    Where nothing says which row is newest, the order of the columns makes the answer the same each
    time: as texts, because some types have no order, such as ``json``. ``mark`` is how the database
    writes a parameter. Of a value that ``measure`` finds longer than ``MOST_BYTES`` there is nothing, and
    a flag that says so: see :func:`without_long`.
    """
    key = _column(source, identifier_column)
    bounded, names = _bounded(source, columns, measure)
    latest = f", {_column(source, newest)} AS tongban_newest" if newest else ""
    as_texts = (f"CAST({name} AS TEXT) COLLATE {exact}" for name in names[: len(columns)])
    order = "tongban_newest DESC NULLS LAST" if newest else ", ".join(as_texts)
    return (
        f"SELECT {', '.join(names)}, tongban_key, count(*) OVER ()"  # noqa: S608 - all quoted
        f" FROM (SELECT {bounded}, {key} AS tongban_key{latest} FROM {_table(source, table)} AS {_HERE}"
        f" WHERE {key} = {mark} AND CAST({key} AS TEXT) COLLATE {exact} = {mark}) AS tongban_rows"
        f" ORDER BY {order} LIMIT 1"
    )


def found_exactly(source: str, rows: Sequence[Sequence[Any]], identifier: str) -> Found | None:
    """Return what a lookup found, None where its identifier is not the very one that was asked for.

    Refuses an identifier of a type by which nobody can be told: a float, as two numbers of 18 digits
    are the same float, and bytes. "There is no record" may decide a case, and is not known then.
    """
    if not rows:
        return None
    *held, key, count = rows[0]
    if isinstance(key, bool) or not isinstance(key, _EXACT):
        raise errors.source_unreadable(source)
    if str(key).rstrip(" ") != identifier:  # char(n) is filled with spaces
        return None
    (row,) = without_long([held])
    return Found(row=row, count=count)


def without_long(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Return rows whose later half says of each value of the first whether it was too long to be read."""
    found = []
    for row in rows:
        count = len(row) // 2
        flags = row[count:]
        values = tuple(row[:count])
        if any(flags):
            values = tuple(
                TOO_LONG if flag else value for value, flag in zip(values, flags, strict=True)
            )
        found.append(values)
    return found


def first_statement(
    source: str, table: str, columns: Sequence[str], rows: int, measure: str
) -> str:
    """Return the statement that reads the rows that the database gives first."""
    chosen, _ = _bounded(source, columns, measure)
    return f"SELECT {chosen} FROM {_table(source, table)} AS {_HERE} LIMIT {rows:d}"  # noqa: S608 - all quoted


def every_statement(
    source: str, table: str, columns: Sequence[str], rows: int, size: int, measure: str
) -> str:
    """Return the statement that goes through a table and reads so many rows at even distances.

    For what has no places to jump to, such as a view.
    """
    chosen, names = _bounded(source, columns, measure)
    step = max(1, -(-size // rows))
    return (
        f"SELECT {', '.join(names)}"  # noqa: S608 - all quoted
        f" FROM (SELECT tongban_all.*, row_number() OVER () AS tongban_row"
        f" FROM (SELECT {chosen} FROM {_table(source, table)} AS {_HERE}) AS tongban_all) AS tongban_rows"
        f" WHERE (tongban_row - 1) / {step:d} * {step:d} = tongban_row - 1 LIMIT {rows:d}"
    )


def size_statement(source: str, table: str) -> str:
    """Return the statement that counts a table's rows."""
    return f"SELECT count(*) FROM {_table(source, table)}"  # noqa: S608 - quoted


def places_statement(
    source: str, table: str, columns: Sequence[str], rowid: str, measure: str
) -> tuple[str, str]:
    """Return what finds the ends of a SQLite table's ``rowid``, and what reads rows at given places.

    ``rowid`` is one of the names that SQLite has for it (lang_createtable, 5).
    """
    (chosen, _), named = _bounded(source, columns, measure), _table(source, table)
    # Each end by itself: SQLite goes through the whole table for both in one (optoverview, MIN/MAX).
    ends = f"SELECT (SELECT min({rowid}) FROM {named}), (SELECT max({rowid}) FROM {named})"  # noqa: S608 - all quoted
    rows = (
        f"SELECT {chosen} FROM {named} AS {_HERE} WHERE {_HERE}.{rowid} IN"  # noqa: S608 - all quoted
        f" (SELECT (SELECT min(near.{rowid}) FROM {named} AS near WHERE near.{rowid} >= place.value)"
        f" FROM json_each(?) AS place) ORDER BY {_HERE}.{rowid}"
    )
    return ends, rows


def blocks_statement(
    source: str, table: str, columns: Sequence[str], rows: int, measure: str
) -> str:
    """Return what reads some rows of each of several blocks of a PostgreSQL table, by their place."""
    chosen, _ = _bounded(source, columns, measure)
    return (
        f"SELECT picked.* FROM unnest(%s::bigint[]) AS blocks(block) CROSS JOIN LATERAL"  # noqa: S608 - all quoted
        f" (SELECT {chosen} FROM {_table(source, table)} AS {_HERE}"
        f" WHERE {_HERE}.ctid >= format('(%%s,0)', block)::tid"
        f" AND {_HERE}.ctid < format('(%%s,0)', block + 1)::tid LIMIT {rows:d}) AS picked"
    )


def quoted_table(source: str, table: str) -> str:
    """Return a table, perhaps with its schema, as a statement has it."""
    return _table(source, table)


def _bounded(source: str, columns: Sequence[str], measure: str) -> tuple[str, list[str]]:
    """Return what reads columns without what is too long, then a flag of each, and what these are called.

    A value is measured where it lies: one of 40 MB took 18 s and 900 MB until it was seen to be no value.
    """
    read, flags = [], []
    for number, column in enumerate(_column(source, each) for each in columns):
        size = measure.format(column=column)
        read.append(
            f"CASE WHEN {size} > {MOST_BYTES} THEN NULL ELSE {column} END AS tongban_v{number}"
        )
        flags.append(f"COALESCE({size} > {MOST_BYTES}, 1 = 0) AS tongban_l{number}")
    names = [f"tongban_{kind}{number}" for kind in "vl" for number in range(len(columns))]
    return ", ".join([*read, *flags]), names


def _column(source: str, name: str) -> str:
    return f"{_HERE}.{_quoted(source, name)}"


def _table(source: str, table: str) -> str:
    return ".".join(_quoted(source, part) for part in table.split(".", 1))


def _quoted(source: str, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise errors.source_misdeclared(source)
    return f'"{name}"'
