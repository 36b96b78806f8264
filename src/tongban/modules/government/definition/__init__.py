"""What an instance declares of itself: government.yaml, calendar.yaml and departments.yaml."""

import datetime as dt
from enum import StrEnum

from tongban.kernel.dates import ZONE
from tongban.kernel.text import Text
from tongban.kit.definitions.shape import Shape


class OfficeHours(Shape, frozen=True, kw_only=True):
    """Hours in which a day counts for clocks, as HH:MM in the government's time zone."""

    opens: str = "09:00"
    closes: str = "17:00"


class Contact(Shape, frozen=True, kw_only=True):
    """Whom to turn to."""

    name: Text = ""
    phone: str = ""
    address: Text = ""


MOST_READ_A_DAY = 10_000_000
"""The largest number that any quota of reads may be."""


LONGEST_KEPT_BACK = 3_650
"""Days that a government may set at most: more is a slip of the pen, not a law."""


class ReadingQuotas(Shape, frozen=True, kw_only=True):
    """How often data about somebody may be read at the interface of the exchange, a day."""

    account: int = 1_000
    """Reads of one member of staff."""
    client: int = 200_000
    """Reads of one department's system."""
    grant: int = 500_000
    """Reads by one grant, of all who read by it."""


class NamesOfStaff(StrEnum):
    """How whoever looked at a case is called to the person it is about, beside their post."""

    POST = "post"
    """By nothing more than the post."""
    NUMBER = "number"
    """By a number that stays the same, and stands on the page of their account."""
    NAME = "name"


class GovernmentDefinition(Shape, frozen=True, kw_only=True):
    """government.yaml: one government."""

    name: Text
    division: str
    """Division code, 6, 9 or 12 digits (GB/T 2260 and below)."""
    level: str
    """行使层级, GB/T 39046-2020 A.2: 1 to 7."""
    origin: str
    """Name of the public ledger: a schema-less URL such as ``yunxi.example/ledger``."""
    languages: tuple[str, ...] = ("zh", "en")
    time_zone: str = ZONE
    office_hours: OfficeHours = OfficeHours()
    reading: ReadingQuotas = ReadingQuotas()
    demonstration: bool = False
    contact: Contact = Contact()
    names_of_staff: NamesOfStaff = NamesOfStaff.NUMBER
    """What residents see of who looked at their case: ``post``, ``number`` (with the post) or ``name``."""
    credit_code: str = ""
    """Credit code of the government itself; part of certificate numbers."""
    most_days_kept_back: int = 0
    """For how many days a grant may at most keep back from a person, by law, that their data were read
    for an investigation. 0, also where nothing is said: nothing is kept back."""


class NamedDay(Shape, frozen=True, kw_only=True):
    """A day off or a make-up working day, and why."""

    date: dt.date
    name: Text = ""


class CalendarYear(Shape, frozen=True, kw_only=True):
    """One covered year of calendar.yaml with the notice it comes from."""

    year: int
    source: Text
    holidays: tuple[NamedDay, ...] = ()
    workdays: tuple[NamedDay, ...] = ()
    """Weekend days on which work is done (调休上班)."""
    provisional: bool = False
    """Whether these are only expected, because the notice is not out: days that fall into the year
    are shown as provisional wherever they are told."""


class CalendarDefinition(Shape, frozen=True, kw_only=True):
    """calendar.yaml: which days count as working days."""

    weekend: tuple[str, ...] = ("saturday", "sunday")
    years: tuple[CalendarYear, ...] = ()


class DepartmentDefinition(Shape, frozen=True, kw_only=True):
    """One department of departments.yaml."""

    code: str
    """Short code used throughout the instance, such as ``human-resources``."""
    name: Text
    credit_code: str = ""
    """Unified credit code (GB 32100), 18 characters."""
    parent: str = ""
    nature: str = "1"
    """实施主体性质, GB/T 39046-2020 A.3."""
    contact: Contact = Contact()
