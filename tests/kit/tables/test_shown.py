"""A cell is read as the sheet shows it, or is told: formats, formulas, hidden rows, errors, long cells."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.tables import Failed, Formatted, Formula, ods_of, xls, xlsx

from tongban.kernel.errors import Refusal
from tongban.kit.sheets import csv_lines, guarded, unguarded
from tongban.kit.tables.formats import format_of
from tongban.kit.tables.model import Line, Note
from tongban.kit.tables.opening import open_table
from tongban.kit.tables.quoting import LONGEST_LINE


def read(path: Path) -> tuple[list[tuple[str, ...]], list[tuple[str, int]]]:
    lines, notes = whole(path)
    return [line.cells for line in lines], [(note.code, note.line) for note in notes]


def whole(path: Path) -> tuple[list[Line], list[Note]]:
    notes: list[Note] = []
    return list(open_table(path).lines(notes.append)), notes


def file(folder: Path, content: bytes | str, name: str = "listing.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def book(path: Path, fill: Callable[[Any, Any], None]) -> Path:
    with xlsxwriter.Workbook(path) as made:
        fill(made, made.add_worksheet())
    return path


# Workbooks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("000000", 12, "000012"),
        ("0%", 0.5, "50%"),
        ("0.00%", 0.1234, "12.34%"),
        ("0%", 0.125, "12.5%"),
        ('"A-"0000', 7, "A-0007"),
        ('0"个工作日"', 5, "5个工作日"),
        ("0000-0000000", 6005550110, "0600-5550110"),
        ("000000", 1234567, "1234567"),
        ("General", 12, "12"),
        ("0.00", 0.1, "0.1"),
        ("#,##0", 1234, "1234"),
        ("000", 1.5, "1.5"),
        ("000", -3, "-3"),
        ('0.00"万元"', 12.5, "12.5万元"),
        ('#,##0.00"万元"', 12345.678, "12345.678万元"),
        ('General"项"', 5, "5项"),
        ('0"个工作日"', 2.5, "2.5个工作日"),
        ('"¥"#,##0.00', 12.5, "¥12.5"),
        ("[$¥-804]#,##0.00;[Red]-[$¥-804]#,##0.00", 12.5, "¥12.5"),
        ("[$USD] #,##0", 30, "USD 30"),
        ('_ "¥"* #,##0.00_ ', -3, "-¥3"),
        ('0,"千元"', 45000, "45000"),
        ("0.0_);[Red]\\(0.0\\)", 12.5, "12.5"),
    ],
)
def test_a_number_of_a_workbook_is_read_as_its_format_shows_it(
    tmp_path: Path, code: str, value: float, shown: str
) -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.write(1, 1, value, made.add_format({"num_format": code}))
        sheet.write(1, 2, value)

    old = xls(tmp_path / "a.xls", [["甲"], ["", Formatted(value, code), value]])
    for path in (book(tmp_path / "a.xlsx", fill), old):
        cells, notes = read(path)
        assert (cells[1][1], notes) == (shown, [])
        assert cells[1][2] == str(value)


@pytest.mark.parametrize("formula", [True, False])
@pytest.mark.parametrize(
    ("code", "error"),
    [(0x2A, "#N/A"), (0x17, "#REF!"), (0x07, "#DIV/0!"), (0x0F, "#VALUE!"), (0x1D, "#NAME?")],
)
def test_an_error_in_an_old_workbook_is_told(
    tmp_path: Path, code: int, error: str, formula: bool
) -> None:
    rows: list[list[object]] = [
        ["名称", "编码"],
        ["甲", Failed(code, formula)],
        ["", Failed(code, formula)],
    ]
    lines, notes = whole(xls(tmp_path / "a.xls", rows))
    assert [line.cells for line in lines[1:]] == [("甲",), ()]
    assert [line.emptied for line in lines[1:]] == [False, True]
    assert [(one.code, one.line, one.data["found"]) for one in notes] == [
        ("cell_error", 2, error), ("cell_error", 3, error),
    ]  # fmt: skip


def test_hidden_rows_and_columns_of_an_old_workbook_are_read_and_told(tmp_path: Path) -> None:
    rows = [["甲", "乙", "丙"]] * 3
    path = xls(tmp_path / "a.xls", rows, hidden_rows=[1], hidden_columns=[(2, 2), (40, 250)])
    lines, notes = whole(path)
    assert [line.cells for line in lines] == [("甲", "乙", "丙")] * 3
    assert [(one.code, dict(one.data)) for one in notes] == [
        ("hidden_read", {"rows": 1, "columns": 1})
    ]


@pytest.mark.parametrize(
    ("others", "told"),
    [((), True), ((Formula(0.0),), True), ((Formula("水务局"),), False), ((Formula(2.0),), False)],
)
def test_formulas_of_an_old_workbook_that_nobody_has_computed_are_told(
    tmp_path: Path, others: tuple[Formula, ...], told: bool
) -> None:
    rows: list[list[object]] = [["名称", "编码", "天数"], ["甲", Formula(None), *others]]
    cells, notes = read(xls(tmp_path / "a.xls", rows))
    assert notes == ([("formula_without_value", 2)] if told else [])
    assert cells[1][1:2] in ((), ("",))


@pytest.mark.parametrize("said", [b"\x0a\0\0\0", b"\x7d\0\xff\xff"])
def test_an_old_workbook_that_does_not_tell_what_it_shows_is_refused(
    tmp_path: Path, said: bytes
) -> None:
    content = xls(tmp_path / "a.xls", [["甲", Formatted(12, "000000")]]).read_bytes()
    format_ = content.index(b"\x1e\x04")
    path = file(tmp_path, content[:format_] + said + content[format_ + 4 :], "b.xls")
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.code == "kit.table_unreadable"


def test_a_formula_without_its_result_is_told_and_one_with_an_empty_result_is_empty(
    tmp_path: Path,
) -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["名称", "编码", "部门"])
        sheet.write_formula(1, 1, "=A1&A2", None, "")
        sheet.write_formula(1, 2, "=A1", None, "水务局")
        sheet.write(1, 0, "甲")

    path = book(tmp_path / "a.xlsx", fill)
    cells, notes = read(path)
    assert (cells[1], notes) == (("甲", "", "水务局"), [("formula_without_value", 2)])
    changed = _changed(path, b"<f>A1&amp;A2</f><v></v>", b"<f>A1&amp;A2</f>")
    assert read(changed)[1] == [("formula_without_value", 2)]
    said = _changed(path, b'<c r="B2"><f>', b'<c r="B2" t="str"><f>')
    assert read(said)[1] == []


def _changed(path: Path, before: bytes, after: bytes) -> Path:
    made = path.with_name("b.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            assert before in content or not name.endswith("sheet1.xml")
            new.writestr(name, content.replace(before, after))
    return made


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        for row in range(3):
            sheet.write_row(row, 0, ["甲", "乙", "丙"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.set_column(40, 16000, None, None, {"hidden": True})

    lines, notes = whole(book(tmp_path / "a.xlsx", fill))
    assert [line.cells for line in lines] == [("甲", "乙", "丙")] * 3
    assert [(one.code, dict(one.data)) for one in notes] == [
        ("hidden_read", {"rows": 1, "columns": 1})
    ]


def test_a_format_of_another_sheet_does_not_count(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.write(0, 0, 12)
        other = made.add_worksheet("别的")
        other.write(0, 0, 12, made.add_format({"num_format": "0000"}))

    assert read(book(tmp_path / "a.xlsx", fill))[0] == [("12",)]


CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def test_an_open_document_is_read_as_it_shows_with_merged_cells_and_formats(tmp_path: Path) -> None:
    rows = (
        '<table:table-column/><table:table-column table:visibility="collapse"/>'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-rows-spanned="2" table:number-columns-spanned="1"'
        ' office:value-type="string"><text:p>水务局</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="12"><text:p>000012</text:p>'
        '</table:table-cell><table:table-cell office:value-type="percentage" office:value="0.5">'
        "<text:p>50%</text:p></table:table-cell>"
        '<table:table-cell office:value-type="float" office:value="12.504"><text:p>12.50万元</text:p>'
        '</table:table-cell><table:table-cell office:value-type="currency" office:value="1234.5">'
        "<text:p>¥1,234.50</text:p></table:table-cell>"
        '<table:table-cell office:value-type="float" office:value="45000"><text:p>45千元</text:p>'
        "</table:table-cell></table:table-row>"
        '<table:table-row table:visibility="filter"><table:covered-table-cell/>'
        '<table:table-cell office:value-type="float" office:value="13"><text:p>13</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=[.A1]"/></table:table-row>'
        "<table:table-row>" + CELL.format("财政局") * 3 + "</table:table-row>"
    )
    cells, notes = read(ods_of(tmp_path / "a.ods", rows))
    assert cells == [
        (), (), ("水务局", "000012", "50%", "12.504万元", "¥1234.5", "45000"), ("水务局", "13"),
        ("财政局", "财政局", "财政局"),
    ]  # fmt: skip
    assert notes == [("hidden_read", 0), ("formula_without_value", 4)]


@given(
    code=st.text(alphabet='0#,.%"\\ -年A', max_size=12),
    value=st.floats(0, 1e14) | st.integers(0, 10**14),
)
def test_whatever_a_format_says_the_digits_of_a_whole_number_stay(code: str, value: float) -> None:
    found = format_of(code)
    shown = found.show(value) if found else ""
    if shown and found and found.parts and value == int(value):
        assert str(int(value)) in "".join(filter(str.isdigit, shown)) or "A" in code


# Texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('="000012"', "000012"),
        ('"=""000012"""', "000012"),
        ("'000012", "000012"),
        ("'511A0138", "511A0138"),
        ("'=1+1", "=1+1"),
        ("''=1+1", "'=1+1"),
        ("'甲'事项", "'甲'事项"),
        ("=关于水务", "=关于水务"),
    ],
)
def test_a_mark_that_a_cell_is_a_text_is_no_part_of_it(
    tmp_path: Path, written: str, meant: str
) -> None:
    cells, notes = read(file(tmp_path, f"名称,编码,部门\n甲,{written},乙\n丙,丁,戊\n"))
    assert (cells[1], notes) == (("甲", meant, "乙"), [])


@pytest.mark.parametrize("written", ["=A1", "=VLOOKUP(A1;B:B;1)", "=1+1", "=$A$1", "='表'!A1"])
def test_a_formula_in_a_text_is_told_and_says_nothing(tmp_path: Path, written: str) -> None:
    cells, notes = read(file(tmp_path, f'名称,编码\n甲,"{written}"\n'))
    assert (cells[1], notes) == (("甲", ""), [("formula_without_value", 2)])


@pytest.mark.parametrize(
    "error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#SPILL!", "#####", "Err:508"]
)
def test_an_error_of_a_spreadsheet_is_told_in_every_form(tmp_path: Path, error: str) -> None:
    for path in (
        file(tmp_path, f"名称,编码\n甲,{error}\n"),
        file(tmp_path, f'[{{"名称": "甲", "编码": "{error}"}}]', "a.json"),
        xlsx(tmp_path / "a.xlsx", [["名称", "编码"], ["甲", error]]),
    ):
        cells, notes = read(path)
        assert [cell for cell in cells[1] if cell] == ["甲"]
        assert [code for code, _ in notes] == ["cell_error"]


@given(text=st.text(alphabet="'=+-@ab01甲\t./", max_size=12))
def test_what_our_own_csv_guards_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert next(csv.reader(io.StringIO(csv_lines([[text]]).decode(), newline="")), [""])[
        0
    ] == guarded(text)


def test_our_own_csv_is_read_exactly(tmp_path: Path) -> None:
    rows = [("名称", "编码"), ("=1+1", "'000012"), ("-甲", "'=x"), ("''0012", "@a"), ("'甲", "+86")]
    assert read(file(tmp_path, csv_lines(rows)))[0] == rows


# Long cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size", [120_000, 200_000, LONGEST_LINE - 100, LONGEST_LINE, LONGEST_LINE * 2 + 5]
)
@pytest.mark.parametrize("quoted", [True, False])
def test_a_cell_that_is_too_long_is_told_and_shifts_no_row(
    tmp_path: Path, size: int, quoted: bool
) -> None:
    quote = '"' if quoted else ""
    text = f"名称,部门,编码\n甲,乙,1\n丙,{quote}{'x' * size}{quote},2\n丁,戊,3\n己,庚,4\n"
    lines, notes = whole(file(tmp_path, text))
    assert [(line.number, line.broken) for line in lines] == [
        (1, False), (2, False), (3, True), (4, False), (5, False),
    ]  # fmt: skip
    assert lines[3].cells == ("丁", "戊", "3")
    assert {(note.code, note.line) for note in notes} == {("line_unreadable", 3)}


def test_a_long_cell_of_many_lines_with_commas_shifts_no_row(tmp_path: Path) -> None:
    inside = "一，二、三\n" * 40_000
    lines, notes = whole(file(tmp_path, f'名称,部门,编码\n丙,"{inside}",2\n丁,戊,3\n'))
    assert [line.broken for line in lines] == [False, True, False]
    assert lines[2].cells == ("丁", "戊", "3")
    assert [note.code for note in notes] == ["line_unreadable"]


# Encodings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_where_commas_are_rare(
    tmp_path: Path, encoding: str
) -> None:
    text = "名称,依据\n取水许可," + "取用水资源的单位和个人应当申请领取取水许可证" * 30 + "\n"
    cells, notes = read(file(tmp_path, text.encode(encoding)))
    assert (len(cells), cells[0], notes) == (2, ("名称", "依据"), [])


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_a_western_text_is_read_and_the_guess_is_told(tmp_path: Path, encoding: str) -> None:
    text = "name;department\nBaugenehmigung für Läden;Straßenbauamt\nCafé à Genève;Mairie\n"
    cells, notes = read(file(tmp_path, text.encode(encoding)))
    assert cells[1:] == [("Baugenehmigung für Läden", "Straßenbauamt"), ("Café à Genève", "Mairie")]
    assert notes == [("encoding_guessed", 0)]


IDEOGRAPHS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
COMMON = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5, codec="gb2312")


def rows_of(alphabet: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.text(alphabet=alphabet, min_size=1, max_size=6), min_size=3, max_size=30)


def form_in_gb_18030(folder: Path, words: list[str]) -> str:
    text = "名称,部门\n" + ",水务局\n".join(words) + "\n"
    return open_table(file(folder, text.encode("gb18030"))).form


@given(words=rows_of(COMMON))
def test_gb_18030_is_known_by_the_ideographs_of_gb_2312(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    assert form_in_gb_18030(tmp_path_factory.mktemp("gb"), words) == "csv gb18030 comma"


@given(words=rows_of(IDEOGRAPHS))
def test_gb_18030_is_never_taken_for_a_western_text_however_rare_its_ideographs(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    """A few rare ones alone may be Big5 too."""
    form = form_in_gb_18030(tmp_path_factory.mktemp("gb"), words)
    assert form in ("csv gb18030 comma", "csv cp950 comma")


# JSON and what is no table ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('{"A1": {"名称": "甲", "部门": "一"}, "A2": {"名称": "乙", "部门": "二"}}',
         [("key", "名称", "部门"), ("A1", "甲", "一"), ("A2", "乙", "二")]),
        ('{"data": {"A1": {"a": 1, "b": 2}, "A2": {"a": 3, "b": [{"c": 1}]}, "A3": {"a": 5, "b": 6}}}',
         [("key", "a", "b"), ("A1", "1", "2"), ("A2", "3", '[{"c": "1"}]'), ("A3", "5", "6")]),
        ('{"名称": ["甲", "乙"], "部门": ["一", null]}', [("名称", "部门"), ("甲", "一"), ("乙", "")]),
        ('{"名称": {"zh": "甲", "en": "a"}, "编码": "1"}',
         [("名称.zh", "名称.en", "编码"), ("甲", "a", "1")]),
    ],
)  # fmt: skip
def test_json_that_holds_rows_by_key_or_by_column_loses_none(
    tmp_path: Path, text: str, rows: list[tuple[str, ...]]
) -> None:
    assert read(file(tmp_path, text, "a.json"))[0] == rows


@pytest.mark.parametrize(
    "text",
    [
        "<html><table><tr><td>名称</td></tr></table>",
        '\ufeff<?xml version="1.0"?><Workbook/>',
        "\n <!DOCTYPE html>",
    ],
)
def test_a_web_page_that_is_called_a_workbook_is_refused_as_what_it_is(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(Refusal) as refused:
        open_table(file(tmp_path, text, "a.xls"))
    assert "XML" in str(refused.value.data["problem"])
