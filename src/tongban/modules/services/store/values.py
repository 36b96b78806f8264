"""What is known on a case: values, consents, attachments, the correction and the decision."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Row, delete, func, insert, select, update
from sqlalchemy import case as choose

from tongban.kit.crypto.places import Cell
from tongban.kit.db import Reader, Unit, cell_of, chunks
from tongban.modules.services.formats import (
    decode_changes,
    decode_items,
    decode_value,
    decode_words,
    encode_changes,
    encode_items,
    encode_value,
    encode_words,
)
from tongban.modules.services.model import (
    Attachment,
    Brought,
    CaseValue,
    Choice,
    Consent,
    Correction,
    Decision,
    Objection,
    Origin,
    Outcome,
    Proposed,
    Settled,
    State,
)
from tongban.modules.services.store import tables

_value, _consent, _correction = tables.value, tables.consent, tables.correction


def values_of(reader: Reader, case: str) -> list[CaseValue]:
    """Return the values of a case by key."""
    rows = reader.connection.execute(
        select(_value).where(_value.c.case_id == case).order_by(_value.c.key)
    )
    return [_case_value(reader, row) for row in rows]


def put_values(unit: Unit, case: str, values: Sequence[CaseValue]) -> None:
    """Keep values in place of those with the same key."""
    if not values:
        return
    remove_values(unit.connection, case, [value.key for value in values])
    unit.connection.execute(insert(_value), [_value_row(unit, case, each) for each in values])


def remove_values(connection: Connection, case: str, keys: Iterable[str]) -> None:
    """Forget values by key."""
    connection.execute(delete(_value).where(_value.c.case_id == case, _value.c.key.in_(list(keys))))


def _in_value(case: str, key: str) -> Cell:
    return cell_of(_value.c.content, {"case_id": case, "key": key})


def _value_row(unit: Unit, case: str, value: CaseValue) -> dict[str, Any]:
    return {
        "case_id": case,
        "key": value.key,
        "content": unit.keyring.seal(encode_value(value), _in_value(case, value.key)),
        "origin": value.origin.value,
        "at": value.at,
        "resource": value.resource,
        "provider": value.provider,
        "disclosure": value.disclosure,
        "ledger_entry": value.ledger_entry,
        "settled": value.settled.value if value.settled else None,
    }


def _case_value(reader: Reader, row: Row[Any]) -> CaseValue:
    content = decode_value(reader.keyring.open(row.content, cell_of(_value.c.content, row)))
    return CaseValue(
        key=row.key,
        type=content.type,
        value=content.value,
        claim=content.claim,
        claim_note=content.note,
        origin=Origin(row.origin),
        at=row.at,
        resource=row.resource,
        provider=row.provider,
        disclosure=row.disclosure,
        ledger_entry=row.ledger_entry,
        settled=Settled(row.settled) if row.settled else None,
    )


def origin_counts(connection: Connection, cases: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return how many values of each origin cases hold, by internal id.

    A value that the applicant had to put right counts as asked.
    """
    # A claim that a clerk found right was brought by the applicant, not by the department.
    put_right = _value.c.settled == Settled.CLAIM.value
    brought = choose((put_right, Origin.ASKED.value), else_=_value.c.origin)
    query = select(_value.c.case_id, brought, func.count()).group_by(_value.c.case_id, brought)
    found: dict[str, dict[str, int]] = {}
    for some in chunks(cases):
        for row in connection.execute(query.where(_value.c.case_id.in_(some))):
            found.setdefault(row[0], {})[row[1]] = row[2]
    return found


# Objections --------------------------------------------------------------------------------------


def objections_of(reader: Reader, case: str) -> list[Objection]:
    """Return what was said against values that a case does not hold at present, by key."""
    table = tables.objection
    rows = reader.connection.execute(
        select(table).where(table.c.case_id == case).order_by(table.c.key)
    )
    opened, column = reader.keyring.open, table.c.content
    found = [(row.key, decode_value(opened(row.content, cell_of(column, row)))) for row in rows]
    return [
        Objection(key=key, type=content.type, claim=content.claim, note=content.note)
        for key, content in found
        if content.claim is not None
    ]


def set_aside(unit: Unit, case: str, values: Iterable[CaseValue]) -> None:
    """Keep what is claimed against values that are about to be forgotten, in place of earlier claims."""
    claimed = [value for value in values if value.claim is not None]
    remove_objections(unit.connection, case, [value.key for value in claimed])
    for value in claimed:
        # The claim alone: what the department said is forgotten with its value.
        claim = encode_value(msgspec.structs.replace(value, value=None))
        bound = {"case_id": case, "key": value.key}
        content = unit.keyring.seal(claim, cell_of(tables.objection.c.content, bound))
        unit.connection.execute(insert(tables.objection).values(**bound, content=content))


def remove_objections(connection: Connection, case: str, keys: Iterable[str] | None = None) -> None:
    """Forget what was said against values by key; against any without ``keys``."""
    mine = tables.objection.c.case_id == case
    if keys is not None:
        mine &= tables.objection.c.key.in_(list(keys))
    connection.execute(delete(tables.objection).where(mine))


# Consents ----------------------------------------------------------------------------------------


def consents_of(connection: Connection, case: str) -> list[Consent]:
    """Return what was said to each need, and what it brought."""
    rows = connection.execute(
        select(_consent).where(_consent.c.case_id == case).order_by(_consent.c.number)
    )
    return [_read_consent(row) for row in rows]


def _read_consent(row: Row[Any]) -> Consent:
    return Consent(
        number=row.number,
        resource=row.resource,
        choice=Choice(row.choice),
        brought=Brought(row.brought),
        fault=row.fault,
        unfit=tuple(row.unfit),
        use=row.use,
        at=row.at,
    )


def put_consent(connection: Connection, case: str, consent: Consent) -> None:
    """Keep what was said to a need in place of what was said before."""
    remove_consents(connection, case, [consent.number])
    connection.execute(
        insert(_consent).values(
            case_id=case,
            number=consent.number,
            resource=consent.resource,
            choice=consent.choice.value,
            brought=consent.brought.value,
            fault=consent.fault,
            unfit=consent.unfit,
            use=consent.use,
            at=consent.at,
        )
    )


def gaps(connection: Connection, cases: Sequence[str]) -> list[tuple[str, Consent]]:
    """Return what was said to needs of cases that did not bring what they should, with the internal id.

    Where nothing is held, the answer is that; a need that was refused was asked of nobody.
    """
    open_ones = (_consent.c.brought == Brought.FAILED.value) | (_consent.c.unfit != ())
    query = select(_consent).where(open_ones)
    return [
        (row.case_id, _read_consent(row))
        for some in chunks(cases)
        for row in connection.execute(query.where(_consent.c.case_id.in_(some)))
    ]


def keys_of_cases(connection: Connection, cases: Sequence[str]) -> dict[str, set[str]]:
    """Return what cases hold a value of, by internal id."""
    found: dict[str, set[str]] = {}
    query = select(_value.c.case_id, _value.c.key)
    for some in chunks(cases):
        for row in connection.execute(query.where(_value.c.case_id.in_(some))):
            found.setdefault(row.case_id, set()).add(row.key)
    return found


def remove_consents(connection: Connection, case: str, numbers: Iterable[int]) -> None:
    """Forget what was said to needs."""
    connection.execute(
        delete(_consent).where(_consent.c.case_id == case, _consent.c.number.in_(list(numbers)))
    )


# Attachments -------------------------------------------------------------------------------------


def digests(connection: Connection) -> Iterator[str]:
    """Yield the name of every kept file that a case speaks of."""
    yield from connection.execute(select(tables.attachment.c.digest)).scalars()


def attachments_of(reader: Reader, case: str) -> list[Attachment]:
    """Return the uploaded materials of a case, not yet ``called`` anything: that depends on all."""
    rows = reader.connection.execute(
        select(tables.attachment)
        .where(tables.attachment.c.case_id == case)
        .order_by(tables.attachment.c.at, tables.attachment.c.id)
    )
    return [
        Attachment(
            id=row.id,
            material=row.material,
            file_name=reader.keyring.open(
                row.file_name, cell_of(tables.attachment.c.file_name, row)
            ),
            media_type=row.media_type,
            digest=row.digest,
            size=row.size,
            at=row.at,
        )
        for row in rows
    ]


def add_attachment(unit: Unit, case: str, attachment: Attachment) -> None:
    """Keep an uploaded material."""
    row = msgspec.structs.asdict(attachment)
    del row["called"]  # it depends on the others
    row["case_id"] = case
    place = cell_of(tables.attachment.c.file_name, row)
    row["file_name"] = unit.keyring.seal(attachment.file_name, place)
    unit.connection.execute(insert(tables.attachment).values(**row))


def remove_attachment(connection: Connection, case: str, identifier: str) -> None:
    """Forget an uploaded material."""
    mine = (tables.attachment.c.case_id == case) & (tables.attachment.c.id == identifier)
    connection.execute(delete(tables.attachment).where(mine))


def holds_file(connection: Connection, digest: str) -> bool:
    """Whether any case holds a file of this name."""
    query = select(tables.attachment.c.id).where(tables.attachment.c.digest == digest)
    return connection.execute(query.limit(1)).scalar() is not None


def attachment_counts(connection: Connection, cases: Sequence[str]) -> dict[str, int]:
    """Return how many materials were attached to cases, by internal id."""
    own = tables.attachment.c.case_id
    query = select(own, func.count()).group_by(own)
    return {
        row[0]: row[1]
        for some in chunks(cases)
        for row in connection.execute(query.where(own.in_(some)))
    }


# What there is once for each case ----------------------------------------------------------------


def _seal_of(unit: Unit, column: Column[Any], case: str, text: str) -> bytes:
    return unit.keyring.seal(text, cell_of(column, {"case_id": case}))


def _open_of(reader: Reader, column: Column[Any], row: Row[Any]) -> str:
    """Return what a row of a case seals, empty where it seals nothing."""
    sealed = getattr(row, column.name)
    return reader.keyring.open(sealed, cell_of(column, row)) if sealed else ""


# The correction ----------------------------------------------------------------------------------


def correction_of(reader: Reader, case: str) -> Correction | None:
    """Return the one notice of correction, if there was one."""
    row = reader.connection.execute(
        select(_correction).where(_correction.c.case_id == case)
    ).first()
    return None if row is None else _read_correction(reader, row)


def corrections_of(reader: Reader, cases: Sequence[str]) -> dict[str, tuple[Correction, ...]]:
    """Return the notices of many cases, by internal id: of each case its one, or none."""
    found: dict[str, tuple[Correction, ...]] = dict.fromkeys(cases, ())
    for some in chunks(cases):
        rows = reader.connection.execute(select(_correction).where(_correction.c.case_id.in_(some)))
        found.update({row.case_id: (_read_correction(reader, row),) for row in rows})
    return found


def waits_of(connection: Connection, cases: Sequence[str]) -> dict[str, tuple[Correction, ...]]:
    """Return the notices of many cases as :func:`corrections_of`, without anything that is sealed:
    when it waited on the applicant."""
    table = tables.correction.c
    days = (table.asked_at, table.asked_by, table.asked_on, table.due, table.days,
            table.from_state, table.supplied_on, table.supplied_at)  # fmt: skip
    found: dict[str, tuple[Correction, ...]] = dict.fromkeys(cases, ())
    for some in chunks(cases):
        rows = connection.execute(select(table.case_id, *days).where(table.case_id.in_(some)))
        for row in rows.mappings():
            given = {day.name: row[day.name] for day in days}
            given["from_state"] = State(row["from_state"])
            found[row["case_id"]] = (Correction(**given, items=()),)
    return found


def corrected_cases(connection: Connection, cases: Sequence[str]) -> frozenset[str]:
    """Return which of these cases had a notice, by internal id."""
    query = select(_correction.c.case_id)
    return frozenset(
        case
        for some in chunks(cases)
        for case in connection.execute(query.where(_correction.c.case_id.in_(some))).scalars()
    )


def add_correction(unit: Unit, case: str, correction: Correction) -> None:
    """Keep the notice; a second one is not possible."""
    unit.connection.execute(
        insert(_correction).values(
            case_id=case,
            asked_at=correction.asked_at,
            asked_by=correction.asked_by,
            asked_on=correction.asked_on,
            due=correction.due,
            days=correction.days,
            from_state=correction.from_state.value,
            items=_seal_of(unit, _correction.c["items"], case, encode_items(correction.items)),
        )
    )


def move_correction(connection: Connection, case: str, due: dt.date) -> None:
    """Give a notice another last day."""
    connection.execute(update(_correction).where(_correction.c.case_id == case).values(due=due))


def answer_correction(unit: Unit, case: str, correction: Correction) -> None:
    """Keep when and how the applicant answered."""
    unit.connection.execute(
        update(_correction)
        .where(_correction.c.case_id == case)
        .values(
            supplied_on=correction.supplied_on,
            supplied_at=correction.supplied_at,
            changes=_seal_of(unit, _correction.c.changes, case, encode_changes(correction.changes)),
            answer=_seal_of(unit, _correction.c.answer, case, correction.answer),
        )
    )


def _read_correction(reader: Reader, row: Row[Any]) -> Correction:
    changes = _open_of(reader, _correction.c.changes, row)
    return Correction(
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        asked_on=row.asked_on,
        due=row.due,
        days=row.days,
        from_state=State(row.from_state),
        items=decode_items(_open_of(reader, _correction.c["items"], row)),
        supplied_on=row.supplied_on,
        supplied_at=row.supplied_at,
        changes=decode_changes(changes) if changes else (),
        answer=_open_of(reader, _correction.c.answer, row),
    )


# The decision ------------------------------------------------------------------------------------


def decision_of(reader: Reader, case: str) -> Decision | None:
    """Return what was decided, if it was."""
    row = reader.connection.execute(
        select(tables.decision).where(tables.decision.c.case_id == case)
    ).first()
    return None if row is None else _read_decision(reader, row)


def decisions_of(reader: Reader, cases: Sequence[str]) -> dict[str, Decision]:
    """Return what was decided on many cases, by internal id."""
    query = select(tables.decision)
    return {
        row.case_id: _read_decision(reader, row)
        for some in chunks(cases)
        for row in reader.connection.execute(query.where(tables.decision.c.case_id.in_(some)))
    }


def _read_decision(reader: Reader, row: Row[Any]) -> Decision:
    words = decode_words(_open_of(reader, tables.decision.c.words, row))
    return Decision(
        outcome=Outcome(row.outcome),
        at=row.decided_at,
        by=row.decided_by,
        by_name=_open_of(reader, tables.decision.c.by_name_sealed, row),
        department=row.department,
        proposed=Proposed(row.proposed),
        follows_proposal=row.follows_proposal,
        ledger_entry=row.ledger_entry,
        **words,
    )


def add_decision(unit: Unit, case: str, decision: Decision) -> None:
    """Keep the decision; a second one is not possible."""
    unit.connection.execute(
        insert(tables.decision).values(
            case_id=case,
            outcome=decision.outcome.value,
            decided_at=decision.at,
            decided_by=decision.by,
            by_name_sealed=_seal_of(unit, tables.decision.c.by_name_sealed, case, decision.by_name),
            department=decision.department,
            words=_seal_of(unit, tables.decision.c.words, case, encode_words(decision)),
            proposed=decision.proposed.value,
            follows_proposal=decision.follows_proposal,
            ledger_entry=decision.ledger_entry,
        )
    )


def add_opening(unit: Unit, case: str, entry: str, content: str) -> None:
    """Keep what is behind the commitment of a ledger entry."""
    bound = {"entry": entry, "case_id": case}
    sealed = unit.keyring.seal(content, cell_of(tables.opening.c.content, bound))
    unit.connection.execute(insert(tables.opening).values(**bound, content=sealed, form=1))


def openings_of(reader: Reader, case: str) -> dict[str, str]:
    """Return what is behind the commitments of a case's ledger entries, by entry."""
    rows = reader.connection.execute(select(tables.opening).where(tables.opening.c.case_id == case))
    opened, column = reader.keyring.open, tables.opening.c.content
    return {row.entry: opened(row.content, cell_of(column, row)) for row in rows}
