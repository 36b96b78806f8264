"""Unusual reading, one row for each account, kind and day; and what it is judged by."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select, true

from tongban.kernel.actors import Actor
from tongban.kit.db import inserting, values_of
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.exchange.model.alarms import Alarm, AlarmKind, AlarmState
from tongban.modules.exchange.model.quotas import LimitKind
from tongban.modules.exchange.rules.agreements import is_officer, oversees
from tongban.modules.exchange.store.tables import alarm_providers, alarms, disclosures, tallies


def put_alarm(connection: Connection, new: Alarm) -> bool:
    """Keep an alarm, or bring the one of that account, kind and day up to date; whether it is new."""
    row = _row_of(new)
    first = inserting(connection, alarms).values(**row)
    once = first.on_conflict_do_nothing(index_elements=[alarms.c.who, alarms.c.kind, alarms.c.day])
    is_new = connection.execute(once.returning(alarms.c.id)).scalar() is not None
    if not is_new:
        _again(connection, new)
    kept = select(alarms.c.id).where(*_same(new)).scalar_subquery()
    for provider in new.providers:
        one = inserting(connection, alarm_providers).values(alarm=kept, provider=provider)
        connection.execute(one.on_conflict_do_nothing())
    return is_new


def _again(connection: Connection, new: Alarm) -> None:
    more = alarms.c.times + 1 if new.kind is AlarmKind.RELATION else new.times
    changed = alarms.update().where(*_same(new))
    connection.execute(changed.values(times=more, usual=new.usual, at=new.at))


def _same(new: Alarm) -> tuple[ColumnElement[bool], ...]:
    return (alarms.c.who == new.who, alarms.c.kind == new.kind.value, alarms.c.day == new.day)


def alarm(connection: Connection, identifier: str, *, lock: bool = False) -> Alarm | None:
    """Return an alarm; ``lock`` keeps others from changing it until this unit is over."""
    query = select(alarms).where(alarms.c.id == identifier)
    found = connection.execute(query.with_for_update() if lock else query)
    row = found.mappings().one_or_none()
    return None if row is None else _with_providers(connection, [row])[0]


def save_alarm(connection: Connection, changed: Alarm) -> None:
    """Keep which entry speaks of an alarm, and that somebody looked into it with what."""
    connection.execute(
        alarms.update()
        .where(alarms.c.id == changed.id)
        .values(
            state=changed.state.value,
            words=changed.words,
            looked_by=changed.looked_by,
            looked_at=changed.looked_at,
            status_entry=changed.status_entry,
            salt=changed.salt,
        )
    )


def alarms_by_entry(
    connection: Connection, after: str | None, until: str | None
) -> Iterator[list[Alarm]]:
    """Return alarms in pieces, in the order of the entries that speak of them, without providers."""
    query = between(select(alarms), alarms.c.status_entry, after, until)
    for rows in in_pieces(connection, query):
        yield [_alarm(row._mapping, ()) for row in rows]  # noqa: SLF001 - SQLAlchemy's public way


def entries_of_alarms(connection: Connection, identifiers: Sequence[str]) -> dict[str, str]:
    """Return the latest ledger entry of alarms, by id."""
    return values_of(connection, alarms.c.id, alarms.c.status_entry, identifiers)


def alarms_without_entry(connection: Connection, most: int) -> list[Alarm]:
    """Return some alarms of which no entry speaks."""
    query = select(alarms).where(alarms.c.status_entry == "").order_by(alarms.c.id).limit(most)
    return [_alarm(row, ()) for row in connection.execute(query).mappings()]


def find_alarms(
    connection: Connection,
    actor: Actor,
    own: Collection[str],
    kind: str,
    state: str,
    limit: int | None,
    offset: int,
) -> tuple[list[Alarm], int]:
    """Return a stretch of the alarms that someone may see, newest first, and how many there are.

    None of what is ``own``: of the names under which they read themself.
    """
    conditions = [_visible(actor), alarms.c.who.not_in(own)]
    if kind:
        conditions.append(alarms.c.kind == kind)
    if state:
        conditions.append(alarms.c.state == state)
    query = select(alarms).where(*conditions).order_by(alarms.c.id.desc())
    rows = connection.execute(query.limit(limit).offset(offset)).mappings().all()
    count = select(func.count()).select_from(alarms).where(*conditions)
    return _with_providers(connection, rows), connection.execute(count).scalar_one()


def _visible(actor: Actor) -> ColumnElement[bool]:
    if oversees(actor):
        return true()
    if not is_officer(actor, (actor.department,)):
        return ~true()
    provided = select(alarm_providers.c.alarm).where(alarm_providers.c.provider == actor.department)
    return or_(alarms.c.department == actor.department, alarms.c.id.in_(provided))


# What it is judged by ----------------------------------------------------------------------------


def hours_before(
    connection: Connection, who: str, since: dt.datetime, hour: dt.datetime
) -> dict[dt.datetime, int]:
    """Return how often an account or client read in each hour in which it did, before one."""
    query = select(tallies.c.since, tallies.c.times).where(
        tallies.c.kind == LimitKind.HOUR.value,
        tallies.c.who == who,
        tallies.c.since >= since,
        tallies.c.since < hour,
    )
    return {row.since: row.times for row in connection.execute(query)}


def providers_of(connection: Connection, who: str, since: dt.datetime) -> list[str]:
    """Return whose data an account or client read or asked for since an instant."""
    query = select(disclosures.c.provider).where(
        disclosures.c.asked_by == who, disclosures.c.at >= since
    )
    return sorted(connection.execute(query.distinct()).scalars())


def _with_providers(connection: Connection, rows: Sequence[RowMapping]) -> list[Alarm]:
    of = alarm_providers.c
    query = select(of.alarm, of.provider).where(of.alarm.in_([row["id"] for row in rows]))
    found: dict[str, list[str]] = {}
    for each in connection.execute(query.order_by(of.provider)):
        found.setdefault(each.alarm, []).append(each.provider)
    return [_alarm(row, tuple(found.get(row["id"], ()))) for row in rows]


def _row_of(value: Alarm) -> dict[str, Any]:
    row = msgspec.structs.asdict(value)
    del row["providers"]
    return row | {"kind": value.kind.value, "state": value.state.value}


def _alarm(row: RowMapping, providers: tuple[str, ...]) -> Alarm:
    words = {"kind": AlarmKind(row["kind"]), "state": AlarmState(row["state"])}
    return Alarm(**(dict(row) | words), providers=providers)
