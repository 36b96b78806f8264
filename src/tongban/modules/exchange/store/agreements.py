"""What another person agreed to, and how much of it was read: used up where the read is recorded."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select, true

from tongban.kernel.actors import Actor
from tongban.kit.db import values_of
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.exchange.model.agreements import Agreement, AgreementState
from tongban.modules.exchange.rules.agreements import is_officer, oversees
from tongban.modules.exchange.store.tables import agreements as table


def insert_agreement(connection: Connection, new: Agreement) -> None:
    """Keep what was asked for."""
    connection.execute(table.insert().values(**_row_of(new)))


def update_agreement(connection: Connection, changed: Agreement) -> None:
    """Keep an agreement as it is now; what was used of it is counted elsewhere."""
    row = _row_of(changed)
    del row["used"]
    connection.execute(table.update().where(table.c.id == changed.id).values(**row))


def agreement(connection: Connection, identifier: str, *, lock: bool = False) -> Agreement | None:
    """Return an agreement; ``lock`` keeps others from changing it until this unit is over."""
    query = select(table).where(table.c.id == identifier)
    found = connection.execute(query.with_for_update() if lock else query)
    row = found.mappings().one_or_none()
    return None if row is None else _agreement(row)


def agreements_by_entry(
    connection: Connection, after: str | None, until: str | None
) -> Iterator[list[Agreement]]:
    """Return agreements in pieces, in the order of their ledger entries: see ``streams.between``."""
    for rows in in_pieces(connection, between(select(table), table.c.entry, after, until)):
        yield [_agreement(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public way


def entries_of_agreements(connection: Connection, identifiers: Sequence[str]) -> dict[str, str]:
    """Return the latest ledger entry of agreements, by id."""
    return values_of(connection, table.c.id, table.c.entry, identifiers)


def agreements_without_salt(connection: Connection, most: int) -> list[Agreement]:
    """Return some agreements whose entries committed to nothing."""
    query = select(table).where(table.c.salt.is_(None)).order_by(table.c.id).limit(most)
    return [_agreement(row) for row in connection.execute(query).mappings()]


def find_agreements(
    connection: Connection, actor: Actor, limit: int | None, offset: int
) -> tuple[list[Agreement], int]:
    """Return a stretch of the agreements that someone may see, newest first, and how many there are."""
    visible = _visible(actor)
    query = select(table).where(visible).order_by(table.c.id.desc())
    rows = connection.execute(query.limit(limit).offset(offset)).mappings()
    count = select(func.count()).select_from(table).where(visible)
    return [_agreement(row) for row in rows], connection.execute(count).scalar_one()


def _visible(actor: Actor) -> ColumnElement[bool]:
    if oversees(actor):
        return true()
    mine = or_(table.c.asked_by == actor.account, table.c.reader == f"{actor.kind}:{actor.account}")
    if not is_officer(actor, (actor.department,)):
        return mine
    ours = or_(table.c.department == actor.department, table.c.provider == actor.department)
    return or_(mine, ours)


def agreements_left(
    connection: Connection, reader: str, grant: str, occasion: tuple[str, str], today: dt.date
) -> list[Agreement]:
    """Return the rows that say that something is left of what was agreed to, oldest first, held.

    ``occasion`` is its code and the number of its file. Whoever reads at the same moment waits for them,
    so that never one more is read than was agreed to.
    """
    left = (
        (table.c.reader == reader)
        & (table.c.grant_code == grant)
        & (table.c.occasion == occasion[0])
        & (table.c.occasion_reference == occasion[1])
        & (table.c.state == AgreementState.AGREED.value)
        & (table.c.until >= today)
        & (table.c.used < table.c.number)
    )
    query = select(table).where(left).order_by(table.c.id).with_for_update()
    return [_agreement(row) for row in connection.execute(query).mappings()]


def use_agreement(connection: Connection, identifier: str) -> None:
    """Use up one read of an agreement that is held."""
    mine = table.update().where(table.c.id == identifier)
    connection.execute(mine.values(used=table.c.used + 1))


def give_back_agreement(connection: Connection, identifier: str) -> None:
    """Take one read back that was used up in this unit and then not made."""
    mine = table.update().where(table.c.id == identifier)
    connection.execute(mine.values(used=table.c.used - 1))


def _row_of(value: Agreement) -> dict[str, Any]:
    row = msgspec.structs.asdict(value)
    row["grant_code"] = row.pop("grant")
    row["state"] = value.state.value
    return row


def _agreement(row: RowMapping) -> Agreement:
    found = dict(row)
    found["grant"] = found.pop("grant_code")
    found["state"] = AgreementState(found["state"])
    return Agreement(**found)
