"""Number formats that make more of a number than its digits: noughts in front, words around it, per cent."""

import re
from dataclasses import dataclass
from decimal import Decimal

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|([-/ ()年月日个.]|[^\x00-\x7f])|(0)|(%)|(.)', re.DOTALL)
_PERCENT = re.compile(r"[#,]*0(?:\.[0#]+)?%")
_COLOUR = re.compile(r"\[(?:\$[^\]\[]{0,60}|[A-Za-z]{1,20}[0-9]{0,3})\]")
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Format:
    """A format: literal text and places of digits in order; none of them for per cent."""

    parts: tuple[str | None, ...] = ()
    """Text as it stands, None for a digit."""

    def show(self, value: float) -> str:
        """Return a number as it shows, nothing where the format says no more than its digits."""
        if not self.parts:
            return f"{(Decimal(repr(value)) * 100).normalize():f}%"
        if value < 0 or value != int(value):
            return ""
        places = self.parts.count(None)
        digits = str(int(value)).zfill(places)
        head, rest = digits[: len(digits) - places + 1], iter(digits[len(digits) - places + 1 :])
        shown: list[str] = []
        for part in self.parts:
            if part is None:
                shown.append(head or next(rest))
                head = ""
            else:
                shown.append(part)
        return "".join(shown)


def format_of(code: str) -> Format | None:
    """Return a format that shows more than digits: 000000, "A-"000, 0"个工作日", 0.00%; else None."""
    section = _COLOUR.sub("", code[:_LONGEST].partition(";")[0])
    if _PERCENT.fullmatch(section):
        return Format()
    parts: list[str | None] = []
    for quoted, escaped, plain, digit, per_cent, other in _TOKEN.findall(section):
        if per_cent or other or plain == ".":
            return None
        parts.append(None if digit else quoted or escaped or plain)
    written = [one for one in parts if one]
    enough = parts.count(None) > 1 or (None in parts and bool("".join(written).strip()))
    return Format(tuple(parts)) if enough else None
