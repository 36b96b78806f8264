"""What the public ledger is told: what was decided and in what time, never about whom."""

from typing import Any

import msgspec

from tongban.kernel.actors import Actor
from tongban.kernel.text import Text, say
from tongban.kit.db import Unit
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue
from tongban.modules.services.formats import closing_facts, decision_facts, encode_opening
from tongban.modules.services.model import Case, Clock, Deciding, Decision, Outcome, Proposed, Step
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.rules import proposal
from tongban.modules.services.store import values

_LONGEST = 200


def put_on_record(
    unit: Unit, actor: Actor, loaded: Loaded, step: Step, deciding: Deciding, proposed: Proposed
) -> Decision:
    """Keep what a person decided, in the ledger and with the case; returns it with its entry."""
    decision = Decision(
        outcome=deciding.outcome,
        at=unit.now,
        by=actor.account,
        by_name=actor.name,
        department=actor.department,
        clause=deciding.clause.strip(),
        reason=deciding.reason.strip(),
        remedy=deciding.remedy.strip(),
        contact=deciding.contact.strip(),
        proposed=proposed,
        follows_proposal=proposal.follows(deciding.outcome, proposed),
    )
    entry = _log_decision(unit, loaded, step, decision)
    kept = msgspec.structs.replace(decision, ledger_entry=entry)
    values.add_decision(unit, loaded.case.id, kept)
    return kept


def _log_decision(unit: Unit, loaded: Loaded, step: Step, decision: Decision) -> str:
    """Append a decision; returns the entry's id."""
    public: dict[str, PublicValue] = {
        **_whose(unit, loaded, decision.department),
        "step": step.code,
        "step_name": _name(step.name),
        "outcome": decision.outcome.value,
    }
    if decision.outcome is not Outcome.NOT_ACCEPTED:
        public["proposed"] = decision.proposed.value
        public["follows_proposal"] = decision.follows_proposal
    if decision.clause in _published_clauses(loaded):
        public["legal_basis"] = decision.clause
    private = decision_facts(loaded.case.number, decision)
    return _append(unit, loaded.case, EntryKind.DECISION, public, private)


def log_closing(unit: Unit, loaded: Loaded, case: Case, outcome: str) -> str:
    """Append how a case ended, with the time it took; returns the entry's id."""
    clocks = msgspec.structs.replace(loaded, case=case).clocks
    public: dict[str, PublicValue] = {
        **_whose(unit, loaded, case.department),
        "outcome": outcome,
    }
    clock = clocks.promised or clocks.statutory
    # The ledger is for good: what rests on a provisional day is not written there.
    if clock is not None and not clocks.not_covered:
        public[_counted(clock, "working_days", "calendar_days")] = clock.standing.used
        public["in_time"] = not clock.standing.overdue
    for name, each in (("promised", clocks.promised), ("statutory", clocks.statutory)):
        if each is not None:
            public[_counted(each, f"{name}_days", f"{name}_calendar_days")] = each.limit.days
    private = closing_facts(case.number, outcome, unit.now)
    return _append(unit, case, EntryKind.CASE_CLOSED, public, private)


def _counted(clock: Clock, working: str, calendar: str) -> str:
    """Return the public field for days of a clock: nobody takes calendar days for working days."""
    return calendar if clock.limit.unit == "day" else working


def _whose(unit: Unit, loaded: Loaded, department: str) -> dict[str, PublicValue]:
    name = government.department_words(unit.connection, department)
    return {
        "department": department,
        "department_name": _name(name),
        "service": loaded.service.code,
        "service_name": _name(loaded.service.name),
        "service_version": str(loaded.service.version),
    }


def _append(
    unit: Unit,
    case: Case,
    kind: EntryKind,
    public: dict[str, PublicValue],
    private: dict[str, Any],
) -> str:
    commitment, salt = ledger.commit(private)
    entry = ledger.append(unit, NewEntry(kind=kind, public=public, commitment=commitment))
    values.add_opening(unit, case.id, entry, encode_opening(private, salt))
    return entry


def _published_clauses(loaded: Loaded) -> frozenset[str]:
    """Return the clauses that the definition itself publishes: nothing typed goes into the ledger."""
    return frozenset(say(rule.clause, "zh")[:_LONGEST] for rule in loaded.service.rules)


def _name(text: Text) -> PublicValue:
    if isinstance(text, str):
        return text[:_LONGEST]
    return {language: each[:_LONGEST] for language, each in text.items()}
