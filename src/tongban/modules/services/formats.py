"""Values of a case as the text that is sealed, and as the documents of its package."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import msgspec

from tongban.kit.crypto.hashing import SHA_256
from tongban.modules.services.model import (
    Case,
    CaseValue,
    Changed,
    Correction,
    CorrectionItem,
    Decision,
    Happening,
    Origin,
    Plain,
)

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What of a value is sealed."""

    type: str
    value: Plain | None = None
    claim: Plain | None = None
    note: str = ""


def decision_facts(number: str, decision: Decision) -> dict[str, Any]:
    """Return what the ledger entry of a decision commits to, besides what it shows."""
    return {
        "case": number,
        "outcome": decision.outcome.value,
        "at": decision.at.isoformat(),
        "by": decision.by,
        "by_name": decision.by_name,
        "clause": decision.clause,
        "reason": decision.reason,
        "remedy": decision.remedy,
        "contact": decision.contact,
    }


def closing_facts(number: str, outcome: str, at: dt.datetime | None) -> dict[str, Any]:
    """Return what the ledger entry of a case that is over commits to, besides what it shows."""
    return {"case": number, "outcome": outcome, "at": at.isoformat() if at else ""}


def standing_facts(
    case: Case,
    subject: str,
    applicant: str,
    correction: Correction | None,
    history: Sequence[Happening],
    work: Mapping[str, str],
) -> dict[str, Any]:
    """Return what the ledger entry about a case that went on commits to: how it stands, every day that
    counts for it, each line of its history so far, and what was done and handed in.

    ``subject`` and ``applicant`` are keyed hashes of whose case it is, ``work`` digests by kind of row.
    """
    return {
        "case": case.number,
        "service": case.service,
        "service_version": case.service_version,
        "department": case.department,
        "account": case.account,
        "subject": subject,
        "applicant": applicant,
        "state": case.state.value,
        "outcome": case.outcome.value if case.outcome else "",
        "submitted_at": _iso(case.submitted_at),
        "accepted_on": _iso(case.accepted_on),
        "decided_at": _iso(case.decided_at),
        "closed_at": _iso(case.closed_at),
        "acceptance_due": _iso(case.acceptance_due),
        "promised_due": _iso(case.promised_due),
        "statutory_due": _iso(case.statutory_due),
        "correction": _correction_facts(correction) if correction else {},
        "history": [line_digest(line) for line in history],
        **work,
    }


def draft_facts(case: Case, subject: str, applicant: str) -> dict[str, Any]:
    """Return what the ledger entry of a draft commits to: that it is there, and whose. What is written on
    it is the applicant's own, and nothing of it is committed to before it is sent in."""
    return {
        "draft": case.id,
        "service": case.service,
        "service_version": case.service_version,
        "department": case.department,
        "account": case.account,
        "subject": subject,
        "applicant": applicant,
        "created_at": _iso(case.created_at),
    }


def _correction_facts(correction: Correction) -> dict[str, Any]:
    return {
        "asked_by": correction.asked_by,
        "asked_on": _iso(correction.asked_on),
        "days": correction.days,
        "due": _iso(correction.due),
        "supplied_on": _iso(correction.supplied_on),
    }


def line_digest(line: Happening) -> str:
    """Return the first half of the SHA-256 of a line of a history: 32 hexadecimal digits."""
    said = [line.at.isoformat(), line.what.value, line.actor, line.actor_name,
            line.department, line.step, line.words, line.internal]  # fmt: skip
    return SHA_256.hex(msgspec.json.encode(said))[:32]


def _iso(moment: dt.date | None) -> str:
    return moment.isoformat() if moment else ""


def encode_opening(facts: Mapping[str, Any], salt: bytes) -> str:
    """Write what is behind a commitment as the text that is sealed."""
    return msgspec.json.encode({"facts": facts, "salt": salt.hex()}).decode()


def decode_opening(text: str) -> tuple[dict[str, Any], bytes]:
    """Read what is behind a commitment: facts and salt."""
    found = msgspec.json.decode(text)
    return found["facts"], bytes.fromhex(found["salt"])


def encode_value(value: CaseValue) -> str:
    """Write the sealed part of a value as JSON; its kind is kept, so it reads back the same."""
    written = {
        "type": value.type,
        "value": _write(value.value),
        "claim": _write(value.claim),
        "note": value.claim_note,
    }
    return msgspec.json.encode(written).decode()


def decode_value(text: str) -> Content:
    """Read the sealed part of a value."""
    found = msgspec.json.decode(text)
    return Content(
        type=found["type"],
        value=_read(found["value"]),
        claim=_read(found["claim"]),
        note=found["note"],
    )


def _write(value: Plain | None) -> list[str] | None:
    """Write a value with its kind, since 1, "1", true and 1.0 are different things."""
    if value is None:
        return None
    if isinstance(value, bool):
        return ["boolean", "yes" if value else "no"]
    if isinstance(value, dt.date):
        return ["date", value.isoformat()]
    if isinstance(value, Decimal):
        return ["decimal", format(value, "f")]
    return ["integer" if isinstance(value, int) else "text", str(value)]


def _read(written: list[str] | None) -> Plain | None:
    if written is None:
        return None
    kind, text = written
    if kind == "boolean":
        return text == "yes"
    if kind == "date":
        return dt.date.fromisoformat(text)
    if kind == "decimal":
        return Decimal(text)
    return int(text) if kind == "integer" else text


def encode_items(items: Iterable[CorrectionItem]) -> str:
    """Write the items of a correction."""
    return msgspec.json.encode(tuple(items)).decode()


def decode_items(text: str) -> tuple[CorrectionItem, ...]:
    """Read the items of a correction."""
    return msgspec.json.decode(text, type=tuple[CorrectionItem, ...])


def encode_changes(changes: Iterable[Changed]) -> str:
    """Write what a correction changed; kinds of values are kept."""
    rows = [
        [each.key, each.type, _write(each.old), _write(each.new), each.old_origin, each.new_origin]
        for each in changes
    ]
    return msgspec.json.encode(rows).decode()


def decode_changes(text: str) -> tuple[Changed, ...]:
    """Read what a correction changed."""
    return tuple(
        Changed(
            key=key,
            type=type_,
            old=_read(old),
            new=_read(new),
            old_origin=Origin(old_origin),
            new_origin=Origin(new_origin),
        )
        for key, type_, old, new, old_origin, new_origin in msgspec.json.decode(text)
    )


def encode_words(decision: Decision) -> str:
    """Write what a decision says."""
    said = (decision.clause, decision.reason, decision.remedy, decision.contact)
    return msgspec.json.encode(said).decode()


def decode_words(text: str) -> dict[str, str]:
    """Read what a decision says, by field."""
    said = msgspec.json.decode(text, type=tuple[str, str, str, str])
    return dict(zip(("clause", "reason", "remedy", "contact"), said, strict=True))


class Fact(msgspec.Struct, frozen=True):
    """A fact of a document: what it is called, its value as people read it, and a note."""

    name: str
    words: str
    note: str = ""
    key: str = ""
    """What programs call it: an element, a field, a kind of happening."""
    value: Plain | None = None
    """What programs read: a code, fen, a day as ISO 8601."""


def document(root: str, title: str, facts: Iterable[Fact]) -> bytes:
    """Write a document of the package, readable in a hundred years.

    XML in UTF-8 without anything outside itself: a name, a value and a note for every fact. What a
    program would read stands beside it as ``key`` and ``value``, where it is not the same.
    """
    top = ElementTree.Element(root, {"title": _allowed(title)})
    for fact in facts:
        written = _write(fact.value)
        value = "" if written is None or written[1] == fact.words else written[1]
        beside = {"key": fact.key, "value": value, "note": fact.note}
        kept = {name: _allowed(text) for name, text in beside.items() if text}
        one = ElementTree.SubElement(top, "fact", {"name": _allowed(fact.name), **kept})
        one.text = _allowed(fact.words)
    ElementTree.indent(top)
    body = ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)
    return bytes(body) + b"\n"


def _allowed(text: str) -> str:
    """Leave out what XML 1.0 cannot hold (production 2): controls, halves of pairs, U+FFFE, U+FFFF."""
    return _FORBIDDEN.sub("", text)
