"""Indicators (指标): what they are computed from, and what came out."""

import datetime as dt
from enum import StrEnum

import msgspec


class Better(StrEnum):
    """In which direction a measure gets better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class CaseCount(msgspec.Struct, frozen=True, kw_only=True):
    """A case as measures see it; nobody's name is in it."""

    service: str
    department: str
    on_time: bool | None
    """Whether it was decided within its limit; False once that passed without a decision."""
    days_saved: int | None
    """Calendar days between the decision and the statutory last day; without a decision none."""
    decided: bool = False
    """Whether a decision was made: only then, or once it is overdue, is there anything to average."""
    values_fetched: int
    values_asked: int
    values_missing: int = 0
    """Neither supplied as it should be nor brought by the applicant."""
    corrections: int


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What cases come to when they are added up: all that measures need of them, for one or for millions.

    Two tallies are added field by field, so that a case that changed is taken out and put in again
    without looking at any other.
    """

    cases: int = 0
    known: int = 0
    """Those of which it is settled whether they kept their limit."""
    on_time: int = 0
    limited: int = 0
    """Those with a statutory limit."""
    days_saved: int = 0
    told: int = 0
    """Those with a statutory limit that were decided or are overdue: before, there is no average."""
    fetched: int = 0
    asked: int = 0
    missing: int = 0
    corrected: int = 0


class DisclosureCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many disclosures there were, how many of them brought everything they asked for readably,
    how many the person consented to (the others rest on a law), and how many attempts there were in
    all: refused, empty, unreadable and unanswered ones included."""

    disclosed: int
    readable: int
    consented: int
    attempts: int


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that measures are computed from."""

    cases: Tally
    disclosures: DisclosureCount


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure came to: two counts, and what they make; None without anything to count."""

    numerator: int
    denominator: int
    value: float | None


NOTHING = Reading(numerator=0, denominator=0, value=None)
"""What a measure is before anything was counted."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator with its reading, whether it reaches its target, and how it went before."""

    code: str
    reading: Reading
    reached: bool | None
    better: Better
    history: tuple[tuple[dt.date, float], ...] = ()
