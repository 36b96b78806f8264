"""Disclosures, found by the keyed hash of whom they are about."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from tongban.kit.crypto.places import Cell
from tongban.kit.db import Often, cell_of, chunks
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.exchange.model import (
    Basis,
    Disclosure,
    DisclosureFilter,
    DisclosureLine,
    LineState,
    Outcome,
    Unfit,
)
from tongban.modules.exchange.store.tables import chain, disclosures, uses

_INSERT = Often(disclosures.insert(), disclosures.c.keys())
_NUMBERED = (chain.c.entry == disclosures.c.entry) & (chain.c.who == disclosures.c.subject_index)
_WITH_CASE = (
    select(disclosures, uses.c.draft, uses.c.service_name, chain.c.number)
    .outerjoin(uses, uses.c.id == disclosures.c.use_id)
    .outerjoin(chain, _NUMBERED)
)


def subject_cell(identifier: str, index: str) -> Cell:
    """Return where a disclosure's sealed subject stands."""
    bound = {"id": identifier, "subject_index": index}
    return cell_of(disclosures.c.subject_sealed, bound)


def insert_disclosure(connection: Connection, new: Disclosure) -> None:
    """Keep a disclosure: on record before anybody sees a value."""
    line = new.line
    row = {
        "id": line.id,
        "at": line.at,
        "subject_kind": new.subject_kind,
        "subject_index": new.subject_index,
        "subject_sealed": new.subject_sealed,
        "department": line.department,
        "provider": line.provider,
        "service": line.service,
        "purpose": line.purpose,
        "basis": line.basis.value,
        "clause": line.clause,
        "resource": line.resource,
        "elements": line.elements,
        "masked": line.masked,
        "case_number": line.case_number,
        "grant_code": line.grant,
        "use_id": new.use,
        "outcome": line.outcome.value,
        "reason": line.reason,
        "unfit": line.unfit,
        "row_count": new.count,
        "salt": new.salt,
        "digest": new.digest,
        "commitment_salt": new.commitment_salt,
        "entry": line.ledger_entry,
        "asked_by": line.asked_by,
        "occasion": line.occasion,
        "occasion_name": line.occasion_name,
        "occasion_reference": line.occasion_reference,
        "shown_on": line.shown_on,
        "kept_back_by": line.kept_back_by or None,
    }
    _INSERT.insert(connection, row)


def shown_to(index: str, today: dt.date) -> ColumnElement[bool]:
    """Return what is true of the disclosures about a subject that they may see on a local date.

    Whatever a person is shown of disclosures about them asks by this: what is kept back from them is
    in no line, file, number or choice before its day.
    """
    shown = or_(disclosures.c.shown_on.is_(None), disclosures.c.shown_on <= today)
    return (disclosures.c.subject_index == index) & shown


def conditions_of(
    index: str,
    today: dt.date,
    wanted: DisclosureFilter,
    bounds: tuple[dt.datetime | None, dt.datetime | None],
) -> list[ColumnElement[bool]]:
    """Return what is true of the disclosures about a subject that are wanted.

    ``bounds`` are the first instant wanted and the first no longer wanted.
    """
    conditions = [shown_to(index, today)]
    if wanted.department:
        conditions.append(disclosures.c.department == wanted.department)
    if wanted.outcome:
        conditions.append(disclosures.c.outcome == wanted.outcome)
    if wanted.state:
        conditions.append(in_state(LineState(wanted.state)))
    since, until = bounds
    if since is not None:
        conditions.append(disclosures.c.at >= since)
    if until is not None:
        conditions.append(disclosures.c.at < until)
    return conditions


def lines_of(connection: Connection, identifiers: Sequence[str]) -> dict[str, DisclosureLine]:
    """Return disclosures by id: for those who know that they may be seen."""
    found: dict[str, DisclosureLine] = {}
    for some in chunks(identifiers):
        rows = connection.execute(_WITH_CASE.where(disclosures.c.id.in_(some)))
        found |= {row.id: _line(row) for row in rows}
    return found


def in_state(state: LineState) -> ColumnElement[bool]:
    """Return what is true of the disclosures that stand so: see ``DisclosureLine.state``.

    ``unfit`` is an object of reasons by element, and ``{}`` where all could be read.
    """
    given = disclosures.c.outcome == Outcome.DISCLOSED.value
    all_read = disclosures.c.unfit == {}
    if state is LineState.DISCLOSED:
        return given & all_read
    if state is LineState.PARTLY_UNREADABLE:
        return given & ~all_read
    return disclosures.c.outcome == state.value


def disclosure(
    connection: Connection, disclosure_id: str, index: str, today: dt.date
) -> Disclosure | None:
    """Return one disclosure, if it is about the subject and they may see it on a local date."""
    row = connection.execute(
        _WITH_CASE.where(disclosures.c.id == disclosure_id, shown_to(index, today))
    ).one_or_none()
    return None if row is None else _disclosure(row)


def disclosures_by_entry(
    connection: Connection, after: str | None, until: str | None
) -> Iterator[Sequence[Disclosure]]:
    """Return disclosures in pieces, in the order of their ledger entries: see ``streams.between``."""
    query = between(_WITH_CASE, disclosures.c.entry, after, until)
    for rows in in_pieces(connection, query):
        yield [_disclosure(row) for row in rows]


def disclosures_called(connection: Connection, identifiers: Sequence[str]) -> list[Disclosure]:
    """Return the disclosures of these ids."""
    return [
        _disclosure(row)
        for some in chunks(identifiers)
        for row in connection.execute(_WITH_CASE.where(disclosures.c.id.in_(some)))
    ]


def disclosures_of_entries(
    connection: Connection, index: str, today: dt.date, entries: Sequence[str]
) -> list[Disclosure]:
    """Return the disclosures about a subject with these entries that they may see on a local date."""
    return [
        _disclosure(row)
        for some in chunks(entries)
        for row in connection.execute(
            _WITH_CASE.where(disclosures.c.entry.in_(some), shown_to(index, today))
        )
    ]


def _disclosure(row: Row[Any]) -> Disclosure:
    return Disclosure(
        line=_line(row),
        use=row.use_id,
        subject_kind=row.subject_kind,
        subject_index=row.subject_index,
        subject_sealed=bytes(row.subject_sealed),
        count=row.row_count,
        salt=bytes(row.salt),
        digest=row.digest,
        commitment_salt=bytes(row.commitment_salt),
    )


def _line(row: Row[Any]) -> DisclosureLine:
    return DisclosureLine(
        id=row.id,
        at=row.at,
        department=row.department,
        provider=row.provider,
        service=row.service,
        purpose=row.purpose,
        basis=Basis(row.basis),
        clause=row.clause,
        resource=row.resource,
        elements=tuple(row.elements),
        masked=tuple(row.masked),
        case_number="" if row.draft else row.case_number,
        draft=bool(row.draft),
        service_name=row.service_name or "",
        grant=row.grant_code,
        outcome=Outcome(row.outcome),
        reason=row.reason,
        unfit={element: Unfit(why) for element, why in row.unfit.items()},
        ledger_entry=row.entry,
        number=row.number or 0,
        asked_by=row.asked_by,
        occasion=row.occasion,
        occasion_name=row.occasion_name,
        occasion_reference=row.occasion_reference,
        shown_on=row.shown_on,
        kept_back_by=row.kept_back_by or "",
    )
