"""What the public ledger is told when a case went on: its state, and a commitment to all that counts."""

from typing import Any

from tongban.kit.db import Reader, Unit
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue
from tongban.modules.services.formats import decode_opening, encode_opening, standing_facts
from tongban.modules.services.store import openings, standing, values
from tongban.modules.services.store.standing import Standing


def log_standing(unit: Unit, identifier: str) -> None:
    """Append how a case stands, unless its newest entry says just that; a draft leaves no trace."""
    stands = standing.standings(unit, [identifier]).get(identifier)
    if stands is None:
        return
    facts = facts_of(stands)
    if facts == _said(unit, stands.entry):
        return
    commitment, salt = ledger.commit(facts)
    new = NewEntry(kind=EntryKind.CASE_MOVED, public=_public(unit, stands), commitment=commitment)
    note_standing(unit, identifier, ledger.append(unit, new), facts, salt)


def note_standing(
    unit: Unit, identifier: str, entry: str, facts: dict[str, Any], salt: bytes
) -> None:
    """Keep which entry says how a case stands, and what opens it."""
    values.add_opening(unit, identifier, entry, encode_opening(facts, salt))
    standing.note_entry(unit, identifier, entry)


def facts_of(stands: Standing) -> dict[str, Any]:
    """Return what an entry commits to of how a case stands."""
    return standing_facts(
        stands.case, stands.subject, stands.applicant, stands.correction, stands.history
    )


def _said(reader: Reader, entry: str) -> dict[str, Any] | None:
    content = openings.opening_of(reader, entry) if entry else ""
    return decode_opening(content)[0] if content else None


def _public(unit: Unit, stands: Standing) -> dict[str, PublicValue]:
    department = government.departments(unit.connection).get(stands.case.department)
    named: dict[str, PublicValue] = {"department_name": department.name} if department else {}
    return {**shown_on_record(stands), **named}


def shown_on_record(stands: Standing) -> dict[str, PublicValue]:
    """Return what the entry about a case that went on shows: where it is, and of what service."""
    return {
        "department": stands.case.department,
        "service": stands.case.service,
        "status": stands.case.state.value,
    }
