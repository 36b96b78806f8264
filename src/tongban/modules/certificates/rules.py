"""Every decision about certificates: pure."""

import base64
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from tongban.kernel.actors import Actor
from tongban.kernel.case_numbers import case_number_fault, normal_number
from tongban.kernel.characters import capitals, compact
from tongban.kernel.dates import add_days, add_months
from tongban.kernel.identifiers import (
    certificate_identifier_fault,
    certificate_type_fault,
    make_certificate_identifier,
)
from tongban.kernel.masks import mask_name
from tongban.kernel.money import show_money
from tongban.kernel.text import CHINESE, ENGLISH
from tongban.modules.certificates import errors
from tongban.modules.certificates.model import (
    TRANSITIONS,
    Certificate,
    Kept,
    Line,
    Plain,
    Standing,
    State,
)

CODE_BYTES = 16
"""128 bits: not to be guessed, however often one tries."""
_CODE = re.compile(r"[A-Z2-7]{26}")
_CODE_LENGTH = 26
_CODE_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_IDENTIFIER = "1.2.156."
"""How every certificate's identifier begins (GB/T 36904): it stands beside the code."""
_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "code": (str,),
    "integer": (int,),
    "money": (int,),
    "decimal": (Decimal, int),
    "date": (dt.date,),
    "boolean": (bool,),
}


def move(certificate: Certificate, to: State) -> None:
    """Refuse what may not become of the certificate."""
    if to not in TRANSITIONS[certificate.state]:
        raise errors.not_now(certificate.state.value)


def may_revoke(actor: Actor, certificate: Certificate) -> bool:
    """Someone who decides in the department that issued it."""
    return actor.has("case.decide") and may_see_issued(actor, certificate)


def may_see_issued(actor: Actor, certificate: Certificate) -> bool:
    """Someone of the department that issued it; which duty that needs, its page says."""
    return bool(actor.department) and actor.department == certificate.issuer


REASON, BASIS = 2000, 500
"""Characters that the reason and the basis of a revocation may have."""


def check_revocation(reason: str, basis: str) -> None:
    """Refuse a revocation without reason or basis, or with more words than are kept."""
    if not reason or not basis:
        raise errors.reason_missing(reason, basis)
    for field, words, limit in (("reason", reason, REASON), ("basis", basis, BASIS)):
        if len(words) > limit:
            raise errors.words_too_long(field, limit)


def last_day(issued_on: dt.date, months: int | None) -> dt.date | None:
    """Return the last day of validity: so many months, less one day; None without an end."""
    return None if months is None else add_days(add_months(issued_on, months), -1)


def standing(certificate: Certificate, today: dt.date) -> Standing:
    """Say how it stands today, whatever was noted last."""
    if certificate.state is State.PENDING_SEAL:
        return Standing.UNKNOWN
    if certificate.state is State.REVOKED:
        return Standing.REVOKED
    if certificate.valid_until is not None and certificate.valid_until < today:
        return Standing.EXPIRED
    return Standing.GENUINE


def number_of(type_code: str, issuer: str, division: str, serial: str, version: int = 1) -> str:
    """Compose the identifier of GB/T 36904.

    An issuer without a credit code stands with its division code; a type without a sound type code
    gets the issuer's with the serial 000, which no registered type has.
    """
    owner = issuer or division.ljust(12, "0")
    kind = type_code if certificate_type_fault(type_code) is None else owner.ljust(18, "0") + "000"
    return make_certificate_identifier(kind, owner, serial, version)


def code_of(random: bytes) -> str:
    """Write random bytes as a verification code."""
    return base64.b32encode(random).decode().rstrip("=")


def read_code(typed: str) -> str | None:
    """Read a verification code as people type it: any case, with spaces or hyphens."""
    code = _plain(typed)
    return code if _CODE.fullmatch(code) else None


def check_code(typed: str) -> None:
    """Refuse what cannot be a verification code, and say what of it: nobody needs to look it up."""
    code = _plain(typed)
    wrong = "".join(sorted({each for each in code if each not in _CODE_ALPHABET}))
    if code.startswith(_IDENTIFIER):
        raise errors.code_is_number()
    if wrong:
        raise errors.code_characters(wrong[:10])
    if len(code) != _CODE_LENGTH:
        raise errors.code_length(len(code), _CODE_LENGTH)


def wanted(typed: str) -> str:
    """Return a case number or certificate identifier as it is kept, however it was typed."""
    plain = capitals(compact(typed))
    return plain if plain.startswith(_IDENTIFIER) else normal_number(typed)


def fault_of_wanted(typed: str) -> str:
    """Return the message that says why nothing can be found by what was typed; empty where it can.

    One looks for a case number, or for the identifier that a certificate bears.
    """
    if not typed.strip():
        return ""
    if read_code(typed) is not None:
        return "certificates.issued.is_code"
    if wanted(typed).startswith(_IDENTIFIER):
        fault = certificate_identifier_fault(wanted(typed))
        return f"certificates.issued.identifier_{fault}" if fault else ""
    fault = case_number_fault(normal_number(typed))
    return f"kernel.refusal.case_number_{fault}" if fault else ""


def _plain(typed: str) -> str:
    return capitals(compact(typed).replace("-", ""))


def spaced(code: str) -> str:
    """Write a verification code in groups that can be read aloud."""
    groups = [code[start : start + 4] for start in range(0, 24, 4)]
    return "-".join((*groups, code[24:]))


def kept(field: str, kind: str, value: Plain) -> Kept:
    """Return a value as it is kept. Refuses one that is not of its field's type."""
    wanted = _TYPES.get(kind, (str,))
    if isinstance(value, bool) and bool not in wanted:
        raise errors.value_ill_typed(field)
    if isinstance(value, dt.datetime) or not isinstance(value, wanted):
        raise errors.value_ill_typed(field)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if kind == "decimal" else value


def check_fields(wanted: Iterable[str], given: Iterable[str]) -> None:
    """Refuse values of no field, and fields without a value."""
    known, found = set(wanted), set(given)
    for field in sorted(found - known):
        raise errors.field_unknown(field)
    for field in sorted(known - found):
        raise errors.field_missing(field)


def words_of(line: Line, language: str) -> str:
    """Write a value as people read it."""
    value = line.value
    if line.type == "money" and isinstance(value, int):
        return show_money(value)
    if line.type == "date":
        return date_words(dt.date.fromisoformat(str(value)), language)
    if isinstance(value, bool):
        return _YES_NO[language][value]
    if line.label:
        label = line.label
        return label if isinstance(label, str) else label.get(language) or label.get(CHINESE, "")
    return str(value)


_YES_NO = {CHINESE: ("否", "是"), ENGLISH: ("no", "yes")}


def date_words(day: dt.date, language: str) -> str:
    """Write a date as people do."""
    if language == ENGLISH:
        return f"{day.day} {day:%B} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def fill(sentence: str, lines: Iterable[Line], language: str) -> str:
    """Put the words of the lines into the certifying sentence; other braces stay as they are."""
    words = {line.code: words_of(line, language) for line in lines}
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), sentence)


def masked(name: str) -> str:
    """Hide most of the holder's name from strangers."""
    return mask_name(name)
