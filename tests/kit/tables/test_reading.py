"""Tables are read as people have them; what was not read as it was meant is said with its line."""

import contextlib
import functools
import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.builders.tables import ods, xls, xlsx

from tongban.kernel.errors import Refusal
from tongban.kit.sheets import guarded
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


def said(notes: list[Note]) -> list[tuple[str, int, Any]]:
    return [(note.code, note.line, note.data.get("last")) for note in notes]


def test_a_quote_left_open_swallows_no_line(tmp_path: Path) -> None:
    lines, notes = read(file(tmp_path, '名称,部门\n"甲,乙\n丙,丁\n戊,己\n'))
    assert [line.cells for line in lines[1:]] == [('"甲', "乙"), ("丙", "丁"), ("戊", "己")]
    assert said(notes) == [("quote_stray", 2, 2)]


def test_one_open_quote_among_many_rows_loses_none_of_them(tmp_path: Path) -> None:
    rows = [f"{n},取水许可事项名称{n},备注" for n in range(12_000)]
    rows[6_400] = '6400,取水许可事项名称,"备注'
    lines, notes = read(file(tmp_path, "编码,名称,备注\n" + "\n".join(rows) + "\n"))
    assert [line.number for line in lines] == list(range(1, 12_002))
    assert {len(line.cells) for line in lines} == {3}
    assert lines[6_401].cells[2] == '"备注'
    assert said(notes) == [("quote_stray", 6_402, 6_402)]


def test_two_stray_quotes_hold_no_rows_together(tmp_path: Path) -> None:
    text = '编码,备注\n1,甲\n2,"乙\n3,丙\n4,丁\n5,"戊\n6,己\n'
    lines, notes = read(file(tmp_path, text))
    assert [line.cells[0] for line in lines[1:]] == list("123456")
    assert said(notes) == [("quote_stray", 3, 3), ("quote_stray", 6, 6)]


def test_rows_between_two_quotes_that_fit_each_other_are_said_with_both_lines(
    tmp_path: Path,
) -> None:
    text = '编码,备注,部门\n1,甲,一\n2,"乙,一\n3,丙,一\n4,丁",一\n5,戊,一\n'
    lines, notes = read(file(tmp_path, text))
    assert [line.number for line in lines] == [1, 2, 3, 6]
    assert said(notes) == [("quote_open", 3, 5)]


def test_a_cell_of_several_lines_is_no_stray_quote(tmp_path: Path) -> None:
    text = '编码,备注,部门\n"1\n1","甲，乙\n丙, 丁\n戊","一\n局"\n2,"a\nb"c,二\n3,"x\ny" ,三\n'
    lines, notes = read(file(tmp_path, text))
    assert [line.number for line in lines] == [1, 2, 7, 9]
    assert lines[1].cells == ("1\n1", "甲，乙\n丙, 丁\n戊", "一\n局")
    assert said(notes) == [("quote_stray", 7, 8), ("quote_stray", 9, 10)]


def test_quotes_inside_a_name_stay(tmp_path: Path) -> None:
    text = '名称,部门\n"十四五"规划编制,发改局\n甲"乙"丙,"丁"\n"戊 ""己"" ","庚,辛"\n'
    lines, notes = read(file(tmp_path, text))
    assert [line.cells for line in lines[1:]] == [
        ('"十四五"规划编制', "发改局"), ('甲"乙"丙', "丁"), ('戊 "己" ', "庚,辛"),
    ]  # fmt: skip
    assert said(notes) == [("quote_stray", 2, 2)]


@pytest.mark.parametrize("line", ['x","\n', 'a"x,"y\n', '"\n', '""",\n', ',"\n'])
def test_a_text_full_of_quotes_is_read_in_a_time_that_grows_as_it_does(
    tmp_path: Path, line: str
) -> None:
    path = file(tmp_path, "名称,部门\n" + line * 20_000)
    before = time.process_time()
    read(path)
    assert time.process_time() - before < 4


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


@pytest.mark.parametrize(
    ("written", "cells_", "twice"),
    [
        ('{"a": 1, "a": 2, "b": 3}', ("2", "3"), [("key_twice", 1, ("a",))]),
        ('{"a": {"b": 1}, "a.b": 2}', ("2",), [("key_twice", 1, ("a.b",))]),
        ('{"a": {"b": 1, "b": 2}}', ("2",), [("key_twice", 1, ("a.b",))]),
        ('{"a": 1, "a": 1}', ("1",), []),
    ],
)
@pytest.mark.parametrize("form", ["[{}]", '{{"data": [{}]}}', "{}\n"])
def test_a_key_that_stands_twice_in_an_object_is_said(
    tmp_path: Path,
    written: str,
    cells_: tuple[str, ...],
    twice: list[tuple[str, int, tuple[str, ...]]],
    form: str,
) -> None:
    lines, notes = read(file(tmp_path, form.format(written), "a.json"))
    assert lines[1].cells == cells_
    assert [(note.code, note.line, note.data["keys"]) for note in notes] == twice


def test_a_list_that_stands_twice_is_said(tmp_path: Path) -> None:
    path = file(tmp_path, '{"data": [{"a": 1}], "data": [{"a": 2}]}', "a.json")
    lines, notes = read(path)
    assert len(lines) == 2
    assert [(note.code, note.line, note.data["keys"]) for note in notes] == [
        ("key_twice", 0, ("data",))
    ]


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


@pytest.mark.parametrize(
    "tag",
    [
        b'<table:table-cell table:number-columns-repeated="1"',
        b'<table:table-row table:number-rows-repeated="1">',
        b"<table:table-row number-" + b"a" * 40,
    ],
)
def test_an_open_document_of_broken_tags_is_looked_at_in_a_short_time(
    tmp_path: Path, tag: bytes
) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("content.xml", tag * (2_000_000 // len(tag)))
    before = time.process_time()
    with contextlib.suppress(Refusal):
        limits.check_workbook(path, "ods")
    assert time.process_time() - before < 5


def test_the_process_that_reads_a_workbook_cannot_fill_the_disk(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["x" * 1000]] * 100)
    program = (
        "import sys; from tongban.kit.tables import apart; "
        "apart.MOST_WRITTEN = 5000; apart.main(sys.argv[1])"
    )
    with (tmp_path / "out").open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-c", program, str(path)],
            stdout=out, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    assert done.returncode != 0
    assert (tmp_path / "out").stat().st_size <= 5000


def test_a_small_number_of_a_workbook_is_written_in_full(tmp_path: Path) -> None:
    assert cells(xlsx(tmp_path / "a.xlsx", [["比例"], [0.0000001]]))[1] == ("0.0000001",)


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
    assume(not any(cell.startswith("#") for row in rows for cell in row))  # may be an error
    writer.writerows([[guarded(cell) for cell in row] for row in rows])
    path = file(tmp_path, written.getvalue())
    assert cells(path) == [HEAD, *(tuple(row) for row in rows)]
