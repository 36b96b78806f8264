"""Number formats that make more of a number than its digits: noughts in front, words around it, per cent."""

import re
from dataclasses import dataclass
from decimal import Decimal

_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|[_*].|([-+$/ ()年月日个.]|[^\x00-\x7f])|(0)|(%)|(.)', re.DOTALL
)
_PERCENT = re.compile(r"[#,]*0(?:\.[0#]+)?%")
_LITERAL = r'(?:"[^"]*"|\\.|[_*].|[-+$/ ()]|[^\x00-\x7f])*'
_WORDED = re.compile(
    rf"({_LITERAL})(?:General|[#?,]*[#?0](?:\.[0#?]*)?)({_LITERAL})", re.DOTALL | re.IGNORECASE
)
"""Words around a number in whatever decimals; with a comma behind its digits it would show thousands."""
_COLOUR = re.compile(r"\[[A-Za-z]{1,20}[0-9]{0,3}\]")
_CURRENCY = re.compile(r'\[\$([^-\]\["]{0,30})(?:-[0-9A-Za-z,]{1,30})?\]')
"""A sign of currency and a place, as ``[$¥-804]``; either may be absent (ECMA-376-1, 18.8.31)."""
_LONGEST = 120
BUILT_IN = {9: "0%", 10: "0.00%"}
"""Formats that no file spells out and that show more than digits (ECMA-376-1, 18.8.30)."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: literal text and places of digits in order; none of them for per cent."""

    parts: tuple[str | None, ...] = ()
    """Text as it stands, None for a digit; one digit alone stands for the whole number."""

    def show(self, value: float) -> str:
        """Return a number as it shows, nothing where the format says no more than its digits."""
        if not self.parts:
            return f"{(Decimal(repr(value)) * 100).normalize():f}%"
        places = self.parts.count(None)
        if places == 1:
            return _in_words(self.parts, value)
        if value < 0 or value != int(value):
            return ""
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


def _in_words(parts: tuple[str | None, ...], value: float) -> str:
    """Return a number, exactly, among the words around it: nothing is rounded away."""
    number = Decimal(repr(abs(value)))
    whole = int(number) == number
    written = str(int(number)) if whole else f"{number:f}"
    words = "".join(written if part is None else part for part in parts)
    return f"-{words}" if value < 0 else words


def format_of(code: str) -> Format | None:
    """Return a format that shows more than digits: 000000, "A-"000, 0.00"万元", 0.00%; else None."""
    section = _COLOUR.sub("", _CURRENCY.sub(r'"\1"', code[:_LONGEST])).partition(";")[0]
    if _PERCENT.fullmatch(section):
        return Format()
    worded = _WORDED.fullmatch(section)
    if worded:
        before, after = _words(worded[1]).lstrip(), _words(worded[2]).rstrip()
        return Format((before, None, after)) if before or after else None
    parts: list[str | None] = []
    for quoted, escaped, plain, digit, per_cent, other in _TOKEN.findall(section):
        if per_cent or other or plain == ".":
            return None
        parts.append(None if digit else quoted or escaped or plain)
    written = [one for one in parts if one]
    enough = parts.count(None) > 1 or (None in parts and bool("".join(written).strip()))
    return Format(tuple(parts)) if enough else None


def _words(literal: str) -> str:
    """Return what literal parts of a format show; a place that is only kept free shows nothing."""
    return "".join(
        quoted or escaped or plain for quoted, escaped, plain, *_ in _TOKEN.findall(literal)
    )
