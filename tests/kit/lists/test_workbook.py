"""What a workbook holds, read by a program that is not ours (python-calamine)."""

import datetime as dt
import re
import zipfile
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.lists import ABOUT, SHANGHAI, asking, cells, columns, workbook

from tongban.kit.lists import Kind
from tongban.kit.lists.workbook import CELL_UNITS, Workbook, as_xml, cut_to_cell, units

_EARLY, _LATE = (dt.datetime(year, 1, 1) for year in (1991, 2200))  # noqa: DTZ001 - bounds
texts = st.text(st.characters(codec="utf-8"), max_size=60)


def one(value: Any, kind: Kind) -> Any:
    # Beside it stands a mark, for a row in which nothing stands is none to some readers.
    return cells(workbook([["|", value]], Kind.TEXT, kind))[0][1]


def test_a_case_number_of_sixteen_digits_stays_the_text_that_it_is() -> None:
    numbers = [f"47018120261130{n:02d}" for n in range(40)] + ["91470181MA0000001X", "007", "1E5"]
    found = cells(workbook([[number] for number in numbers], Kind.IDENTIFIER))
    assert [row[0] for row in found] == numbers


@given(texts)
def test_every_text_is_read_back_as_it_is(text: str) -> None:
    for kind in (Kind.TEXT, Kind.IDENTIFIER):
        assert one(text, kind) == as_xml(text)


@given(st.one_of(st.integers(-(10**14), 10**14), st.decimals(-(10**9), 10**9, places=4)))
def test_every_number_is_read_back_as_a_number(value: Any) -> None:
    assert one(value, Kind.NUMBER) == float(value)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_amount_is_read_back_to_the_fen(fen: int) -> None:
    found = one(fen, Kind.MONEY)
    assert isinstance(found, float)
    assert round(Decimal(repr(found)) * 100) == fen


@pytest.mark.parametrize("fen", [10**15 + 1, 10**17 + 1])
def test_an_amount_that_no_spreadsheet_keeps_is_text(fen: int) -> None:
    assert one(fen, Kind.MONEY) == f"{fen // 100}.{fen % 100:02d}"


def test_a_number_of_more_digits_than_a_spreadsheet_keeps_is_text() -> None:
    assert one(1234567890123456, Kind.NUMBER) == "1234567890123456"
    assert one(Decimal("0.1234567890123456"), Kind.NUMBER) == "0.1234567890123456"


@given(st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)))
def test_every_day_is_read_back_as_a_date(day: dt.date) -> None:
    assert one(day, Kind.DAY) == day


def test_a_day_before_spreadsheets_count_is_text() -> None:
    assert one(dt.date(1899, 5, 4), Kind.DAY) == "1899-05-04"


@given(st.datetimes(timezones=st.just(dt.UTC), min_value=_EARLY, max_value=_LATE))
def test_every_instant_is_read_back_as_the_clocks_here_showed_it(moment: dt.datetime) -> None:
    local = moment.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
    found = one(moment, Kind.INSTANT)
    seen = found if isinstance(found, dt.datetime) else dt.datetime.combine(found, dt.time())
    assert abs(seen - local) < dt.timedelta(milliseconds=2)


@pytest.mark.parametrize("text", ["=1+1", "＝1+1", "+86", "＋86", "-1", "－1", "@A1", "＠SUM(1)",
                                  "\n=1+1", "\u200b=1", "\ufeff＝1", "\t=1"])  # fmt: skip
def test_a_text_like_a_formula_is_kept_whole_and_marked_as_text(text: str) -> None:
    file = BytesIO()
    book = Workbook(file, columns(Kind.TEXT), asking(), ABOUT)
    book.write([[text]])
    book.close()
    with zipfile.ZipFile(file) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    style = re.search(r'<c r="A2" s="(\d+)"', sheet)
    assert style is not None
    formats = re.findall(r"<xf [^>]*>", styles.partition("<cellXfs")[2])
    assert 'quotePrefix="1"' in formats[int(style[1])]
    assert one(text, Kind.TEXT) == text


def test_what_xml_cannot_hold_is_seen() -> None:
    assert one("a\x00b\x1fc\ufffe", Kind.TEXT) == "a\ufffdb\ufffdc\ufffd"
    assert one("a\r\nb\rc", Kind.TEXT) == "a\nb\nc"
    assert one("_x000D_", Kind.TEXT) == "_x000D_"


def test_a_text_longer_than_a_cell_says_that_it_was_cut() -> None:
    whole, longer = "字" * CELL_UNITS, "𠮷" * CELL_UNITS
    assert cut_to_cell(whole, "……") == whole
    cut = cut_to_cell(longer, "……")
    assert cut.endswith("𠮷……")
    assert units(cut) <= CELL_UNITS
    assert one(longer, Kind.TEXT) == cut_to_cell(longer, "……")


def test_a_list_longer_than_a_sheet_goes_on_on_the_next() -> None:
    found = workbook([[str(n)] for n in range(25)], Kind.IDENTIFIER, sheet_rows=11)
    assert found.sheet_names == ["办件", "办件 (2)", "办件 (3)"]
    rows = [row for name in found.sheet_names for row in found.get_sheet_by_name(name).to_python()]
    assert [row[0] for row in rows if row[0] != "是"] == [str(n) for n in range(25)]


def test_the_head_is_frozen_and_can_be_filtered() -> None:
    file = BytesIO()
    book = Workbook(file, columns(Kind.TEXT, Kind.NUMBER), asking(), ABOUT)
    book.write([["a", 1]])
    book.close()
    with zipfile.ZipFile(file) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        about = parts.read("docProps/core.xml").decode()
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:B2"' in sheet
    assert "云溪市" in about
    assert "状态：在办" in about
