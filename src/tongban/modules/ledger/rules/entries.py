"""What an entry may show: only the fields its kind lists, in their shape, and nobody's number."""

import functools
import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum

from tongban.kernel.characters import hidden_in
from tongban.kernel.identifiers import resident_id_fault
from tongban.kernel.written_dates import read_iso_date
from tongban.modules.ledger import errors
from tongban.modules.ledger.model import PUBLIC_FIELDS, NewEntry, PublicValue, Shape

_CODE = re.compile(r"\w[\w.:/@()〔〕\-]{0,79}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_RESIDENT = re.compile(r"(?<!\d)\d{17}[0-9Xx](?![0-9A-Za-z])", re.ASCII)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII)
_SUSPICIOUS = re.compile(r"\d{11}|@", re.ASCII)  # what each of the others begins with: one glance
_INTERNAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\.[A-Za-z]{2,}")
_LONGEST = {Shape.NAME: 200, Shape.LAW: 300}


def check_entry(entry: NewEntry) -> None:
    """Refuse an entry that shows anything its kind does not list, lacks what it must have, or
    carries a value that could be somebody's number.
    """
    fields = PUBLIC_FIELDS[entry.kind]
    for name in fields:
        if fields[name].required and name not in entry.public:
            raise errors.field_missing(entry.kind, name)
    for name, value in entry.public.items():
        if name not in fields:
            raise errors.field_not_public(entry.kind, name)
        match _fault(fields[name].shape, value):
            case _Fault.ILL_SHAPED:
                raise errors.field_ill_shaped(entry.kind, name)
            case _Fault.PERSONAL:
                raise errors.field_looks_personal(entry.kind, name)
            case None:
                continue
    if entry.commitment is not None and not _DIGEST.fullmatch(entry.commitment):
        raise errors.commitment_ill_shaped()


class _Fault(Enum):
    ILL_SHAPED = "ill-shaped"
    PERSONAL = "personal"


def _fault(shape: Shape, value: PublicValue) -> _Fault | None:
    """Return what is wrong with a value, if anything."""
    if isinstance(value, str):
        return _fault_of_text(shape, value)
    if not has_shape(shape, value):
        return _Fault.ILL_SHAPED
    return _Fault.PERSONAL if any(_is_personal(text) for text in _texts(value)) else None


@functools.lru_cache(maxsize=4000)
def _fault_of_text(shape: Shape, text: str) -> _Fault | None:
    """Look at a text once: the same names, codes and words come again and again."""
    if not has_shape(shape, text):
        return _Fault.ILL_SHAPED
    # One digest in three hundred holds eleven digits that look like a mobile number by chance.
    return _Fault.PERSONAL if shape is not Shape.DIGEST and looks_personal(text) else None


@functools.lru_cache(maxsize=4000)
def _is_personal(text: str) -> bool:
    return looks_personal(text)


def has_shape(shape: Shape, value: PublicValue) -> bool:
    """Whether a value looks as its field demands."""
    match shape:
        case Shape.COUNT:
            return type(value) is int and 0 <= value < 2**53
        case Shape.FLAG:
            return isinstance(value, bool)
        case Shape.CODES:
            return isinstance(value, list) and len(value) <= 200 and all(map(_is_code, value))
        case Shape.NAME | Shape.LAW:
            return _is_published(value, _LONGEST[shape])
        case Shape.CODE:
            return _is_code(value)
        case Shape.WORD:
            return isinstance(value, str) and _WORD.fullmatch(value) is not None
        case Shape.DIGEST:
            return isinstance(value, str) and _DIGEST.fullmatch(value) is not None
        case Shape.DATE:
            return isinstance(value, str) and _is_date(value)


def _is_code(value: object) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        read_iso_date(value)
    except ValueError:
        return False
    return True


def _is_published(value: PublicValue, longest: int) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= longest and not hidden_in(value)
    if not isinstance(value, Mapping) or not value:
        return False
    return all(
        _LANGUAGE.fullmatch(language) and _is_published(text, longest)
        for language, text in value.items()
    )


def _texts(value: PublicValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _is_resident_id(text: str) -> bool:
    """Whether it is well formed; a birth date to come is kept out of the ledger too."""
    return resident_id_fault(text.upper(), today=date.max) is None


def looks_personal(text: str) -> bool:
    """Whether a text holds a resident number (GB 11643), a mobile number or a mail address.

    An internal id is neither: one in some thousand looks like a mobile number by chance.
    """
    if _SUSPICIOUS.search(text) is None or _INTERNAL.fullmatch(text):
        return False
    return (
        any(_is_resident_id(found) for found in _RESIDENT.findall(text))
        or _MOBILE.search(text) is not None
        or _MAIL.search(text) is not None
    )
