"""Cells that only point to the row above, such as 同上 and 〃, say what that row says."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from tongban.app.instance.importing.normal import points_elsewhere, tight
from tongban.kit.tables.model import Line

_DITTO = re.compile(
    r"[-—–(（]*(?:同上(?:一?行|格|栏)?|同前|上同|〃|[\"″〞”“'′]{1,2}|ditto|do\.|sameasabove|asabove)[-—–)）。.]*"
)
_LONGEST = 20
"""Characters of a cell that may only point to the one above."""


def is_ditto(cell: str) -> bool:
    """Whether a cell says no more than: as above."""
    return bool(cell) and len(cell) <= _LONGEST and _DITTO.fullmatch(tight(cell)) is not None


_DAY = re.compile(
    r"(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?: ?0?0:00(?::00)?)?"
    r"|(?:[0-9]{4}年)?[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-[0-9]{1,2}"
)


_VALUE = re.compile(
    r"true|false|[+-]?infinity"
    r"|(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ t])?[0-9]{1,6}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"|[+-]?[0-9]{1,15}\.[0-9]{10,30}|[0-9]{3,15}\.0"
)
"""A truth, a time, a fraction of so many places that only a computer has calculated it, and what programs
for tables make of a code of digits where others are empty: 511602.0."""
_LONGEST_VALUE = 50


def _is_no_code(cell: str) -> str:
    """Return what is wrong with a code: a spreadsheet has made a day of 1-2, or it stands elsewhere."""
    said = " ".join(cell[: _LONGEST_VALUE + 1].casefold().split())
    if len(cell) <= _LONGEST and _DAY.fullmatch(said):
        return "code_is_day"
    if len(said) <= _LONGEST_VALUE and _VALUE.fullmatch(said):
        return "code_is_value"
    return "cell_elsewhere" if points_elsewhere(cell) else ""


class Above:
    """The row above, as it was read.

    ``codes`` are the places of columns that hold codes; ``quote`` is how a cell may be quoted.
    """

    def __init__(self, codes: Collection[int], quote: Callable[[str], str]) -> None:
        self._codes, self._quote = codes, quote
        self._cells: Sequence[str] = ()

    def forget(self) -> None:
        """Note that nobody knows what the row above says."""
        self._cells = ()

    def resolved(self, line: Line, say: Callable[..., None]) -> Line:
        """Return a line with what its cells point to, and say so; without what they do not find."""
        cells = tuple(self._said(place, cell, line, say) for place, cell in enumerate(line.cells))
        self._cells = cells
        return line if cells == line.cells else replace(line, cells=cells)

    def _said(self, place: int, cell: str, line: Line, say: Callable[..., None]) -> str:
        if is_ditto(cell):
            found = self._cells[place] if place < len(self._cells) else ""
            say(line.number, "cell_as_above" if found.strip() else "cell_above_unknown", found=cell)
            return found
        if place in self._codes and (fault := _is_no_code(cell)):
            say(line.number, fault, found=self._quote(cell))
            return ""
        return cell
