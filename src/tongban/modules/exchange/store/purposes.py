"""Purposes: the services that data may be read for, seldom changed and often asked."""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, select

from tongban.kit import shelf
from tongban.modules.exchange.model import Purpose
from tongban.modules.exchange.store.tables import purposes as table

_MARK = "exchange_purpose"
_kept: dict[int, tuple[Engine, int, dict[str, Purpose]]] = {}


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
    engine, number = connection.engine, shelf.mark(connection, _MARK)
    if number is None:
        return {}
    kept = _kept.get(id(engine))
    if kept is not None and kept[0] is engine and kept[1] == number:
        return kept[2]
    found = {
        row.code: Purpose(
            code=row.code,
            departments=tuple(row.departments),
            name=row.name,
            clause=row.clause,
        )
        for row in connection.execute(select(table))
    }
    if len(_kept) > 50:
        _kept.clear()
    _kept[id(engine)] = (engine, number, found)
    return found
