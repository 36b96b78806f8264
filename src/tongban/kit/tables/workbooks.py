"""Workbooks (xlsx, xls, ods): one sheet as lines of text, as somebody reading the sheet sees them.

A whole number is written without ``.0`` and a day as ISO 8601. A number of more than 15 digits has
lost the rest when it was typed: it is given as ``1.147E+30``, which no reader takes for a code.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import python_calamine as calamine

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.tables.limits import check_workbook
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
    unreadable,
)

EXACT = 1e15
"""From here on a spreadsheet keeps no further digits of a number."""
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_Merged = dict[tuple[int, int], tuple[int, int]]


class Sheet:
    """One sheet of a workbook: the one that was named, else the first that holds anything."""

    keyed = False

    def __init__(self, path: Path, form: str, wanted: str = "") -> None:
        """Open the workbook. Refuses a broken or locked one, and a sheet that is not there."""
        check_workbook(path, form)
        self._path = path
        self.form = form
        self._rows, self.sheet, self._others, merged = _guarded(path, wanted)
        self._first = _inherited(merged, len(self._rows))

    def lines(self, note: TakeNote) -> Iterator[Line]:
        """Yield the rows; what a merged cell says holds for every row it covers."""
        if self._others:
            note(Note("sheets_not_read", 0, {"sheet": self.sheet, "others": self._others}))
        for place, row in enumerate(self._rows):
            cells = [_text(cell) for cell in row]
            for column in range(len(cells)):
                first = self._first.get((place, column))
                if first is not None and not cells[column]:
                    cells[column] = _text(self._rows[first[0]][first[1]])
            yield self._line(place + 1, cells, note)

    def _line(self, number: int, cells: list[str], note: TakeNote) -> Line:
        if any(len(cell) > LONGEST_CELL for cell in cells):
            note(Note("line_unreadable", number, {"limit": LONGEST_CELL}))
            return Line(number, (), broken=True)
        faulty = [cell for cell in cells if cell in _ERRORS]
        if faulty:
            note(Note("cell_error", number, {"found": faulty[0], "count": len(faulty)}))
            cells = ["" if cell in _ERRORS else cell for cell in cells]
        while cells and not cells[-1].strip():
            cells.pop()
        return Line(number, tuple(cells))


def _guarded(path: Path, wanted: str) -> tuple[list[list[Any]], str, tuple[str, ...], Any]:
    """Read a sheet. The library's own panics are no exceptions of Python's and become a refusal."""
    try:
        return _read(path, wanted)
    except (Refusal, KeyboardInterrupt, SystemExit):
        raise
    except calamine.PasswordError:
        raise unreadable(path, {"zh": "有密码保护", "en": "it is locked"}) from None
    except BaseException as error:
        if isinstance(error, MemoryError):
            raise
        raise unreadable(path, str(error)[:200] or type(error).__name__) from None


def _read(path: Path, wanted: str) -> tuple[list[list[Any]], str, tuple[str, ...], Any]:
    with calamine.CalamineWorkbook.from_path(path) as book:
        names = [one.name for one in book.sheets_metadata if _is_shown(one)]
        if wanted and wanted not in names:
            raise Refusal(
                "kit.sheet_missing",
                Kind.INVALID,
                path=str(path),
                sheet=wanted,
                known=", ".join(names),
            )
        filled = [name for name in names if book.get_sheet_by_name(name).height]
        name = wanted or next(iter(filled or names), "")
        if not name:
            raise unreadable(path, {"zh": "没有工作表", "en": "no sheet"})
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > MOST_ROWS:
            raise too_much(path, ROWS, MOST_ROWS)
        if sheet.total_width > MOST_COLUMNS:
            raise too_much(path, COLUMNS, MOST_COLUMNS)
        rows = sheet.to_python(skip_empty_area=False)
        return rows, name, tuple(one for one in filled if one != name), sheet.merged_cell_ranges


def _is_shown(sheet: calamine.SheetMetadata) -> bool:
    return (
        sheet.visible == calamine.SheetVisibleEnum.Visible
        and sheet.typ == calamine.SheetTypeEnum.WorkSheet
    )


def _inherited(merged: Sequence[Any] | None, height: int) -> _Merged:
    """Return where a cell below the first of a merged range has what it says from."""
    found: _Merged = {}
    for (top, left), (bottom, _) in merged or ():
        for row in range(top + 1, min(bottom, height - 1) + 1):
            found[row, left] = (top, left)
    return found


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dt.datetime):
        day = value.time() == dt.time()
        return value.date().isoformat() if day else value.isoformat(" ", "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _number(value: float) -> str:
    if abs(value) >= EXACT:
        return f"{value:.14E}"
    whole = int(value)
    return str(whole) if whole == value else repr(value)
