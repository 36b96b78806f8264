"""Dates as people write them: read where there is one meaning, else refused with the true reason."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from tongban.kernel.characters import compact, half_width, hidden_in, without_noise
from tongban.kernel.errors import Wrong

FIRST_YEAR, LAST_YEAR = 1850, 2200
"""Years that a written date may lie in: others are slips or another calendar (佛历 2569)."""
_LONGEST_DATE = 40
_LOOSE_SPACES = re.compile(r"(?<![0-9]) +| +(?![0-9])")
_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_NUMBER_OF = {
    name: str(number) for number, month in enumerate(_MONTHS, 1) for name in (month, month[:3])
} | {"sept": "9"}
_WORD = r"(?P<month>[a-z]{3,9})"
_DAY = r"(?P<day>[0-9]{1,2})"
_ORDINAL = r"(?:st|nd|rd|th)"
_COMPACT = re.compile(r"[0-9]{8}", re.ASCII)
_CHINESE = re.compile(
    r"(?P<year>[0-9]{1,4})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]?", re.ASCII
)
_SIGNED = re.compile(r"([0-9]{1,4})([-/.]| +)([0-9]{1,2})\2([0-9]{1,4})", re.ASCII)
_NAMED = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        rf"{_DAY}{_ORDINAL}?[-/.,]?(?:of)?{_WORD}[-/.,]{{0,2}}(?P<year>[0-9]{{1,4}})",
        rf"{_WORD}[-/.]?{_DAY}(?:{_ORDINAL}[-/.,]?|[-/., ])(?P<year>[0-9]{{1,4}})",
        rf"(?P<year>[0-9]{{4}})[-/.,]?{_WORD}[-/.]?{_DAY}{_ORDINAL}?",
    )
)
"""A month in words, spaces gone: ``15March1950``, ``March15,1950``, ``1950-Mar-15``."""


class DateFault(StrEnum):
    """Why a text is no date."""

    FORM = "form"  # nothing that reads as a day, a month and a year
    SHORT_YEAR = "short_year"
    NO_SUCH_DAY = "no_such_day"
    YEAR = "year"  # beyond FIRST_YEAR and LAST_YEAR
    TWO_DAYS = "two_days"  # day and month can be swapped: 03/04/1950


class NotADate(ValueError):
    """A text that cannot be read as a date; ``fault`` says why."""

    def __init__(self, fault: DateFault) -> None:
        super().__init__(f"no date: {fault}")
        self.fault = fault

    @property
    def code(self) -> Wrong:
        """The code of the sentence that says so beside a field."""
        return Wrong(f"kernel.date_{self.fault}")


def read_date(text: str) -> date:
    """Return the day that a text names, however it is written, where it names one day only.

    ``2026-01-31``, ``2026/1/31``, ``2026年1月31日``, ``20260131``, ``31/1/2026``, ``31 January 2026``,
    ``Jan 31st, 2026``. Full width is half width; spaces around the marks are no fault. Raises
    :class:`NotADate`, which is a ValueError: for what may be two days (``03/04/2026``), an era or week
    dates, a year of two digits, an impossible day.
    """
    if len(text) > _LONGEST_DATE:
        raise NotADate(DateFault.FORM)
    plain = _LOOSE_SPACES.sub("", half_width(without_noise(text.strip())).strip())
    if hidden_in(plain):
        raise NotADate(DateFault.FORM)
    if _COMPACT.fullmatch(plain):
        year_first = plain[:4], plain[4:6], plain[6:]
        return _only_day(year_first, *_year_last(plain[:2], plain[2:4], plain[4:]))
    if found := _CHINESE.fullmatch(plain):
        return day_of(found["year"], found["month"], found["day"])
    if found := _SIGNED.fullmatch(plain):
        return _signed(found[1], found[3], found[4])
    return _named(plain)


def _signed(first: str, second: str, third: str) -> date:
    """Read three numbers: the year is first, or last behind day and month in either order."""
    if len(first) == 4 and len(third) == 4:
        raise NotADate(DateFault.FORM)
    if len(third) < 3:
        return day_of(first, second, third)
    return _only_day(*_year_last(first, second, third))


def _year_last(one: str, other: str, year: str) -> Iterator[tuple[str, str, str]]:
    yield year, other, one
    yield year, one, other


def _named(plain: str) -> date:
    for pattern in _NAMED:
        found = pattern.fullmatch(plain)
        month = month_number(found["month"]) if found else ""
        if found and month.isdigit():
            return day_of(found["year"], month, found["day"])
    raise NotADate(DateFault.FORM)


def month_number(word: str) -> str:
    """Return the number of a month of which the English name is written; else what was written."""
    return _NUMBER_OF.get(word.lower().rstrip("."), word)


def _only_day(*readings: tuple[str, str, str]) -> date:
    """Return the day of the only reading that is one. Raises :class:`NotADate` for none or two."""
    days, faults = set(), []
    for reading in readings:
        try:
            days.add(day_of(*reading))
        except NotADate as error:
            faults.append(error.fault)
    if len(days) > 1:
        raise NotADate(DateFault.TWO_DAYS)
    if not days:
        raise NotADate(_nearest_to_a_day(faults))
    return days.pop()


def _nearest_to_a_day(faults: Iterable[DateFault]) -> DateFault:
    """Return the fault of the reading that lacks least: a day of another year is a day."""
    found = list(faults)
    return DateFault.YEAR if DateFault.YEAR in found else found[0]


def day_of(year: str, month: str, day: str) -> date:
    """Return the day that three written numbers name. Raises :class:`NotADate`."""
    parts = [compact(part[:_LONGEST_DATE]) for part in (year, month, day)]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise NotADate(DateFault.FORM)
    if len(parts[0]) != 4:
        raise NotADate(DateFault.SHORT_YEAR)
    try:
        made = date(*(int(part) for part in parts))
    except ValueError:
        raise NotADate(DateFault.NO_SUCH_DAY) from None
    if not FIRST_YEAR <= made.year <= LAST_YEAR:
        raise NotADate(DateFault.YEAR)
    return made


def read_iso_date(text: str) -> date:
    """Return the day of ``2026-01-31``, as programs write it and in no other form.

    ``date.fromisoformat`` also takes week dates and ``20260131``. Raises ValueError.
    """
    day = date.fromisoformat(text)
    if text != day.isoformat():
        raise NotADate(DateFault.FORM)
    return day
