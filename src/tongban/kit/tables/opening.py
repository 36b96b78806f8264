"""Opens a file as the table it is, whatever its name says."""

import re
from pathlib import Path

from tongban.kernel.text import Text
from tongban.kit.i18n import problem_of
from tongban.kit.tables.delimited import Delimited
from tongban.kit.tables.encodings import encoding_of
from tongban.kit.tables.model import BYTES, LARGEST, Table, too_much, unreadable
from tongban.kit.tables.trees import of_tree

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_SHEET = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")


_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|table|\?xml|meta|style)\b", re.IGNORECASE
)
_IS_PAGE: Text = {
    "zh": "这是网页或 XML，用电子表格打开另存",
    "en": "it is a web page or XML; open it in a spreadsheet",
}


def open_table(path: Path, sheet: str = "") -> Table:
    """Return the table in a file; ``sheet`` names the sheet of a workbook.

    Refuses a file that is too large, is broken or is no table.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise too_much(path, BYTES, LARGEST)
        with path.open("rb") as file:
            head = file.read(4096)
        return _opened(path, head, sheet)
    except OSError as error:
        raise unreadable(path, problem_of(error)) from None


def _opened(path: Path, head: bytes, sheet: str) -> Table:
    form = _workbook(path, head)
    if form:
        from tongban.kit.tables.workbooks import Sheet

        return Sheet(path, form, sheet)
    if _is_tree(path, head):
        return of_tree(path)
    if _PAGE.match(head):
        raise unreadable(path, _IS_PAGE)
    return Delimited(path)


def _workbook(path: Path, head: bytes) -> str:
    """Return which workbook the first bytes show; an archive that is no ODS is taken for xlsx."""
    if head.startswith(_ZIP):
        return "ods" if b"opendocument.spreadsheet" in head else "xlsx"
    if head.startswith(_COMPOUND) or head.startswith(_OLD_SHEET):
        return "xls"
    return ""


def _is_tree(path: Path, head: bytes) -> bool:
    """Whether a text begins as JSON does."""
    encoding = encoding_of(path)
    text = head.decode(encoding, "replace").lstrip("\ufeff").lstrip()
    if text.startswith("{"):
        return True
    if text.startswith("[") and text[1:].lstrip()[:1] in ("{", "]", "[", ""):
        return True
    return _TITLED.match(text) is not None


_TITLED = re.compile(r'\[\s*(?:"[^"\n]{0,200}"\s*,\s*){1,5}\{')
"""A list of objects with words before them."""
