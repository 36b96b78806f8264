"""Purposes: the services that data may be read for, seldom changed and often asked."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from tongban.kit import shelf
from tongban.modules.exchange.model import Purpose
from tongban.modules.exchange.store.tables import purposes as table

_MARK = "exchange_purpose"


def put_purposes(connection: Connection, several: Iterable[Purpose]) -> None:
    """Keep these purposes and no others."""
    connection.execute(table.delete())
    rows = [
        {
            "code": each.code,
            "departments": each.departments,
            "name": each.name,
            "clause": each.clause,
        }
        for each in several
    ]
    if rows:
        connection.execute(table.insert(), rows)
    shelf.touch(connection, _MARK)


def purposes(connection: Connection) -> dict[str, Purpose]:
    """Return every purpose by code, kept until one changes; do not change what you are given."""
    return shelf.kept(connection, _MARK, Purpose, lambda: _purposes(connection))


def _purposes(connection: Connection) -> dict[str, Purpose]:
    return {
        row.code: Purpose(
            code=row.code,
            departments=tuple(row.departments),
            name=row.name,
            clause=row.clause,
        )
        for row in connection.execute(select(table))
    }
