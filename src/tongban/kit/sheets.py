"""Lists as CSV: with a mark that it is UTF-8, and no cell that a spreadsheet runs as a formula."""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

MARK = b"\xef\xbb\xbf"
"""Tells a spreadsheet that what follows is UTF-8."""
_SIGNS = frozenset("=+-@＝＋－＠")
"""What a formula may begin with; spreadsheets of East Asia take the full-width signs for it too."""
_ALWAYS = frozenset("\t\r\n")
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that show nothing although Unicode counts them as letters or marks."""


def starts_a_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula.

    Spaces, line breaks and characters that nobody sees are looked past, as spreadsheets do. A text
    that begins with a tab or a line break counts too: what comes after it may move into a cell.
    """
    if text[:1] in _ALWAYS:
        return True
    return next((char for char in text if not _is_unseen(char)), "") in _SIGNS


def _is_unseen(char: str) -> bool:
    """Whether a character is a control, a format, a space, a selector of variants or a filler."""
    selects = "\ufe00" <= char <= "\ufe0f" or "\u180b" <= char <= "\u180f"
    return unicodedata.category(char)[0] in "CZ" or char in _UNSEEN or selects


def guarded(text: str) -> str:
    """Put an apostrophe before a text that could be taken for a formula; leave all others alone.

    A text that begins with apostrophes and goes on like a formula or a code gets one more, so that a
    program can always take one off again: see :func:`unguarded`.
    """
    bare = text.lstrip("'")
    return "'" + text if starts_a_formula(bare) or (bare != text and _is_code(bare)) else text


def unguarded(cell: str) -> str:
    """Return the text that a cell of CSV stands for: the inverse of :func:`guarded`.

    Spreadsheets and their users put an apostrophe before a code too, so that it stays a text.
    """
    bare = cell.lstrip("'")
    return cell[1:] if bare != cell and (starts_a_formula(bare) or _is_code(bare)) else cell


_CODE = re.compile(r"[0-9]{1,100}|(?=[^0-9]{0,30}[0-9])[0-9A-Za-z._/-]{6,100}")


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


class Numeral(msgspec.Struct, frozen=True):
    """A number that is written already: nothing in front, whatever its sign."""

    text: str


def csv_lines(rows: Iterable[Sequence[Any]], zone: ZoneInfo | None = None) -> bytes:
    """Write rows as CSV (RFC 4180) in UTF-8, without the mark that stands before the first.

    A text that a spreadsheet would run as a formula gets an apostrophe in front. Instants are written
    to the minute as the clocks of ``zone`` showed them, as pages do.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_cell(value, zone) for value in row])
    return out.getvalue().encode()


def _cell(value: Any, zone: ZoneInfo | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, Numeral):
        return value.text
    if isinstance(value, dt.datetime):
        if zone is None:
            raise TypeError("a list with instants needs the time zone in which to write them")
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
