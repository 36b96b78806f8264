"""Rows of exchange that the ledger speaks of: disclosures, each with its one entry, and grants."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import Text
from tongban.kit.db import Reader, Unit
from tongban.modules.exchange import store
from tongban.modules.exchange.actions.chaining import number_before
from tongban.modules.exchange.actions.disclosing import outcome_on_record, shown_on_record
from tongban.modules.exchange.actions.granting import term_on_record, terms_on_record
from tongban.modules.exchange.formats import grant_facts, private_facts
from tongban.modules.exchange.model import (
    Basis,
    Disclosure,
    DisclosureLine,
    EndReason,
    Grant,
    GrantState,
)
from tongban.modules.exchange.model.chains import Linked
from tongban.modules.exchange.model.looks import LookLine
from tongban.modules.exchange.rules.chains import chain_key
from tongban.modules.exchange.rules.values import subject_key, subject_of
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry, Opening, PublicValue
from tongban.modules.ledger.queries import ProvenRow

_GRANTS = "exchange_grant"
_CHAIN = "exchange_chain"
_OF_STATE: Mapping[GrantState, EntryKind] = {
    GrantState.IN_EFFECT: EntryKind.GRANT_GIVEN,
    GrantState.ENDED: EntryKind.GRANT_ENDED,
}
"""What the newest entry about a grant is; of one that was never given there is none."""


class Disclosures:
    """Every disclosure is its own opening: nothing of it changes but the number of its case."""

    name = "disclosure"
    tables = frozenset({"exchange_disclosure"})
    kinds = frozenset({EntryKind.DISCLOSURE})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield disclosures in the order of their entries."""
        for several in store.disclosures_by_entry(reader.connection, after, until):
            for one in several:
                row = proven_disclosure(reader, one)
                faults = row.faults if one.line.number else (*row.faults, "number")
                yield msgspec.structs.replace(row, faults=faults)

    def accounted(self, _reader: Reader, _entries: Sequence[LoggedEntry]) -> set[str]:
        """Return nothing: no disclosure is ever forgotten or replaced."""
        return set()

    def adopt(self, _unit: Unit, _most: int) -> int:
        """Return nothing: every disclosure had its entry from the beginning."""
        return 0


def proven_disclosure(reader: Reader, disclosure: Disclosure) -> ProvenRow:
    """Return what follows from a disclosure for its entry."""
    line = disclosure.line
    public: dict[str, PublicValue | None] = {
        **shown_on_record(line),
        "subject_kind": disclosure.subject_kind,
    }
    subject, faults = _subject(reader, disclosure)
    facts = private_facts(line, subject, disclosure.digest, disclosure.use)
    return ProvenRow(
        table="exchange_disclosure",
        key=line.id,
        entry=line.ledger_entry,
        kinds=Disclosures.kinds,
        public=public,
        opening=Opening(salt=disclosure.commitment_salt, facts=facts),
        faults=faults,
    )


def _subject(reader: Reader, disclosure: Disclosure) -> tuple[str, tuple[str, ...]]:
    """Return whom a disclosure is about as it is sealed, and what contradicts it."""
    try:
        cell = store.subject_cell(disclosure.line.id, disclosure.subject_index)
        identifier = reader.keyring.open(disclosure.subject_sealed, cell)
        subject = subject_of(SubjectKind(disclosure.subject_kind), identifier)
    except (ValueError, Refusal):
        return "", ("subject_sealed",)
    indexed = reader.keyring.index(subject_key(subject)) == disclosure.subject_index
    return identifier, () if indexed else ("subject_index",)


class Numbers:
    """Every entry about somebody has its number, and shows a link that follows the entry before.

    A look is kept to no more than this: its row counts later looks as well, but it cannot be taken away.
    """

    name = "number"
    tables = frozenset({_CHAIN})
    kinds = frozenset({EntryKind.CASE_LOOKED_AT})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield numbers in the order of their entries."""
        since = ledger.baselines(reader.connection).get(_CHAIN)
        for several in store.links_by_entry(reader.connection, after, until):
            entries = {each.numbered.entry for each in several}
            there = ledger.entries_called(reader.connection, entries)
            for one in several:
                yield _proven_number(reader, one, there.get(one.numbered.entry), since)

    def accounted(self, _reader: Reader, _entries: Sequence[LoggedEntry]) -> set[str]:
        """Return nothing: no number is ever given up."""
        return set()

    def adopt(self, unit: Unit, most: int) -> int:
        """Number what was on record before, in the order of its entries, which show no link."""
        return number_before(unit, most)


_NUMBERED = frozenset({EntryKind.DISCLOSURE, EntryKind.CASE_LOOKED_AT})


def _proven_number(
    reader: Reader, linked: Linked, logged: LoggedEntry | None, since: int | None
) -> ProvenRow:
    """Return what follows from a number for its entry: the link, made anew from the head before.

    Of an entry from before there were numbers (``since``) only the order is known, by the head.
    """
    one = linked.numbered
    faults: list[str] = []
    public: dict[str, PublicValue | None] = {}
    before = linked.before if one.number > 1 else ledger.START_OF_CHAIN
    if before is None:
        faults.append("before")
    elif logged is not None:
        if ledger.head_after(before, logged.body) != one.head:
            faults.append("head")
        if "link" in logged.entry.public or not _is_of_before(logged, since):
            key = chain_key(reader.keyring, one.who, one.name)
            public["link"] = ledger.link_after(key, one.number, before)
    return ProvenRow(
        table=_CHAIN,
        key=one.entry,
        entry=one.entry,
        kinds=_NUMBERED,
        public=public,
        faults=tuple(faults),
    )


def _is_of_before(logged: LoggedEntry, since: int | None) -> bool:
    """Whether an entry was logged before the log says that every entry about somebody has its number."""
    return since is None or (logged.number is not None and logged.number < since)


class Grants:
    """The newest entry about a grant says how it stands; those before it gave way to it."""

    name = "grant"
    tables = frozenset({_GRANTS})
    kinds = frozenset(_OF_STATE.values())
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield grants in the order of their entries, without those that were never given."""
        for several in store.grants_by_entry(reader.connection, after, until):
            for one in several:
                if one.entry or _was_given(one):
                    yield proven_grant(one)

    def accounted(self, reader: Reader, entries: Sequence[LoggedEntry]) -> set[str]:
        """Return the entries about grants of which a later entry speaks."""
        codes = sorted({ledger.spoken_of(one, "grant") for one in entries})
        newest = store.entries_of_grants(reader.connection, codes)
        return ledger.gave_way(reader.connection, entries, "grant", newest)

    def adopt(self, unit: Unit, most: int) -> int:
        """Record grants as found whose entries committed to no more than they show."""
        found = store.grants_without_salt(unit.connection, most)
        facts = {one.code: grant_facts(one) for one in found}
        recorded = log.record_as_found(unit, _GRANTS, facts)
        for one in found:
            entry, salt = recorded[one.code]
            proven = msgspec.structs.replace(one, entry=entry, salt=salt)
            store.update_grant(unit.connection, proven)
        return len(found)


def _was_given(grant: Grant) -> bool:
    withdrawn = grant.end_reason is EndReason.WITHDRAWN
    return grant.state in _OF_STATE and not withdrawn


def proven_grant(grant: Grant) -> ProvenRow:
    """Return what follows from a grant for its newest entry."""
    public = terms_on_record(grant)
    kind = _OF_STATE.get(grant.state)
    if kind is EntryKind.GRANT_GIVEN:
        public |= term_on_record(grant)
    if kind is EntryKind.GRANT_ENDED:
        public["reason"] = grant.end_reason.value if grant.end_reason else None
    opening = ledger.opening_with(grant.salt, grant_facts(grant))
    return ProvenRow(
        table=_GRANTS,
        key=grant.code,
        entry=grant.entry,
        kinds=() if kind is None else (kind, EntryKind.RECORDED_AS_FOUND),
        public=public,
        opening=opening,
    )


# What pages show ---------------------------------------------------------------------------------


def as_entries_say(
    reader: Reader, lines: Sequence[DisclosureLine | LookLine]
) -> tuple[DisclosureLine | LookLine, ...]:
    """Return lines as they are to be shown: of one that is not what its entry says, what the entry says.

    Lines of looks are as they are: they gather several rows.
    """
    kept = store.disclosures_called(reader.connection, [line.id for line in lines])
    rows = [proven_disclosure(reader, one) for one in kept]
    unlike = ledger.unlike(reader.connection, rows)
    named = {line.ledger_entry for line in lines if line.id in unlike}
    there = ledger.entries_called(reader.connection, named)
    return tuple(
        _said(line, there.get(line.ledger_entry)) if line.id in unlike else line for line in lines
    )


def _said(line: DisclosureLine | LookLine, logged: LoggedEntry | None) -> DisclosureLine:
    """Return a line with nothing of its row but its id: what an entry shows, or nothing at all."""
    public = logged.entry.public if logged is not None else {}
    elements = public.get("elements")
    return DisclosureLine(
        id=line.id,
        at=logged.entry.at if logged is not None else line.at,
        department=str(public.get("department", "")),
        provider=str(public.get("provider", "")),
        service=str(public.get("service", "")),
        purpose=_text(public.get("purpose")),
        basis=Basis(str(public.get("basis", Basis.NONE.value))),
        clause=_text(public.get("legal_basis")),
        resource=str(public.get("resource", "")),
        elements=tuple(elements) if isinstance(elements, list) else (),
        masked=(),
        case_number="",
        service_name=_text(public.get("service_name")),
        grant=str(public.get("grant", "")),
        outcome=outcome_on_record(str(public.get("outcome", ""))),
        reason=str(public.get("reason", "")),
        ledger_entry=logged.entry.id if logged is not None else "",
        altered=True,
    )


def _text(value: PublicValue | None) -> Text:
    return value if isinstance(value, str | dict) else ""


def altered_grant(reader: Reader, grant: Grant) -> bool:
    """Whether a grant is not what its newest entry says; one that was never given has none."""
    rows = [proven_grant(grant)] if grant.entry or _was_given(grant) else []
    return bool(ledger.unlike(reader.connection, rows))


PROVEN = (Disclosures(), Numbers(), Grants())
