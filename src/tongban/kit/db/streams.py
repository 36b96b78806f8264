"""Rows of a long answer in pieces, so that memory stays the same however many there are."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, Select

PIECE = 1000
"""Rows that are in memory at a time."""


def in_pieces(
    connection: Connection, query: Select[Any], size: int = PIECE
) -> Iterator[Sequence[Row[Any]]]:
    """Return the rows of a query in pieces, all of the view in which the connection is.

    The database holds the rest: SQLite steps through its index, PostgreSQL keeps a cursor.
    """
    result = connection.execute(query, execution_options={"yield_per": size})
    try:
        yield from result.partitions()
    finally:
        result.close()


def between(
    query: Select[Any], key: Column[str], after: str | None, until: str | None
) -> Select[Any]:
    """Return a query for the rows whose key is behind one and not behind another, in its order.

    None has no bound.
    """
    if after is not None:
        query = query.where(key > after)
    if until is not None:
        query = query.where(key <= until)
    return query.order_by(key)
