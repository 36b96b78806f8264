"""Many keys, some at a time: a database takes only so many in one question."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, select

K = TypeVar("K")

AT_ONCE = 400
"""Keys that one question names: far below the 32,766 of SQLite, whatever else it asks for."""


def chunks(keys: Sequence[K]) -> Iterator[Sequence[K]]:
    """Return keys in groups that one question may name, in their order; no group without keys."""
    return (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))


def values_of(
    connection: Connection, key: ColumnElement[K], value: ColumnElement[Any], keys: Sequence[K]
) -> dict[K, Any]:
    """Return what one column holds where another, a key of the same table, is one of ``keys``, by key.

    A key of which there is no row is not among the answers.
    """
    query = select(key, value)
    return {
        row[0]: row[1]
        for some in chunks(keys)
        for row in connection.execute(query.where(key.in_(some)))
    }
