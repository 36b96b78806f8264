"""What a table is made of: lines of cells, notes on what was not read as meant, what a sheet shows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import Text
from tongban.kit.tables.formats import Format

LARGEST = 256 * 1024 * 1024
"""Bytes of a file that is read at all."""
MOST_ROWS = 2_000_000
MOST_COLUMNS = 2_000
LONGEST_CELL = 100_000
"""Characters of one cell; a spreadsheet holds 32,767."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number (in a text the first of the lines it spans) and its cells as text.

    ``broken`` says that it could not be read and has no cells for that reason; ``emptied`` that it is
    not empty, but nothing in it has a value: formulas without a result, errors. ``several`` are the
    places of cells that hold more than one value, as a list in JSON does, one on each line.
    """

    number: int
    cells: tuple[str, ...]
    broken: bool = False
    emptied: bool = False
    several: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was not read as it was meant: a code of this package, and its line."""

    code: str
    line: int
    data: Mapping[str, Any] = field(default_factory=dict)


TakeNote = Callable[[Note], None]


class Table(Protocol):
    """A table that can be read again and again, line after line, without holding it whole."""

    @property
    def form(self) -> str:
        """What kind of file it is, such as ``csv utf-16-le tab`` or ``xlsx``."""

    @property
    def sheet(self) -> str:
        """The sheet of a workbook or the way to the list in JSON; empty where there is none."""

    @property
    def keyed(self) -> bool:
        """Whether the first line holds keys for certain, as in JSON."""

    def lines(self, note: TakeNote) -> Iterator[Line]:
        """Yield the lines from the first, and give every note on the way."""


Place = tuple[int, int]
"""Row and column, from 0."""


@dataclass(slots=True)
class Shown:
    """What a sheet shows, by place."""

    formats: dict[Place, Format] = field(default_factory=dict)
    texts: dict[Place, str] = field(default_factory=dict)
    """What a number is written as, where it has more than its digits."""
    errors: dict[Place, str] = field(default_factory=dict)
    """Errors of formulas, which the library reads as nothing."""
    uncomputed: set[Place] = field(default_factory=set)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    """First and last place of ranges that are one cell."""
    hidden_rows: int = 0
    hidden_columns: list[int] = field(default_factory=list)

    @property
    def valueless(self) -> set[Place]:
        """The places that hold something without a value: formulas nobody has computed, errors."""
        return self.uncomputed | set(self.errors)


MOST_HIDDEN = 200
"""Hidden columns of one range that are counted."""


def unreadable(path: object, problem: Text) -> Refusal:
    """Return the refusal of a file that cannot be read as a table."""
    return Refusal("kit.table_unreadable", Kind.INVALID, path=str(path), problem=problem)


def too_much(path: object, what: Text, limit: int) -> Refusal:
    """Return the refusal of a file that is larger than what is read."""
    return Refusal(
        "kit.table_too_large", Kind.TOO_LARGE, path=str(path), what=what, limit=f"{limit:,}"
    )


ROWS: Text = {"zh": "行", "en": "rows"}
COLUMNS: Text = {"zh": "列", "en": "columns"}
BYTES: Text = {"zh": "字节", "en": "bytes"}
CELLS: Text = {"zh": "格", "en": "cells"}
