"""Rows of exchange that the ledger speaks of: disclosures, each with its one entry, and grants."""

from collections.abc import Iterator, Sequence

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectKind
from tongban.kit.db import Reader, Unit
from tongban.modules.exchange import queries, store
from tongban.modules.exchange.actions import watching
from tongban.modules.exchange.actions.chaining import number_before
from tongban.modules.exchange.actions.disclosing import outcome_on_record, shown_on_record
from tongban.modules.exchange.actions.granting import GRANTS, KIND_OF_STATE, proven_grant
from tongban.modules.exchange.formats import (
    agreement_facts,
    alarm_facts,
    grant_facts,
    private_facts,
)
from tongban.modules.exchange.model import (
    Basis,
    Disclosure,
    DisclosureLine,
    EndReason,
    Grant,
)
from tongban.modules.exchange.model.agreements import Agreement
from tongban.modules.exchange.model.alarms import Alarm
from tongban.modules.exchange.model.chains import Linked
from tongban.modules.exchange.model.looks import LookLine
from tongban.modules.exchange.model.occasions import KeptBackReads
from tongban.modules.exchange.queries.as_logged import AGREEMENTS, text_of
from tongban.modules.exchange.rules import looks
from tongban.modules.exchange.rules.chains import chain_key
from tongban.modules.exchange.rules.values import subject_key, subject_of
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry, Opening, PublicValue
from tongban.modules.ledger.queries import ProvenRow

_CHAIN = "exchange_chain"
_LOOKS = "exchange_look"
_ALARMS = "exchange_alarm"


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
    """Every entry about somebody has its number, and shows a link that follows the entry before. The rows
    of these entries, disclosures and looks, say where one lacks its number."""

    name = "number"
    tables = frozenset({_CHAIN})
    kinds: frozenset[EntryKind] = frozenset()
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
    tables = frozenset({GRANTS})
    kinds = frozenset(KIND_OF_STATE.values())
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
        recorded = log.record_as_found(unit, GRANTS, facts)
        for one in found:
            entry, salt = recorded[one.code]
            proven = msgspec.structs.replace(one, entry=entry, salt=salt)
            store.update_grant(unit.connection, proven)
        return len(found)


def _was_given(grant: Grant) -> bool:
    withdrawn = grant.end_reason is EndReason.WITHDRAWN
    return grant.state in KIND_OF_STATE and not withdrawn


class Looks:
    """Every look that is a row has its entry: the first of an account at a case for a step on a day, each
    that shows more, and each opened with a reason. How often it was looked again is counted only."""

    name = "look"
    tables = frozenset({_LOOKS})
    kinds = frozenset({EntryKind.CASE_LOOKED_AT})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield looks in the order of their entries, first those that lack theirs."""
        for several in store.looks_by_entry(reader.connection, after, until):
            unnumbered = _unnumbered(reader, [row.entry for row in several])
            for row in several:
                proven = queries.proven_look(reader, row)
                faults = ("number",) if row.entry in unnumbered else ()
                yield msgspec.structs.replace(proven, faults=(*proven.faults, *faults))

    def accounted(self, _reader: Reader, _entries: Sequence[LoggedEntry]) -> set[str]:
        """Return nothing: no look is ever forgotten or replaced."""
        return set()

    def adopt(self, unit: Unit, most: int) -> int:
        """Record looks as found that were only counted in an earlier release."""
        found = store.looks_without_entry(unit.connection, most)
        facts = {row.id: looks.facts_kept(row, *store.whom_and_words(unit, row)) for row in found}
        for row, (entry, salt) in log.record_as_found(unit, _LOOKS, facts).items():
            store.note_entry_of_look(unit.connection, row, entry, salt)
        return len(found)


def _unnumbered(reader: Reader, entries: Sequence[str]) -> set[str]:
    """Return which entries about looks lack their number; one that was recorded as found has none."""
    lacking = set(entries) - store.numbers_called(reader.connection, entries).keys()
    there = ledger.entries_called(reader.connection, lacking)
    return {one for one in there if there[one].entry.kind is EntryKind.CASE_LOOKED_AT}


class Agreements:
    """The newest entry about an agreement says who asked for what and who answered; how often it was used
    is counted only."""

    name = "agreement"
    tables = frozenset({AGREEMENTS})
    kinds = frozenset({EntryKind.READING_ASKED, EntryKind.READING_ANSWERED})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield agreements in the order of their entries."""
        for several in store.agreements_by_entry(reader.connection, after, until):
            yield from map(queries.proven_agreement, several)

    def accounted(self, reader: Reader, entries: Sequence[LoggedEntry]) -> set[str]:
        """Return the entries about agreements of which a later entry speaks, and those of a release in
        which they did not say of which agreement they spoke."""
        identifiers = sorted({ledger.spoken_of(one, "agreement") for one in entries})
        newest = store.entries_of_agreements(reader.connection, identifiers)
        since = ledger.baselines(reader.connection).get(AGREEMENTS)
        return ledger.gave_way(reader.connection, entries, "agreement", newest) | {
            one.entry.id
            for one in entries
            if one.entry.kind in self.kinds
            and "agreement" not in one.entry.public
            and ledger.is_numbered_before(one, since)
        }

    def adopt(self, unit: Unit, most: int) -> int:
        """Record agreements as found whose entries committed to nothing."""
        found = store.agreements_without_salt(unit.connection, most)
        facts = {one.id: agreement_facts(one) for one in found}
        recorded = log.record_as_found(unit, AGREEMENTS, facts)
        for one in found:
            entry, salt = recorded[one.id]
            proven = msgspec.structs.replace(one, entry=entry, salt=salt)
            store.update_agreement(unit.connection, proven)
        return len(found)


class Alarms:
    """The newest entry about an alarm says whether somebody looked into it, and what they found."""

    name = "alarm"
    tables = frozenset({_ALARMS})
    kinds = frozenset({EntryKind.ALARM})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield alarms in the order of their entries."""
        for several in store.alarms_by_entry(reader.connection, after, until):
            yield from map(proven_alarm, several)

    def accounted(self, reader: Reader, entries: Sequence[LoggedEntry]) -> set[str]:
        """Return the entries about alarms of which a later entry speaks."""
        identifiers = sorted({ledger.spoken_of(one, "alarm") for one in entries})
        newest = store.entries_of_alarms(reader.connection, identifiers)
        return ledger.gave_way(reader.connection, entries, "alarm", newest)

    def adopt(self, unit: Unit, most: int) -> int:
        """Record alarms as found that were raised before entries spoke of them."""
        found = store.alarms_without_entry(unit.connection, most)
        recorded = log.record_as_found(unit, _ALARMS, {one.id: alarm_facts(one) for one in found})
        for one in found:
            entry, salt = recorded[one.id]
            proven = msgspec.structs.replace(one, status_entry=entry, salt=salt)
            store.save_alarm(unit.connection, proven)
        return len(found)


def proven_alarm(one: Alarm) -> ProvenRow:
    """Return what follows from an alarm for its newest entry."""
    return ledger.salted_row(
        table=_ALARMS,
        key=one.id,
        entry=one.status_entry,
        kinds=(EntryKind.ALARM, EntryKind.RECORDED_AS_FOUND),
        public=dict(watching.shown_on_record(one)),
        salt=one.salt,
        facts=alarm_facts(one),
    )


# What pages show ---------------------------------------------------------------------------------


def as_entries_say(
    reader: Reader, lines: Sequence[DisclosureLine | LookLine]
) -> tuple[DisclosureLine | LookLine, ...]:
    """Return lines as they are to be shown: of one that is not what its entry says, what the entry says.

    A line of looks gathers several rows; it is not what the entries say where one of them is not.
    """
    asked = [line for line in lines if isinstance(line, DisclosureLine)]
    kept = store.disclosures_called(reader.connection, [line.id for line in asked])
    unlike = ledger.unlike(reader.connection, [proven_disclosure(reader, one) for one in kept])
    named = {line.ledger_entry for line in asked if line.id in unlike}
    there = ledger.entries_called(reader.connection, named)
    looked = [line for line in lines if isinstance(line, LookLine)]
    said: dict[str, DisclosureLine | LookLine] = {
        line.id: line for line in queries.looks_as_logged(reader, looked)
    }
    said |= {
        line.id: _said(line, there.get(line.ledger_entry)) for line in asked if line.id in unlike
    }
    return tuple(said.get(line.id, line) for line in lines)


def _said(line: DisclosureLine, logged: LoggedEntry | None) -> DisclosureLine:
    """Return a line with nothing of its row but its id: what an entry shows, or nothing at all."""
    public = logged.entry.public if logged is not None else {}
    elements = public.get("elements")
    return DisclosureLine(
        id=line.id,
        at=logged.entry.at if logged is not None else line.at,
        department=str(public.get("department", "")),
        provider=str(public.get("provider", "")),
        service=str(public.get("service", "")),
        purpose=text_of(public.get("purpose")),
        basis=Basis(str(public.get("basis", Basis.NONE.value))),
        clause=text_of(public.get("legal_basis")),
        resource=str(public.get("resource", "")),
        elements=tuple(elements) if isinstance(elements, list) else (),
        masked=(),
        case_number="",
        service_name=text_of(public.get("service_name")),
        grant=str(public.get("grant", "")),
        outcome=outcome_on_record(str(public.get("outcome", ""))),
        reason=str(public.get("reason", "")),
        ledger_entry=logged.entry.id if logged is not None else "",
        altered=True,
    )


def kept_back_as_logged(reader: Reader, lines: Sequence[KeptBackReads]) -> list[KeptBackReads]:
    """Return what is kept back, with a mark where the first read of a line is not what its entry says."""
    kept = store.disclosures_called(reader.connection, [line.first for line in lines])
    unlike = ledger.unlike(reader.connection, [proven_disclosure(reader, one) for one in kept])
    return [msgspec.structs.replace(line, altered=line.first in unlike) for line in lines]


def altered_agreement(reader: Reader, one: Agreement) -> bool:
    """Whether an agreement is not what its newest entry says."""
    return bool(ledger.unlike(reader.connection, [queries.proven_agreement(one)]))


def altered_alarm(reader: Reader, one: Alarm) -> bool:
    """Whether an alarm is not what its newest entry says."""
    return bool(ledger.unlike(reader.connection, [proven_alarm(one)]))


def altered_grant(reader: Reader, grant: Grant) -> bool:
    """Whether a grant is not what its newest entry says; one that was never given has none."""
    rows = [proven_grant(grant)] if grant.entry or _was_given(grant) else []
    return bool(ledger.unlike(reader.connection, rows))


PROVEN = (Disclosures(), Numbers(), Grants(), Looks(), Agreements(), Alarms())
