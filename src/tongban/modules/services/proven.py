"""Rows of services that the ledger speaks of: how cases stand, what was decided on them, how they ended."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from tongban.kit.db import Reader, Unit
from tongban.kit.sweeps import Flaw, Piece
from tongban.modules.exchange import queries as exchange
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import (
    EntryKind,
    LoggedEntry,
    Opening,
    PublicValue,
)
from tongban.modules.ledger.queries import ProvenRow
from tongban.modules.services.actions import at_hand
from tongban.modules.services.actions.standing import (
    BY_APPLICANT,
    CASE,
    FOUND,
    facts_of,
    kinds_for,
    note_standing,
    proven_standing,
    unlike_facts,
)
from tongban.modules.services.formats import (
    closing_facts,
    decision_facts,
    decode_opening,
    line_digest,
)
from tongban.modules.services.model import Case, Decision, Happening, Outcome, State
from tongban.modules.services.queries.tasks import can_be_reckoned
from tongban.modules.services.store import at_hand as kept
from tongban.modules.services.store import openings, standing
from tongban.modules.services.store.openings import Opened

_LONGEST = 100
"""Characters of what tells a row."""
_LACKING = 1000
"""Cases without an entry that an audit names; that there are any is enough."""
_AS_FOUND = "services_step"
"""Under which cases were recorded as found once entries spoke of what was done and handed in."""
_ENDS: Mapping[State, frozenset[str]] = {
    State.CLOSED: frozenset({Outcome.APPROVED.value, Outcome.REFUSED.value}),
    State.NOT_ACCEPTED: frozenset({Outcome.NOT_ACCEPTED.value}),
    State.WITHDRAWN: frozenset({"withdrawn", "lapsed"}),
}
"""What the entry of a case that is over may say of how it came out, by the state it is in."""


class Cases:
    """What lies behind an entry about a case is kept beside it; both are held against the rows."""

    name = "case"
    tables = frozenset({CASE, "services_decision", _AS_FOUND})
    kinds = frozenset(
        {EntryKind.CASE_MOVED, EntryKind.DRAFT_KEPT, EntryKind.DECISION, EntryKind.CASE_CLOSED}
    )
    erasures = (BY_APPLICANT,)

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield what entries say of cases, in their order: the newest of each how it stands."""
        if after is None:
            for case in standing.without_entry(reader.connection, _LACKING):
                yield ProvenRow(table=CASE, key=case, entry="", kinds=())
            for case, entry in openings.decisions_without_opening(reader):
                yield ProvenRow(
                    table="services_decision", key=case, entry=entry, kinds=(), faults=("opening",)
                )
        for several in openings.openings_by_entry(reader, after, until):
            for one in several:
                row = _proven(one)
                if row is not None:
                    yield row

    def accounted(self, _reader: Reader, _entries: Sequence[LoggedEntry]) -> set[str]:
        """Return nothing: what is no longer the newest of a case opens beside it all the same."""
        return set()

    def adopt(self, unit: Unit, most: int) -> int:
        """Record cases and drafts as found of whose standing no entry spoke, or none of all of it."""
        lacking = standing.to_adopt(unit.connection, most)
        facts = {
            case: {**facts_of(stands), FOUND: _AS_FOUND}
            for case, stands in standing.standings(unit, lacking).items()
        }
        for case, (entry, salt) in log.record_as_found(unit, _AS_FOUND, facts).items():
            note_standing(unit, case, entry, facts[case], salt)
        return len(lacking)


def _proven(opened: Opened) -> ProvenRow | None:
    """Return what follows from the rows for an entry; None where its row is gone."""
    if not opened.content:
        return _altered(opened)
    facts, salt = decode_opening(opened.content)
    opening = Opening(salt=salt, facts=facts)
    if "history" in facts or "draft" in facts:
        return _standing(opened, opening)
    if "clause" not in facts:
        return _end(opened, opening)
    return None if opened.decision is None else _decided(opened, opening, opened.decision)


def _altered(opened: Opened) -> ProvenRow:
    return ProvenRow(
        table="services_opening",
        key=opened.case.id,
        entry=opened.entry,
        kinds=Cases.kinds,
        faults=("content",),
    )


def _standing(opened: Opened, opening: Opening) -> ProvenRow:
    """Return what follows from how a case stands, or of an older entry that a later one took its place."""
    facts = opening.facts
    table = str(facts.get(FOUND, CASE))
    if opened.standing is None:
        draft = "draft" in facts
        return ProvenRow(
            table=table,
            key=opened.case.id,
            entry=opened.entry,
            kinds=kinds_for(EntryKind.DRAFT_KEPT if draft else EntryKind.CASE_MOVED),
            public={} if draft else {name: facts.get(fact) for name, fact in _SHOWN.items()},
            opening=opening,
            gave_way_to=opened.newest,
            faults=() if opened.newest else ("entry",),
        )
    return proven_standing(opened.standing, opening)


_SHOWN = {"department": "department", "service": "service", "status": "state"}
"""Public fields of an entry about a case that went on, and the facts that they repeat."""


def _decided(opened: Opened, opening: Opening, decision: Decision) -> ProvenRow:
    case = opened.case
    public: dict[str, PublicValue | None] = {
        "department": decision.department,
        "service": case.service,
        "outcome": decision.outcome.value,
    }
    if decision.outcome is not Outcome.NOT_ACCEPTED:
        public["proposed"] = decision.proposed.value
        public["follows_proposal"] = decision.follows_proposal
    faults = unlike_facts(opening.facts, decision_facts(case.number, decision))
    if decision.ledger_entry != opened.entry:
        faults.append("ledger_entry")
    return ProvenRow(
        table="services_decision",
        key=case.id,
        entry=opened.entry,
        kinds=(EntryKind.DECISION,),
        public=public,
        opening=opening,
        faults=(*faults, *_contradicts(case, decision)),
    )


def _contradicts(case: Case, decision: Decision) -> list[str]:
    """Return the columns of a case that say something else than its decision."""
    if decision.outcome is Outcome.NOT_ACCEPTED:
        return [] if case.state is State.NOT_ACCEPTED else ["state"]
    same = {"case.outcome": case.outcome is decision.outcome,
            "case.decided_at": case.decided_at == decision.at}  # fmt: skip
    return [name for name, well in same.items() if not well]


def _end(opened: Opened, opening: Opening) -> ProvenRow:
    case, said = opened.case, str(opening.facts.get("outcome", ""))
    faults = unlike_facts(opening.facts, closing_facts(case.number, said, case.closed_at))
    if said not in _ENDS.get(case.state, ()):
        faults.append("state")
    if case.state is State.CLOSED and said != case.outcome:
        faults.append("outcome")
    return ProvenRow(
        table=CASE,
        key=case.id,
        entry=opened.entry,
        kinds=(EntryKind.CASE_CLOSED,),
        public={"department": case.department, "service": case.service, "outcome": said},
        opening=opening,
        faults=tuple(faults),
    )


# What pages show ---------------------------------------------------------------------------------


class Altered(msgspec.Struct, frozen=True, kw_only=True):
    """How what is kept of a case differs from what its entries say."""

    fields: tuple[str, ...]
    """What differs, by name; none where nothing does."""
    entry: str
    """The entry that says how the case stands."""
    lines: frozenset[str]
    """Digests of the lines of its history that the entry knows."""
    missing: int
    """How many lines the entry knows and the history no longer has."""

    def is_altered(self, line: Happening) -> bool:
        """Whether a line of the history is not as the entry has it."""
        return line_digest(line) not in self.lines


def altered(reader: Reader, case: str) -> Altered | None:
    """Return how a case differs from what its ledger entries say; None where it agrees, and of a draft."""
    stands = standing.standings(reader, [case]).get(case)
    if stands is None:
        return None
    opened = openings.openings_of_case(reader, case)
    rows = [row for one in opened if (row := _proven(one)) is not None]
    said = next((row for row in rows if row.entry == stands.entry), None)
    unlike = ledger.unlike(reader.connection, rows)
    gone = () if said is not None else (ledger.NO_ENTRY,)
    fields = tuple(dict.fromkeys((*gone, *(name for each in unlike.values() for name in each))))
    if not fields:
        return None
    known = _lines(said)
    now = {line_digest(line) for line in stands.history}
    return Altered(fields=fields, entry=stands.entry, lines=known, missing=len(known - now))


def _lines(said: ProvenRow | None) -> frozenset[str]:
    lines = said.opening.facts.get("history") if said is not None and said.opening else None
    return frozenset(lines) if isinstance(lines, list) else frozenset()


class AtHandReckoned:
    """What lists and the interface ask of cases instead of working it out follows from the cases: it is
    worked out anew, and what differs is put right, for there is only one truth of it."""

    name = "at_hand"
    flaw = "not_as_reckoned"

    def piece(self, reader: Reader, after: str, most: int) -> Piece:
        """Look at the next cases that run, or of which something is kept as at hand.

        Nothing while all of it is being made anew for another calendar: that puts it right too.
        """
        if not can_be_reckoned(reader.connection):
            return Piece(until=None, looked=0)
        most = min(most, at_hand.PIECE)
        found = kept.cases_after(reader.connection, after, most)
        flaws = {one: at_hand.unlike(reader, one) for one in found}
        wrong = [one for one, several in flaws.items() if several]
        return Piece(
            until=found[-1] if len(found) == most else None,
            looked=len(found),
            flaws=tuple(flaw for several in flaws.values() for flaw in several),
            note=lambda unit: at_hand.put_right(unit, wrong),
        )


class WorkOfNoCase:
    """Only of a case that runs is it kept who works on it; any other row is taken away."""

    name = "at_work"
    flaw = "not_as_reckoned"

    def piece(self, reader: Reader, after: str, most: int) -> Piece:
        """Look at the next numbers of cases on which somebody is kept to work."""
        found = exchange.worked_on_after(reader.connection, after, most)
        wrong = at_hand.strays(reader, found)
        return Piece(
            until=found[-1] if len(found) == most else None,
            looked=len(found),
            flaws=tuple(
                Flaw(table=at_hand.WORK, row=one[:_LONGEST], fields=("case_number",))
                for one in wrong
            ),
            note=lambda unit: at_hand.forget_strays(unit, wrong),
        )


PROVEN = (Cases(),)
SWEPT = (AtHandReckoned(), WorkOfNoCase())
