"""Headers of two levels, rows that say what columns hold, several bodies in one cell."""

from pathlib import Path

import pytest
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, lined
from tests.builders.tables import ods_of, xls, xlsx

from tongban.app.instance.importing.normal import is_several_bodies
from tongban.modules.services.model import Limited, Service

GROUPED = (
    ("某县权力清单", "", "", "", "", "", "", ""),
    ("序号", "职权名称", "职权类别", "实施依据", "实施主体", "办理时限（工作日）", "", "备注"),
    ("", "", "", "", "", "法定时限", "承诺时限", ""),
    ("1", "排水许可", "行政许可", "《水法》第七条", "水务局", "20", "5", ""),
    ("2", "取水许可", "行政许可", "《水法》第八条", "水务局", "45", "9", ""),
)
MERGED = ((0, 0, 0, 7), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 2, 3), (1, 4, 2, 4),
          (1, 5, 1, 6), (1, 7, 2, 7))  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xls", "xlsx"])
@pytest.mark.parametrize("merged", [MERGED, ()])
def test_a_header_of_two_levels_is_understood(
    form: str, merged: tuple[tuple[int, int, int, int], ...], instance: Path, tmp_path: Path
) -> None:
    if form == "csv":
        path = lined(tmp_path, *(",".join(row) for row in GROUPED))
    elif form == "xls":
        path = xls(tmp_path / "a.xls", GROUPED, merged)
    else:
        path = xlsx(tmp_path / "a.xlsx", GROUPED, merged)
    found = done(path, instance)
    assert (found["imported"], found["left_out"]) == (2, 3 - found["header"])
    services = {str(one.name): one for one in instance_in(instance).every(Service).values()}
    columns = {one["name"]: one["key"] for one in found["columns"] if one["taken"]}
    assert columns["法定时限"] == "statutory_limit"
    assert columns["承诺时限"] == "promised_limit"
    assert services["排水许可"].type == "01"
    assert "limit_unit_unknown" not in codes(found)
    assert services["取水许可"].statutory_limit == Limited(days=45)


@pytest.mark.parametrize(
    "line",
    ["字符串,字符串,varchar(50)", "必填,必填,选填", "文本(100),必填,必填",
     "非空,String(20),可选", "示例,排水许可,X"],
)  # fmt: skip
def test_a_row_that_says_what_columns_hold_is_no_service(
    line: str, instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, "事项名称,办理地点,办理时间", line, "取水许可,窗口,上午")
    found = done(path, instance, "--set", "department=水务局")
    assert (found["imported"], found["left_out"]) == (1, 1)
    assert codes(found, 2) <= {"header_again", "note_row"}


@pytest.mark.parametrize(
    "said",
    [
        "水务局、财政局",
        "水务局/财政局",
        "水务局；财政局",
        '"水务局,财政局"',
        '"水务局\n财政局"',
        "组织部、公务员局",
    ],
)
def test_two_bodies_in_one_cell_are_no_department(
    said: str, instance: Path, tmp_path: Path
) -> None:
    found = done(
        lined(tmp_path, "事项名称,实施主体", f"排水许可,{said}", "取水许可,水务局"), instance
    )
    assert (found["imported"], codes(found, 2)) == (1, {"department_several"})
    assert list(found["departments"].values()) == ["水务局"]
    register = done(
        lined(tmp_path, "部门名称,部门代号", f"{said.replace(chr(10), '、')},x"),
        instance,
        kind="departments",
    )
    assert (register["imported"], codes(register, 2)) == (0, {"department_several"})


@pytest.mark.parametrize(
    "name",
    [
        "乡村振兴、农业农村局",
        "发展和改革局（粮食、物资储备局）",
        "文化和旅游局",
        "人力资源、社会保障局",
    ],
)
def test_a_name_with_a_mark_in_it_is_one_body(name: str) -> None:
    assert not is_several_bodies(name)


@pytest.mark.parametrize(
    "said", ["2026-01-02", "2026/1/2", "1月2日", "Jan-02", "2-Jan", "2026-01-02 00:00:00"]
)
def test_a_day_where_a_code_belongs_is_no_code(said: str, instance: Path, tmp_path: Path) -> None:
    found = done(lined(tmp_path, "事项名称,实施主体,实施编码", f"排水许可,水务局,{said}"), instance)
    assert codes(found, 2) == {"code_is_day", "row_without_code"}


def test_a_merged_department_of_an_open_document_holds_for_every_row(
    instance: Path, tmp_path: Path
) -> None:
    cell = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{one}</table:table-row>"
        for one in (
            cell.format("", "事项名称") + cell.format("", "实施主体"),
            cell.format("", "排水许可") + cell.format(' table:number-rows-spanned="2"', "水务局"),
            cell.format("", "取水许可") + "<table:covered-table-cell/>",
        )
    )
    found = done(ods_of(tmp_path / "a.ods", rows), instance)
    assert (found["imported"], list(found["departments"].values())) == (2, ["水务局"])
