"""What happened to cases, and who has seen it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from tongban.kit.db import Reader, Unit, cell_of, chunks
from tongban.modules.services.model import Happening, What
from tongban.modules.services.store import tables
from tongban.modules.services.store.cases import insert_once


def add_happening(unit: Unit, identifier: str, line: Happening) -> None:
    """Add a line to a case's history: for those who hold the case's lock."""
    mine = tables.happening.c.case_id == identifier
    last = unit.connection.execute(select(func.max(tables.happening.c.position)).where(mine))
    seal, columns = unit.keyring.seal, tables.happening.c
    bound = {"id": unit.new_id(), "case_id": identifier}
    words = seal(line.words, cell_of(columns.words, bound)) if line.words else None
    unit.connection.execute(
        insert(tables.happening).values(
            **bound,
            position=(last.scalar() or 0) + 1,
            at=line.at,
            what=line.what.value,
            actor=line.actor,
            actor_name=seal(line.actor_name, cell_of(columns.actor_name, bound)),
            department=line.department,
            step=line.step,
            words=words,
            internal=line.internal,
        )
    )


def history(reader: Reader, identifier: str, *, internal: bool) -> list[Happening]:
    """Return what happened to a case, oldest first; internal lines are for staff."""
    query = select(tables.happening).where(tables.happening.c.case_id == identifier)
    if not internal:
        query = query.where(tables.happening.c.internal.is_(False))
    rows = reader.connection.execute(query.order_by(tables.happening.c.position))
    return [_happening(reader, row) for row in rows]


def histories(reader: Reader, identifiers: Sequence[str]) -> dict[str, list[Happening]]:
    """Return the whole histories of many cases, by internal id, each oldest first."""
    found: dict[str, list[Happening]] = {}
    line = tables.happening.c
    for some in chunks(identifiers):
        query = select(tables.happening).where(line.case_id.in_(some))
        for row in reader.connection.execute(query.order_by(line.case_id, line.position)):
            found.setdefault(row.case_id, []).append(_happening(reader, row))
    return found


def _happening(reader: Reader, row: Row[Any]) -> Happening:
    opened, columns = reader.keyring.open, tables.happening.c
    return Happening(
        at=row.at,
        what=What(row.what),
        actor=row.actor,
        actor_name=opened(row.actor_name, cell_of(columns.actor_name, row)),
        department=row.department,
        step=row.step,
        words=opened(row.words, cell_of(columns.words, row)) if row.words else "",
        internal=row.internal,
    )


def news(connection: Connection, account: str, identifiers: Sequence[str]) -> dict[str, list[str]]:
    """Return what others did to cases since an account last looked, by internal id.

    A case never looked at is not in the answer: it is new as a whole.
    """
    found: dict[str, list[str]] = {}
    for some in chunks(identifiers):
        looked = connection.execute(
            select(tables.seen.c.case_id).where(
                tables.seen.c.account == account, tables.seen.c.case_id.in_(some)
            )
        ).scalars()
        found.update({case: [] for case in looked})
        rows = connection.execute(
            select(tables.happening.c.case_id, tables.happening.c.what)
            .join(tables.seen, tables.seen.c.case_id == tables.happening.c.case_id)
            .where(
                tables.seen.c.account == account,
                tables.happening.c.case_id.in_(some),
                tables.happening.c.at > tables.seen.c.at,
                tables.happening.c.actor != account,
            )
            .order_by(tables.happening.c.position)
        )
        for row in rows:
            found[row.case_id].append(row.what)
    return found


def seen_at(reader: Reader, account: str, identifier: str) -> dt.datetime | None:
    """Return when an account last looked at a case; None where it never did."""
    mine = (tables.seen.c.account == account) & (tables.seen.c.case_id == identifier)
    return reader.connection.execute(select(tables.seen.c.at).where(mine)).scalar()


def mark_seen(unit: Unit, account: str, identifier: str) -> None:
    """Remember that an account looked at a case now."""
    mine = (tables.seen.c.account == account) & (tables.seen.c.case_id == identifier)
    done = unit.connection.execute(update(tables.seen).where(mine).values(at=unit.now))
    if done.rowcount == 0:
        insert_once(unit.connection, tables.seen, account=account, case_id=identifier, at=unit.now)
