"""Decisions about values: what a source's value means, what of it a mask leaves, whose it is."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.modules.exchange import errors
from tongban.modules.exchange.model import Value

HIDDEN = "***"
"""What stands for a value of which nothing is shown, not even how long it is."""
_LONGEST = 64
_COMPACT_DATE = re.compile(r"\d{8}", re.ASCII)
_IDENTIFIER: Mapping[SubjectKind, re.Pattern[str]] = {
    SubjectKind.PERSON: re.compile(r"[0-9]{17}[0-9X]"),
    SubjectKind.ORGANISATION: re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}"),
}
_TRUE = {1, "1", "true", "t", "y", "yes", "是"}
_FALSE = {0, "0", "false", "f", "n", "no", "否"}


def subject_of(kind: SubjectKind, identifier: str) -> SubjectRef:
    """Return the subject with its identifier in one spelling. Refuses what cannot be one."""
    text = identifier.strip().upper()
    pattern = _IDENTIFIER.get(kind)
    shaped = pattern.fullmatch(text) if pattern else (0 < len(text) <= _LONGEST)
    if not shaped or not text.isprintable():
        raise errors.subject_ill_shaped()
    return SubjectRef(kind, text)


def subject_key(subject: SubjectRef) -> str:
    """Return what the keyed hash of a subject is made of: the same however it was written."""
    return f"subject:{subject.kind}:{subject.id.strip().upper()}"


# Types ------------------------------------------------------------------------------------------


def typed(raw: Any, type_: str) -> Value | None:
    """Read a source's value as its element's type; None and empty text are nothing held.

    Raises ValueError when it is not of that type.
    """
    if raw is None or raw == "":
        return None
    return _READERS[type_](raw)


def _text(raw: Any) -> str:
    if isinstance(raw, bytes | bytearray | memoryview):
        raise ValueError("bytes are not a text")
    return str(raw)


def _integer(raw: Any) -> int:
    if isinstance(raw, bool):
        raise ValueError("a truth is not a number")
    if isinstance(raw, str | int):
        return int(raw)
    number = Decimal(str(raw))
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError("not a whole number")
    return int(number)


def _decimal(raw: Any) -> Decimal:
    if isinstance(raw, bool | bytes):
        raise ValueError("not a number")
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


def _date(raw: Any) -> dt.date:
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    text = str(raw)
    if _COMPACT_DATE.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return dt.date.fromisoformat(text[:10])


def _boolean(raw: Any) -> bool:
    said = raw.strip().lower() if isinstance(raw, str) else raw
    if isinstance(said, str | int):
        if said in _TRUE:
            return True
        if said in _FALSE:
            return False
    raise ValueError("neither true nor false")


_READERS: Mapping[str, Callable[[Any], Value]] = {
    "text": _text,
    "code": _text,
    "integer": _integer,
    "money": _integer,
    "decimal": _decimal,
    "date": _date,
    "boolean": _boolean,
}


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
