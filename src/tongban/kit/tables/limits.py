"""How much a workbook may unpack to: looked at before anything is unpacked into memory."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tongban.kit.tables.model import (
    BYTES,
    CELLS,
    COLUMNS,
    MOST_COLUMNS,
    MOST_ROWS,
    ROWS,
    too_much,
    unreadable,
)

MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes of all parts of a workbook together."""
MOST_CELLS = 20_000_000
"""Cells of the rectangle from A1 to the last one that is used."""
MOST_REPEATED = 20_000
"""How often an ODS file may say that one filled cell or row comes again."""
_WIDEST, _HIGHEST = 16_384, 1_048_576
"""Columns and rows of the largest sheet there is: what fills one up with nothing costs nothing."""
_CHUNK = 1 << 20
_OVERLAP = 4096
_REFERENCE = re.compile(rb'<(?:\w+:)?c\b[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
_REPEATED = re.compile(
    rb'<table:table-(cell|row)\b[^>]{0,900}?number-\w{1,40}-repeated="([0-9]{1,40})"'
    rb"|(value-type)|(</table:table-row>)"
)
_REST = 4096
"""Bytes of a tag after its count that are looked at."""


def check_workbook(path: Path, form: str) -> None:
    """Refuse a workbook that would unpack to more than is read, and one that is no archive."""
    if form == "xls":
        return
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
                raise too_much(path, BYTES, MOST_UNPACKED)
            for member in archive.infolist():
                _check_member(path, archive, member)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise unreadable(path, str(error)) from None
    except (EOFError, OSError, ValueError) as error:
        raise unreadable(path, str(error) or type(error).__name__) from None
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise unreadable(path, str(error)) from None
        raise


def _check_member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
        _check_references(path, archive, member)
    elif member.filename == "content.xml":
        _check_repeats(path, archive, member)


def _check_references(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse a sheet whose last cell lies so far out that the rectangle before it is too large."""
    rows = columns = 0
    for chunk in _chunks(archive, member):
        for letters, digits in _REFERENCE.findall(chunk):
            rows = max(rows, int(digits))
            columns = max(columns, _column(letters))
    if rows > MOST_ROWS:
        raise too_much(path, ROWS, MOST_ROWS)
    if columns > MOST_COLUMNS:
        raise too_much(path, COLUMNS, MOST_COLUMNS)
    if rows * columns > MOST_CELLS:
        raise too_much(path, CELLS, MOST_CELLS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_repeats(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse an ODS file that repeats a filled cell or row too often; empty ones cost nothing."""
    for chunk in _chunks(archive, member):
        in_row = 0  # how often the row around comes again
        for found in _REPEATED.finditer(chunk):
            if found[2] is None:
                in_row = in_row if found[3] else 0
                _check_repeat(path, in_row, filled=True)
                continue
            count, is_cell = int(found[2]), found[1] == b"cell"
            if count > (_WIDEST if is_cell else _HIGHEST):
                raise too_much(path, CELLS, MOST_REPEATED)
            if is_cell:
                _check_repeat(path, max(count, in_row), filled=_has_value(chunk, found))
            else:
                in_row = count


def _has_value(chunk: bytes, found: re.Match[bytes]) -> bool:
    """Whether the tag of a repeated cell says that it holds a value."""
    end = chunk.find(b">", found.end(), found.end() + _REST)
    return b"value-type" in chunk[found.start() : end if end > 0 else found.end() + _REST]


def _check_repeat(path: Path, count: int, *, filled: bool) -> None:
    if filled and count > MOST_REPEATED:
        raise too_much(path, CELLS, MOST_REPEATED)


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member's bytes in chunks that overlap, so that no tag is cut in two."""
    before = b""
    with archive.open(member) as file:
        while read := file.read(_CHUNK):
            yield before + read
            before = (before + read)[-_OVERLAP:]
