"""A hidden sheet is never read by itself, and never passed over without a word."""

from pathlib import Path

import pytest
from tests.builders.tables import hiding

from tongban.kernel.errors import Refusal
from tongban.kit.tables.model import Note
from tongban.kit.tables.opening import open_table

ROW: list[tuple[str, ...]] = [("甲", "乙")]
Sheets = list[tuple[str, bool, list[tuple[str, ...]]]]
FORMS = pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])


@FORMS
def test_hidden_sheets_that_hold_something_are_named(form: str, tmp_path: Path) -> None:
    sheets: Sheets = [
        ("空白", True, []),
        ("作废", True, ROW),
        ("清单", False, ROW),
        ("附件", False, ROW),
    ]
    path = hiding(tmp_path / f"a.{form}", sheets)
    notes: list[Note] = []
    table = open_table(path)
    assert [line.cells for line in table.lines(notes.append)] == ROW
    assert [(one.code, dict(one.data)) for one in notes] == [
        ("sheets_not_read", {"sheet": "清单", "others": ("附件",)}),
        ("sheets_hidden", {"sheet": "清单", "others": ("作废",)}),
    ]


@FORMS
def test_a_hidden_sheet_is_read_when_it_is_named(form: str, tmp_path: Path) -> None:
    sheets: Sheets = [("清单", False, ROW), ("作废", True, [("丙",)])]
    table = open_table(hiding(tmp_path / f"a.{form}", sheets), "作废")
    assert [line.cells for line in table.lines(lambda _: None)] == [("丙",)]


@FORMS
def test_a_workbook_of_which_only_hidden_sheets_hold_something_says_so(
    form: str, tmp_path: Path
) -> None:
    path = hiding(tmp_path / f"a.{form}", [("说明", False, []), ("清单", True, ROW)])
    with pytest.raises(Refusal) as refused:
        open_table(path)
    assert (refused.value.code, refused.value.data["sheets"]) == ("kit.sheets_hidden", "清单")
