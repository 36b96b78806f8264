"""What an old workbook (xls) shows beyond its values: number formats, what is hidden, errors.

A compound file ([MS-CFB]) holds one stream of records ([MS-XLS], BIFF5 and BIFF8); only the records that
are asked after here are looked into.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tongban.kit.tables.formats import BUILT_IN, format_of
from tongban.kit.tables.model import MOST_HIDDEN, Shown

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Damaged(ValueError):
    """A file whose parts do not lie where it says."""


def shown_in_old(path: Path, sheet: str) -> Shown:
    """Return what a sheet of an old workbook shows. Raises Damaged where that cannot be told."""
    try:
        book = _Book(_stream(path.read_bytes()))
        return book.shown(sheet)
    except (struct.error, IndexError, OverflowError) as error:
        raise Damaged from error


# The compound file ------------------------------------------------------------------------------

_NO_SECTOR = 0xFFFFFFFA
"""From here on a number says that there is no sector ([MS-CFB] 2.1)."""
_HEAD = 512
_IN_HEAD = 109
"""Sectors of the table that the head itself names."""
_ENTRY = 128


def _stream(content: bytes) -> bytes:
    """Return the stream of a workbook from a compound file."""
    if not content.startswith(COMPOUND):
        raise Damaged
    power, small_power = struct.unpack_from("<HH", content, 30)
    if power not in (9, 12) or small_power != 6:
        raise Damaged
    sectors = _Sectors(content, 1 << power)
    first, limit, small, _, more, _ = struct.unpack_from("<I4xIIIII", content, 48)
    table = _table(content, sectors, more)
    entries = b"".join(sectors.chain(table, first))
    root, book = _entry(entries, ("root entry",)), _entry(entries, ("workbook", "book"))
    if book.size >= limit:
        return b"".join(sectors.chain(table, book.start))[: book.size]
    small_table = _numbers(b"".join(sectors.chain(table, small)))
    inside = _Sectors(b"".join(sectors.chain(table, root.start)), 1 << small_power, 0)
    return b"".join(inside.chain(small_table, book.start))[: book.size]


@dataclass(frozen=True, slots=True)
class _Sectors:
    """Bytes in sectors of one size, behind a head of one sector."""

    content: bytes
    size: int
    head: int = 1

    def at(self, number: int) -> bytes:
        start = (number + self.head) * self.size
        return self.content[start : start + self.size]

    def chain(self, table: tuple[int, ...], first: int) -> Iterator[bytes]:
        """Yield the sectors of a chain. Raises Damaged for one that goes round in a circle."""
        left = len(table)
        while first < _NO_SECTOR:
            if not left:
                raise Damaged
            left -= 1
            yield self.at(first)
            first = table[first]


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _table(content: bytes, sectors: _Sectors, more: int) -> tuple[int, ...]:
    """Return of each sector the next; what the head cannot name stands in sectors of its own."""
    named = list(struct.unpack_from(f"<{_IN_HEAD}I", content, _HEAD - 4 * _IN_HEAD))
    left = len(content) // sectors.size
    while more < _NO_SECTOR and left:
        left -= 1
        *further, more = _numbers(sectors.at(more))
        named += further
    parts = (sectors.at(one) for one in named if one < _NO_SECTOR)
    return _numbers(b"".join(parts))


@dataclass(frozen=True, slots=True)
class _Entry:
    start: int
    size: int


def _entry(entries: bytes, names: tuple[str, ...]) -> _Entry:
    found: dict[str, _Entry] = {}
    for place in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        length = struct.unpack_from("<H", entries, place + 64)[0]
        written = entries[place : place + min(64, max(0, length - 2))]
        start, size = struct.unpack_from("<II", entries, place + 116)
        found.setdefault(written.decode("utf-16-le", "replace").lower(), _Entry(start, size))
    for name in names:
        if name in found:
            return found[name]
    raise Damaged


# The records ------------------------------------------------------------------------------------

_BOF, _EOF = 0x0809, 0x000A
_BOUND_SHEET, _FORMAT, _XF, _CODE_PAGE = 0x0085, 0x041E, 0x00E0, 0x0042
_ROW, _COLUMNS = 0x0208, 0x007D
_NUMBER, _RK, _MANY_RK, _FORMULA, _ERROR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_BIFF8 = 0x0600
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01
_ERRORS: Mapping[int, str] = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
    0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
"""[MS-XLS] 2.5.10, BErr."""
_ERROR_RESULT, _BLANK = 2, 3
"""What a formula's result is where it is no number ([MS-XLS] 2.5.133)."""


class _Book:
    """The records of a workbook: its sheets by name, and the formats of its styles."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._places: dict[str, int] = {}
        codes: dict[int, str] = dict(BUILT_IN)
        styles: list[int] = []
        self._wide, self._encoding = True, "cp1252"
        for kind, said in self._records(0):
            if kind == _BOF:
                self._wide = struct.unpack_from("<H", said)[0] == _BIFF8
            elif kind == _CODE_PAGE:
                self._encoding = _encoding(struct.unpack_from("<H", said)[0])
            elif kind == _BOUND_SHEET:
                place = struct.unpack_from("<I", said)[0]
                self._places.setdefault(self._text(said, 6, 1), place)
            elif kind == _FORMAT:
                number = struct.unpack_from("<H", said)[0]
                codes[number] = self._text(said, 2, 2 if self._wide else 1)
            elif kind == _XF:
                styles.append(struct.unpack_from("<H", said, 2)[0])
        self._formats = {
            style: found
            for style, number in enumerate(styles)
            if (found := format_of(codes.get(number, "")))
        }

    def _text(self, said: bytes, place: int, width: int) -> str:
        count = int.from_bytes(said[place : place + width], "little")
        place += width
        if not self._wide:
            return said[place : place + count].decode(self._encoding, "replace")
        if said[place] & 1:
            return said[place + 1 : place + 1 + count * 2].decode("utf-16-le", "replace")
        return said[place + 1 : place + 1 + count].decode("latin-1")

    def _records(self, place: int) -> Iterator[tuple[int, bytes]]:
        """Yield the records from one that begins a part to the one that ends it, without charts in it."""
        depth = 0
        stream = self._stream
        while True:
            kind, length = struct.unpack_from("<HH", stream, place)
            place += 4
            depth += (kind == _BOF) - (kind == _EOF)
            if not depth:
                return
            if depth == 1:
                yield kind, stream[place : place + length]
            place += length

    def shown(self, sheet: str) -> Shown:
        """Return what a sheet shows. Raises Damaged where there is no such sheet."""
        place = self._places.get(sheet)
        if place is None:
            raise Damaged
        found, formulas = Shown(), _Formulas()
        for kind, said in self._records(place):
            self._note_formats(found, kind, said)
            if kind == _FORMULA:
                formulas.take(found, said)
            elif kind == _ERROR:
                _note_error(found, said)
            elif kind == _ROW:
                found.hidden_rows += bool(said[12] & _HIDDEN_ROW)
            elif kind == _COLUMNS:
                _note_columns(found, said)
        formulas.close(found)
        return found

    def _note_formats(self, found: Shown, kind: int, said: bytes) -> None:
        if kind in (_NUMBER, _RK, _FORMULA):
            self._note_style(found, *struct.unpack_from("<HHH", said))
        elif kind == _MANY_RK:
            row, first = struct.unpack_from("<HH", said)
            for number in range((len(said) - 6) // 6):
                style = struct.unpack_from("<H", said, 4 + number * 6)[0]
                self._note_style(found, row, first + number, style)

    def _note_style(self, found: Shown, row: int, column: int, style: int) -> None:
        shape = self._formats.get(style)
        if shape is not None:
            found.formats[row, column] = shape


def _encoding(number: int) -> str:
    name = "utf-16-le" if number == 1200 else f"cp{number}"
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _note_error(found: Shown, said: bytes) -> None:
    row, column, _, code, is_error = struct.unpack_from("<HHHBB", said)
    if is_error:
        found.errors[row, column] = _ERRORS.get(code, "#UNKNOWN!")


def _note_columns(found: Shown, said: bytes) -> None:
    first, last, _, _, flags = struct.unpack_from("<HHHHH", said)
    if flags & _HIDDEN_COLUMN:
        found.hidden_columns += range(first, min(last, first + MOST_HIDDEN) + 1)


@dataclass(slots=True)
class _Formulas:
    """The formulas of a sheet: whether any was ever computed."""

    empty: list[tuple[int, int]] = field(default_factory=list)
    computed: bool = False

    def take(self, found: Shown, said: bytes) -> None:
        """Note one formula: its error, or that it has no result to speak of."""
        row, column = struct.unpack_from("<HH", said)
        result = said[6:14]
        if result[6:] != b"\xff\xff":
            self._take_empty((row, column), empty=struct.unpack("<d", result)[0] == 0)
        elif result[0] == _ERROR_RESULT:
            found.errors[row, column] = _ERRORS.get(result[2], "#UNKNOWN!")
            self.computed = True
        else:
            self._take_empty((row, column), empty=result[0] == _BLANK)

    def _take_empty(self, place: tuple[int, int], *, empty: bool) -> None:
        if empty:
            self.empty.append(place)
        else:
            self.computed = True

    def close(self, found: Shown) -> None:
        """Note the formulas that nobody computed: programs that cannot write 0 or nothing for all."""
        if not self.computed:
            found.uncomputed.update(self.empty)
