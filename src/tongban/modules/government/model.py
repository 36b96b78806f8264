"""What government's queries answer with beside its definitions."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

import msgspec

from tongban.kernel.realms import Realm
from tongban.kernel.text import Text

REALM = "realm"
"""Where the shelf says what the database is for; no file of an instance can say it."""


@dataclass(frozen=True)
class RunFor:
    """What the mark of the data folder says the government is run for; the app plugs it in."""

    realm: Realm


class RealmMark(msgspec.Struct, frozen=True, kw_only=True):
    """What a database is for."""

    realm: Realm


class Openness(StrEnum):
    """Whether offices are open at an instant."""

    OPEN = "open"
    BEFORE = "before"  # a working day that has not begun
    AFTER = "after"  # a working day that is over
    CLOSED = "closed"  # not a working day
    UNKNOWN = "unknown"  # the calendar does not cover the year


class OfficeState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether offices are open, their hours, and the next working day when it is known."""

    openness: Openness
    today: date
    opens: time
    closes: time
    next_day: date | None = None


class SpecialDay(msgspec.Struct, frozen=True, kw_only=True):
    """A holiday, or a weekend day that is worked."""

    day: date
    name: Text
    worked: bool


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """A covered year: its special days in order, the working days of each month, the source."""

    year: int
    source: Text
    days: tuple[SpecialDay, ...]
    working_days: tuple[int, ...]
