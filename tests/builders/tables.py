"""Small tables in the forms in which people have them."""

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


def xlsx(
    path: Path,
    rows: Sequence[Sequence[object]],
    merged: Iterable[Merge] = (),
    sheets: Iterable[str] = (),
) -> Path:
    """Write a workbook; further ``sheets`` get one cell each."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif cell is not None:
                    sheet.write(number, place, cell)
        for first_row, first, last_row, last in merged:
            kept = rows[first_row][first]
            sheet.merge_range(first_row, first, last_row, last, kept)
        for name in sheets:
            book.add_worksheet(name).write(0, 0, "更多")
    return path


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest='
    '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    f'manifest:full-path="/" manifest:media-type="{_ODS}"/></manifest:manifest>'
)
_SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)


def hiding(path: Path, sheets: Sequence[tuple[str, bool, Sequence[Sequence[str]]]]) -> Path:
    """Write a workbook (xlsx, xls or ods by its name) of sheets: name, whether it is hidden, rows."""
    if path.suffix == ".xls":
        return _old_book(
            path, [(name, hidden, _old_sheet(rows, ())) for name, hidden, rows in sheets]
        )
    if path.suffix == ".ods":
        return _open_book(path, sheets)
    with xlsxwriter.Workbook(path) as book:
        for name, hidden, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if hidden:
                sheet.very_hidden()
    return path


def _open_book(path: Path, sheets: Iterable[tuple[str, bool, Iterable[Sequence[str]]]]) -> Path:
    style = (
        '<office:automatic-styles><style:style style:name="away" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    tables = "".join(
        f'<table:table table:name="{name}"{HIDDEN if hidden else ""}>{_open_rows(rows)}</table:table>'
        for name, hidden, rows in sheets
    )
    return _open_document(path, tables, style)


HIDDEN = ' table:style-name="away"'


def ods(path: Path, rows: Iterable[Sequence[str]], repeated: int = 1) -> Path:
    """Write an ODS file of text cells; each cell says that it comes ``repeated`` times."""
    again = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    return ods_of(path, _open_rows(rows, again))


def _open_rows(rows: Iterable[Sequence[str]], again: str = "") -> str:
    return "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell{again} office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )


def ods_of(path: Path, lines: str) -> Path:
    """Write an ODS file of rows that are XML already."""
    return _open_document(path, f'<table:table table:name="一">{lines}</table:table>')


def _open_document(path: Path, tables: str, styles: str = "") -> Path:
    content = (
        f'<?xml version="1.0"?><office:document-content {_SPACES}>{styles}<office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    path.write_bytes(whole.getvalue())
    return path


@dataclass(frozen=True)
class Formatted:
    """A number with the format by which it shows."""

    value: float
    format: str


@dataclass(frozen=True)
class Failed:
    """An error, such as 0x2A for #N/A ([MS-XLS] 2.5.10); of a formula, or as it stands."""

    code: int
    formula: bool = False


@dataclass(frozen=True)
class Formula:
    """A formula with its result: a number, a text, or None for an empty one."""

    result: float | str | None


def xls(
    path: Path,
    rows: Sequence[Sequence[object]],
    merged: Iterable[Merge] = (),
    hidden_rows: Iterable[int] = (),
    hidden_columns: Iterable[tuple[int, int]] = (),
) -> Path:
    """Write the least that is an old workbook: one sheet in BIFF8 inside a compound file."""
    codes = [cell.format for row in rows for cell in row if isinstance(cell, Formatted)]
    sheet = _old_sheet(rows, merged, codes, hidden_rows, hidden_columns)
    return _old_book(path, [("表", False, sheet)], codes)


def _old_sheet(
    rows: Sequence[Sequence[object]],
    merged: Iterable[Merge],
    codes: Sequence[str] = (),
    hidden_rows: Iterable[int] = (),
    hidden_columns: Iterable[tuple[int, int]] = (),
) -> bytes:
    sheet = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for first, last in hidden_columns:
        sheet += _biff(0x007D, struct.pack("<HHHHHH", first, last, 2048, 0, 1, 0))
    for number in hidden_rows:
        sheet += _biff(0x0208, struct.pack("<HHHHHHHH", number, 0, 9, 255, 0, 0, 0x0120, 15))
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            style = 1 + codes.index(cell.format) if isinstance(cell, Formatted) else 0
            where = struct.pack("<HHH", number, place, style)
            if isinstance(cell, (Failed, Formula)):
                sheet += _computed(where, cell)
            elif isinstance(cell, Formatted):
                sheet += _formatted(where, cell.value)
            elif isinstance(cell, (int, float)):
                sheet += _biff(0x0203, where + struct.pack("<d", cell))
            elif cell:
                text = str(cell)
                written = struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
                sheet += _biff(0x0204, where + written)
    ranges = [struct.pack("<HHHH", a, c, b, d) for a, b, c, d in merged]
    if ranges:
        sheet += _biff(0x00E5, struct.pack("<H", len(ranges)) + b"".join(ranges))
    return sheet + _biff(0x000A, b"")


def _computed(where: bytes, cell: Failed | Formula) -> bytes:
    if isinstance(cell, Failed) and not cell.formula:
        return _biff(0x0205, where + struct.pack("<BB", cell.code, 1))
    behind = struct.pack("<HIH", 0, 0, 0)
    if isinstance(cell, Failed):
        return _biff(0x0006, where + bytes([2, 0, cell.code, 0, 0, 0, 255, 255]) + behind)
    if isinstance(cell.result, str):
        text = struct.pack("<HB", len(cell.result), 1) + cell.result.encode("utf-16-le")
        said = bytes([0, 0, 0, 0, 0, 0, 255, 255])
        return _biff(0x0006, where + said + behind) + _biff(0x0207, text)
    said = bytes([3, 0, 0, 0, 0, 0, 255, 255])
    result = said if cell.result is None else struct.pack("<d", cell.result)
    return _biff(0x0006, where + result + behind)


def _formatted(where: bytes, value: float) -> bytes:
    """Return a number as spreadsheets write it: a whole one in the short form that two may share."""
    if value != int(value) or not 0 <= value < 2**29:
        return _biff(0x0203, where + struct.pack("<d", value))
    short = struct.pack("<I", int(value) << 2 | 2)
    row, column, style = struct.unpack("<HHH", where)
    if int(value) % 2:
        return _biff(0x027E, where + short)
    return _biff(
        0x00BD, struct.pack("<HHH", row, column, style) + short + struct.pack("<H", column)
    )


def _old_book(
    path: Path, sheets: Sequence[tuple[str, bool, bytes]], codes: Sequence[str] = ()
) -> Path:
    begin = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    for number, code in enumerate(codes, 164):
        text = struct.pack("<HHB", number, len(code), 1) + code.encode("utf-16-le")
        begin += _biff(0x041E, text)
    for number in (0, *range(164, 164 + len(codes))):
        begin += _biff(0x00E0, struct.pack("<HH", 0, number) + bytes(16))
    names = [struct.pack("<BB", len(one), 1) + one.encode("utf-16-le") for one, _, _ in sheets]
    place = len(begin) + sum(4 + 6 + len(name) for name in names) + 4
    bound = b""
    for name, (_, hidden, sheet) in zip(names, sheets, strict=True):
        bound += _biff(0x0085, struct.pack("<IBB", place, hidden, 0) + name)
        place += len(sheet)
    written = b"".join(sheet for _, _, sheet in sheets)
    path.write_bytes(_compound(begin + bound + _biff(0x000A, b"") + written))
    return path


def _biff(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound(stream: bytes) -> bytes:
    """Return a compound file that holds one stream, Workbook, of 512-byte sectors."""
    size = max(len(stream), 4096)
    stream = stream.ljust(-(-size // 512) * 512, b"\0")
    count = len(stream) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    assert len(table) == 512, "too many rows for one sector of the table"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * 432
    folder = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0xFFFFFFFF, 2, size)
    return head + table + folder.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    found = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
    found += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
    return found + struct.pack("<IQ", start, size)
