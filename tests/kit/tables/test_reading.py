"""Tables are read as people have them; what was not read as it was meant is said with its line."""

import contextlib
import functools
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.tables import ods, xls, xlsx

from tongban.kernel.errors import Refusal
from tongban.kit.tables import delimited, limits, model
from tongban.kit.tables.model import Line, Note
from tongban.kit.tables.opening import open_table

HEAD = ("事项名称", "实施主体", "实施编码")
ROWS = (("排水许可", "水务局", "A1"), ("取水许可", "水务局", "A2"))
WHOLE = (HEAD, *ROWS)


def read(path: Path, sheet: str = "") -> tuple[list[Line], list[Note]]:
    notes: list[Note] = []
    return list(open_table(path, sheet).lines(notes.append)), notes


def cells(path: Path) -> list[tuple[str, ...]]:
    return [line.cells for line in read(path)[0]]


def file(folder: Path, content: bytes | str, name: str = "listing.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def text(delimiter: str = ",", end: str = "\r\n") -> str:
    return "".join(delimiter.join(row) + end for row in WHOLE)


@pytest.mark.parametrize("delimiter", delimited.DELIMITERS)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "utf-32"]
)
def test_delimiter_and_encoding_are_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines, notes = read(file(tmp_path, text(delimiter).encode(encoding)))
    assert [line.cells for line in lines] == list(WHOLE)
    assert [line.number for line in lines] == [1, 2, 3]
    assert notes == []


def test_a_delimiter_inside_quotes_is_none(tmp_path: Path) -> None:
    path = file(tmp_path, '名称;部门\n"甲,乙,丙";"一,二,三"\n"丁,戊,己";"四,五,六"\n')
    assert cells(path)[1] == ("甲,乙,丙", "一,二,三")


def test_the_header_says_the_delimiter_where_few_lines_are_whole(tmp_path: Path) -> None:
    assert cells(file(tmp_path, "名称,部门,编码\n甲\t一\n乙\t二\n"))[1] == ("甲\t一",)
    empty = "名称,部门,编码\n" + "\n" * 20 + "甲;一\n"
    assert cells(file(tmp_path, empty))[0] == ("名称", "部门", "编码")
    text = "目录, 2026\n" + "名称;部门\n" * 20
    assert cells(file(tmp_path, text))[1] == ("名称", "部门")


def test_a_first_line_may_say_the_delimiter(tmp_path: Path) -> None:
    path = file(tmp_path, "sep=;\r\n名称;部门\r\n甲,乙;财政局\r\n")
    lines, _ = read(path)
    assert [(line.number, line.cells) for line in lines] == [
        (2, ("名称", "部门")),
        (3, ("甲,乙", "财政局")),
    ]


def test_a_bad_byte_is_one_note_and_the_line_goes_on(tmp_path: Path) -> None:
    content = text().encode()
    place = content.index("取水".encode())
    lines, notes = read(file(tmp_path, content[:place] + b"\xff" + content[place:]))
    assert [(note.code, note.line, dict(note.data)) for note in notes] == [
        ("bad_bytes", 3, {"count": 1})
    ]
    assert lines[2].cells == ("\ufffd取水许可", "水务局", "A2")


def test_a_bad_byte_in_gb_18030_leaves_the_rest_as_it_is(tmp_path: Path) -> None:
    content = text().encode("gb18030")
    lines, notes = read(file(tmp_path, content + b"\xff,x,y\r\n"))
    assert [line.cells for line in lines[:3]] == list(WHOLE)
    assert [note.line for note in notes] == [4]


def test_a_line_end_inside_quotes_keeps_the_number_of_the_line(tmp_path: Path) -> None:
    lines, _ = read(file(tmp_path, '"事项\n名称",部门\n甲,乙\n'))
    assert [(line.number, line.cells[0]) for line in lines] == [(1, "事项\n名称"), (3, "甲")]


def test_a_quote_left_open_is_said_with_the_lines_it_swallowed(tmp_path: Path) -> None:
    _, notes = read(file(tmp_path, '名称,部门\n"甲,乙\n丙,丁\n戊,己\n'))
    assert [(note.code, note.line, note.data["last"]) for note in notes] == [("quote_open", 2, 4)]


def test_a_cell_without_end_is_a_broken_line_and_the_next_ones_are_read(tmp_path: Path) -> None:
    content = f"名称,部门\n甲,乙\n{'x' * 200_000},丙\n丁,戊\n"
    lines, notes = read(file(tmp_path, content))
    assert [note.code for note in notes] == ["line_unreadable"]
    assert [(line.number, line.broken) for line in lines] == [
        (1, False), (2, False), (3, True), (4, False),
    ]  # fmt: skip


def test_a_workbook_is_read_as_it_looks(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        [["名称", "天数", "编码", "启用"], ["甲", 7, 11470181017010440, True], ["乙", 1.5, "007"]],
        sheets=["附件"],
    )
    lines, notes = read(path)
    assert lines[1].cells == ("甲", "7", "1.14701810170104E+16", "true")
    assert lines[2].cells == ("乙", "1.5", "007")
    assert [(note.code, note.data["others"]) for note in notes] == [("sheets_not_read", ("附件",))]
    assert read(path, "附件")[0][0].cells == ("更多",)


def test_what_a_merged_cell_says_holds_for_every_row_it_covers(tmp_path: Path) -> None:
    rows: list[list[object]] = [["部门", "事项"], ["水务局", "甲"], ["", "乙"], ["", "丙"]]
    path = xlsx(tmp_path / "a.xlsx", rows, merged=[(1, 0, 3, 0)])
    assert cells(path)[1:] == [("水务局", "甲"), ("水务局", "乙"), ("水务局", "丙")]


def test_an_old_workbook_is_read_with_its_merged_cells(tmp_path: Path) -> None:
    rows: list[list[object]] = [["部门", "事项", "天数"], ["水务局", "甲", 7], ["", "乙", 1.147e17]]
    lines, _ = read(xls(tmp_path / "a.xls", rows, merged=[(1, 0, 2, 0)]))
    assert [line.cells for line in lines[1:]] == [
        ("水务局", "甲", "7"), ("水务局", "乙", "1.14700000000000E+17"),
    ]  # fmt: skip


def test_a_workbook_that_would_end_the_process_that_reads_it_is_refused(tmp_path: Path) -> None:
    content = xls(tmp_path / "a.xls", [["甲"] * 3] * 3).read_bytes()
    bad = 0
    for place in range(512, 1024, 4):  # the table that says which sector comes next
        path = file(tmp_path, content[:place] + b"\x01\0\0\0" + content[place + 4 :], "b.xls")
        try:
            read(path)
        except Refusal:
            bad += 1
            break
    assert bad


def test_a_sheet_that_is_not_there_is_refused_and_the_others_are_named(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["甲"]])
    with pytest.raises(Refusal) as refused:
        read(path, "乙")
    assert refused.value.code == "kit.sheet_missing"


def test_an_open_document_is_read_by_what_it_is_and_not_by_its_name(tmp_path: Path) -> None:
    assert cells(ods(tmp_path / "a.csv", WHOLE)) == list(WHOLE)


@pytest.mark.parametrize(
    ("document", "way"),
    [
        ([{"a": "1", "b": {"c": 2}}], ""),
        ({"code": 0, "data": {"list": [{"a": "1", "b": {"c": 2}}], "x": []}}, "data.list"),
        ({"a": "1", "b": {"c": 2}}, ""),
    ],
)
def test_json_is_read_from_wherever_its_list_lies(
    tmp_path: Path, document: object, way: str
) -> None:
    path = file(tmp_path, json.dumps(document, indent=1), "a.json")
    assert open_table(path).sheet == way
    assert cells(path) == [("a", "b.c"), ("1", "2")]


def test_numbers_in_json_stay_as_they_are_written(tmp_path: Path) -> None:
    path = file(tmp_path, '[{"a": 1.147E+30, "b": 114701810170104403447, "c": 007}]', "a.json")
    with pytest.raises(Refusal):
        read(path)
    path = file(tmp_path, '[{"a": 1.147E+30, "b": 114701810170104403447, "c": [1, "x"]}]')
    assert cells(path)[1] == ("1.147E+30", "114701810170104403447", "1\nx")


def test_json_lines_have_the_numbers_of_their_lines(tmp_path: Path) -> None:
    path = file(tmp_path, '{"a": 1}\n\n{"b": [{"c": 1}]}\n{oops\n')
    lines, notes = read(path)
    assert [(line.number, line.cells, line.broken) for line in lines] == [
        (0, ("a", "b"), False),
        (1, ("1", ""), False),
        (3, ("", '[{"c": "1"}]'), False),
        (4, (), True),
    ]
    assert [(note.code, note.line) for note in notes] == [("line_unreadable", 4)]


def test_what_would_unpack_without_end_is_refused_before_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["x" * 9, "y"]] * 50)
    monkeypatch.setattr(limits, "MOST_UNPACKED", 1000)
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.code == "kit.table_too_large"


def test_a_sheet_with_one_cell_far_out_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows: list[list[object]] = [["甲"]]
    xlsx(path, rows)
    far = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(far, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b'r="A1"', b'r="BZZ1048576"')
            new.writestr(name, content)
    path.write_bytes(far.getvalue())
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.code == "kit.table_too_large"


@pytest.mark.parametrize("filled", ["office:value-type", "office:value-typo"])
def test_an_open_document_that_repeats_a_cell_without_end_is_refused(
    tmp_path: Path, filled: str
) -> None:
    path = ods(tmp_path / "a.ods", WHOLE, repeated=900_000)
    whole = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"office:value-type", filled.encode()))
    path.write_bytes(whole.getvalue())
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.code == "kit.table_too_large"


def test_more_rows_and_columns_than_are_read_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(tmp_path, text())
    monkeypatch.setattr(delimited, "MOST_ROWS", 2)
    with pytest.raises(Refusal):
        read(path)
    monkeypatch.undo()
    monkeypatch.setattr(delimited, "MOST_COLUMNS", 2)
    with pytest.raises(Refusal):
        read(path)


def test_a_file_that_is_not_there_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refusal):
        read(tmp_path / "nowhere.csv")
    path = file(tmp_path, text())
    monkeypatch.setattr("tongban.kit.tables.opening.LARGEST", 10)
    with pytest.raises(Refusal):
        read(path)


_EASY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_EASY
@given(content=st.binary(max_size=400))
def test_no_bytes_are_more_than_a_table_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    path = file(tmp_path, content)
    with contextlib.suppress(Refusal):
        read(path)


@_EASY
@given(data=st.data(), kind=st.sampled_from(["json", "lines", "csv", "utf-16"]))
def test_no_damage_to_a_file_makes_more_than_a_table_or_a_refusal(
    tmp_path: Path, data: st.DataObject, kind: str
) -> None:
    path = tmp_path / f"damaged.{kind}"
    records = [dict(zip(HEAD, row, strict=True)) for row in ROWS]
    written = {
        "json": json.dumps({"data": records}),
        "lines": "\n".join(json.dumps(one) for one in records),
    }.get(kind, text())
    path.write_bytes(written.encode("utf-16" if kind == "utf-16" else "utf-8"))
    _damaged(path, data)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), kind=st.sampled_from([xlsx, ods, xls]))
def test_no_damage_to_a_workbook_makes_more_than_a_table_or_a_refusal(
    tmp_path: Path, data: st.DataObject, kind: Callable[[Path, Any], Path]
) -> None:
    path = tmp_path / "damaged"
    path.write_bytes(_whole(kind))
    _damaged(path, data)


@functools.cache
def _whole(kind: Callable[[Path, Any], Path]) -> bytes:
    """Return a workbook, the same every time: one written anew holds another time of writing."""
    with tempfile.TemporaryDirectory() as folder:
        return kind(Path(folder) / "book", WHOLE).read_bytes()


def _damaged(path: Path, data: st.DataObject) -> None:
    """Change some bytes of a file, perhaps cut it off, and read it."""
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    path.write_bytes(bytes(content if data.draw(st.booleans()) else content[:cut]))
    with contextlib.suppress(Refusal):
        lines, _ = read(path)
        assert all(len(line.cells) <= model.MOST_COLUMNS for line in lines)


@_EASY
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=6,
    ),
    delimiter=st.sampled_from(delimited.DELIMITERS),
)
def test_what_is_written_as_a_table_is_read_as_it_was(
    tmp_path: Path, rows: list[list[str]], delimiter: str
) -> None:
    import csv

    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(HEAD)
    writer.writerows(rows)
    path = file(tmp_path, written.getvalue())
    assert cells(path) == [HEAD, *(tuple(row) for row in rows)]
