"""How a case or a draft stands as the database has it now: what its newest ledger entry commits to."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, or_, select, update

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, Unit, chunks
from tongban.modules.services.model import Case, Correction, Happening
from tongban.modules.services.store import tables, values, work
from tongban.modules.services.store.cases import RUNNING, case_of_row, open_applicant
from tongban.modules.services.store.history import histories


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A case, whose it is by keyed hash, its notice of correction, its history, and what was done and
    handed in; of a draft only whose it is."""

    case: Case
    entry: str
    subject: str
    applicant: str
    """Keyed hash of name, kind and number of the applicant; empty where what is sealed was altered."""
    correction: Correction | None
    history: tuple[Happening, ...]
    work: Mapping[str, str]
    """Digests of steps, values and what else lies on it, by kind: see ``work.digests``."""


def standings(reader: Reader, identifiers: Sequence[str]) -> dict[str, Standing]:
    """Return how cases and drafts stand, by internal id."""
    rows = _rows(reader.connection, identifiers)
    known = [row.id for row in rows if row.number]
    on_it = work.digests(reader.connection, known)
    waits = values.waits_of(reader.connection, known)
    lines = histories(reader, known)
    return {
        row.id: Standing(
            case=case_of_row(row._mapping),  # noqa: SLF001 - SQLAlchemy's public way to a row's names
            entry=row.entry,
            subject=row.subject_index,
            applicant=_applicant(reader, row),
            correction=next(iter(waits.get(row.id, ())), None),
            history=tuple(lines.get(row.id, ())),
            work=on_it.get(row.id, {}),
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
    """Return some cases and drafts of whose standing no entry speaks."""
    own = tables.case.c
    query = select(own.id).where(own.entry == "").order_by(own.id).limit(most)
    return list(connection.execute(query).scalars())


def to_adopt(connection: Connection, most: int) -> list[str]:
    """Return some cases and drafts of whose standing no entry speaks, and cases under way whose entry is of
    a release that committed to nothing of what was done and handed in."""
    own, opened = tables.case.c, tables.opening.c
    before = select(opened.entry).where(opened.entry == own.entry, opened.form == 0).exists()
    lacks = or_(own.entry == "", own.state.in_(RUNNING) & before)
    query = select(own.id).where(lacks).order_by(own.id).limit(most)
    return list(connection.execute(query).scalars())
