"""Workbooks (xlsx, xls, ods): one sheet as lines of text, as somebody reading the sheet sees them.

A whole number is written without ``.0`` and a day as ISO 8601. A number of more than 15 digits has
lost the rest when it was typed: it is given as ``1.147E+30``, which no reader takes for a code. A number
is read as its format shows it (000012, 50%, 12.5万元), and what is hidden or not computed is noted.
"""

import json
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import Text
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
from tongban.kit.tables.written import as_meant, is_emptied

LONGEST = 600
"""Seconds after which a workbook that is not read yet counts as unreadable."""
_LOCKED: Text = {"zh": "有密码保护", "en": "it is locked"}
_EMPTY: Text = {"zh": "没有工作表", "en": "it has no sheet"}
_BROKEN: Text = {"zh": "文件损坏", "en": "it is damaged"}


class Sheet:
    """One sheet of a workbook: the one that was named, else the first that holds anything."""

    keyed = False

    def __init__(self, path: Path, form: str, wanted: str = "") -> None:
        """Read the workbook in a process of its own, and keep its rows in a file.

        Refuses a broken or locked one, one too large, and a sheet that is not there.
        """
        check_workbook(path, form)
        self.form = form
        self._rows: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed with the sheet
        weakref.finalize(self, self._rows.close)
        _read_apart(path, wanted, self._rows)
        self._rows.seek(0)
        said = _head(self._rows.readline())
        _refuse(path, wanted, said)
        self._hidden = tuple(said["hidden"])
        self._start = self._rows.tell()
        self.sheet = str(said["sheet"])
        self._others, self._unseen = tuple(said["others"]), tuple(said["unseen"])

    def lines(self, note: TakeNote) -> Iterator[Line]:
        """Yield the rows; what a merged cell says holds for every row it covers."""
        if self._others:
            note(Note("sheets_not_read", 0, {"sheet": self.sheet, "others": self._others}))
        if self._unseen:
            note(Note("sheets_hidden", 0, {"sheet": self.sheet, "others": self._unseen}))
        if any(self._hidden):
            rows, columns = self._hidden
            note(Note("hidden_read", 0, {"rows": rows, "columns": columns}))
        place = self._start
        number = 0
        while True:
            self._rows.seek(place)  # another round over the rows may be under way
            written = self._rows.readline()
            place = self._rows.tell()
            if not written:
                return
            number += 1
            yield _line(number, json.loads(written), note)


def _read_apart(path: Path, wanted: str, out: IO[bytes]) -> None:
    command = [sys.executable, "-I", "-m", "tongban.kit.tables.apart", str(path.resolve()), wanted]
    try:
        subprocess.run(  # noqa: S603  our own program, no shell; the path is one argument
            command, stdout=out, stderr=subprocess.DEVNULL, timeout=LONGEST, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise unreadable(path, _BROKEN) from None


def _head(written: bytes) -> dict[str, Any]:
    try:
        found = json.loads(written)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"fault": "empty"}


def _refuse(path: Path, wanted: str, said: dict[str, Any]) -> None:
    fault = said.get("fault")
    if fault == "sheet":
        known = ", ".join(said["known"])
        raise Refusal("kit.sheet_missing", Kind.INVALID, path=str(path), sheet=wanted, known=known)
    if fault == "unseen":
        sheets = ", ".join(said["known"])
        raise Refusal("kit.sheets_hidden", Kind.INVALID, path=str(path), sheets=sheets)
    if fault is not None:
        raise unreadable(
            path, {"locked": _LOCKED, "empty": _EMPTY, "broken": _BROKEN}.get(fault, fault)
        )
    if said["height"] > MOST_ROWS:
        raise too_much(path, ROWS, MOST_ROWS)
    if said["width"] > MOST_COLUMNS:
        raise too_much(path, COLUMNS, MOST_COLUMNS)


def _line(number: int, written: list[str | None], note: TakeNote) -> Line:
    uncomputed = written.count(None)
    if uncomputed:
        note(Note("formula_without_value", number, {"count": uncomputed}))
    cells = [cell or "" for cell in written]
    if any(len(cell) > LONGEST_CELL for cell in cells):
        note(Note("line_unreadable", number, {"limit": LONGEST_CELL}))
        return Line(number, (), broken=True)
    cells = list(as_meant(number, cells, note))
    emptied = is_emptied(written, cells)
    while cells and not cells[-1].strip():
        cells.pop()
    return Line(number, tuple(cells), emptied=emptied)
