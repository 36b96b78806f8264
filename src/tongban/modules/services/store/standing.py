"""How a case stands as the database has it now: what its newest ledger entry commits to."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, Unit, chunks
from tongban.modules.services.model import Case, Correction, Happening
from tongban.modules.services.store import tables, values
from tongban.modules.services.store.cases import case_of_row, open_applicant
from tongban.modules.services.store.history import histories


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A case, whose it is by keyed hash, its notice of correction, and its history."""

    case: Case
    entry: str
    subject: str
    applicant: str
    """Keyed hash of name, kind and number of the applicant; empty where what is sealed was altered."""
    correction: Correction | None
    history: tuple[Happening, ...]


def standings(reader: Reader, identifiers: Sequence[str]) -> dict[str, Standing]:
    """Return how cases stand, by internal id; a draft, which has no number, is not among them."""
    rows = [row for row in _rows(reader.connection, identifiers) if row.number]
    known = [row.id for row in rows]
    waits = values.waits_of(reader.connection, known)
    lines = histories(reader, known)
    return {
        row.id: Standing(
            case=case_of_row(row._mapping),  # noqa: SLF001 - SQLAlchemy's public way to a row's names
            entry=row.entry,
            subject=row.subject_index,
            applicant=_applicant(reader, row),
            correction=next(iter(waits[row.id]), None),
            history=tuple(lines.get(row.id, ())),
        )
        for row in rows
    }


def _rows(connection: Connection, identifiers: Sequence[str]) -> list[Row[Any]]:
    query = select(tables.case)
    return [
        row
        for some in chunks(identifiers)
        for row in connection.execute(query.where(tables.case.c.id.in_(some)))
    ]


def _applicant(reader: Reader, row: Row[Any]) -> str:
    try:
        applicant = open_applicant(reader, row)
    except Refusal:
        return ""
    subject = applicant.subject
    return reader.keyring.index(f"services.applicant:{subject.kind}:{subject.id}:{applicant.name}")


def note_entry(unit: Unit, identifier: str, entry: str) -> None:
    """Note which ledger entry says how a case stands."""
    mine = tables.case.c.id == identifier
    unit.connection.execute(update(tables.case).where(mine).values(entry=entry))


def without_entry(connection: Connection, most: int) -> list[str]:
    """Return some cases, drafts excepted, of whose standing no entry speaks."""
    lacks = (tables.case.c.entry == "") & tables.case.c.number.is_not(None)
    query = select(tables.case.c.id).where(lacks).order_by(tables.case.c.id).limit(most)
    return list(connection.execute(query).scalars())
