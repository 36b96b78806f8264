"""Small tables in the forms in which people have them."""

import io
import zipfile
from collections.abc import Iterable, Sequence
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
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def ods(path: Path, rows: Iterable[Sequence[str]], repeated: int = 1) -> Path:
    """Write an ODS file of text cells; each cell says that it comes ``repeated`` times."""
    again = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell{again} office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {_SPACES}><office:body>'
        f'<office:spreadsheet><table:table table:name="一">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    path.write_bytes(whole.getvalue())
    return path
