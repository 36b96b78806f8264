"""Reads a workbook in a process of its own: ``python -m tongban.kit.tables.apart FILE [SHEET]``.

The library that reads workbooks is not Python: a file made or broken on purpose can make it ask for
gigabytes or end the process. Here that ends only this process. Its output is JSON, a line for each
row, after a first line that says which sheet it is or why there is none. A cell is null for a
formula whose result nobody has computed.
"""

import datetime as dt
import json
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine as calamine

from tongban.kit.tables.model import Place, Shown
from tongban.kit.tables.old_books import Damaged
from tongban.kit.tables.shown import shown_in

MOST_MEMORY = 3 * 1024 * 1024 * 1024
MOST_SECONDS = 180
MOST_WRITTEN = 4 * 1024 * 1024 * 1024
"""Bytes of its output, so that no workbook fills the disk."""
EXACT = 1e15
"""From here on a spreadsheet keeps no further digits of a number."""


def main(path: str, wanted: str = "") -> None:
    """Write a sheet of a workbook to standard output."""
    _limit()
    try:
        _write(Path(path), wanted)
    except calamine.PasswordError:
        _say({"fault": "locked"})
    except Damaged:
        _say({"fault": "broken"})
    except calamine.CalamineError as error:
        _say({"fault": str(error)[:200] or type(error).__name__})


def _limit() -> None:
    try:
        import resource
    except ImportError:  # a system without such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))


def _write(path: Path, wanted: str) -> None:
    with calamine.CalamineWorkbook.from_path(path) as book:
        sheets = [
            one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        names = [one.name for one in sheets]
        if wanted and wanted not in names:
            _say({"fault": "sheet", "known": names})
            return
        filled = [name for name in names if book.get_sheet_by_name(name).height]
        unseen = {one.name for one in sheets if one.visible != calamine.SheetVisibleEnum.Visible}
        seen = [name for name in names if name not in unseen]
        name = wanted or next((one for one in filled if one not in unseen), "")
        if not name and filled:
            _say({"fault": "unseen", "known": filled})
            return
        name = name or next(iter(seen), "")
        if not name:
            _say({"fault": "empty"})
            return
        shown = shown_in(path, name)  # before the sheet is held: each by itself fits the memory
        sheet = book.get_sheet_by_name(name)
        height, width = _size(sheet)
        columns = sum(place < width for place in shown.hidden_columns)
        left = [one for one in filled if one != name]
        _say({"sheet": name, "others": [one for one in left if one not in unseen],
              "unseen": [one for one in left if one in unseen],
              "height": height, "width": width,
              "hidden": [shown.hidden_rows, columns]})  # fmt: skip
        rows = sheet.to_python(skip_empty_area=False)
        first = _inherited(shown.merged or sheet.merged_cell_ranges, len(rows))
        for number, row in enumerate(rows):
            _say([_cell(rows, (number, place), first, shown) for place in range(len(row))])
        for number in range(len(rows), 1 + max((row for row, _ in shown.valueless), default=-1)):
            _say(_valueless(number, shown))


def _size(sheet: calamine.CalamineSheet) -> Place:
    """Return how many rows and columns there are up to the last: of xls the library counts one too few."""
    row, column = sheet.end or (-1, -1)
    return row + 1, column + 1


def _valueless(row: int, shown: Shown) -> list[str | None]:
    """Return a row below the last value: the library ends there, formulas and errors may go on."""
    width = 1 + max((place for at, place in shown.valueless if at == row), default=-1)
    every = [(row, place) for place in range(width)]
    return [None if at in shown.uncomputed else shown.errors.get(at, "") for at in every]


def _say(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


def _inherited(merged: Sequence[Any] | None, height: int) -> dict[Place, Place]:
    """Return where a cell below the first of a merged range has what it says from."""
    found: dict[Place, Place] = {}
    for (top, left), (bottom, _) in merged or ():
        for row in range(top + 1, min(bottom, height - 1) + 1):
            found[row, left] = (top, left)
    return found


def _cell(rows: list[list[Any]], place: Place, first: Mapping[Place, Place], shown: Shown) -> Any:
    """Return a cell as text, None for a formula that nobody has computed."""
    row, column = place
    if place in shown.uncomputed:
        return None
    text = _shown(rows[row][column], place, shown) or shown.errors.get(place, "")
    whence = first.get(place)
    if text or whence is None or whence[1] >= len(rows[whence[0]]):
        return text
    return _shown(rows[whence[0]][whence[1]], whence, shown)


def _shown(value: Any, place: Place, shown: Shown) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if place in shown.texts:
            return shown.texts[place]
        if place in shown.formats and abs(value) < EXACT:
            return shown.formats[place].show(value) or _text(value)
    return _text(value)


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
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _number(value: float) -> str:
    if value != value or abs(value) >= EXACT:
        return f"{value:.14E}"
    whole = int(value)
    return str(whole) if whole == value else f"{Decimal(repr(value)):f}"


if __name__ == "__main__":
    main(*sys.argv[1:3])
