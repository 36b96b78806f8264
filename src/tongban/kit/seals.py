"""Whether what is sealed in the tables opens where it stands."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, Row, Table, UniqueConstraint, inspect, select, tuple_

from tongban.kernel.errors import Refusal
from tongban.kit.crypto.places import Cell
from tongban.kit.db import Reader, cell_of, metadata, sealed_columns
from tongban.kit.db.streams import in_pieces
from tongban.kit.keyring import Keyring
from tongban.kit.sweeps import Flaw, Piece

_LONGEST = 100
"""Characters of what tells a row."""

_TRIED = 5
"""Values of a column that are tried where only the keys are in question."""


def unopened(reader: Reader) -> Iterator[Cell]:
    """Yield each sealed value that was altered, moved or lost its key, by table.

    Rows come in pieces, so that memory stays the same however many there are.
    """
    for value, cell in _values(reader):
        if not opens(reader.keyring, value, cell):
            yield cell


def are_of(reader: Reader) -> bool:
    """Whether some sealed value was sealed with the reader's keys, or there is none.

    The first few of each column are tried. The database may be of an older release: columns that it
    lacks are passed over, and so is the log, which is told of none.
    """
    tried = [
        reader.keyring.sealed(value, cell)
        for table in metadata.sorted_tables
        for value, cell in _first_of(reader, table)
    ]
    return any(tried) or not tried


def _first_of(reader: Reader, table: Table) -> Iterator[tuple[bytes, Cell]]:
    looked = inspect(reader.connection)
    there = (
        {one["name"] for one in looked.get_columns(table.name)}
        if looked.has_table(table.name)
        else set()
    )
    for column, key in sealed_columns(table):
        if not {column.name, *key} <= there:
            continue
        query = select(*(table.c[name] for name in {column.name, *key})).limit(_TRIED)
        for row in reader.connection.execute(query.where(column.is_not(None))):
            yield getattr(row, column.name), cell_of(column, row)


def _values(reader: Reader) -> Iterator[tuple[bytes, Cell]]:
    for table in metadata.sorted_tables:
        yield from _of_table(reader, table)


def _of_table(reader: Reader, table: Table) -> Iterator[tuple[bytes, Cell]]:
    columns = list(sealed_columns(table))
    if not columns:
        return
    needed = {name for column, key in columns for name in (column.name, *key)}
    query = select(*(table.c[name] for name in sorted(needed)))
    for rows in in_pieces(reader.connection, query):
        for row in rows:
            for column, _ in columns:
                value, cell = getattr(row, column.name), cell_of(column, row)
                if value is not None:
                    yield value, cell


def opens(keyring: Keyring, value: bytes, cell: Cell) -> bool:
    """Whether a value opens in a place."""
    try:
        keyring.open(value, cell)
    except (Refusal, TypeError, AttributeError):  # or of a type that no seal has
        return False
    return True


class Seals:
    """Every sealed value of every table, a piece at a time: whether it opens where it stands."""

    name = "sealed"
    flaw = "unopened"

    def piece(self, reader: Reader, after: str, most: int) -> Piece:
        """Look at the next rows with sealed values, table by table, in the order of their keys."""
        name, *key = msgspec.json.decode(after, type=list[str]) if after else [""]
        tables = _sealed_tables()
        at = next((one for one in tables if one.name >= name), None)
        if at is None:
            return Piece(until=None, looked=0)
        rows = _rows_behind(reader, at, key if at.name == name else [], most)
        cells = [cell for row in rows for cell in _unopened_of(reader.keyring, at, row)]
        return Piece(
            until=_next(tables, at, rows, key, most),
            looked=sum(
                getattr(row, c.name) is not None for row in rows for c, _ in sealed_columns(at)
            ),
            flaws=tuple(_flaw(cell) for cell in cells),
        )


def _flaw(cell: Cell) -> Flaw:
    row = str(cell).partition(" ")[2].strip("()")
    return Flaw(table=str(cell.table), row=row[:_LONGEST], fields=(str(cell.column),))


def _sealed_tables() -> list[Table]:
    """Return the tables with sealed columns, by name."""
    return sorted(
        (one for one in metadata.tables.values() if any(sealed_columns(one))),
        key=lambda one: one.name,
    )


def _key_of(table: Table) -> list[Column[Any]]:
    """Return the columns that tell a row from all others."""
    if table.primary_key.columns:
        return list(table.primary_key.columns)
    unique = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    return sorted(unique, key=len)[0]


def _rows_behind(
    reader: Reader, table: Table, after: Sequence[str], most: int
) -> Sequence[Row[Any]]:
    key = _key_of(table)
    needed = {name for column, bound in sealed_columns(table) for name in (column.name, *bound)}
    needed |= {column.name for column in key}
    query = select(*(table.c[name] for name in sorted(needed))).order_by(*key).limit(most)
    if after:
        query = query.where(tuple_(*key) > tuple(after))
    return reader.connection.execute(query).all()


def _next(
    tables: Sequence[Table], at: Table, rows: Sequence[Row[Any]], before: Sequence[str], most: int
) -> str | None:
    """Return where the next piece begins: behind the last row, or in the next table."""
    if len(rows) == most:
        key = [str(getattr(rows[-1], column.name)) for column in _key_of(at)]
        if key != list(
            before
        ):  # else a key is of no type that it can be: nothing behind it is ordered
            return msgspec.json.encode([str(at.name), *key]).decode()
    following = next((one for one in tables if one.name > at.name), None)
    return None if following is None else msgspec.json.encode([str(following.name)]).decode()


def _unopened_of(keyring: Keyring, table: Table, row: Row[Any]) -> Iterator[Cell]:
    for column, _ in sealed_columns(table):
        value, cell = getattr(row, column.name), cell_of(column, row)
        if value is not None and not opens(keyring, value, cell):
            yield cell
