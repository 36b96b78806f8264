"""What the public ledger is told when a draft began or a case went on: its state, and a commitment to all
that counts."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tongban.kit.db import Reader, Unit
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger import queries as log
from tongban.modules.ledger.model import (
    EntryKind,
    ErasureRule,
    NewEntry,
    Opening,
    PublicValue,
)
from tongban.modules.ledger.queries import ProvenRow
from tongban.modules.services import errors
from tongban.modules.services.formats import (
    decode_opening,
    draft_facts,
    encode_opening,
    standing_facts,
)
from tongban.modules.services.model import State
from tongban.modules.services.store import openings, standing, values
from tongban.modules.services.store.standing import Standing

BY_APPLICANT = ErasureRule(name="by_applicant", kinds=frozenset({EntryKind.DRAFT_KEPT}))
"""Who began a draft may throw it away, as long as it was not sent in; nothing else of a case is erased."""
CASE = "services_case"
FOUND = "found"
"""The fact that names the table under which facts were recorded as found."""


def log_standing(unit: Unit, identifier: str) -> None:
    """Append how a case stands, unless its newest entry says just that."""
    stands = standing.standings(unit, [identifier]).get(identifier)
    if stands is None:
        return
    facts = facts_of(stands)
    if _is_said(unit, stands, facts):
        return
    commitment, salt = ledger.commit(facts)
    public = {**_public(unit, stands), **_altered_before(unit, identifier)}
    new = NewEntry(kind=kind_of(stands), public=public, commitment=commitment)
    note_standing(unit, identifier, ledger.append(unit, new), facts, salt)


def _altered_before(unit: Unit, identifier: str) -> dict[str, PublicValue]:
    """Return what the new entry says of a case that was not what its entry says before this unit of work.

    The work goes on all the same: that somebody changed a row past the system is for people to look into,
    and must neither stop an applicant's case nor be forgotten because it went on.
    """
    with unit.before() as before:
        stood = standing.standings(before, [identifier]).get(identifier)
        return log.altered_before(before.connection, _proven(before, stood) if stood else [])


def _proven(reader: Reader, stands: Standing) -> list[ProvenRow]:
    """Return what follows from a case for its entry, and from older entries that say how it stood."""
    content = openings.opening_of(reader, stands.entry) if stands.entry else ""
    if not content:
        return [ProvenRow(table=CASE, key=stands.case.id, entry="", kinds=())]
    facts, salt = decode_opening(content)
    row = proven_standing(stands, Opening(salt=salt, facts=facts))
    known = openings.entries_about(reader.connection, stands.case.id)
    is_newest = log.is_newest(reader.connection, stands.entry, known, row.kinds)
    return [row if is_newest else msgspec.structs.replace(row, faults=(*row.faults, "entry"))]


def proven_standing(stands: Standing, opening: Opening) -> ProvenRow:
    """Return what follows from how a case or a draft stands for its newest entry, which says ``opening``."""
    table = str(opening.facts.get(FOUND, CASE))
    return ProvenRow(
        table=table,
        key=stands.case.id,
        entry=stands.entry,
        kinds=kinds_for(kind_of(stands)),
        public=dict(shown_on_record(stands)),
        opening=opening,
        faults=tuple(unlike_facts(opening.facts, {**facts_of(stands), FOUND: table})),
    )


def kinds_for(kind: EntryKind) -> tuple[EntryKind, ...]:
    """Return of what kinds the entry may be where a row asks for one: it may have been found so."""
    return (kind, EntryKind.RECORDED_AS_FOUND)


def unlike_facts(facts: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what an entry committed to and the rows no longer say; entries of before say less."""
    return [name for name, said in facts.items() if now.get(name) != said]


def note_standing(
    unit: Unit, identifier: str, entry: str, facts: dict[str, Any], salt: bytes
) -> None:
    """Keep which entry says how a case stands, and what opens it."""
    values.add_opening(unit, identifier, entry, encode_opening(facts, salt))
    standing.note_entry(unit, identifier, entry)


def facts_of(stands: Standing) -> dict[str, Any]:
    """Return what an entry commits to of how a case or a draft stands."""
    if stands.case.state is State.DRAFT:
        return draft_facts(stands.case, stands.subject, stands.applicant)
    return standing_facts(
        stands.case,
        stands.subject,
        stands.applicant,
        stands.correction,
        stands.history,
        stands.work,
    )


def kind_of(stands: Standing) -> EntryKind:
    """Return of what kind the entry is about how a case or a draft stands."""
    draft = stands.case.state is State.DRAFT
    return EntryKind.DRAFT_KEPT if draft else EntryKind.CASE_MOVED


def _is_said(reader: Reader, stands: Standing, facts: Mapping[str, Any]) -> bool:
    said = _said(reader, stands.entry) or {}
    return {name: fact for name, fact in said.items() if name != FOUND} == facts


def _said(reader: Reader, entry: str) -> dict[str, Any] | None:
    content = openings.opening_of(reader, entry) if entry else ""
    return decode_opening(content)[0] if content else None


def _public(unit: Unit, stands: Standing) -> dict[str, PublicValue]:
    department = government.departments(unit.connection).get(stands.case.department)
    shown = shown_on_record(stands)
    return {**shown, "department_name": department.name} if department and shown else shown


def shown_on_record(stands: Standing) -> dict[str, PublicValue]:
    """Return what the entry about a case that went on shows: where it is, and of what service; of a draft
    nothing."""
    if stands.case.state is State.DRAFT:
        return {}
    return {
        "department": stands.case.department,
        "service": stands.case.service,
        "status": stands.case.state.value,
    }


def log_erasure(unit: Unit, identifier: str) -> None:
    """Log that a draft is erased by whoever began it. Refuses one that is not what its entry says: whoever
    changed it may not have its trace taken away as well.
    """
    stands = standing.standings(unit, [identifier])[identifier]
    if not _is_said(unit, stands, facts_of(stands)):
        raise errors.not_as_logged()
    ledger.record_erasure(unit, "services_case", BY_APPLICANT, [stands.entry])
