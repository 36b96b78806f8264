"""Looks: by the case and day for whoever looks, by the keyed hash of whom they are about."""

import datetime as dt

from sqlalchemy import Connection, select, update

from tongban.kit.db import Unit, cell_of
from tongban.modules.exchange.model.looks import Look, Looked, LookKind, LookReason
from tongban.modules.exchange.rules.values import subject_key
from tongban.modules.exchange.store.tables import looks


def insert_look(
    unit: Unit, look: Look, identifier: str, day: dt.date, entry: str, salt: bytes | None
) -> None:
    """Keep a look; whom it is about and what was written beside its reason are sealed."""
    index = unit.keyring.index(subject_key(look.subject))
    bound = {"id": identifier, "subject_index": index}
    subject, words = cell_of(looks.c.subject_sealed, bound), cell_of(looks.c.words, bound)
    unit.connection.execute(
        looks.insert().values(
            id=identifier,
            day=day,
            first_at=unit.now,
            last_at=unit.now,
            times=1,
            kind=look.kind.value,
            subject_kind=look.subject.kind.value,
            subject_index=index,
            subject_sealed=unit.keyring.seal(look.subject.id, subject),
            account=look.account,
            department=look.department,
            step=look.step,
            post=look.post,
            case_number=look.case_number,
            service=look.service,
            service_name=look.service_name,
            elements=look.elements,
            names=dict(look.names),
            reason=look.reason.value if look.reason else "",
            words=unit.keyring.seal(look.words, words) if look.words else None,
            commitment_salt=salt,
            entry=entry,
        )
    )


def count_on(unit: Unit, known: Looked, look: Look) -> None:
    """Count one more look on a line of today, with what it showed besides."""
    more = [each for each in look.elements if each not in known.elements]
    row = unit.connection.execute(
        select(looks.c.names).where(looks.c.id == known.id).with_for_update()
    ).one()
    unit.connection.execute(
        update(looks)
        .where(looks.c.id == known.id)
        .values(
            times=looks.c.times + 1,
            last_at=unit.now,
            elements=[*known.elements, *more],
            names={**row.names, **look.names},
        )
    )


def looks_of(connection: Connection, account: str, case_number: str, day: dt.date) -> list[Looked]:
    """Return what an account looked at of a case on a day."""
    rows = connection.execute(
        select(
            looks.c.id,
            looks.c.kind,
            looks.c.step,
            looks.c.elements,
            looks.c.last_at,
            looks.c.reason,
        ).where(looks.c.case_number == case_number, looks.c.account == account, looks.c.day == day)
    )
    return [
        Looked(
            id=row.id,
            kind=LookKind(row.kind),
            step=row.step,
            elements=tuple(row.elements),
            last_at=row.last_at,
            reason=LookReason(row.reason) if row.reason else None,
        )
        for row in rows
    ]


def is_logged(connection: Connection, department: str, case_number: str, day: dt.date) -> bool:
    """Whether the ledger knows that a department looked at a case on a day."""
    query = select(looks.c.id).where(
        looks.c.case_number == case_number,
        looks.c.day == day,
        looks.c.department == department,
        looks.c.kind != LookKind.OPENED.value,
        looks.c.entry != "",
    )
    return connection.execute(query.limit(1)).first() is not None
