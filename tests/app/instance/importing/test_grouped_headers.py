"""Headers of two levels, rows that say what columns hold, several bodies in one cell."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, file, lined
from tests.builders.tables import ods_of, xls, xlsx

from tongban.app.instance.importing.normal import is_several_bodies
from tongban.modules.catalog.definition import ResourceDefinition
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
    assert (found["imported"], found["left_out"]) == (2, 0)
    assert found["header_lines"] == [2, 3]
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
    assert (register["imported"], codes(register, 2)) == (0, {"name_several"})


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


# Parts of a group that mean nothing alone -----------------------------------------------------------

HEAD = ("事项名称", "实施主体", "实施编码")
DATA = ("取水许可", "水务局", "X-1")


def grouped(path: Path, group: Sequence[str], parts: Sequence[str], said: Sequence[str]) -> Path:
    """Write a listing with a group over several columns, as a workbook or as text without merges."""
    rows = [(*HEAD, *group), ("", "", "", *parts), (*DATA, *said)]
    if path.suffix == ".csv":
        return file(path.parent, "\n".join(",".join(row) for row in rows) + "\n")
    down = [(0, at, 1, at) for at in range(3)]
    return xlsx(path, rows, [*down, (0, 3, 0, 2 + len(group))])


FORMS = pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])


@FORMS
@pytest.mark.parametrize(
    ("group", "parts", "said"),
    [
        ("时限（工作日）", ("法定", "承诺"), ("20", "5")),
        ("时限", ("法定（工作日）", "承诺（工作日）"), ("20", "5")),
        ("办结时限", ("法定", "承诺"), ("20个工作日", "5个工作日")),
        ("时限信息", ("承诺", "法定"), ("5个工作日", "20个工作日")),
        ("办理时限", ("法定办结时限", "承诺"), ("20个工作日", "5个工作日")),
    ],
)
def test_a_part_that_only_its_group_explains_is_understood(
    name: str,
    group: str,
    parts: tuple[str, str],
    said: tuple[str, str],
    instance: Path,
    tmp_path: Path,
) -> None:
    found = done(grouped(tmp_path / name, (group, ""), parts, said), instance)
    made = instance_in(instance).every(Service)["X-1"]
    assert (made.statutory_limit, made.promised_limit) == (Limited(days=20), Limited(days=5))
    assert (found["rows"], len(found["header_lines"])) == (1, 2)


@FORMS
def test_a_part_of_another_thing_is_not_the_name_of_the_service(
    name: str, instance: Path, tmp_path: Path
) -> None:
    parts, said = ("名称", "职务"), ("某甲", "科长")
    path = grouped(tmp_path / name, ("联系人信息", ""), parts, said)
    found = done(path, instance)
    assert str(instance_in(instance).every(Service)["X-1"].name) == "取水许可"
    assert found["unused_columns"] == ["联系人信息·名称", "联系人信息·职务"]
    done(path, instance, "--replace", "--map", "summary=名称")
    assert str(instance_in(instance).every(Service)["X-1"].summary) == "某甲"


@FORMS
def test_what_is_below_a_group_and_is_the_thing_itself_is_taken_for_it(
    name: str, instance: Path, tmp_path: Path
) -> None:
    parts, said = ("份数", "名称"), ("2", "申请表")
    found = done(grouped(tmp_path / name, ("申请材料", ""), parts, said), instance)
    made = instance_in(instance).every(Service)["X-1"]
    assert [one.name for one in made.materials] == ["申请表"]
    assert found["unused_columns"] == ["申请材料·份数"]


def test_a_header_of_three_levels_in_the_order_of_its_parts_is_understood(
    instance: Path, tmp_path: Path
) -> None:
    rows = [
        "信息资源名称,信息资源代码,信息资源提供方,信息资源摘要,信息资源格式,,信息项信息,,,共享属性,,,,开放属性,",
        ",,,,分类,类型,名称,数据类型,长度,条件,类型,共享方式,,条件,是否开放",
        ",,,,,,,,,,,分类,方式,,",
        "取水许可,300001/1,财政局,摘要,电子表格,xlsx,许可证号,字符型,18,行政依据,有条件共享,平台,库表,无,是",
    ]
    found = done(lined(tmp_path, *rows), instance, kind="resources")
    columns = {one["key"]: one["name"] for one in found["columns"] if one["taken"]}
    assert (found["imported"], found["header_lines"]) == (1, [1, 2, 3])
    (made,) = instance_in(instance).every(ResourceDefinition).values()
    assert (made.format.type, made.items[0].name, made.items[0].length) == ("xlsx", "许可证号", 18)
    assert (made.share.type.value, made.share.condition) == ("conditional", "行政依据")
    assert (made.open.open, columns["item"]) == (True, "信息项名称")
    assert "共享属性·共享方式·分类" in found["unused_columns"]


def test_a_row_below_a_wide_heading_is_a_row(instance: Path, tmp_path: Path) -> None:
    rows = [("事项名称", "", "实施主体", "", "实施编码"), ("取水许可", "", "水务局", "", "X-1")]
    for name, said in (("a.xlsx", rows[1]), ("b.xlsx", ("取水许可", "河道", "水务局", "", "X-1"))):
        path = xlsx(tmp_path / name, [rows[0], said], [(0, 0, 0, 1), (0, 2, 0, 3)])
        found = done(path, instance, "--dry-run")
        assert (found["rows"], found["imported"]) == (1, 1)
    (told,) = [one for one in found["findings"] if one["code"] == "import.columns_unnamed"]
    assert told["columns"] == [2]


def test_a_column_that_only_the_line_of_groups_names_has_that_name(
    instance: Path, tmp_path: Path
) -> None:
    path = lined(
        tmp_path,
        "某县机构名录,,,,,",
        "序号,机构名称,内部编号,机构信息,,联系方式",
        ",,,统一社会信用代码,性质,办公电话",
        "1,县档案局,101,11470181017005596W,行政机关,0600-5550101",
    )
    found = done(path, instance, kind="departments")
    assert found["unused_columns"] == ["序号", "内部编号"]
    assert "columns_unnamed" not in codes(found)
