"""Whether what is sealed in the tables opens where it stands."""

from collections.abc import Iterator

from sqlalchemy import Table, inspect, select

from tongban.kernel.errors import Refusal
from tongban.kit.crypto.places import Cell
from tongban.kit.db import Reader, cell_of, metadata, sealed_columns
from tongban.kit.db.streams import in_pieces
from tongban.kit.keyring import Keyring

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
    except Refusal:
        return False
    return True
