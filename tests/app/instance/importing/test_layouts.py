"""Layouts as they come from elsewhere are understood, and what is no service does not become one."""

import json
from pathlib import Path

import pytest
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, file, run
from tests.builders.tables import xlsx

from tongban.kernel.identifiers import make_credit_code, make_implementation_code
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.model import Basis, Limited, Service, ServiceStatus

HEAD = ("事项名称", "实施主体", "实施编码", "事项类型")
ROWS = (("排水许可", "水务局", "X-1", "行政许可"), ("取水许可", "水务局", "X-2", "行政许可"))
LABOUR = make_credit_code("11", "470181", "01701044")
HOUSING = make_credit_code("11", "470181", "01701355")
NATIONAL = make_implementation_code(LABOUR, 4, "472000001000")
OTHER = make_implementation_code(HOUSING, 4, "470500001000")


def csv(*rows: tuple[str, ...], between: str = ",") -> str:
    return "".join(between.join(row) + "\r\n" for row in rows)


def services(instance: Path) -> dict[str, Service]:
    found = instance_in(instance)
    assert found.errors == []
    return dict(found.every(Service))


# Codes, kinds of text and layouts that there are -------------------------------------------------


def test_a_national_code_gives_its_code_level_type_and_the_credit_code_of_its_department(
    instance: Path, tmp_path: Path
) -> None:
    rows = (("灵活就业补贴", "人社局", NATIONAL, "20"), ("公租房", "住建局", OTHER, "05"))
    path = file(tmp_path, csv(HEAD, *rows))
    found = done(path, instance)
    assert found["codes"] == {"valid": 2, "lower_case": 0, "wrong": 0, "absent": 0}
    assert "code_absent" not in codes(found)
    first = services(instance)[NATIONAL]
    assert (first.national_code, first.local_code) == (NATIONAL, "")
    assert (first.level, first.type) == ("4", "20")
    departments = instance_in(instance).every(DepartmentDefinition).values()
    named = {str(one.name): one.credit_code for one in departments}
    assert (named["人社局"], named["住建局"]) == (LABOUR, HOUSING)


def test_a_national_code_that_the_row_contradicts_is_kept_as_a_local_code_only(
    instance: Path, tmp_path: Path
) -> None:
    found = done(file(tmp_path, csv(HEAD, ("甲", "人社局", NATIONAL, "行政许可"))), instance)
    (one,) = [one for one in found["findings"] if "contradicts" in one["code"]]
    assert (one["what"], one["inside"], one["stated"]) == ("type", "20", "01")
    service = services(instance)[NATIONAL]
    assert (service.national_code, service.local_code, service.type) == ("", NATIONAL, "01")


def test_two_departments_with_one_credit_code_in_their_codes_get_none(
    instance: Path, tmp_path: Path
) -> None:
    second = make_implementation_code(LABOUR, 4, "472000002000")
    done(
        file(tmp_path, csv(HEAD, ("甲", "一局", NATIONAL, ""), ("乙", "二局", second, ""))),
        instance,
    )
    found = instance_in(instance).every(DepartmentDefinition).values()
    assert {one.credit_code for one in found if str(one.name) in ("一局", "二局")} == {""}
    assert services(instance)[NATIONAL].national_code == NATIONAL


@pytest.mark.parametrize(
    ("between", "encoding"),
    [("\t", "utf-16"), ("\t", "utf-8"), (";", "gb18030"), (",", "utf-8-sig")],
)
def test_any_usual_text_is_read(
    instance: Path, tmp_path: Path, between: str, encoding: str
) -> None:
    done(file(tmp_path, csv(HEAD, *ROWS, between=between), encoding), instance)
    assert {one.name for one in services(instance).values()} == {"排水许可", "取水许可"}


def test_a_workbook_of_the_same_rows_gives_the_same(instance: Path, tmp_path: Path) -> None:
    done(xlsx(tmp_path / "listing.xlsx", [HEAD, *ROWS]), instance)
    assert {one.name for one in services(instance).values()} == {"排水许可", "取水许可"}


def test_a_shortened_code_is_no_code(instance: Path, tmp_path: Path) -> None:
    rows = [(name, "水务局", "1.147E+30", "行政许可") for name in ("排水许可", "取水许可")]
    found = done(file(tmp_path, csv(HEAD, *rows)), instance)
    assert (found["imported"], found["left_out"]) == (0, 2)
    assert codes(found, 2) == codes(found, 3) == {"code_shortened"}
    assert found["departments"] == {}
    book = xlsx(tmp_path / "a.xlsx", [HEAD, ("甲", "水务局", 114701810170104403447.0, "")])
    assert codes(done(book, instance, "--dry-run"), 2) == {"code_shortened"}


def test_a_title_before_the_header_is_told(instance: Path, tmp_path: Path) -> None:
    text = csv(("某市政务服务事项清单（2026年版）", "", "", ""), HEAD, *ROWS)
    found = done(file(tmp_path, text), instance)
    assert (found["rows"], found["header"], codes(found, 1)) == (2, 2, {"title_row"})
    assert len(services(instance)) == 2


def test_a_line_break_in_a_header_cell_is_understood(instance: Path, tmp_path: Path) -> None:
    text = '"事项\n名称","实施\n主体",实施编码（必填）*,事项 类型\n' + csv(*ROWS)
    done(file(tmp_path, text), instance)
    assert services(instance)["X-1"].type == "01"


def test_a_second_header_is_no_service(instance: Path, tmp_path: Path) -> None:
    text = csv(("name", "department", "local_code", "type"), HEAD, *ROWS)
    found = done(file(tmp_path, text), instance)
    assert (found["imported"], found["left_out"], found["header_lines"]) == (2, 0, [1, 2])
    assert len(services(instance)) == 2


def test_a_header_that_comes_again_on_every_page_is_no_service(
    instance: Path, tmp_path: Path
) -> None:
    found = done(file(tmp_path, csv(HEAD, ROWS[0], HEAD, ROWS[1], ("合计", "", "2", ""))), instance)
    assert (found["imported"], found["left_out"]) == (2, 2)
    assert (codes(found, 3), codes(found, 5)) == ({"header_again"}, {"totals_row"})


GUANGDONG = (
    "libNum,catalogId,title,publisher,originalAddress,篇扩类别/pkitemType,篇扩设定依据/pkbasis,"
    "篇扩承诺办结时限/pkcommitmentTime,篇扩法定办结时限/pklegalTime,篇扩到办事现场次数/pkpresenceNum,"
    "篇扩实施对象/pkimplementationObject\r\n"
    "资源库编号,目录编号,标题,发布者,原文地址,,,,,,\r\n"
    "q1,某市-水务局,取水许可,水务局,http://x.example/a,行政许可,《某某法》第七条,7个工作日,20个工作日,0,"
    "自然人;企业法人\r\n"
    "q1,某市-水务局,排水许可,水务局,http://x.example/b,行政许可,《某某法》第七条,即办,20 工作日,0,自然人\r\n"
)


def test_the_layout_of_guangdong_is_understood_without_a_map(
    instance: Path, tmp_path: Path
) -> None:
    found = done(file(tmp_path, GUANGDONG), instance)
    assert (found["imported"], found["left_out"], found["header_lines"]) == (2, 0, [1, 2])
    first, second = sorted(services(instance).values(), key=lambda one: str(one.name))
    assert (first.name, first.type, first.guide_url) == ("取水许可", "01", "http://x.example/a")
    assert first.audience == ("1", "2")
    assert first.basis == (Basis(title="某某法", article="第七条"),)
    assert first.statutory_limit == second.statutory_limit == Limited(days=20)
    assert (first.promised_limit, second.promised_limit) == (Limited(days=7), Limited(days=0))
    assert first.visits == 0


def test_the_layout_of_guangdong_can_be_mapped_too(instance: Path, tmp_path: Path) -> None:
    columns = file(
        tmp_path,
        "name: title\ndepartment: publisher\nlocal_code: title\ntype: 篇扩类别/pkitemType\n"
        "guide_url: originalAddress\n",
        name="gd.map",
    )
    found = done(file(tmp_path, GUANGDONG), instance, "--map", str(columns))
    assert (found["imported"], codes(found, 2)) == (2, {"header_again"})


# Layouts of our own invention --------------------------------------------------------------------


def test_a_layout_of_main_items_and_handling_items_with_national_codes(
    instance: Path, tmp_path: Path
) -> None:
    """Like Zhejiang's: 主项 and 办理项 make the name, the unit stands in its own column."""
    head = ("序号", "主项名称", "业务办理项名称", "实施机构", "业务办理项编码", "法定办结时限",
            "法定办结时限单位", "承诺办结时限", "承诺办结时限单位", "办件类型", "到办事现场次数",
            "办理形式", "是否收费")  # fmt: skip
    rows = (
        ("1", "取水许可", "取水许可首次申请", "水务局", f"{NATIONAL}01", "45", "工作日", "5", "工作日",
         "承诺件", "0", "窗口办理、网上办理", "否"),
        ("2", "取水许可", "取水许可变更", "水务局", f"{NATIONAL}02", "45", "工作日", "1", "自然日",
         "即办件", "1次", "窗口办理", "是"),
    )  # fmt: skip
    found = done(file(tmp_path, csv(head, *rows)), instance)
    assert found["imported"] == 2
    first, second = services(instance).values()
    assert (first.name, second.name) == ("取水许可（取水许可首次申请）", "取水许可（取水许可变更）")
    assert first.statutory_limit == Limited(days=45)
    assert second.promised_limit == Limited(days=1, unit="day")
    assert (first.channels, first.kind, first.visits, first.fee) == (("1", "2"), "2", 0, "不收费")
    assert (second.kind, second.visits, second.fee) == ("1", 1, "")
    assert (first.national_code, first.local_code) == ("", f"{NATIONAL}01")
    assert "national_code_shared" in codes(found)


def test_a_workbook_with_merged_cells_two_headers_and_a_row_for_each_paper(
    instance: Path, tmp_path: Path
) -> None:
    """Like Shandong's: a title, a header of two lines, one row a paper, the rest merged."""
    rows: list[list[object]] = [
        ["某县政务服务事项和材料清单", "", "", "", "", ""],
        ["事项名称", "实施主体", "实施编码", "办结时限（工作日）", "", "申请材料"],
        ["事项名称", "实施主体", "实施编码", "法定", "承诺", "申请材料"],
        ["取水许可", "水务局", "X-1", 20, 7, "取水许可申请书（原件2份）"],
        ["", "", "", "", "", "营业执照（复印件1份）"],
        ["", "", "", "", "", "水资源论证报告"],
        ["排水许可", "水务局", "X-2", 20, 3, "排水许可申请表"],
        ["合计", "", 2, "", "", ""],
    ]
    merged = [(1, place, 2, place) for place in (0, 1, 2, 5)]
    merged += [(3, place, 5, place) for place in range(5)] + [(1, 3, 1, 4)]
    found = done(xlsx(tmp_path / "listing.xlsx", rows, merged=merged), instance)
    assert (found["imported"], found["merged"], found["left_out"]) == (2, 2, 1)
    service = services(instance)["X-1"]
    assert [one.name for one in service.materials] == [
        "取水许可申请书",
        "营业执照",
        "水资源论证报告",
    ]
    assert (service.materials[0].originals, service.materials[1].copies) == (2, 1)
    assert (service.statutory_limit, service.promised_limit) == (Limited(days=20), Limited(days=7))


def test_english_headers_with_semicolons_and_no_codes(instance: Path, tmp_path: Path) -> None:
    text = (
        "Service name;Agency;Category;Applicants;Promised limit (working days);Phone;Fees\n"
        "Water permit;Water Bureau;01;Companies, People;5;0600-5550110;None\n"
        "Drainage permit;Water Bureau;Licence;People;at once;;20 yuan\n"
    )
    found = done(file(tmp_path, text), instance)
    assert (found["imported"], codes(found, 2)) == (2, {"code_made"})
    first, second = services(instance).values()
    assert (first.type, first.audience, first.promised_limit) == ("01", ("2", "1"), Limited(days=5))
    assert (first.window.phone, first.fee) == ("0600-5550110", "")
    assert (second.promised_limit, second.fee) == (Limited(days=0), "20 yuan")
    assert "type_unknown" in codes(found, 3)


def test_json_from_an_interface_with_objects_inside(instance: Path, tmp_path: Path) -> None:
    one = {
        "task_name": "取水许可",
        "dept": {"dept_name": "水务局", "dept_code": LABOUR},
        "task_code": "X-1",
        "anticipate_day": 20,
        "anticipate_type": "工作日",
        "server_type": ["1", "2"],
        "by_law": "《某某法》第七条第一款：应当许可；《某某条例》第三条",
    }
    path = file(
        tmp_path, json.dumps({"code": 0, "data": {"total": 1, "rows": [one]}}), name="a.json"
    )
    found = done(path, instance)
    assert (found["sheet"], found["imported"]) == ("data.rows", 1)
    service = services(instance)["X-1"]
    assert service.basis == (
        Basis(title="某某法", article="第七条第一款：应当许可"),
        Basis(title="某某条例", article="第三条"),
    )
    assert (service.audience, service.statutory_limit) == (("1", "2"), Limited(days=20))
    department = instance_in(instance).every(DepartmentDefinition)[service.department]
    assert (department.name, department.credit_code) == ("水务局", LABOUR)


def test_json_lines_with_papers_as_objects(instance: Path, tmp_path: Path) -> None:
    lines = [
        {
            "事项名称": "甲",
            "部门": "水务局",
            "编码": "X-1",
            "materials": [{"code": "a", "name": "表"}],
        },
        {"事项名称": "乙", "部门": "水务局", "编码": "X-2", "materials": [{"nmae": "表"}]},
        "no object",
    ]
    path = file(tmp_path, "\n".join(json.dumps(one, ensure_ascii=False) for one in lines))
    found = done(path, instance)
    assert (found["imported"], codes(found, 3)) == (2, {"line_unreadable"})
    assert "value_unfit" in codes(found, 2)
    assert [one.name for one in services(instance)["X-1"].materials] == ["表"]
    assert services(instance)["X-2"].materials == ()


# Names and departments ----------------------------------------------------------------------------


def test_items_that_share_a_name_are_told_apart_by_their_sub_item_or_named(
    instance: Path, tmp_path: Path
) -> None:
    text = csv(
        (*HEAD[:3], "办理项"),
        ("取水许可", "水务局", "X-1", "首次申请"),
        ("取水许可", "水务局", "X-2", "变更"),
        ("排水许可", "水务局", "X-3", ""),
        ("排水许可", "水务局", "X-4", ""),
        ("节水评价", "水务局", "X-5", "年度"),
    )
    found = done(file(tmp_path, text), instance)
    names = [service.name for service in services(instance).values()]
    assert names == ["取水许可（首次申请）", "取水许可（变更）", "排水许可", "排水许可", "节水评价"]
    (one,) = [one for one in found["findings"] if one["code"] == "import.row_same_name"]
    assert (one["line"], one["other"]) == (5, 4)


@pytest.mark.parametrize(
    ("name", "department", "code"),
    [
        ("20260101", "水务局", "name_is_reference"),
        ("https://x.example/1", "水务局", "name_is_reference"),
        ("d41d8cd98f00b204e9800998ecf8427e", "水务局", "name_is_reference"),
        ("甲", "d41d8cd98f00b204e9800998ecf8427e", "department_is_reference"),
        ("甲", "083372204", "department_is_reference"),
        ("甲", LABOUR, "department_is_reference"),
        ("甲", "www.x.example", "department_is_reference"),
    ],
)
def test_what_only_refers_to_something_is_no_name(
    instance: Path, tmp_path: Path, name: str, department: str, code: str
) -> None:
    found = done(file(tmp_path, csv(HEAD, (name, department, "X-1", ""))), instance)
    assert (found["imported"], codes(found, 2)) == (0, {code})
    assert found["departments"] == {}


def test_a_department_is_found_by_its_code_and_in_its_own_way_of_writing(
    instance: Path, tmp_path: Path
) -> None:
    rows = (("甲", "finance", "X-1", ""), ("乙", " 财 政 局 ", "X-2", ""))
    found = done(file(tmp_path, csv(HEAD, *rows)), instance)
    assert found["departments"] == {}
    assert {one.department for one in services(instance).values()} == {"finance"}


def test_hidden_characters_are_taken_out_and_named(instance: Path, tmp_path: Path) -> None:
    text = csv(HEAD, ("取水\u202e许可", "水务\u200b局", "X\ufeff-1", "行政许可"))
    found = done(file(tmp_path, text), instance)
    assert "hidden_characters" in codes(found, 2)
    service = services(instance)["X-1"]
    assert (service.name, service.type) == ("取水许可", "01")


def test_a_row_whose_last_cells_a_spreadsheet_left_out_is_a_service(
    instance: Path, tmp_path: Path
) -> None:
    found = done(
        file(tmp_path, "事项名称,部门,编码,事项类型,办理地点\n甲,财政局,X-1\n乙,财政局\n"), instance
    )
    assert (found["imported"], codes(found, 3)) == (1, {"row_width"})


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://a.example/1", True),
        ("HTTP://X.CN", True),
        ("http://例子.中国/路", True),
        ("www.x.cn", False),
        ("javascript:alert(1)", False),
        ("http://a.cn http://b.cn", False),
        ("http://x.cn/a b", False),
        ("http://", False),
        ("https://x.cn:99999/", False),
        ("ftp://x.cn", False),
        ("http://x.cn/?b=<script>", False),
        ("//x.cn", False),
        ("http://user:pw@x.cn", False),
        ("mailto:a@b.cn", False),
        (f"http://x.cn/{'a' * 3000}", False),
        ("点击办理", False),
    ],
)
def test_only_an_address_that_a_browser_may_open_is_one(
    instance: Path, tmp_path: Path, url: str, kept: bool
) -> None:
    head = ("item_name", "department", "local_item_code", "guide_url")
    found = done(file(tmp_path, csv(head, ("甲", "水务局", "U1", f'"{url}"'))), instance)
    assert ("guide_url_unusable" in codes(found)) is not kept
    assert bool(services(instance)["U1"].guide_url) is kept


def test_limits_say_their_unit_or_are_not_taken(instance: Path, tmp_path: Path) -> None:
    said = (
        "20",
        "20天",
        "二十日",
        "20个工作日内",
        "30自然日",
        "0",
        "即办",
        "1.5",
        "9999工作日",
        "无",
    )
    rows = [("甲" + "乙" * n, "水务局", f"X-{n}", one) for n, one in enumerate(said)]
    found = done(file(tmp_path, csv((*HEAD[:3], "承诺时限"), *rows)), instance)
    taken = [service.promised_limit for service in services(instance).values()]
    assert taken == [
        None, None, None, Limited(days=20), Limited(days=30, unit="day"), Limited(days=0),
        Limited(days=0), None, None, None,
    ]  # fmt: skip
    assert all("limit_unit_unknown" in codes(found, line) for line in (2, 3, 4))
    assert all("value_unfit" in codes(found, line) for line in (9, 10))


@pytest.mark.parametrize("said", ["-1", "21", "1.5"])
def test_so_many_visits_are_none(instance: Path, tmp_path: Path, said: str) -> None:
    text = csv((*HEAD[:3], "到现场次数"), ("甲", "水务局", "X-1", said))
    assert "value_unfit" in codes(done(file(tmp_path, text), instance), 2)
    assert services(instance)["X-1"].visits is None


def test_no_law_gives_nought_days(instance: Path, tmp_path: Path) -> None:
    head = (*HEAD[:3], "法定时限（工作日）", "承诺时限（工作日）")
    found = done(file(tmp_path, csv(head, ("甲", "水务局", "X-1", "0", "0"))), instance)
    assert "value_unfit" in codes(found, 2)
    service = services(instance)["X-1"]
    assert (service.statutory_limit, service.promised_limit) == (None, Limited(days=0))


def test_a_promise_longer_than_the_law_allows_is_not_taken(instance: Path, tmp_path: Path) -> None:
    head = (*HEAD[:3], "法定时限（工作日）", "承诺时限（工作日）")
    found = done(file(tmp_path, csv(head, ("甲", "水务局", "X-1", "5", "9"))), instance)
    assert "promise_over_law" in codes(found, 2)
    service = services(instance)["X-1"]
    assert (service.statutory_limit, service.promised_limit) == (Limited(days=5), None)


def test_everything_imported_is_listed(instance: Path, tmp_path: Path) -> None:
    done(file(tmp_path, csv(HEAD, *ROWS)), instance)
    assert {one.status for one in services(instance).values()} == {ServiceStatus.LISTED}


def test_a_bad_byte_is_one_finding_and_its_row_is_imported(instance: Path, tmp_path: Path) -> None:
    content = csv(HEAD, *ROWS).encode()
    place = content.index("取水".encode())
    path = tmp_path / "listing.csv"
    path.write_bytes(content[:place] + b"\xff" + content[place:])
    found = done(path, instance)
    lines = [one["line"] for one in found["findings"] if "bytes" in one["code"]]
    assert (found["imported"], lines) == (2, [3])


@pytest.mark.parametrize("content", [b"", b"\n\n", b"a\n", b"\x00\x01\x02", b"PK\x03\x04", b"[]"])
def test_what_is_no_listing_is_refused(instance: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "listing.csv"
    path.write_bytes(content)
    assert run(path, instance).exit_code == 2


# Two tables in one sheet --------------------------------------------------------------------------

OTHERWISE = ("事项名称", "事项类型", "实施编码", "实施主体")
PERMUTED = ("实施编码", "事项名称", "事项类型", "实施主体")
SECOND = ("养老补贴", "行政给付", "Y-1", "民政局")


@pytest.mark.parametrize("below", [OTHERWISE, PERMUTED])
def test_a_second_table_whose_columns_are_others_is_never_read_by_the_first_header(
    instance: Path, tmp_path: Path, below: tuple[str, ...]
) -> None:
    found = done(
        file(tmp_path, csv(HEAD, *ROWS, ("", "", "", ""), ("二、给付", "", "", ""), below, SECOND)),
        instance,
    )
    assert (found["imported"], found["left_out"]) == (2, 3)
    assert (codes(found, 6), codes(found, 7)) == ({"header_again"}, {"under_other_header"})
    assert set(services(instance)) == {"X-1", "X-2"}


def test_below_the_first_header_once_more_rows_are_read_again(
    instance: Path, tmp_path: Path
) -> None:
    text = csv(HEAD, ROWS[0], OTHERWISE, SECOND, ("合计", "", "1", ""), HEAD, ROWS[1])
    found = done(file(tmp_path, text), instance)
    assert (found["imported"], found["left_out"]) == (2, 4)
    assert codes(found, 5) == {"totals_row"}
    assert set(services(instance)) == {"X-1", "X-2"}


def test_a_later_header_in_other_words_for_the_same_columns_parts_nothing_off(
    instance: Path, tmp_path: Path
) -> None:
    same = ("name", "department", "local_code", "type")
    found = done(file(tmp_path, csv(HEAD, ROWS[0], same, ROWS[1])), instance)
    assert (found["imported"], codes(found, 3)) == (2, {"header_again"})
