"""Bytes that prove what was given: the digest of values, and the facts behind a ledger entry."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tongban.kit.crypto.hashing import SHA_256
from tongban.modules.exchange.model import DisclosureLine, Grant, Value
from tongban.modules.exchange.model.agreements import Agreement
from tongban.modules.exchange.model.alarms import Alarm

SALT_SIZE = 16
"""Bytes of randomness in the digest of values: guessing a short value must not be possible."""
_DOMAIN = b"tongban/values/v1\n"


def digest_of(values: Mapping[str, Value | None], salt: bytes) -> str:
    """Return the salted digest of the values given: 64 hexadecimal digits.

    SHA-256("tongban/values/v1\\n" || salt || canonical JSON), where canonical means UTF-8, sorted
    keys and no space; decimals and dates are texts.
    """
    return SHA_256.hex(_DOMAIN + salt + msgspec.json.encode(dict(values), order="sorted"))


def private_facts(line: DisclosureLine, subject: str, digest: str, use: str) -> dict[str, Any]:
    """Return what a disclosure's ledger entry commits to, besides what it shows.

    The case number is not among them: a draft has none yet when data are fetched for it.
    """
    facts = {
        "disclosure": line.id,
        "at": line.at.isoformat(),
        "subject": subject,
        "department": line.department,
        "provider": line.provider,
        "service": line.service,
        "resource": line.resource,
        "elements": list(line.elements),
        "masked": list(line.masked),
        "purpose": line.purpose,
        "basis": line.basis.value,
        "clause": line.clause,
        "grant": line.grant,
        "use": use,
        "outcome": line.outcome.value,
        "reason": line.reason,
        "values_digest": digest,
    }
    # Only where there is something to say: what was committed to before stays as it was.
    said = {
        "unfit": dict(line.unfit),
        "asked_by": line.asked_by,
        "occasion": line.occasion,
        "occasion_reference": line.occasion_reference,
        "shown_on": line.shown_on.isoformat() if line.shown_on else "",
        "kept_back_by": line.kept_back_by,
    }
    return facts | {name: value for name, value in said.items() if value}


def grant_facts(grant: Grant) -> dict[str, Any]:
    """Return what a grant's ledger entry commits to: every term of it, and who decided what when."""
    return {
        "grant": grant.code,
        "resource": grant.resource,
        "provider": grant.provider,
        "department": grant.department,
        "items": list(grant.items),
        "masked": list(grant.masked),
        "purpose": grant.purpose,
        "services": list(grant.services),
        "basis": grant.basis,
        "rests_on": grant.rests_on.value,
        "starts": grant.starts.isoformat(),
        "ends": grant.ends.isoformat(),
        "delivery": grant.delivery,
        "state": grant.state.value,
        "origin": grant.origin,
        "asked_by": grant.asked_by,
        "decided_by": grant.decided_by,
        "decided_at": grant.decided_at.isoformat() if grant.decided_at else "",
        "reason": grant.reason,
        "ended_at": grant.ended_at.isoformat() if grant.ended_at else "",
        "end_reason": grant.end_reason.value if grant.end_reason else "",
        "without_case": msgspec.json.decode(msgspec.json.encode(grant.without_case)),
    }


def agreement_facts(one: Agreement) -> dict[str, Any]:
    """Return what the ledger entry of an agreement commits to: all of it but how often it was used."""
    return {
        "agreement": one.id,
        "grant": one.grant,
        "provider": one.provider,
        "department": one.department,
        "resource": one.resource,
        "reader": one.reader,
        "asked_by": one.asked_by,
        "occasion": one.occasion,
        "occasion_reference": one.occasion_reference,
        "number": one.number,
        "until": one.until.isoformat(),
        "state": one.state.value,
        "asked_at": one.asked_at.isoformat(),
        "decided_by": one.decided_by,
        "decided_at": one.decided_at.isoformat() if one.decided_at else "",
        "reason": one.reason,
    }


def alarm_facts(one: Alarm) -> dict[str, Any]:
    """Return what the ledger entry of an alarm commits to: whose reading, what is unusual of which day, and
    who looked into it with what. How often it came again that day is counted only."""
    return {
        "alarm": one.id,
        "who": one.who,
        "department": one.department,
        "kind": one.kind.value,
        "day": one.day.isoformat(),
        "entry": one.entry,
        "state": one.state.value,
        "words": one.words,
        "looked_by": one.looked_by,
        "looked_at": one.looked_at.isoformat() if one.looked_at else "",
    }
