"""Uses; a subject is kept sealed and found by its keyed hash."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit.db import Often, cell_of, chunks
from tongban.kit.keyring import Keyring
from tongban.modules.exchange.model import Basis, Use, UseRequest, UseState
from tongban.modules.exchange.rules.values import subject_key
from tongban.modules.exchange.store.tables import disclosures, uses

_ABOUT = Often(  # every read by a clerk asks it
    select(uses)
    .where(
        uses.c.case_number == bindparam("case"),
        uses.c.draft.is_(False),
        uses.c.subject_kind == bindparam("kind"),
        uses.c.subject_index == bindparam("index"),
    )
    .order_by(uses.c.id.desc())
)


def insert_use(
    connection: Connection, keyring: Keyring, new: UseRequest, use_id: str, now: dt.datetime
) -> None:
    """Keep a new use, open; its subject is sealed."""
    bound = {"id": use_id, "subject_index": keyring.index(subject_key(new.subject))}
    connection.execute(
        uses.insert().values(
            **bound,
            case_number=new.case_number,
            draft=new.draft,
            service=new.service,
            service_name=new.service_name,
            department=new.department,
            subject_kind=new.subject.kind.value,
            subject_sealed=keyring.seal(new.subject.id, cell_of(uses.c.subject_sealed, bound)),
            resource=new.resource,
            elements=new.elements,
            purpose=new.purpose,
            basis=new.basis.value,
            clause=new.clause,
            state=UseState.OPEN.value,
            opened_at=now,
        )
    )


def use(connection: Connection, keyring: Keyring, use_id: str) -> tuple[Use, SubjectRef] | None:
    """Return a use and its subject."""
    row = connection.execute(select(uses).where(uses.c.id == use_id)).one_or_none()
    if row is None:
        return None
    opened = keyring.open(row.subject_sealed, cell_of(uses.c.subject_sealed, row))
    subject = SubjectRef(SubjectKind(row.subject_kind), opened)
    return _use(row), subject


def use_state(connection: Connection, use_id: str) -> UseState | None:
    """Return a use's state, which then stays as it is until this unit is over."""
    query = select(uses.c.state).where(uses.c.id == use_id).with_for_update(read=True)
    found = connection.execute(query).scalar()
    return None if found is None else UseState(found)


def rename_case(connection: Connection, before: str, number: str) -> None:
    """Let the uses and disclosures of a case go by its number from now on."""
    changed = uses.update().where(uses.c.case_number == before)
    connection.execute(changed.values(case_number=number, draft=False))
    told = disclosures.update().where(disclosures.c.case_number == before)
    connection.execute(told.values(case_number=number))


def uses_of_case(connection: Connection, case_number: str) -> list[Use]:
    """Return the uses of a case, in the order in which they were opened."""
    query = select(uses).where(uses.c.case_number == case_number).order_by(uses.c.id)
    return [_use(row) for row in connection.execute(query)]


def uses_about(
    connection: Connection, keyring: Keyring, case_number: str, subject: SubjectRef
) -> list[Use]:
    """Return the uses of a numbered case about exactly this subject, newest first."""
    index = keyring.index(subject_key(subject))
    rows = _ABOUT.rows(connection, case=case_number, kind=subject.kind.value, index=index)
    return [_use(row) for row in rows]


def elements_of_uses(
    connection: Connection, identifiers: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return which elements uses were opened for, by the use's id."""
    found: dict[str, tuple[str, ...]] = {}
    query = select(uses.c.id, uses.c.elements)
    for some in chunks(identifiers):
        rows = connection.execute(query.where(uses.c.id.in_(some)))
        found |= {row.id: tuple(row.elements) for row in rows}
    return found


def close_use(connection: Connection, use_id: str, now: dt.datetime) -> None:
    """Close one use, if it is open."""
    opened = (uses.c.id == use_id) & (uses.c.state == UseState.OPEN.value)
    changed = uses.update().where(opened).values(state=UseState.CLOSED.value, closed_at=now)
    connection.execute(changed)


def close_uses(connection: Connection, case_number: str, now: dt.datetime) -> int:
    """Close the open uses of a case; returns how many there were."""
    opened = (uses.c.case_number == case_number) & (uses.c.state == UseState.OPEN.value)
    changed = uses.update().where(opened).values(state=UseState.CLOSED.value, closed_at=now)
    return connection.execute(changed).rowcount


def _use(row: Row[Any]) -> Use:
    return Use(
        id=row.id,
        case_number=row.case_number,
        service=row.service,
        department=row.department,
        resource=row.resource,
        elements=tuple(row.elements),
        purpose=row.purpose,
        basis=Basis(row.basis),
        clause=row.clause,
        state=UseState(row.state),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )
