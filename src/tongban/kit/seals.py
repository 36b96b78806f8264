"""Whether what is sealed in the tables opens where it stands."""

from collections.abc import Iterator

from sqlalchemy import Table, select

from tongban.kernel.errors import Refusal
from tongban.kit.crypto.places import Cell
from tongban.kit.db import Reader, cell_of, metadata, sealed_columns
from tongban.kit.db.streams import in_pieces
from tongban.kit.keyring import Keyring


def unopened(reader: Reader) -> Iterator[Cell]:
    """Yield each sealed value that was altered, moved or lost its key, by table.

    Rows come in pieces, so that memory stays the same however many there are.
    """
    for table in metadata.sorted_tables:
        yield from _of_table(reader, table)


def _of_table(reader: Reader, table: Table) -> Iterator[Cell]:
    columns = list(sealed_columns(table))
    if not columns:
        return
    needed = {name for column, key in columns for name in (column.name, *key)}
    query = select(*(table.c[name] for name in sorted(needed)))
    for rows in in_pieces(reader.connection, query):
        for row in rows:
            for column, _ in columns:
                value, cell = getattr(row, column.name), cell_of(column, row)
                if value is not None and not opens(reader.keyring, value, cell):
                    yield cell


def opens(keyring: Keyring, value: bytes, cell: Cell) -> bool:
    """Whether a value opens in a place."""
    try:
        keyring.open(value, cell)
    except Refusal:
        return False
    return True
