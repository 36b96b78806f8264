"""Decisions about values: what of one a mask leaves, and whose it is."""

import re
from collections.abc import Mapping

from tongban.kernel.characters import hidden_in
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.modules.exchange import errors
from tongban.modules.exchange.model import Value

HIDDEN = "***"
"""What stands for a value of which nothing is shown, not even how long it is."""
_LONGEST = 64
_IDENTIFIER: Mapping[SubjectKind, re.Pattern[str]] = {
    SubjectKind.PERSON: re.compile(r"[0-9]{17}[0-9X]"),
    SubjectKind.ORGANISATION: re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}"),
}


def subject_of(kind: SubjectKind, identifier: str) -> SubjectRef:
    """Return the subject with its identifier in one spelling. Refuses what cannot be one."""
    text = identifier.strip().upper()
    pattern = _IDENTIFIER.get(kind)
    shaped = pattern.fullmatch(text) if pattern else (0 < len(text) <= _LONGEST)
    if not shaped or not text.isprintable() or hidden_in(text):
        raise errors.subject_ill_shaped()
    return SubjectRef(kind, text)


def subject_key(subject: SubjectRef) -> str:
    """Return what the keyed hash of a subject is made of: the same however it was written."""
    return f"subject:{subject.kind}:{subject.id.strip().upper()}"


# Masks ------------------------------------------------------------------------------------------


def mask(value: Value | None, how: str) -> Value | None:
    """Return what a mask leaves of a value: at most a few characters at its ends.

    ``how`` is name, resident_id, phone or account; anything else, and any value too short for its
    mask, is hidden whole.
    """
    if value is None:
        return None
    shown = _SHOWN.get(how)
    if shown is None or not isinstance(value, str):
        return HIDDEN
    start, end, least = shown
    hidden = len(value) - start - end
    if hidden < least:
        return HIDDEN
    return value[:start] + "*" * hidden + (value[-end:] if end else "")


_SHOWN: Mapping[str, tuple[int, int, int]] = {
    "name": (1, 0, 1),
    "resident_id": (3, 2, 8),
    "phone": (3, 4, 4),
    "account": (0, 4, 4),
}
"""Characters left at the beginning and at the end, and how many must at least be hidden."""
