"""Records of delimited text: what quotes hold together, and what only a stray quote would.

A quote that opens a cell and has no partner would swallow the rows after it. The text is therefore read
as its rule has it (a closing quote stands before a delimiter or the end of its line); where it is not so,
the first line is read by itself with its quotes as characters, and the lines after it are read again.
Every line is read three times at the most.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

LONGEST_LINE = 4 * 1024 * 1024
"""Characters of one line, and of all the lines that quotes hold together."""
_QUOTE = '"'
csv.field_size_limit(LONGEST_LINE * 2)  # a cell that is too long is refused by us, in its place


@dataclass(frozen=True, slots=True)
class Record:
    """One record, the first and the last of its lines, and what is doubtful about its quotes."""

    start: int
    last: int
    cells: tuple[str, ...]
    stray: bool = False
    """A quote had no partner."""
    holds_rows: bool = False
    """A cell holds lines that look like rows of their own."""
    cut: bool = False
    """A line was so long that its end was left out."""


class Records:
    """The records of a text. ``width`` is that of its rows, 0 where nobody knows it yet."""

    def __init__(self, file: TextIO, delimiter: str, width: int) -> None:
        self._file, self._delimiter, self._width = file, delimiter, width
        self._number = 0
        self._held: list[str] = []
        self._size = 0
        self._alone: deque[str] = deque()
        self._again = ""

    def skip(self) -> None:
        """Leave out a line."""
        self._file.readline(LONGEST_LINE)
        self._number += 1

    def __iter__(self) -> Iterator[Record]:
        """Yield the records in their order."""
        records = csv.reader(iter(self._lines, ""), delimiter=self._delimiter, strict=True)
        while True:
            if self._alone:
                self._number += 1
                yield self._read_alone(self._alone.popleft())
                continue
            record = self._next(records)
            if record is None:
                return
            yield record
            if self._again or self._alone:  # what ended at the end of the text begins anew
                records = csv.reader(iter(self._lines, ""), delimiter=self._delimiter, strict=True)

    def _lines(self) -> str:
        line, self._again = self._again or self._whole_line(), ""
        if line:
            self._number += 1
            self._held.append(line)
            self._size += len(line)
            if self._size > LONGEST_LINE and len(self._held) > 1:
                raise csv.Error("one record without end")
        return line

    def _whole_line(self) -> str:
        """Return the next line; of one without end its beginning, and its rest is no row of its own."""
        line = rest = self._file.readline(LONGEST_LINE)
        while _is_cut(rest):
            rest = self._file.readline(LONGEST_LINE)
        return line

    def _next(self, records: Iterator[list[str]]) -> Record | None:
        self._held, self._size, start = [], 0, self._number + 1
        try:
            cells = next(records)
        except StopIteration:
            return None
        except csv.Error:
            return self._mended(start, self._held)
        holds_rows = len(self._held) > 1 and self._holds_rows(self._held)
        cut = any(map(_is_cut, self._held))
        return Record(start, self._number, tuple(cells), holds_rows=holds_rows, cut=cut)

    def _mended(self, start: int, held: list[str]) -> Record:
        """Return what a record is that its quotes do not hold: whole all the same, or its first line."""
        alone = len(held) < 2 or any(map(_is_cut, held))
        whole = () if alone else self._whole(held)
        if whole:
            return Record(start, self._number, whole, stray=True)
        self._number = start
        self._alone.extend(held[1:-1])
        self._again = held[-1] if len(held) > 1 else ""
        return self._literal(held[0])

    def _whole(self, held: list[str]) -> tuple[str, ...]:
        """Return the cells of some lines that are one row and hold no other, else none."""
        if self._width < 2 or self._holds_rows(held):
            return ()
        cells = self._loosely(held)
        return cells if len(cells) == self._width else ()

    def _holds_rows(self, held: list[str]) -> bool:
        """Whether a line inside looks like a row; the last one only where the first does so too."""
        if self._width < 2:
            return False
        first, *inner, last = (line.count(self._delimiter) + 1 == self._width for line in held)
        return any(inner) or (first and last)

    def _loosely(self, lines: list[str]) -> tuple[str, ...]:
        """Return the cells of lines that are one record when stray quotes are passed over."""
        try:
            found = list(csv.reader(lines, delimiter=self._delimiter))
        except csv.Error:
            return ()
        return tuple(found[0]) if len(found) == 1 else ()

    def _read_alone(self, line: str) -> Record:
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter, strict=True), [])
        except csv.Error:
            return self._literal(line)
        return Record(self._number, self._number, tuple(cells), cut=_is_cut(line))

    def _literal(self, line: str) -> Record:
        """Return a line by itself; only a cell that is in quotes as a whole is without them."""
        cells = tuple(_unquoted(cell) for cell in line.rstrip("\r\n").split(self._delimiter))
        if len(cells) != self._width and self._width:
            loose = self._loosely([line])
            cells = loose if len(loose) == self._width else cells
        return Record(self._number, self._number, cells, stray=_QUOTE in line, cut=_is_cut(line))


def _is_cut(line: str) -> bool:
    return len(line) >= LONGEST_LINE and line[-1] not in "\r\n"


def _unquoted(cell: str) -> str:
    said = cell.strip()
    inner = said[1:-1].replace(_QUOTE * 2, "")
    whole = len(said) > 1 and said[0] == said[-1] == _QUOTE and _QUOTE not in inner
    return said[1:-1].replace(_QUOTE * 2, _QUOTE) if whole else cell
