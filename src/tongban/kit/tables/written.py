"""What stands in a cell because of how spreadsheets write: errors, formulas, marks that it is a text."""

import re
from collections.abc import Sequence

from tongban.kit.sheets import unguarded
from tongban.kit.tables.model import Note, TakeNote

ERRORS = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!",
     "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#GETTING_DATA"}
)  # fmt: skip
"""What a spreadsheet shows for a formula that has no result."""
_ERROR = re.compile(r"\s*(#[A-Z0/_]{2,13}[!?A]?|#{3,}|Err:[0-9]{3})\s*")
_TEXT = re.compile(r'="((?:[^"]|"")*)"\s*', re.DOTALL)
_FORMULA = re.compile(r"=[-+(A-Za-z0-9$'\"@\[]")
_FIRST = "='#E \t"
"""What such a cell begins with: all others are told in one glance."""


def as_meant(number: int, cells: Sequence[str], note: TakeNote) -> Sequence[str]:
    """Return the cells of a line as they are meant, after noting errors and formulas in them.

    ``="0012"`` is the text 0012, an apostrophe before a code or a formula says that it is a text (and our
    own CSV puts it there); an error and a formula without its result say nothing.
    """
    if not any(cell[:1] in _FIRST for cell in cells if cell):
        return cells
    found = [_meant(cell) for cell in cells]
    for code, said in (("cell_error", _is_error), ("formula_without_value", _is_formula)):
        wrong = [cell for cell in cells if said(cell)]
        if wrong:
            note(Note(code, number, {"found": wrong[0].strip(), "count": len(wrong)}))
    return found


def is_emptied(before: Sequence[str | None], after: Sequence[str]) -> bool:
    """Whether a line says something as it is written, None being a formula, and nothing as it is meant."""
    return not any(cell.strip() for cell in after) and any(
        cell is None or cell.strip() for cell in before
    )


def without_errors(number: int, cells: Sequence[str], note: TakeNote) -> Sequence[str]:
    """Return the cells of a line without the errors of spreadsheets, after noting them."""
    wrong = [cell for cell in cells if _is_error(cell)]
    if not wrong:
        return cells
    note(Note("cell_error", number, {"found": wrong[0].strip(), "count": len(wrong)}))
    return ["" if _is_error(cell) else cell for cell in cells]


def _meant(cell: str) -> str:
    if cell[:1] == "'":
        return unguarded(cell)
    text = _TEXT.fullmatch(cell)
    if text:
        return text[1].replace('""', '"')
    return "" if _is_error(cell) or _is_formula(cell) else cell


def _is_error(cell: str) -> bool:
    found = _ERROR.fullmatch(cell) if len(cell) < 20 and cell[:1] in _FIRST else None
    return found is not None and (found[1] in ERRORS or found[1][1] == "#" or found[1][0] == "E")


def _is_formula(cell: str) -> bool:
    return cell[:1] == "=" and _FORMULA.match(cell) is not None and not _TEXT.fullmatch(cell)
