"""Delimited text: CSV with commas, semicolons, tabs or bars, in whatever encoding it came."""

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from tongban.kit.tables.encodings import REPLACEMENT, encoding_of
from tongban.kit.tables.model import (
    COLUMNS,
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    ROWS,
    Line,
    Note,
    TakeNote,
    too_much,
)

DELIMITERS = (",", "\t", ";", "|")
"""In the order in which one is chosen where two fit alike."""
_NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
_SAMPLE = 60
_HARDLY = 0.1
_LONGEST_LINE = 4 * 1024 * 1024
_SAYS_WHICH = "sep="


class Delimited:
    """A delimited text; its delimiter is the one by which most lines have the same width."""

    sheet = ""
    keyed = False

    def __init__(self, path: Path) -> None:
        """Find encoding and delimiter in the first lines."""
        self._path = path
        self._encoding = encoding_of(path)
        with self._open() as file:
            first = list(islice(_Physical(file), _SAMPLE))
        self._said = bool(first) and first[0].lower().startswith(_SAYS_WHICH)
        self._delimiter = first[0][len(_SAYS_WHICH)] if self._says_one(first) else _best(first)

    def _says_one(self, first: list[str]) -> bool:
        return self._said and first[0][len(_SAYS_WHICH) :].rstrip("\r\n") in DELIMITERS

    @property
    def form(self) -> str:
        """Return encoding and delimiter, such as ``csv utf-8 comma``."""
        return f"csv {self._encoding} {_NAMES[self._delimiter]}"

    def lines(self, note: TakeNote) -> Iterator[Line]:
        """Yield the records. A record with a bad byte or an open quote is noted and goes on."""
        with self._open() as file:
            yield from self._from(_Physical(file), note)

    def _open(self) -> TextIO:
        return self._path.open(encoding=self._encoding, errors="replace", newline="")

    def _from(self, physical: "_Physical", note: TakeNote) -> Iterator[Line]:
        records = csv.reader(physical, delimiter=self._delimiter)
        if self._said:
            next(records, None)
        for number in range(1, MOST_ROWS + 2):
            start = physical.start_record()
            cells = self._next(records, start, note)
            if cells is None:
                return
            if number > MOST_ROWS:
                raise too_much(self._path, ROWS, MOST_ROWS)
            self._look(cells, start, physical, note)
            yield cells

    def _next(self, records: Iterator[list[str]], start: int, note: TakeNote) -> Line | None:
        try:
            cells = next(records)
        except StopIteration:
            return None
        except csv.Error:
            note(Note("line_unreadable", start, {"limit": LONGEST_CELL}))
            return Line(start, (), broken=True)
        if len(cells) > MOST_COLUMNS:
            raise too_much(self._path, COLUMNS, MOST_COLUMNS)
        return Line(start, tuple(cells))

    def _look(self, line: Line, start: int, physical: "_Physical", note: TakeNote) -> None:
        damaged = sum(cell.count(REPLACEMENT) for cell in line.cells)
        if damaged:
            note(Note("bad_bytes", start, {"count": damaged}))
        if physical.ended and physical.quotes % 2 and physical.number > start:
            note(Note("quote_open", start, {"last": physical.number}))


class _Physical:
    """The lines of the text as they stand, counted; and what was seen since a record began."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.number = 0
        self.quotes = 0
        self.ended = False

    def start_record(self) -> int:
        """Begin a record and return the number of its first line."""
        self.quotes = 0
        return self.number + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(_LONGEST_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        self.quotes += line.count('"')
        return line


def _best(lines: list[str]) -> str:
    """Return the delimiter by which most of the first lines have one width, and a larger one.

    Those of the first line that has any come first, for it is the header or stands like it; unless
    hardly another line has them, as when a title holds a comma.
    """
    fits = {one: _fit(lines, one) for one in DELIMITERS}
    first = next((line for line in lines if any(one in line for one in DELIMITERS)), "")
    likely = [one for one in DELIMITERS if one in first and fits[one][0] > _HARDLY]
    return max(likely or DELIMITERS, key=lambda one: (fits[one], -DELIMITERS.index(one)))


def _fit(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Return the share of lines that have the usual width, and that width; (0, 1) for one cell."""
    widths = Counter(len(cells) for cells in _records(lines, delimiter) if any(cells))
    whole = sum(widths.values())
    del widths[1]
    if not widths:
        return (0.0, 1)
    width, count = max(widths.items(), key=lambda one: (one[1], one[0]))
    return (count / whole, width)


def _records(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        return
