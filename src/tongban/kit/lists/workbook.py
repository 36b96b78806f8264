"""A list as a workbook: every cell is what it stands for, and none is altered by opening it.

Identifiers are text, dates are dates, money is a number of yuan with two decimals. Rows go to disk as
they come (``constant_memory``), so a list of a million lines needs no more memory than a short one.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tongban.kit.lists.cells import is_money, local, plain_number, yes_or_no
from tongban.kit.lists.declaration import Asking, Column, Kind
from tongban.kit.sheets import starts_a_formula

if TYPE_CHECKING:  # a library that takes its time to load is loaded where a workbook is written
    from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_ROWS = 1_048_576
"""Rows of a sheet (ECMA-376, as Excel implements it); a longer list goes on on another."""
CELL_UNITS = 32_767
"""UTF-16 units that Excel keeps of the text in a cell."""
_DIGITS = 15
"""Significant digits that a spreadsheet keeps of a number; a longer one is written as text."""
_FIRST_DAY = dt.date(1900, 3, 1)
"""Days before are counted wrongly by spreadsheets, or not at all; they are written as text."""
_WIDTHS = {
    Kind.TEXT: 24, Kind.IDENTIFIER: 24, Kind.NUMBER: 12, Kind.MONEY: 14, Kind.DAY: 12,
    Kind.INSTANT: 17,
}  # fmt: skip
_FORMATS = {
    Kind.TEXT: "General", Kind.IDENTIFIER: "@", Kind.NUMBER: "General", Kind.MONEY: "#,##0.00",
    Kind.DAY: "yyyy-mm-dd", Kind.INSTANT: "yyyy-mm-dd hh:mm",
}  # fmt: skip
_NO_XML = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO_SHEET = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, kw_only=True)
class About:
    """What a workbook says of itself."""

    title: str
    government: str
    narrowed: str
    """The filters that were used, in words."""
    at: dt.datetime
    cut: str
    """What stands at the end of a text that a cell cannot hold."""


class Workbook:
    """Writes rows into a workbook; nothing is there until it is closed."""

    def __init__(
        self,
        file: IO[bytes],
        columns: Sequence[Column],
        asking: Asking,
        about: About,
        *,
        folder: Path | None = None,
        sheet_rows: int = SHEET_ROWS,
    ) -> None:
        """Begin; pieces lie below ``folder`` until then."""
        from xlsxwriter import Workbook as Writer

        self._columns, self._asking, self._about = columns, asking, about
        self._sheet_rows = sheet_rows
        self._book = Writer(
            file,
            {
                "constant_memory": True,
                "tmpdir": None if folder is None else str(folder),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._head = self._book.add_format({"bold": True, "bg_color": "#E8EEF7", "num_format": "@"})
        self._formats = {k: self._book.add_format({"num_format": f}) for k, f in _FORMATS.items()}
        # The mark of a spreadsheet for "this is text": it shows nothing, and editing keeps it.
        self._text = self._book.add_format({"num_format": "@", "quote_prefix": True})
        self._sheets = 0
        self._sheet = self._new_sheet()
        self._say_about()

    def _say_about(self) -> None:
        self._book.set_properties(
            {
                "title": as_xml(self._about.title),
                "subject": as_xml(self._about.narrowed),
                "author": as_xml(self._about.government),
                "created": self._about.at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0),
            }
        )

    def _new_sheet(self) -> "Worksheet":
        self._sheets += 1
        self._row = 0
        sheet = self._book.add_worksheet(_sheet_name(self._about.title, self._sheets))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, column.width or _WIDTHS[column.kind])
            sheet.write_string(0, place, as_xml(self._asking.t(column.heading)), self._head)
        return sheet

    def write(self, rows: Sequence[Any]) -> None:
        """Write rows behind the last."""
        for row in rows:
            if self._row + 1 >= self._sheet_rows:
                self._end_sheet()
                self._sheet = self._new_sheet()
            self._row += 1
            for place, column in enumerate(self._columns):
                self._cell(place, column, column.shown(row, self._asking))

    def close(self) -> None:
        """Finish the file."""
        self._end_sheet()
        self._book.close()

    def _end_sheet(self) -> None:
        self._sheet.autofilter(0, 0, self._row, len(self._columns) - 1)

    def _cell(self, place: int, column: Column, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._write_text(place, column, yes_or_no(value, self._asking))
        elif isinstance(value, int | float | Decimal):
            self._write_number(place, column, value)
        elif isinstance(value, dt.datetime):
            self._write_date(place, Kind.INSTANT, local(value, self._asking))
        elif isinstance(value, dt.date):
            self._write_date(place, Kind.DAY, value)
        else:
            self._write_text(place, column, str(value))

    def _write_number(self, place: int, column: Column, value: float | Decimal) -> None:
        exact = Decimal(value) / 100 if is_money(column, value) else Decimal(str(value))
        if not exact.is_finite() or len(exact.as_tuple().digits) > _DIGITS:
            self._sheet.write_string(self._row, place, plain_number(exact), self._text)
            return
        self._sheet.write_number(self._row, place, exact, self._formats[column.kind])

    def _write_date(self, place: int, kind: Kind, value: dt.date) -> None:
        day = value.date() if isinstance(value, dt.datetime) else value
        if day < _FIRST_DAY:
            self._sheet.write_string(self._row, place, value.isoformat(" ") if isinstance(
                value, dt.datetime) else value.isoformat(), self._text)  # fmt: skip
            return
        self._sheet.write_datetime(self._row, place, value, self._formats[kind])

    def _write_text(self, place: int, column: Column, value: str) -> None:
        text = cut_to_cell(as_xml(value), self._about.cut)
        form = self._formats[Kind.IDENTIFIER if column.kind is Kind.IDENTIFIER else Kind.TEXT]
        if starts_a_formula(text):
            form = self._text
        self._sheet.write_string(self._row, place, text, form)


def as_xml(text: str) -> str:
    """Return a text that XML can hold; in place of each character that it cannot stands U+FFFD.

    Line ends become those of a workbook.
    """
    return _NO_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def cut_to_cell(text: str, cut: str) -> str:
    """Return a text that fits into a cell; one that does not ends with words that say so."""
    if len(text) * 2 <= CELL_UNITS or units(text) <= CELL_UNITS:
        return text
    room = (CELL_UNITS - units(cut)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + cut


def units(text: str) -> int:
    """Return how many UTF-16 units a text has: what spreadsheets count."""
    return len(text.encode("utf-16-le")) // 2


def _sheet_name(title: str, number: int) -> str:
    """Return the name of a sheet: at most 31 units, without what Excel forbids there."""
    ending = f" ({number})" if number > 1 else ""
    plain = _NO_SHEET.sub(" ", as_xml(unicodedata.normalize("NFC", title)).replace("\n", " "))
    room = (31 - len(ending)) * 2
    kept = plain.encode("utf-16-le")[:room].decode("utf-16-le", "ignore").strip(" '")
    return (kept or "1") + ending
