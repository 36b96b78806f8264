"""What the public ledger is told when a draft began or a case went on: its state, and a commitment to all
that counts."""

from collections.abc import Mapping
from typing import Any

from tongban.kit.db import Reader, Unit
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, NewEntry, PublicValue
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
    new = NewEntry(kind=kind_of(stands), public=_public(unit, stands), commitment=commitment)
    note_standing(unit, identifier, ledger.append(unit, new), facts, salt)


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
