"""What the interface reads and writes, and how forms and addresses become values."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, TypedDict

import msgspec
from msgspec import Meta

from tongban.kernel.text import say
from tongban.kernel.written_dates import NotADate, read_date
from tongban.modules.exchange.model import (
    Basis,
    DisclosureLine,
    Fetched,
    Grant,
    GrantRequest,
    GrantState,
    LineState,
    Outcome,
    Unfit,
    Value,
)
from tongban.modules.exchange.model.agreements import AgreementRequest
from tongban.modules.exchange.model.looks import LookLine
from tongban.modules.exchange.model.occasions import Occasion, WithoutCase

LONGEST = 16 * 1024
"""Bytes of a request to read."""
_MOST_ELEMENTS = 100
_Code = Annotated[str, Meta(max_length=100, pattern=r"^[A-Za-z0-9._/-]*$")]
_Element = Annotated[str, Meta(max_length=100, pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]


class ReadRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a department's system asks: whose data, which elements, for what, and for which case.

    ``purpose`` is the code of a grant, or of a service that a grant is for. Without a case,
    ``occasion`` is one of those that the grant names, and ``occasion_reference`` its file's number.
    """

    subject: Annotated[str, Meta(min_length=1, max_length=60, pattern="^[A-Za-z0-9-]+$")]
    elements: Annotated[tuple[_Element, ...], Meta(min_length=1, max_length=_MOST_ELEMENTS)]
    purpose: Annotated[_Code, Meta(min_length=1)]
    case_number: _Code = ""
    occasion: _Code = ""
    occasion_reference: _Code = ""


class ReadAnswer(TypedDict):
    """The values, and the record that stands for them; money is whole fen, a decimal number a text."""

    resource: str
    provider: str
    grant: str | None
    disclosure: str
    ledger_entry: str
    at: dt.datetime
    outcome: Outcome
    count: int
    values: dict[str, str | int | bool | None]
    unfit: dict[str, Unfit]
    masked: tuple[str, ...]


def answer(fetched: Fetched) -> ReadAnswer:
    """Return what the interface answers: values, and the record that stands for them."""
    return {
        "resource": fetched.resource,
        "provider": fetched.provider,
        "grant": fetched.grant or None,
        "disclosure": fetched.disclosure_id,
        "ledger_entry": fetched.ledger_entry,
        "at": fetched.at,
        "outcome": fetched.outcome,
        "count": fetched.count,
        "values": {element: plain(value) for element, value in fetched.values.items()},
        "unfit": fetched.unfit,
        "masked": fetched.masked,
    }


def plain(value: Value | None) -> str | int | bool | None:
    """Return a value as JSON has it: decimals and dates as texts, money as whole fen."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else value


class KeptBackBy(TypedDict):
    """The law that keeps a read back from whom it is about, and for how many days."""

    clause: str
    days: int


class OccasionObject(TypedDict):
    """An occasion on which a grant may be used without a case."""

    code: str
    name: str
    kept_back: KeptBackBy | None


class WithoutCaseObject(TypedDict):
    """What may be read by a grant without a case: on which occasions, and how much of it a day."""

    occasions: list[OccasionObject]
    a_day: int
    for_each: int
    second_person_above: int


class GrantObject(TypedDict):
    """What everyone may know of a grant. ``state`` is what was last decided of it, ``standing`` how it
    stands today: its term may be over."""

    code: str
    resource: str
    provider: str
    department: str
    items: tuple[str, ...]
    masked: tuple[str, ...]
    purpose: str
    services: tuple[str, ...]
    basis: str
    rests_on: Basis
    starts: dt.date
    ends: dt.date
    delivery: str
    without_case: WithoutCaseObject | None
    state: GrantState
    standing: str
    ledger_entry: str | None


def grant_object(grant: Grant, language: str, standing: str) -> GrantObject:
    """Return a grant as plain data: what everyone may know of it.

    ``state`` is what was last decided of it, ``standing`` how it stands today: its term may be over.
    """
    return {
        "code": grant.code,
        "resource": grant.resource,
        "provider": grant.provider,
        "department": grant.department,
        "items": grant.items,
        "masked": grant.masked,
        "purpose": say(grant.purpose, language),
        "services": grant.services,
        "basis": say(grant.basis, language),
        "rests_on": grant.rests_on,
        "starts": grant.starts,
        "ends": grant.ends,
        "delivery": grant.delivery,
        "without_case": None
        if grant.without_case is None
        else _without_case(grant.without_case, language),
        "state": grant.state,
        "standing": standing,
        "ledger_entry": grant.entry or None,
    }


def _without_case(rule: WithoutCase, language: str) -> WithoutCaseObject:
    return {
        "occasions": [_occasion(each, language) for each in rule.occasions],
        "a_day": rule.a_day,
        "for_each": rule.for_each,
        "second_person_above": rule.second_person_above,
    }


def _occasion(occasion: Occasion, language: str) -> OccasionObject:
    kept = occasion.kept_back
    told: KeptBackBy | None = None
    if kept is not None:
        told = {"clause": say(kept.clause, language), "days": kept.days}
    return {"code": occasion.code, "name": say(occasion.name, language), "kept_back": told}


class DisclosureObject(TypedDict):
    """One use of somebody's data. ``outcome`` is what became of it, ``state`` tells apart what was given
    only in part."""

    id: str
    at: dt.datetime
    department: str
    provider: str
    resource: str
    elements: tuple[str, ...]
    masked: tuple[str, ...]
    unfit: dict[str, Unfit]
    purpose: str
    basis: Basis
    clause: str
    service: str
    case_number: str | None
    draft: bool
    occasion: str | None
    occasion_reference: str | None
    shown_on: dt.date | None
    kept_back_by: str | None
    outcome: Outcome
    state: LineState
    ledger_entry: str
    number: int | None


def disclosure_object(line: DisclosureLine, language: str) -> DisclosureObject:
    """Return a line as plain data, for the one it concerns.

    ``outcome`` is what became of it, ``state`` tells apart what was given only in part.
    """
    return {
        "id": line.id,
        "at": line.at,
        "department": line.department,
        "provider": line.provider,
        "resource": line.resource,
        "elements": line.elements,
        "masked": line.masked,
        "unfit": line.unfit,
        "purpose": say(line.purpose, language) or line.service,
        "basis": line.basis,
        "clause": say(line.clause, language),
        "service": say(line.service_name, language) or line.service,
        "case_number": line.case_number or None,
        "draft": line.draft,
        "occasion": say(line.occasion_name, language) or line.occasion or None,
        "occasion_reference": line.occasion_reference or None,
        "shown_on": line.shown_on,
        "kept_back_by": say(line.kept_back_by, language) or None,
        "outcome": line.outcome,
        "state": line.state,
        "ledger_entry": line.ledger_entry,
        "number": line.number or None,
    }


class LookObject(TypedDict):
    """Looks at a case by one department and post on one day."""

    id: str
    at: dt.datetime
    last_at: dt.datetime
    times: int
    department: str
    post: str | None
    staff: str | None
    elements: tuple[str, ...]
    service: str
    case_number: str
    outcome: str
    state: str
    basis: str
    reason: str | None
    words: str | None
    ledger_entry: str | None
    number: int | None


def look_object(line: LookLine, language: str) -> LookObject:
    """Return looks at a case as plain data, for the one whose case it is; keys as of a disclosure."""
    return {
        "id": line.id,
        "at": line.at,
        "last_at": line.last_at,
        "times": line.times,
        "department": line.department,
        "post": say(line.post, language) or None,
        "staff": line.staff or None,
        "elements": line.elements,
        "service": say(line.service_name, language),
        "case_number": line.case_number,
        "outcome": line.outcome,
        "state": line.state,
        "basis": line.basis,
        "reason": line.reason or None,
        "words": line.words or None,
        "ledger_entry": line.ledger_entry or None,
        "number": line.number or None,
    }


def data_use(line: DisclosureLine | LookLine, language: str) -> DisclosureObject | LookObject:
    """Return a line of who used somebody's data: what was asked of a source, or looks at a case."""
    if isinstance(line, LookLine):
        return look_object(line, language)
    return disclosure_object(line, language)


def grant_request(typed: Mapping[str, str], items: Sequence[str]) -> GrantRequest:
    """Read an application from its form; what is no date is left empty."""
    return GrantRequest(
        resource=typed.get("resource", ""),
        items=tuple(dict.fromkeys(items)),
        purpose=typed.get("purpose", ""),
        basis=typed.get("basis", ""),
        rests_on=_rests_on(typed.get("rests_on", "")),
        services=tuple(typed.get("services", "").replace("，", ",").replace(",", " ").split()),
        starts=date_of(typed.get("starts", "")),
        ends=date_of(typed.get("ends", "")),
    )


def agreement_request(typed: Mapping[str, str]) -> AgreementRequest:
    """Read what a second person is asked for from its form; what is no number or date is left empty."""
    number = typed.get("number", "")
    return AgreementRequest(
        grant=typed.get("grant", ""),
        client=typed.get("client", ""),
        occasion=typed.get("occasion", ""),
        occasion_reference=typed.get("occasion_reference", ""),
        number=int(number) if re.fullmatch(r"[0-9]{1,7}", number) else None,
        until=date_of(typed.get("until", "")),
    )


def _rests_on(text: str) -> Basis | None:
    return Basis(text) if text in (Basis.CONSENT, Basis.LAW) else None


def date_of(text: str) -> dt.date | None:
    """Read a date as browsers send it or people write it, or None."""
    try:
        return read_date(text)
    except NotADate:
        return None
