"""Lists as CSV files."""

import csv
import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kit.sheets import to_csv


def read_back(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_spreadsheet_is_told_that_it_is_utf8_and_given_no_formula() -> None:
    content = to_csv(["名称", "日期"], [["=1+1", dt.date(2026, 1, 2)], [None, 3]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_back(content) == [["名称", "日期"], ["'=1+1", "2026-01-02"], ["", "3"]]


def test_instants_are_written_as_the_clocks_on_the_wall_show_them() -> None:
    moment = dt.datetime(2026, 1, 2, 18, 30, 5, 7, dt.UTC)
    content = to_csv(["a"], [[moment]], ZoneInfo("Asia/Shanghai"))
    assert read_back(content)[1] == ["2026-01-03 02:30"]
    with pytest.raises(TypeError):
        to_csv(["a"], [[moment]])


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_every_text_is_read_back_as_one_cell(texts: list[str]) -> None:
    cells = read_back(to_csv(["a"] * len(texts), [texts]))[-1]
    assert [cell.removeprefix("'") for cell in cells] == [text.removeprefix("'") for text in texts]
