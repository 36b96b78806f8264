"""Grants, and how much each was used."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Text, func, or_, select

from tongban.kernel.actors import Actor, ActorKind
from tongban.kit import shelf
from tongban.kit.db import values_of
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.exchange.model import (
    OVER,
    Basis,
    EndReason,
    Grant,
    GrantFilter,
    GrantState,
    GrantUse,
    Outcome,
)
from tongban.modules.exchange.model.occasions import WithoutCase
from tongban.modules.exchange.store.tables import disclosures, grants

_MARK = "exchange_grant"
"""Changes with every grant, so that each process can keep those in effect."""

_IN_EFFECT = select(grants).where(grants.c.state == GrantState.IN_EFFECT.value)

_ByPair = dict[tuple[str, str], tuple[Grant, ...]]


def mark(connection: Connection) -> int | None:
    """Return what changes with every change of any grant."""
    return shelf.mark(connection, _MARK)


def grants_for(connection: Connection, department: str, resource: str) -> tuple[Grant, ...]:
    """Return the grants in effect, whatever their term, of a department for a resource."""
    return _in_effect(connection).get((department, resource), ())


def grant_in_effect(connection: Connection, department: str, code: str) -> Grant | None:
    """Return a grant in effect, whatever its term, if it is the department's."""
    every = _in_effect(connection).items()
    ours = (grant for pair, several in every if pair[0] == department for grant in several)
    return next((grant for grant in ours if grant.code == code), None)


def _in_effect(connection: Connection) -> _ByPair:
    """Return every grant in effect by department and resource, kept until any grant changes."""
    return shelf.kept(connection, _MARK, Grant, lambda: _read_in_effect(connection))


def _read_in_effect(connection: Connection) -> _ByPair:
    found: dict[tuple[str, str], list[Grant]] = {}
    for row in connection.execute(_IN_EFFECT):
        found.setdefault((row.department, row.resource), []).append(_grant(row))
    return {pair: tuple(several) for pair, several in found.items()}


def grant(connection: Connection, code: str, *, lock: bool = False) -> Grant | None:
    """Return a grant; ``lock`` keeps others from changing it until this unit is over."""
    query = select(grants).where(grants.c.code == code)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _grant(row)


def grant_state(connection: Connection, code: str) -> GrantState | None:
    """Return a grant's state, which then stays as it is until this unit is over."""
    query = select(grants.c.state).where(grants.c.code == code).with_for_update(read=True)
    found = connection.execute(query).scalar()
    return None if found is None else GrantState(found)


def every_grant(connection: Connection) -> dict[str, Grant]:
    """Return all grants by code."""
    return {row.code: _grant(row) for row in connection.execute(select(grants))}


def grants_by_entry(
    connection: Connection, after: str | None, until: str | None
) -> Iterator[Sequence[Grant]]:
    """Return grants in pieces, in the order of their ledger entries: see ``streams.between``."""
    for rows in in_pieces(connection, between(select(grants), grants.c.entry, after, until)):
        yield [_grant(row) for row in rows]


def grants_without_salt(connection: Connection, most: int) -> list[Grant]:
    """Return some grants that were given, or given and ended, when entries committed to nothing."""
    query = select(grants).where(grants.c.salt.is_(None), grants.c.entry != "")
    rows = connection.execute(query.order_by(grants.c.code).limit(most))
    return [_grant(row) for row in rows]


def entries_of_grants(connection: Connection, codes: Sequence[str]) -> dict[str, str]:
    """Return the latest ledger entry of grants, by code."""
    return values_of(connection, grants.c.code, grants.c.entry, codes)


def insert_grant(connection: Connection, new: Grant) -> None:
    """Keep a new grant."""
    shelf.touch(connection, _MARK)
    connection.execute(grants.insert().values(**_grant_row(new)))


def update_grant(connection: Connection, changed: Grant) -> None:
    """Keep a changed grant."""
    row = _grant_row(changed)
    shelf.touch(connection, _MARK)
    connection.execute(grants.update().where(grants.c.code == changed.code).values(**row))


def find_grants(
    connection: Connection,
    actor: Actor,
    wanted: GrantFilter,
    today: dt.date,
    limit: int | None,
    offset: int,
) -> tuple[list[Grant], int]:
    """Return a stretch of the grants that someone may see, and how many there are."""
    query = select(grants).where(_visible(actor), *_grant_conditions(wanted, today))
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    order = {"ends": grants.c.ends, "department": grants.c.department}.get(wanted.sort)
    ordered = [grants.c.code] if order is None else [order, grants.c.code]
    rows = connection.execute(query.order_by(*ordered).limit(limit).offset(offset))
    return [_grant(row) for row in rows], total


def _visible(actor: Actor) -> ColumnElement[bool]:
    public = or_(
        grants.c.state == GrantState.IN_EFFECT.value,
        (grants.c.end_reason.is_not(None)) & (grants.c.end_reason != EndReason.WITHDRAWN.value),
    )
    if actor.kind is not ActorKind.STAFF or not actor.department:
        return public
    return or_(
        public, grants.c.provider == actor.department, grants.c.department == actor.department
    )


def _grant_conditions(wanted: GrantFilter, today: dt.date) -> list[ColumnElement[bool]]:
    equal = {
        "department": wanted.department,
        "provider": wanted.provider,
        "resource": wanted.resource,
        "state": wanted.state,
    }
    found = [grants.c[name] == value for name, value in equal.items() if value]
    if wanted.standing:
        found.append(_stands(wanted.standing, today))
    if wanted.text:
        found.append(
            or_(
                grants.c.purpose.cast(Text).contains(wanted.text, autoescape=True),
                grants.c.basis.cast(Text).contains(wanted.text, autoescape=True),
                grants.c.code.contains(wanted.text, autoescape=True),
                grants.c.resource.contains(wanted.text, autoescape=True),
            )
        )
    return found


def _stands(word: str, today: dt.date) -> ColumnElement[bool]:
    """Return what is true of the grants that stand so on a day: see ``queries.state_on``."""
    in_effect = grants.c.state == GrantState.IN_EFFECT.value
    if word == OVER:
        return in_effect & (grants.c.ends < today)
    if word == GrantState.IN_EFFECT:
        return in_effect & (grants.c.ends >= today)
    return grants.c.state == word


def use_of_grant(connection: Connection, code: str) -> GrantUse:
    """Return how often a grant was used, and when last."""
    row = connection.execute(
        select(func.count().label("number"), func.max(disclosures.c.at).label("last")).where(
            disclosures.c.grant_code == code, disclosures.c.outcome != Outcome.REFUSED.value
        )
    ).one()
    return GrantUse(disclosures=row.number, last=row.last)


def _grant_row(value: Grant) -> dict[str, Any]:
    return {
        "code": value.code,
        "resource": value.resource,
        "provider": value.provider,
        "department": value.department,
        "items": value.items,
        "masked": value.masked,
        "purpose": value.purpose,
        "services": value.services,
        "basis": value.basis,
        "rests_on": value.rests_on.value,
        "starts": value.starts,
        "ends": value.ends,
        "delivery": value.delivery,
        "without_case": value.without_case,
        "state": value.state.value,
        "origin": value.origin,
        "asked_by": value.asked_by,
        "asked_at": value.asked_at,
        "answer_by": value.answer_by,
        "decided_by": value.decided_by,
        "decided_at": value.decided_at,
        "reason": value.reason,
        "ended_at": value.ended_at,
        "end_reason": value.end_reason.value if value.end_reason else None,
        "entry": value.entry,
        "salt": value.salt,
    }


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        code=row.code,
        resource=row.resource,
        provider=row.provider,
        department=row.department,
        items=tuple(row.items),
        masked=tuple(row.masked),
        purpose=row.purpose,
        services=tuple(row.services),
        basis=row.basis,
        rests_on=Basis(row.rests_on),
        starts=row.starts,
        ends=row.ends,
        delivery=row.delivery,
        without_case=msgspec.convert(row.without_case, WithoutCase | None),
        state=GrantState(row.state),
        origin=row.origin,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        answer_by=row.answer_by,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        ended_at=row.ended_at,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
        entry=row.entry,
        salt=None if row.salt is None else bytes(row.salt),
    )
