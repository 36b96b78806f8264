"""What only points to something becomes no name, and what is no row becomes no definition."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, lined

from tongban.app.instance.importing.asides import aside_of
from tongban.app.instance.importing.cells import Asked, read_cell
from tongban.app.instance.importing.findings import Unfit
from tongban.app.instance.importing.garbled import is_garbled
from tongban.app.instance.importing.limits import unit_in
from tongban.app.instance.importing.normal import is_reference
from tongban.app.instance.importing.targets import targets
from tongban.modules.catalog.definition import ResourceDefinition
from tongban.modules.services.model import Service

POINTERS = (
    "d41d8cd98f00b204e9800998ecf8427e",
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "５６７８９",
    "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "a.b@shuiwu.example",
    "/data/listing.csv",
    r"C:\清单\事项.xlsx",
    r"\\server\share",
    "事项清单.xlsx",
    "file:///a/b",
    "https://x.example/1",
    "1,147",
    "①",
    "2026年1月5日",
    "2026/1/5",
    "511A0138000000-511602000000-000",
    "#REF!",
    "＃N/A",
    "########",
    "见附件",
    "详见附件1",
    "（略）",
    "待定",
    "——",
    "***",
    "（一）",
    "true",
    "1.147E30",
    "Err:508",
    "%E6%8E%92",
)
NAMES = (
    "排水许可",
    "120急救",
    "2020年度考核",
    "12345热线受理",
    "甲",
    "一次性告知",
    "附件审核",
    "见习补贴",
    "略阳县户口登记",
    "WiFi报装",
    "ISO认证补贴",
    "省/市级奖励",
    "Water permit 2",
    "同意书登记",
    "待遇核定",
    "十一大类许可",
)


@pytest.mark.parametrize("said", POINTERS)
def test_what_only_points_to_something_is_a_reference(said: str) -> None:
    assert is_reference(said)


@pytest.mark.parametrize("said", NAMES)
def test_a_name_with_a_number_or_a_pointing_word_in_it_is_a_name(said: str) -> None:
    assert not is_reference(said)


@pytest.mark.parametrize("said", POINTERS)
def test_a_service_or_a_department_called_by_a_pointer_is_a_finding(
    said: str, instance: Path, tmp_path: Path
) -> None:
    cell = f'"{said}"'
    path = lined(tmp_path, "事项名称,实施主体,实施编码", f"{cell},水务局,A1", f"排水许可,{cell},A2")
    found = done(path, instance)
    assert (found["imported"], found["left_out"], found["departments"]) == (0, 2, {})


@pytest.mark.parametrize("said", ["(null)", "NULL", r"\N", "undefined", "NaN", "#N/A", "见附件"])
def test_what_says_that_there_is_nothing_names_nothing_in_any_listing(
    said: str, instance: Path, tmp_path: Path
) -> None:
    for kind, rows in (
        ("service-items", ("事项名称,实施主体", f"{said},水务局", f"取水许可,{said}")),
        ("departments", ("部门名称,编号", f"{said},x-1")),
        ("staff", ("姓名,登录名,部门,角色", f"{said},li,水务局,clerk")),
        (
            "resources",
            (
                "信息资源名称,信息资源代码,信息资源提供方,信息资源摘要,信息资源格式,共享类型",
                f"{said},306001/1,民政局,摘要,数据库,无条件共享",
            ),
        ),
    ):
        found = done(lined(tmp_path, *rows), instance, "--dry-run", kind=kind)
        assert (found["imported"], found["departments"]) == (0, {}), kind
        assert codes(found, 2) & {"row_without_name", "row_lacks", "name_is_reference"}, kind


def test_a_word_for_as_above_is_read_as_the_cell_above_and_said(
    instance: Path, tmp_path: Path
) -> None:
    path = lined(
        tmp_path,
        "事项名称,实施主体,设定依据",
        "排水许可,水务局,《水法》第七条",
        "取水许可,同上,〃",
        "小计,2,",
        "河道许可,-″-,无",
    )
    found = done(path, instance)
    assert (found["imported"], list(found["departments"].values())) == (3, ["水务局"])
    assert codes(found, 3) == codes(found, 5) == {"cell_as_above"}
    services = {str(one.name): one for one in instance_in(instance).every(Service).values()}
    assert services["取水许可"].basis == services["排水许可"].basis
    assert len({one.department for one in services.values()}) == 1


def test_as_above_below_nothing_is_nothing(instance: Path, tmp_path: Path) -> None:
    path = lined(
        tmp_path,
        "事项名称,实施主体,实施编码",
        "排水许可,同上,A1",
        "甲,水务局,详见附件",
        "取水许可,水务局,x,x",
        "河道许可,〃,A3",
    )
    found = done(path, instance)
    assert found["imported"] == 0
    assert codes(found, 2) == {"cell_above_unknown", "row_without_department"}
    assert codes(found, 3) == {"cell_elsewhere", "row_without_code"}
    assert codes(found, 5) == {"cell_above_unknown", "row_without_department"}


def test_an_item_of_a_resource_that_only_points_elsewhere_is_none(
    instance: Path, tmp_path: Path
) -> None:
    head = "信息资源名称,信息资源代码,信息资源提供方,信息资源摘要,信息资源格式,共享类型,信息项名称"
    row = "取水登记,306001/1,水务局,摘要,数据库,无条件共享,"
    path = lined(tmp_path, head, row + "许可证号；123；见附件")
    departments = tmp_path / "d"
    departments.mkdir()
    done(lined(departments, "部门名称", "水务局"), instance, kind="departments")
    found = done(path, instance, kind="resources")
    assert codes(found, 2) == {"value_unfit"}
    (one,) = instance_in(instance).every(ResourceDefinition).values()
    assert [item.name for item in one.items] == ["许可证号"]


ASIDES = (
    ("totals_row", "合计,12,"),
    ("totals_row", "本页小计,,3"),
    ("totals_row", "水务局小计,3,"),
    ("totals_row", "水务局,小计,12项"),
    ("totals_row", "共计：12项,,"),
    ("totals_row", "总计,见附表,"),
    ("totals_row", "本部门合计,50%,12.5万元"),
    ("note_row", "注：带*号的为必填,,"),
    ("note_row", "备注：以公布为准,,"),
    ("note_row", "说明：,按年更新,"),
    ("note_row", "填表人：张三,审核人：李四,填报日期：2026年1月5日"),
    ("note_row", "填表人：,张三,审核人："),
    ("note_row", "单位（盖章）,,"),
    ("note_row", "填报单位（盖章）：水务局,,"),
    ("note_row", "第 1 页,共 3 页,"),
    ("note_row", "第1页/共3页,,"),
    ("note_row", "（以下空白）,,"),
    ("section_row", "一、行政许可,,"),
    ("section_row", "（二）水务局,,"),
    ("section_row", "第三部分 公共服务,,"),
    ("section_row", "一,行政许可,"),
    ("section_row", "水务局（共12项）,,"),
    ("section_row", ",二、行政确认,"),
    ("note_row", "资料来源：水务局,,"),
    ("note_row", "联系人：张三 联系电话：12345,,"),
)
ROWS = (
    "排水许可,水务局,A1",
    "合计征收核定,水务局,A2",
    "共有产权房申请,,",
    "注册会计师登记,,",
    "审核批准书补发,水务局,",
    "说明书备案,,",
    "一次性补贴申领,,",
    "第二代身份证换领,,",
    "排水许可,3,",
    "取水许可（临时）,,",
    "小计量器具检定,,",
)


@pytest.mark.parametrize(("code", "line"), ASIDES)
def test_a_total_a_heading_or_a_footnote_is_no_service_even_where_the_department_is_given(
    code: str, line: str, instance: Path, tmp_path: Path
) -> None:
    path = lined(
        tmp_path, "事项名称,承诺办结时限,办理地点", "排水许可,5个工作日,窗口", line, "取水许可,,"
    )
    found = done(path, instance, "--set", "department=水务局")
    assert (found["imported"], codes(found, 3)) == (2, {code})


@pytest.mark.parametrize("line", ROWS)
def test_a_row_that_begins_like_a_total_or_a_footnote_is_a_row(line: str) -> None:
    assert aside_of(line.split(","), 3) == ""


def test_in_a_single_column_a_numbered_name_is_a_row() -> None:
    assert aside_of(["一、排水许可"], 1) == ""


@given(cells=st.lists(st.text(max_size=30), max_size=5), width=st.integers(1, 5))
def test_whatever_stands_in_a_line_it_is_a_row_or_one_kind_of_aside(
    cells: list[str], width: int
) -> None:
    assert aside_of(cells, width) in ("", "totals_row", "note_row", "section_row")


# Units ------------------------------------------------------------------------------------------


def asked(key: str, column: str = "") -> Asked:
    known = targets()["services"].key(key)
    assert known is not None
    return Asked(known, column=column)


@pytest.mark.parametrize(
    "said", ["自然日/工作日", "非工作日", "个工作日（法定）", "工作日或自然日", "天", "非自然日"]
)
def test_a_unit_that_is_not_clear_is_none(said: str) -> None:
    with pytest.raises(Unfit):
        read_cell(said, asked("promised_limit.unit"))


@pytest.mark.parametrize(
    "column", ["时限（工作日/自然日）", "承诺时限（非工作日）", "时限（天）", "时限（不含工作日）"]
)
def test_a_heading_that_names_both_units_or_denies_one_gives_none(column: str) -> None:
    assert unit_in(column) == ""
    with pytest.raises(Unfit):
        read_cell("5", asked("promised_limit", column))


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("工作日", "working_day"),
        ("个工作日", "working_day"),
        ("自然日", "day"),
        ("Working days", "working_day"),
        ("day", "day"),
        ("calendar days", "day"),
    ],
)
def test_a_clear_unit_is_read(said: str, unit: str) -> None:
    assert read_cell(said, asked("promised_limit.unit")) == unit


@pytest.mark.parametrize("said", ["见附件", "略", "详见办事指南"])
@pytest.mark.parametrize("key", ["materials", "basis", "keywords"])
def test_a_paper_a_law_or_a_word_that_stands_elsewhere_is_none(key: str, said: str) -> None:
    with pytest.raises(Unfit):
        read_cell(said, asked(key))


# What another program has spoilt ------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    ["排水许可证核发".encode().decode("latin-1"), "排水许可".encode().decode("gb18030", "ignore"),
     "????许可", "锟斤拷许可", "Straße für 排水".encode().decode("cp1252", "ignore") + "??"],
)  # fmt: skip
def test_a_garbled_name_is_told(said: str, instance: Path, tmp_path: Path) -> None:
    assert is_garbled(said)
    found = done(lined(tmp_path, "事项名称,实施主体,实施编码", f"{said},水务局,A1"), instance)
    assert "garbled" in codes(found, 2)


@pytest.mark.parametrize(
    "said", ["排水许可", "联通", "Café à Genève", "Straßenbau", "大龙村", "何处办理?", "È vero"]
)
def test_a_sound_name_is_not_garbled(said: str) -> None:
    assert not is_garbled(said)


@given(
    said=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=20)
)
def test_utf_8_that_was_read_as_western_is_always_garbled(said: str) -> None:
    assert is_garbled(said.encode().decode("latin-1"))


@pytest.mark.parametrize(
    "said", ["排水&amp;许可", "<b>排水许可</b>", "排水许可&nbsp;", '<p style="x">排水</p>']
)
def test_marks_of_a_web_page_are_told(said: str, instance: Path, tmp_path: Path) -> None:
    quoted = said.replace('"', '""')
    path = lined(
        tmp_path, "事项名称,实施主体,实施编码", f'"{quoted}",水务局,A1', "甲<乙 & 丙,水务局,A2"
    )
    found = done(path, instance)
    assert "markup" in codes(found, 2)
    assert "markup" not in codes(found, 3)


def test_a_hidden_character_in_a_heading_changes_nothing(instance: Path, tmp_path: Path) -> None:
    path = lined(tmp_path, "\ufeff\ufeff事项名称,实施\u200b主体,实施编码", "排水许可,水务局,A1")
    assert done(path, instance)["imported"] == 1


def test_what_is_told_of_spoilt_staff_never_quotes_it(instance: Path, tmp_path: Path) -> None:
    path = lined(
        tmp_path,
        "姓名,登录名,部门,角色",
        "<b>张三</b>,1990-01-02,水务局,clerk",
        "????三,l,水务局,clerk",
    )
    found = done(path, instance, "--dry-run", kind="staff")
    told = [one for one in found["findings"] if "found" in one]
    assert codes(found, 2) >= {"markup", "code_is_day"}
    assert "garbled" in codes(found, 3)
    assert {one["found"] for one in told if one["code"] != "import.department_unknown"} == {"…"}
