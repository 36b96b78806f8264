"""One column of a listing: what it was taken for or may be, how surely, and a sample of it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tongban.app.instance.importing.normal import without_note
from tongban.app.instance.importing.targets import Target
from tongban.kernel.identifiers import (
    credit_code_fault,
    email_fault,
    mobile_fault,
    phone_fault,
    resident_id_fault,
)
from tongban.kit.definitions.nearest import nearest
from tongban.kit.web_addresses import is_web_address


class Confidence(StrEnum):
    """How a column was recognised; only the first three are taken without being asked."""

    MAPPED = "mapped"
    EXACT = "exact"
    NORMALISED = "normalised"
    NEAR = "near"
    CONTENT = "content"
    NONE = "none"


TAKEN = (Confidence.MAPPED, Confidence.EXACT, Confidence.NORMALISED)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its place, the key it was taken for or is proposed for, and a sample."""

    place: int
    name: str
    key: str = ""
    confidence: Confidence = Confidence.NONE
    sample: str = ""
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Recognised:
    """Which columns were taken for which keys, and how those that no map names were recognised."""

    target: Target
    places: Mapping[str, tuple[int, ...]]
    how: Mapping[str, Confidence]
    may_be: Mapping[int, str] = field(default_factory=dict)
    """The key that a column fits which was not taken, because another fits it too."""


def column_of(place: int, name: str, held: Sequence[str], known: Recognised) -> Column:
    """Return a column with the cells that it holds: taken, proposed, or not recognised."""
    sample = held[0] if held else ""
    personal = _looks(held, _is_personal)
    key = next((one for one, where in known.places.items() if place in where), "")
    if not key:
        fits = known.may_be.get(place, "")
        proposed, confidence = (fits, Confidence.NEAR) if fits else _proposed(name, held, known)
        return Column(place, name, proposed, confidence, sample, personal)
    declared = known.target.key(key)
    personal = personal or bool(declared and declared.personal)
    return Column(place, name, key, known.how.get(key, Confidence.MAPPED), sample, personal)


def _proposed(name: str, held: Sequence[str], known: Recognised) -> tuple[str, Confidence]:
    """Return what a column may be: a name that comes near a known one, or what it holds."""
    keys = {one.name: one for one in known.target.keys.values() if one.name not in known.places}
    free = {name: key.name for key in keys.values() for name in key.names}
    close = nearest(without_note(name), free)
    if close:
        return free[close], Confidence.NEAR
    for key, holds in _BY_CONTENT:
        if key in keys and _looks(held, holds):
            return key, Confidence.CONTENT
    return "", Confidence.NONE


def _looks(held: Sequence[str], holds: Callable[[str], bool]) -> bool:
    """Whether at least four of five cells hold something."""
    return bool(held) and sum(holds(cell) for cell in held) * 5 >= len(held) * 4


def _is_personal(cell: str) -> bool:
    born = resident_id_fault(cell, today=dt.date.max)  # to mask it, not to judge it
    faults = (born, mobile_fault(cell), email_fault(cell))
    return any(fault is None for fault in faults)


_BY_CONTENT: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("department_code", lambda cell: credit_code_fault(cell) is None),
    ("credit_code", lambda cell: credit_code_fault(cell) is None),
    ("guide_url", is_web_address),
    ("address", lambda cell: email_fault(cell) is None),
    ("window.phone", lambda cell: phone_fault(cell) is None),
    ("contact.phone", lambda cell: phone_fault(cell) is None),
    ("promised_limit", lambda cell: "工作日" in cell),
)
