"""Identifiers that standards define: tell what is wrong with one, compose one, mask one.

GB 11643 resident numbers, GB 32100 credit codes with the GB 11714 code inside, GB/T 36904
certificate identifiers, codes of information resources and of services. ``*_fault`` functions
return None for a sound identifier, else the first :class:`Fault` found.
"""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.kernel.characters import capitals, half_width, without_noise


class Fault(StrEnum):
    """What is wrong with an identifier; a sentence for each is in the catalogue."""

    LENGTH = "length"
    CHARACTERS = "characters"
    LOWER_CASE = "lower_case"  # sound once written in upper case
    CHECK = "check"
    ORGANISATION_CHECK = "organisation_check"  # the GB 11714 character inside a credit code
    DATE = "date"
    PARTS = "parts"
    LEVEL = "level"
    TYPE = "type"


# Check characters -------------------------------------------------------------------------------

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_mod_11_2(digits: str) -> str:
    """Return the check character of decimal digits by ISO 7064 MOD 11-2."""
    remainder = 0
    for digit in digits:
        remainder = (remainder + int(digit)) * 2 % 11
    return "0123456789X"[(12 - remainder) % 11]


def check_mod_37_36(text: str) -> str:
    """Return the check character of digits and capitals by ISO 7064 MOD 37,36 (hybrid)."""
    product = 36
    for character in text:
        total = (product + _BASE_36.index(character)) % 36 or 36
        product = total * 2 % 37
    return _BASE_36[(37 - product) % 36]


def check_credit_code(first_17: str) -> str:
    """Return the 18th character of a credit code (GB 32100: base 31, weights 3^i mod 31)."""
    total = sum(
        _CREDIT_ALPHABET.index(character) * weight
        for character, weight in zip(first_17, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[-total % 31]


def check_organisation_code(first_8: str) -> str:
    """Return the ninth character of an organisation code (GB 11714: mod 11)."""
    total = sum(
        _BASE_36.index(character) * weight
        for character, weight in zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X"[-total % 11]


# Residents --------------------------------------------------------------------------------------

_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")


def resident_id_fault(text: str, *, today: date) -> Fault | None:
    """Say what is wrong with a resident number (GB 11643) on a day.

    Nobody is born after ``today`` or before :data:`FIRST_BIRTH`. The old numbers of 15 digits are
    none any more. The place is not judged: county codes come and go, so see
    :func:`resident_id_place`.
    """
    if len(text) != 18:
        return Fault.LENGTH
    if _RESIDENT.fullmatch(text) is None:
        return Fault.LOWER_CASE if _RESIDENT.fullmatch(capitals(text)) else Fault.CHARACTERS
    born = birth_date(text)
    if born is None or born > today:
        return Fault.DATE
    return None if check_mod_11_2(text[:17]) == text[17] else Fault.CHECK


FIRST_BIRTH = date(1850, 1, 1)
"""Whoever has a resident number was born later: numbers are given since 1984."""


def birth_date(resident_id: str) -> date | None:
    """Return the date of birth in a resident number, None where there is no such day."""
    digits = resident_id[6:14]
    if re.fullmatch(r"[0-9]{8}", digits) is None:
        return None
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born if born >= FIRST_BIRTH else None


def is_female(resident_id: str) -> bool:
    """Say whether the sequence number of a sound resident number is even, as for women."""
    return int(resident_id[16]) % 2 == 0


def resident_id_place(resident_id: str, places: Container[str]) -> bool:
    """Say whether the place code is known. A place unknown today is a warning, not a fault."""
    return resident_id[:6] in places


def make_resident_id(place: str, born: date, sequence: int) -> str:
    """Compose a resident number with its check character; an odd sequence is a man's."""
    first_17 = f"{place}{born:%Y%m%d}{sequence:03d}"
    return first_17 + check_mod_11_2(first_17)


# Organisations ----------------------------------------------------------------------------------

_CREDIT = re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}")
_ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")


def credit_code_fault(text: str) -> Fault | None:
    """Say what is wrong with a credit code (GB 32100), its organisation code included."""
    if len(text) != 18:
        return Fault.LENGTH
    if text != capitals(text) and credit_code_fault(capitals(text)) is None:
        return Fault.LOWER_CASE
    if any(character not in _CREDIT_ALPHABET for character in text):
        return Fault.CHARACTERS
    if check_credit_code(text[:17]) != text[17]:
        return Fault.CHECK
    if _CREDIT.fullmatch(text) is None:
        return Fault.CHARACTERS
    if check_organisation_code(text[8:16]) != text[16]:
        return Fault.ORGANISATION_CHECK
    return None


def organisation_code_fault(text: str) -> Fault | None:
    """Say what is wrong with an organisation code (GB 11714), with or without its hyphen."""
    code = text[:8] + text[9:] if text[8:9] == "-" else text
    if len(code) != 9:
        return Fault.LENGTH
    if _ORGANISATION.fullmatch(code) is None:
        return Fault.CHARACTERS
    return None if check_organisation_code(code[:8]) == code[8] else Fault.CHECK


def make_credit_code(kind: str, place: str, organisation: str) -> str:
    """Compose a credit code from its first two characters, a place and eight characters.

    ``kind`` is registering body and category, as 11 for a state organ, 91 for an enterprise.
    """
    first_17 = kind + place + organisation + check_organisation_code(organisation)
    return first_17 + check_credit_code(first_17)


class CodeStatus(StrEnum):
    """What was found where a credit code should be."""

    VALID = "valid"
    LOWER_CASE = "lower_case"  # valid once written in upper case
    WRONG = "wrong"  # 18 characters that are no valid code
    ABSENT = "absent"  # no 18 characters in the place of a code


@dataclass(frozen=True, kw_only=True)
class FoundCode:
    """The code found in its place, as written, and what to think of it.

    ``elsewhere`` is a valid code that stands in another place while its own place has none.
    """

    status: CodeStatus
    code: str = ""
    fault: Fault | None = None
    elsewhere: str = ""


_IN_PLACE = re.compile(r"-([0-9A-Za-z]{18})-1-00$")
_NATIONAL = re.compile(r"([0-9A-Za-z]{18})[1-7][0-9]{12}(?:[0-9]{2})?")
_ANYWHERE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")


def find_credit_code(text: str) -> FoundCode:
    """Find the credit code that a service code embeds: first in a national code, late in Sichuan's.

    A national code has 31 characters, of a handling item 33: ``<credit code>4472000001000``. Sichuan's
    layout is ``511A0138000000-511602000000-000-<credit code>-1-00``. What stands in another place
    is not taken for it, only told.
    """
    found = _NATIONAL.fullmatch(text) or _IN_PLACE.search(text)
    if found is None:
        others = (code for code in _ANYWHERE.findall(text) if credit_code_fault(code) is None)
        return FoundCode(status=CodeStatus.ABSENT, elsewhere=next(others, ""))
    fault = credit_code_fault(found[1])
    if fault is None:
        return FoundCode(status=CodeStatus.VALID, code=found[1])
    status = CodeStatus.LOWER_CASE if fault is Fault.LOWER_CASE else CodeStatus.WRONG
    return FoundCode(status=status, code=found[1], fault=fault)


_SHORTENED = re.compile(
    r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,20})?e\+[0-9]{1,3}"  # as spreadsheets write it
    r"|[+-]?[0-9]{1,3}[.,][0-9]{1,20}e-?[0-9]{1,3}"  # as programs do
)


def is_shortened(text: str) -> bool:
    """Say whether a spreadsheet or a program has shortened a code to a number: it is lost.

    ``1.147E+30``, ``1,147e+030`` and ``1.147E30`` are; ``1E30`` may be a code.
    """
    if len(text) > _LONGEST_SHORTENED:
        return False
    said = "".join(half_width(text).casefold().split())
    return _SHORTENED.fullmatch(said) is not None


_LONGEST_SHORTENED = 60
_PERHAPS_SHORTENED = re.compile(r"([1-9][0-9]{0,2})e([0-9]{1,3})")
_LONGEST_NUMBER = 10
"""Digits from which programs write a number with an exponent."""
_KEPT, _WRITTEN_OUT = 15, 20
"""Digits that a spreadsheet keeps, and from how many on a number with noughts after them is doubtful."""


def may_be_shortened(text: str) -> bool:
    """Say whether a code from elsewhere may have been shortened to a number: nothing takes it as it stands.

    Besides what :func:`is_shortened` knows, ``1e30`` and ``5E10``, and twenty digits or more of which
    those that no spreadsheet keeps are noughts. ``3E2`` stays a code.
    """
    if is_shortened(text):
        return True
    said = "".join(half_width(text[: _LONGEST_SHORTENED + 1]).casefold().split())
    found = _PERHAPS_SHORTENED.fullmatch(said)
    if found is not None:
        return len(found[1]) + int(found[2]) >= _LONGEST_NUMBER
    digits = said.isascii() and said.isdecimal() and _WRITTEN_OUT <= len(said) <= _LONGEST_SHORTENED
    return digits and bool(said[:_KEPT].strip("0")) and not said[_KEPT:].strip("0")


# How to reach and to pay somebody -----------------------------------------------------------------

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PHONE = re.compile(
    r"0[0-9]{2,3}-[2-9][0-9]{6,7}(-[0-9]{1,6})?"  # area code and extension
    r"|[48]00-?[0-9]{3}-?[0-9]{4}|\+(?!86)[1-9][0-9]{6,14}"
)
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_MAILBOX = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_ACCOUNT = re.compile(r"[0-9]{8,30}")
_CARD = re.compile(r"62[0-9]{14}|62[0-9]{17}")


def mobile_fault(text: str) -> Fault | None:
    """Say what is wrong with a mobile number: eleven digits from 13 to 19 (YD/T 1073 and later)."""
    if len(text) != 11:
        return Fault.LENGTH
    return None if _MOBILE.fullmatch(text) else Fault.CHARACTERS


def phone_fault(text: str) -> Fault | None:
    """Say what is wrong with a telephone number: a mobile, ``0600-5550110``, a 400, or abroad."""
    sound = mobile_fault(text) is None or _PHONE.fullmatch(text)
    return None if sound else Fault.CHARACTERS


def email_fault(text: str) -> Fault | None:
    """Say what is wrong with a mail address (RFC 5321: 254 characters at most, 64 before the @)."""
    if len(text) > 254 or len(text.partition("@")[0]) > 64:
        return Fault.LENGTH
    return None if _EMAIL.fullmatch(text) else Fault.CHARACTERS


def plain_mailbox(text: str) -> str:
    """Return a mail address as it is kept: half width, without what surrounds it and nobody sees."""
    return half_width(without_noise(text[:_LONGEST_MAILBOX])).strip()


def mailbox_fault(text: str) -> Fault | None:
    """Say what is wrong with the mailbox of an office, whose server may have a name without dots.

    One line of ASCII with one @: nothing that could be more than the one header it stands in.
    """
    if len(text) > 254 or len(text.partition("@")[0]) > 64:
        return Fault.LENGTH
    return None if _MAILBOX.fullmatch(text) else Fault.CHARACTERS


_LONGEST_MAILBOX = 1000


def post_code_fault(text: str) -> Fault | None:
    """Say what is wrong with a post code: six digits."""
    return None if re.fullmatch(r"[0-9]{6}", text) else Fault.CHARACTERS


def division_fault(text: str) -> Fault | None:
    """Say what is wrong with the code of a division: six digits that begin with a province.

    Which counties there are changes with the years, so it is not judged (GB/T 2260).
    """
    if re.fullmatch(r"[0-9]{6}", text) is None:
        return Fault.CHARACTERS
    return None if text[0] in "12345678" else Fault.PARTS


def month_fault(text: str) -> Fault | None:
    """Say what is wrong with a month: written as ``2026-10``."""
    found = re.fullmatch(r"((?:19|20)[0-9]{2})-([0-9]{2})", text)
    if found is None:
        return Fault.CHARACTERS
    return None if 1 <= int(found[2]) <= 12 else Fault.DATE


def bank_account_fault(text: str) -> Fault | None:
    """Say what is wrong with a bank account: digits; of a card the check digit too (ISO/IEC 7812)."""
    if _ACCOUNT.fullmatch(text) is None:
        return Fault.CHARACTERS if 8 <= len(text) <= 30 else Fault.LENGTH
    return Fault.CHECK if _CARD.fullmatch(text) and check_luhn(text[:-1]) != text[-1] else None


class TextKind(StrEnum):
    """What a text is, where it is more than words: so that a slip of the finger is caught."""

    ANY = "any"
    RESIDENT_ID = "resident_id"
    CREDIT_CODE = "credit_code"
    MOBILE = "mobile"
    PHONE = "phone"
    EMAIL = "email"
    POST_CODE = "post_code"
    BANK_ACCOUNT = "bank_account"
    DIVISION = "division"
    MONTH = "month"


_FAULT_OF: Mapping[TextKind, Callable[[str], Fault | None]] = {
    TextKind.CREDIT_CODE: credit_code_fault,
    TextKind.MOBILE: mobile_fault,
    TextKind.PHONE: phone_fault,
    TextKind.EMAIL: email_fault,
    TextKind.POST_CODE: post_code_fault,
    TextKind.BANK_ACCOUNT: bank_account_fault,
    TextKind.DIVISION: division_fault,
    TextKind.MONTH: month_fault,
}


def text_fault(kind: TextKind, text: str, *, today: date) -> Fault | None:
    """Say what is wrong with a text of a kind, written without ornament; nobody is born after today."""
    if kind is TextKind.RESIDENT_ID:
        return resident_id_fault(text, today=today)
    return None if kind is TextKind.ANY else _FAULT_OF[kind](text)


def check_luhn(digits: str) -> str:
    """Return the check digit of a card's other digits (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return str(-sum(number // 10 + number % 10 for number in doubled) % 10)


# Resources, services, certificates --------------------------------------------------------------

_RESOURCE = re.compile(r"([123])([0-9]{2})([0-9]{3})([0-9]*)/([0-9]+)")
_SERVICE_BASE = re.compile(r"[0-9]{12}")
_CERTIFICATE_TYPE = re.compile(r"[0-9A-Z]{18}[0-9]{3}")
_SERIAL = re.compile(r"[0-9A-Z]+")
_VERSION = re.compile(r"[0-9]{3}")
CERTIFICATE_ROOT = "1.2.156.3005.2"


@dataclass(frozen=True, kw_only=True)
class ResourceCode:
    """The parts of a resource code: 类, 项, 目, 细目 (may be empty) and the sequence number."""

    category: str
    item: str
    branch: str
    detail: str
    sequence: int

    @property
    def classification(self) -> str:
        return self.category + self.item + self.branch + self.detail


def resource_code_fault(text: str) -> Fault | None:
    """Say what is wrong with an information resource code (发改高技〔2017〕1272号)."""
    return None if _RESOURCE.fullmatch(text) else Fault.PARTS


def read_resource_code(text: str) -> ResourceCode | None:
    """Take a resource code apart, None where it is none."""
    found = _RESOURCE.fullmatch(text)
    if found is None:
        return None
    category, item, branch, detail, sequence = found.groups()
    return ResourceCode(
        category=category, item=item, branch=branch, detail=detail, sequence=int(sequence)
    )


def make_resource_code(classification: str, sequence: int) -> str:
    """Compose a resource code from the digits of its class and its sequence number."""
    return f"{classification}/{sequence:05d}"


def base_code_fault(text: str) -> Fault | None:
    """Say what is wrong with a 12-digit base code (基本编码) of a service."""
    if len(text) != 12:
        return Fault.LENGTH
    return None if _SERVICE_BASE.fullmatch(text) else Fault.CHARACTERS


def implementation_code_fault(text: str) -> Fault | None:
    """Say what is wrong with a service's 31-character 实施编码: credit code, level, base code."""
    if len(text) != 31:
        return Fault.LENGTH
    if text[18] not in "1234567":
        return Fault.LEVEL
    return credit_code_fault(text[:18]) or base_code_fault(text[19:])


def make_implementation_code(credit_code: str, level: int, base_code: str) -> str:
    """Compose a 实施编码 from the department's credit code, level 1 to 7 and the base code."""
    return f"{credit_code}{level}{base_code}"


def make_base_code(division: str, service_type: str, main: int, sub: int = 0) -> str:
    """Compose a base code: division 2, type 2, main item 5, sub-item 3 (000 for none)."""
    return f"{division:0>2}{service_type:0>2}{main:05d}{sub:03d}"


def certificate_type_fault(text: str) -> Fault | None:
    """Say what is wrong with a certificate type code: credit code of its definer, 3 digits."""
    if len(text) != 21:
        return Fault.LENGTH
    return None if _CERTIFICATE_TYPE.fullmatch(text) else Fault.CHARACTERS


def certificate_identifier_fault(text: str) -> Fault | None:
    """Say what is wrong with a certificate identifier (GB/T 36904).

    The issuer may be a credit code or, as some issuers have it, an area or local code.
    """
    if not text.startswith(CERTIFICATE_ROOT + "."):
        return Fault.PARTS
    parts = text.removeprefix(CERTIFICATE_ROOT + ".").split(".")
    if len(parts) != 5:
        return Fault.PARTS
    kind, issuer, serial, version, check = parts
    if certificate_type_fault(kind) is not None:
        return Fault.TYPE
    sound = _SERIAL.fullmatch(issuer) and _SERIAL.fullmatch(serial) and _VERSION.fullmatch(version)
    if not sound:
        return Fault.CHARACTERS
    return None if check_mod_37_36(kind + issuer + serial + version) == check else Fault.CHECK


def make_certificate_identifier(kind: str, issuer: str, serial: str, version: int = 1) -> str:
    """Compose a certificate identifier with its check character."""
    middle = (kind, issuer, serial, f"{version:03d}")
    return ".".join((CERTIFICATE_ROOT, *middle, check_mod_37_36("".join(middle))))
