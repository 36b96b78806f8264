"""Looks and agreements held against what the ledger says of them: for the audit, for every page that shows
them, and before anything is allowed by them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import Text
from tongban.kit.db import Reader
from tongban.modules.exchange import store
from tongban.modules.exchange.formats import agreement_facts
from tongban.modules.exchange.model.agreements import Agreement, AgreementState
from tongban.modules.exchange.model.looks import LookLine
from tongban.modules.exchange.rules import looks as rules
from tongban.modules.exchange.rules.values import subject_key, subject_of
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, LoggedEntry, PublicValue
from tongban.modules.ledger.queries import ProvenRow

AGREEMENTS = "exchange_agreement"


def proven_look(reader: Reader, row: Any) -> ProvenRow:
    """Return what follows from a look for its entry."""
    whom, words = "", ""
    faults = [] if row.commitment_salt is not None else ["commitment_salt"]
    try:
        whom, words = store.whom_and_words(reader, row)
        subject = subject_of(SubjectKind(row.subject_kind), whom)
        if reader.keyring.index(subject_key(subject)) != row.subject_index:
            faults.append("subject_index")
    except (ValueError, Refusal):
        faults.append("subject_sealed")
    salt = row.commitment_salt
    whole, part = (rules.facts_kept(row, whom, words, whole=each) for each in (True, False))
    return ProvenRow(
        table="exchange_look",
        key=row.id,
        entry=row.entry,
        kinds=(EntryKind.CASE_LOOKED_AT, EntryKind.RECORDED_AS_FOUND),
        public={
            "department": row.department,
            "service": row.service,
            "step": row.step or None,
            "what": row.kind,
            "reason": row.reason or None,
            "subject_kind": row.subject_kind,
        },
        opening=ledger.opening_with(salt, whole),
        before=ledger.opening_with(salt, part),
        faults=tuple(faults),
    )


def looks_as_logged(reader: Reader, lines: Sequence[LookLine]) -> list[LookLine]:
    """Return lines of looks as they are to be shown: of one that is not what its entries say, what its
    entry says. A line gathers several rows; it is not what they say where one of them is not.
    """
    rows = store.looks_called(reader.connection, [row for line in lines for row in line.rows])
    unlike = ledger.unlike(reader.connection, [proven_look(reader, row) for row in rows])
    wrong = {line.id for line in lines if not unlike.keys().isdisjoint(line.rows)}
    named = {line.ledger_entry for line in lines if line.id in wrong}
    there = ledger.entries_called(reader.connection, named)
    return [
        _said(line, there.get(line.ledger_entry)) if line.id in wrong else line for line in lines
    ]


def _said(line: LookLine, logged: LoggedEntry | None) -> LookLine:
    """Return a line of looks with nothing of its rows but its id and its time."""
    public = logged.entry.public if logged is not None else {}
    elements = public.get("elements")
    return msgspec.structs.replace(
        line,
        at=logged.entry.at if logged is not None else line.at,
        department=str(public.get("department", "")),
        post=text_of(public.get("step_name")),
        accounts=(),
        staff="",
        case_number="",
        service=str(public.get("service", "")),
        service_name=text_of(public.get("service_name")),
        elements=tuple(elements) if isinstance(elements, list) else (),
        reason="",
        words="",
        ledger_entry=logged.entry.id if logged is not None else "",
        altered=True,
    )


def text_of(value: PublicValue | None) -> Text:
    """Return the text that a public field holds; empty where it holds none."""
    return value if isinstance(value, str | dict) else ""


def agreement_on_record(one: Agreement) -> dict[str, PublicValue]:
    """Return what the entry about an agreement shows: neither who is to read nor the number of the file."""
    public: dict[str, PublicValue] = {
        "agreement": one.id,
        "grant": one.grant,
        "department": one.department,
        "provider": one.provider,
        "resource": one.resource,
        "occasion": one.occasion,
        "reads": one.number,
        "valid_until": one.until.isoformat(),
    }
    if one.state is not AgreementState.REQUESTED:
        public["outcome"] = one.state.value
    return public


def proven_agreement(one: Agreement) -> ProvenRow:
    """Return what follows from an agreement for its newest entry."""
    requested = one.state is AgreementState.REQUESTED
    kind = EntryKind.READING_ASKED if requested else EntryKind.READING_ANSWERED
    return ledger.salted_row(
        table=AGREEMENTS,
        key=one.id,
        entry=one.entry,
        kinds=(kind, EntryKind.RECORDED_AS_FOUND),
        public=dict(agreement_on_record(one)),
        salt=one.salt,
        facts=agreement_facts(one),
    )
