"""Columns that hold sealed values, declared with what a value is bound to."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, LargeBinary, Table

from tongban.kit.crypto.places import Cell

_BOUND = "sealed, bound to"


def sealed(name: str, *key: str, nullable: bool = False) -> Column[bytes]:
    """Declare a column of values that open only in their row.

    ``key`` names the columns of the same table whose values the seal is bound to: what tells the
    row, and what must not be exchanged behind it. Whoever changes one of them seals anew.
    """
    return Column(name, LargeBinary, nullable=nullable, info={_BOUND: key})


def sealed_columns(table: Table) -> Iterator[tuple[Column[Any], tuple[str, ...]]]:
    """Yield the sealed columns of a table, each with the columns that it is bound to."""
    for column in table.columns:
        if _BOUND in column.info:
            yield column, column.info[_BOUND]


def cell_of(column: Column[Any], row: object) -> Cell:
    """Return where a value stands, of a row or mapping that has the columns it is bound to."""
    key = column.info[_BOUND]
    if isinstance(row, Mapping):
        return Cell(column.table.name, column.name, tuple(row[name] for name in key))
    return Cell(column.table.name, column.name, tuple(getattr(row, name) for name in key))
