"""Decisions about values: what of one a mask leaves, and whose it is."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from tongban.kernel.characters import capitals, hidden_in
from tongban.kernel.errors import Refusal
from tongban.kernel.identifiers import TextKind, birth_date, is_female, text_fault
from tongban.kernel.masks import HIDDEN, masked
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.modules.exchange import errors
from tongban.modules.exchange.model import Value
from tongban.modules.exchange.rules.converting import NotFitting, Reading, convert

_LONGEST = 64
_CIVIL_LENGTH = 18
"""Characters of a resident number (GB 11643) and of a credit code (GB 32100)."""
_IDENTIFIER: Mapping[SubjectKind, re.Pattern[str]] = {
    SubjectKind.PERSON: re.compile(r"[0-9]{17}[0-9X]"),
    SubjectKind.ORGANISATION: re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}"),
}

_CHARACTERS_WRONG = {
    SubjectKind.PERSON: errors.person_characters_wrong,
    SubjectKind.ORGANISATION: errors.organisation_characters_wrong,
}


def subject_of(kind: SubjectKind, identifier: str) -> SubjectRef:
    """Return the subject with its identifier in one spelling. Refuses what cannot be one.

    Its check digit is not asked for: departments hold people under numbers that were issued wrongly.
    """
    text, pattern = identifier.strip(), _IDENTIFIER.get(kind)
    text = capitals(text) if pattern else text.upper()
    if not 0 < len(text) <= _LONGEST or not text.isprintable() or hidden_in(text):
        raise errors.subject_ill_shaped()
    if pattern is not None and len(text) != _CIVIL_LENGTH:
        raise errors.subject_length_wrong(len(text))
    if pattern is not None and not pattern.fullmatch(text):
        raise _CHARACTERS_WRONG[kind]()
    return SubjectRef(kind, text)


def subject_key(subject: SubjectRef) -> str:
    """Return what the keyed hash of a subject is made of: the same however it was written."""
    return f"subject:{subject.kind}:{subject.id.strip().upper()}"


def is_about(raw: Any, how: Reading, subject: SubjectRef) -> bool:
    """Whether what a row holds as its own subject's identifier is that of this subject.

    A row that holds none, or what cannot be read as one, is not known to be about anybody.
    """
    try:
        value = convert(raw, how)
        return value is not None and subject_of(subject.kind, str(value)) == subject
    except (NotFitting, Refusal):
        return False


BIRTH_DATE = "person.birth_date"
SEX = "person.sex"
_MALE, _FEMALE = "1", "2"
"""Codes of GB/T 2261.1; a vocabulary with others is not compared."""


def contradicts(subject: SubjectRef, element: str, value: Value | None, today: dt.date) -> bool:
    """Whether a value is another than the subject's own resident number says (GB 11643).

    The number holds date of birth and sex. Only a sound number tells anything, and only of the
    elements of the core vocabulary is it known that they say the same.
    """
    if element not in (BIRTH_DATE, SEX) or subject.kind is not SubjectKind.PERSON:
        return False
    if text_fault(TextKind.RESIDENT_ID, subject.id, today=today) is not None:
        return False
    if element == BIRTH_DATE:
        return isinstance(value, dt.date) and value != birth_date(subject.id)
    return value in (_MALE, _FEMALE) and (value == _FEMALE) != is_female(subject.id)


# Masks ------------------------------------------------------------------------------------------


def mask(value: Value | None, how: str) -> Value | None:
    """Return what a mask leaves of a value, as every page shows it (``kernel.masks``).

    What is no text, and what has no mask although it is to be masked, is hidden whole.
    """
    if value is None:
        return None
    return masked(how, value) if how and isinstance(value, str) else HIDDEN
