"""Patterns of dates as sources write them: ``YYYYMMDD``, ``YYYY/M/D``, ``YYYY年M月D日 hh:mm``."""

import datetime as dt
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

_DIGITS: Mapping[str, str] = {
    "YYYY": "[0-9]{4}",
    "MM": "[0-9]{2}",
    "M": "[1-9]|1[0-2]",
    "DD": "[0-9]{2}",
    "D": "[1-9]|[12][0-9]|3[01]",
    "hh": "[01][0-9]|2[0-3]",
    "mm": "[0-5][0-9]",
    "ss": "[0-5][0-9]",
}
_UNEVEN = ("M", "D")
"""Parts of one or two digits, which need a sign between them and the next."""
_PARTS = re.compile("YYYY|MM|M|DD|D|hh|mm|ss|.", re.DOTALL)
_NEEDED = ("Y", "M", "D")


class BadPattern(ValueError):
    """A pattern that says no day, or not which; ``part`` is where it goes wrong."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class DatePattern:
    """A pattern taken apart: how a date is found in a text, and how one is written."""

    parts: tuple[str, ...]
    shape: re.Pattern[str]
    timed: bool
    """Whether a time of day is written too: it is left out of the date."""

    def read(self, text: str) -> dt.date | None:
        """Return the day that is written, None where it is not written so.

        Raises ValueError where there is no such day.
        """
        found = self.shape.fullmatch(text)
        return found and dt.date(int(found["Y"]), int(found["M"]), int(found["D"]))

    def write(self, day: dt.date) -> str:
        """Write a day; the time is midnight."""
        said = {
            "YYYY": f"{day.year:04d}",
            "MM": f"{day.month:02d}",
            "M": str(day.month),
            "DD": f"{day.day:02d}",
            "D": str(day.day),
            **dict.fromkeys(("hh", "mm", "ss"), "00"),
        }
        return "".join(said.get(part, part) for part in self.parts)


@functools.lru_cache(maxsize=200)
def date_pattern(text: str) -> DatePattern:
    """Take a pattern apart. Raises :class:`BadPattern` where it does not say one day."""
    parts = tuple(_PARTS.findall(text))
    seen: set[str] = set()
    shape = ""
    for position, part in enumerate(parts):
        if part not in _DIGITS:
            if part.isascii() and part.isalnum():
                raise BadPattern(part)  # a YY, a D of a third kind, a digit that is always there
            shape += re.escape(part)
            continue
        if part[0] in seen:
            raise BadPattern(part)
        seen.add(part[0])
        following = parts[position + 1] if position + 1 < len(parts) else ""
        if part in _UNEVEN and following in _DIGITS:
            raise BadPattern(part + following)
        shape += f"(?P<{part[0]}>{_DIGITS[part]})"
    for needed in _NEEDED:
        if needed not in seen:
            raise BadPattern(needed)
    return DatePattern(parts=parts, shape=re.compile(shape), timed=bool(seen & {"h", "m", "s"}))
