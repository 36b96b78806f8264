"""Delimited text: CSV with commas, semicolons, tabs or bars, in whatever encoding it came."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from tongban.kit.tables.encodings import BIG5, REPLACEMENT, WESTERN, encoding_of
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
from tongban.kit.tables.quoting import LONGEST_LINE, Record, Records
from tongban.kit.tables.written import as_meant, is_emptied

DELIMITERS = (",", "\t", ";", "|")
"""In the order in which one is chosen where two fit alike."""
_NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
_GUESSED = {WESTERN: "Windows-1252", BIG5: "Big5"}
_SAMPLE = 60
_HARDLY = 0.1
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
            first = [file.readline(LONGEST_LINE) for _ in range(_SAMPLE)]
        first = [line for line in first if line]
        self._said = bool(first) and first[0].lower().startswith(_SAYS_WHICH)
        self._delimiter = first[0][len(_SAYS_WHICH)] if self._says_one(first) else _best(first)
        self._width = _fit(first[self._said :], self._delimiter)[1]

    def _says_one(self, first: list[str]) -> bool:
        return self._said and first[0][len(_SAYS_WHICH) :].rstrip("\r\n") in DELIMITERS

    @property
    def form(self) -> str:
        """Return encoding and delimiter, such as ``csv utf-8 comma``."""
        return f"csv {self._encoding} {_NAMES[self._delimiter]}"

    def lines(self, note: TakeNote) -> Iterator[Line]:
        """Yield the records. One with a bad byte or a stray quote is noted and goes on."""
        if self._encoding in _GUESSED:
            note(Note("encoding_guessed", 0, {"encoding": _GUESSED[self._encoding]}))
        with self._open() as file:
            yield from self._from(Records(file, self._delimiter, self._width), note)

    def _open(self) -> TextIO:
        return self._path.open(encoding=self._encoding, errors="replace", newline="")

    def _from(self, records: Records, note: TakeNote) -> Iterator[Line]:
        if self._said:
            records.skip()
        for number, record in enumerate(records, 1):
            if number > MOST_ROWS:
                raise too_much(self._path, ROWS, MOST_ROWS)
            yield self._line(record, note)

    def _line(self, record: Record, note: TakeNote) -> Line:
        start, cells = record.start, record.cells
        if record.cut or any(len(cell) > LONGEST_CELL for cell in cells):
            note(Note("line_unreadable", start, {"limit": LONGEST_CELL}))
            return Line(start, (), broken=True)
        if len(cells) > MOST_COLUMNS:
            raise too_much(self._path, COLUMNS, MOST_COLUMNS)
        damaged = sum(cell.count(REPLACEMENT) for cell in cells)
        if damaged:
            note(Note("bad_bytes", start, {"count": damaged}))
        if record.stray:
            note(Note("quote_stray", start, {"last": record.last}))
        elif record.holds_rows:
            note(Note("quote_open", start, {"last": record.last}))
        meant = tuple(as_meant(start, cells, note))
        return Line(start, meant, emptied=is_emptied(cells, meant))


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
