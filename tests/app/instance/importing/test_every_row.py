"""Of whatever a table holds, every row is in the printed counts exactly once, and ends as itself."""

import csv
import io
import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.definitions import SMALL, write

from tongban.app.instance.importing.outcome import Ending
from tongban.app.instance.importing.pipeline import Request, import_listing
from tongban.app.instance.importing.reporting import as_text

HEAD = ("事项名称", "实施主体", "实施编码", "承诺办结时限", "备注")
SAID = ("", "", "无", "某局", "财政局", "X-1", "X-2", "5个工作日", "20", "合计", "小计：", "一、许可",
        "注：见附件", "同上", "〃", "TRUE", "01:02:00", "1e30", "5E10", "#N/A", "#REF!", "=A1", '="007"',
        "'=1", '"', 'a"b', "a,b", "a;b", "甲\n乙", "\u200b", "\ufffd", "事项名称", "实施主体", "必填",
        "varchar(50)", "[{}]", '["a"]', "第1页", "填表人：", "0.30000000000000004", "法定", " ")  # fmt: skip
CELLS = st.one_of(st.sampled_from(SAID), st.text(alphabet="甲乙局1-;,\"'|=", max_size=4))
OTHERS = st.one_of(CELLS, st.none(), st.booleans(), st.integers(0, 10**17), st.floats(0, 1e20))
MARKED = "记号"
ENDED = re.compile(
    r"Read (\d+) rows?, (\d+) (?:would be )?imported\.(?:\n(\d+) rows? (?:is|are) left out)?"
)


def tables(cells: st.SearchStrategy[object]) -> st.SearchStrategy[list[list[object]]]:
    """Return tables of marked rows, of rows of errors, and of empty ones, which are none."""
    row = st.tuples(
        st.lists(cells, min_size=len(HEAD), max_size=len(HEAD)), st.integers(0, len(HEAD) + 1)
    )
    return st.lists(row, min_size=1, max_size=9).map(
        lambda rows: [_marked(cells, at, number) for number, (cells, at) in enumerate(rows)]
    )


def _marked(cells: list[object], at: int, number: int) -> list[object]:
    mark = f"{MARKED}{number}号"
    if at >= len(cells):
        return ["" if at == len(cells) else "#REF!"] * len(cells)
    return [mark if place == at else cell for place, cell in enumerate(cells)]


def _account_for(path: Path, rows: Sequence[Sequence[object]], lines: Sequence[int]) -> None:
    """Look whether each row that says something is counted, once, and ends as itself."""
    done = import_listing(Request("services", path, path.parent, dry=True, keep_rows=True))
    names = {line: str(row[0]) for line, row in zip(lines, rows, strict=True)}
    wanted = [line for line, row in zip(lines, rows, strict=True) if any(row)]
    assert [end.line for end in done.ends] == wanted
    said = ENDED.search("\n".join(as_text(done, "en", everything=True)))
    assert said is not None
    counted, imported, left_out = map(int, said.groups("0"))
    assert counted == len(wanted) == imported + left_out + done.count(Ending.MERGED)
    for end in done.ends:
        # A name that only points to the row above, such as 同上 or ', is that of the row above.
        if end.ending is Ending.IMPORTED and names[end.line].startswith(MARKED):
            assert end.name.startswith(names[end.line])


def folder_of(tmp_path: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a folder for one table that is an instance at once."""
    folder = tempfile.TemporaryDirectory(dir=tmp_path)
    write(Path(folder.name), SMALL)
    return folder


def _quick(examples: int) -> settings:
    fixture = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=None, suppress_health_check=fixture)


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8"), (";", "gb18030"), ("\t", "utf-16")]
)
@_quick(40)
@given(rows=tables(CELLS))
def test_every_row_of_a_text_is_counted_once(
    delimiter: str, encoding: str, tmp_path: Path, rows: list[list[object]]
) -> None:
    lines, text = [], io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(HEAD)
    for row in rows:
        lines.append(text.getvalue().count("\n") + 1)
        writer.writerow(row)
    with folder_of(tmp_path) as folder:
        path = Path(folder) / "listing"
        path.write_bytes(text.getvalue().encode(encoding))
        _account_for(path, rows, lines)


@_quick(60)
@given(rows=tables(OTHERS), lined=st.booleans())
def test_every_object_of_json_is_counted_once(
    tmp_path: Path, rows: list[list[object]], lined: bool
) -> None:
    objects = [dict(zip(HEAD, row, strict=True)) for row in rows]
    with folder_of(tmp_path) as folder:
        path = Path(folder) / "listing"
        form = "\n".join(map(json.dumps, objects)) if lined else json.dumps({"data": objects})
        path.write_text(form, "utf-8")
        _account_for(path, rows, range(1, len(rows) + 1))


@_quick(12)
@given(rows=tables(OTHERS))
def test_every_row_of_a_workbook_is_counted_once(tmp_path: Path, rows: list[list[object]]) -> None:
    with folder_of(tmp_path) as folder:
        path = Path(folder) / "listing"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEAD)
            for number, row in enumerate(rows, 1):
                for place, cell in enumerate(row):
                    if cell == "=A1":
                        sheet.write_formula(number, place, "=A1", None, "")
                    elif isinstance(cell, str):
                        sheet.write_string(number, place, cell)
                    else:
                        sheet.write(number, place, cell)
        _account_for(path, rows, range(2, len(rows) + 2))
