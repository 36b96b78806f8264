"""Lists as CSV files."""

import csv
import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import lists

from tongban.kit.db import Database
from tongban.kit.lists import Kind
from tongban.kit.lists.files import Form, write
from tongban.kit.sheets import csv_lines, guarded, unguarded


def read_back(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_spreadsheet_is_told_that_it_is_utf8_and_given_no_formula(database: Database) -> None:
    made = lists.listing([["=1+1", dt.date(2026, 1, 2)], [None, dt.date(2026, 1, 3)]], Kind.TEXT,
                         Kind.DAY)  # fmt: skip
    file = io.BytesIO()
    with database.read() as reader:
        write(reader, made, lists.asking(), Form.CSV, file)
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    assert read_back(file.getvalue())[1:] == [["'=1+1", "2026-01-02"], ["", "2026-01-03"]]


def test_instants_are_written_as_the_clocks_on_the_wall_show_them() -> None:
    moment = dt.datetime(2026, 1, 2, 18, 30, 5, 7, dt.UTC)
    content = csv_lines([[moment]], ZoneInfo("Asia/Shanghai"))
    assert read_back(content)[0] == ["2026-01-03 02:30"]
    with pytest.raises(TypeError):
        csv_lines([[moment]])


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_every_text_is_read_back_as_one_cell(texts: list[str]) -> None:
    cells = read_back(csv_lines([texts]))[-1]
    assert [unguarded(cell) for cell in cells] == texts


@pytest.mark.parametrize(
    "text",
    ["=1", "＝1+1", "+86", "＋86", "-1", "－1", "@A1", "＠SUM(1)", "\n=1+1", "\r\n=1", "\t=1", "\tx",
     " =1", "\u3000＝1", "\u200b=1", "\ufeff=1", "\u2060＋1", "\u202e-1", "\ufe0f=1", "\u3164=1"],
)  # fmt: skip
def test_no_sign_of_a_formula_gets_by(text: str) -> None:
    assert read_back(csv_lines([[text]]))[0] == ["'" + text]


@given(st.text(st.sampled_from("'=＝a \u200b\n1")))
def test_a_program_takes_the_apostrophe_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_a_text_that_is_no_formula_stays_as_it_is() -> None:
    for text in ("1470181701044034", "'tis", "a=b", "", " a", "1-2"):
        assert read_back(csv_lines([[text, "|"]]))[0] == [text, "|"]
