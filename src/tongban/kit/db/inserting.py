"""Inserting a row that may be there already: both databases can, each by a statement of its own."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_MADE: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def inserting(connection: Connection, table: Table) -> Any:
    """Return an insert that takes ``on_conflict_do_update`` or ``on_conflict_do_nothing``."""
    return _MADE[connection.dialect.name](table)
