"""Each sentence of an import with a small file that yields it: whole, at its line, in both languages."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.builders.definitions import SMALL, write
from tests.builders.importing import CATALOGUED, done, file, run
from tests.builders.tables import hiding, xlsx

from tongban.app.instance.importing.findings import KINDS
from tongban.kernel.identifiers import make_credit_code, make_implementation_code
from tongban.kit.i18n import catalogue

SERVICES, DEPARTMENTS, STAFF, RESOURCES, GRANTS = (
    "service-items", "departments", "staff", "resources", "grants",
)  # fmt: skip
WATER = make_credit_code("11", "470181", "01701044")
HOUSING = make_credit_code("11", "470181", "01701355")
NATIONAL = make_implementation_code(WATER, 4, "472000001000")
WRONG = WATER[:-1] + ("0" if WATER[-1] != "0" else "1")
FREE = "事项名称,实施主体"
CODED = f"{FREE},实施编码"
TWINS = (
    "# file: departments/towns.yaml\n- {code: east, name: 党政办公室}\n"
    "- {code: west, name: 党政 办公室}\n"
)
RESOURCE = "信息资源代码,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式,共享类型"
GRANT = "授权编号,信息资源代码,使用部门,信息项,使用目的,授权依据,开始日期,结束日期"
PERSON = "姓名,登录名,所属部门,角色"
REGISTER = "部门名称,部门代号,上级部门,统一社会信用代码"


def text(*rows: str) -> str:
    return "\n".join(rows) + "\n"


def of_service(column: str, cell: str, *more: str) -> str:
    """Return a listing of one service with a column, and further columns with their cells in turn."""
    names, cells = (column, *more[::2]), (cell, *more[1::2])
    return text(
        ",".join((FREE, *names)), ",".join(("取水许可,财政局", *(f'"{one}"' for one in cells)))
    )


TEXTS: dict[str, tuple[str, str | bytes, int]] = {
    "bad_bytes": (
        SERVICES,
        text(FREE, "取水许可,财政局").encode() + b"\xff,x\n" + "排水许可,财政局\n".encode() * 20,
        3,
    ),
    "quote_open": (
        SERVICES,
        text(
            CODED,
            *(f"甲{n},财政局,X-{n}" for n in range(3)),
            '"乙,财政局,X-4',
            "丙,财政局,X-5",
            '丁",财政局,X-6',
        ),
        5,
    ),
    "quote_stray": (SERVICES, text(CODED, '"乙,财政局,X-4', "丙,财政局,X-5"), 2),
    "hidden_characters": (SERVICES, text(FREE, "取水\u200b许可,财政局"), 2),
    "markup": (SERVICES, text(FREE, "<p>取水</p>,财政局"), 2),
    "garbled": (SERVICES, text(FREE, "锟斤拷许可,财政局"), 2),
    "title_row": (SERVICES, text("某县清单,", FREE, "取水许可,财政局"), 1),
    "columns_alike": (
        SERVICES,
        text(f"{FREE},事项类型,事项类型", "取水许可,财政局,行政许可,行政许可"),
        1,
    ),
    "column_chosen": (
        SERVICES,
        text(f"{FREE},原承诺时限,现承诺时限", "取水许可,财政局,9个工作日,5个工作日"),
        1,
    ),
    "column_joins": (DEPARTMENTS, text("部门名称,联系人/联系电话", "水务局,张 0600-5550110"), 1),
    "columns_unnamed": (SERVICES, text(f"{FREE},", "取水许可,财政局,有内容"), 1),
    "cell_as_above": (SERVICES, text(FREE, "取水许可,财政局", "排水许可,同上"), 3),
    "cell_above_unknown": (SERVICES, text(FREE, "取水许可,同上"), 2),
    "cell_elsewhere": (SERVICES, text(CODED, "取水许可,财政局,见附件"), 2),
    "code_is_day": (SERVICES, text(CODED, "取水许可,财政局,2026-01-02"), 2),
    "code_is_value": (SERVICES, text(CODED, "取水许可,财政局,TRUE"), 2),
    "header_again": (SERVICES, text(FREE, "取水许可,财政局", FREE), 3),
    "under_other_header": (
        SERVICES,
        text(CODED, "取水许可,财政局,X-1", "事项名称,业务办理项编码,实施主体", "甲,X-2,财政局"),
        4,
    ),
    "totals_row": (SERVICES, text(FREE, "取水许可,财政局", "合计,1"), 3),
    "section_row": (SERVICES, text(CODED, "一、行政许可,,", "取水许可,财政局,X-1"), 2),
    "note_row": (SERVICES, text(FREE, "取水许可,财政局", "备注：以上,"), 3),
    "row_width": (SERVICES, text(FREE, "取水许可,财政局,多"), 2),
    "row_short": (
        SERVICES,
        text(f"{FREE},备注,事项简介", "甲,财政局,一,二", "乙,财政局,断", "丙,财政局,三,四"),
        3,
    ),
    "row_without_code": (SERVICES, text(CODED, "取水许可,财政局,"), 2),
    "row_without_name": (SERVICES, text(FREE, ",财政局"), 2),
    "row_without_department": (SERVICES, text(FREE, "取水许可,"), 2),
    "row_lacks": (STAFF, text(PERSON, ",zs,财政局,窗口人员"), 2),
    "row_unfit": (RESOURCES, text(RESOURCE, "甲,甲信息,民政局,摘要,数据库,无条件共享"), 2),
    "code_perhaps_own": (
        DEPARTMENTS,
        text("机构名称,部门编码", "水务局,SW-1"),
        2,
    ),
    "phone_was_number": (
        DEPARTMENTS,
        text("机构名称,联系电话", "水务局,5550102.0"),
        2,
    ),
    "row_contradicts": (SERVICES, text(CODED, "取水许可,财政局,X-1", "排水许可,财政局,X-1"), 3),
    "row_apart": (
        SERVICES,
        text(f"{CODED},申请材料", "甲,财政局,X-1,身份证", "乙,财政局,X-2,", "甲,财政局,X-1,申请表"),
        4,
    ),
    "row_repeated": (SERVICES, text(CODED, "取水许可,财政局,X-1", "取水许可,财政局,X-1"), 3),
    "row_differs": (
        SERVICES,
        text(f"{CODED},申请材料,事项简介", "甲,财政局,X-1,身份证,一", "甲,财政局,X-1,申请表,二"),
        3,
    ),
    "row_defined_elsewhere": (DEPARTMENTS, text("部门名称", "财政局"), 2),
    "code_shortened": (SERVICES, text(CODED, "取水许可,财政局,1.1E+10"), 2),
    "name_is_reference": (SERVICES, text(FREE, "20260101,财政局"), 2),
    "name_several": (DEPARTMENTS, text("部门名称", "甲局、乙局"), 2),
    "name_of_two_codes": (DEPARTMENTS, text(REGISTER, "水务局,1,,", "水务局,2,,"), 3),
    "department_is_reference": (SERVICES, text(FREE, "取水许可,20260101"), 2),
    "department_several": (SERVICES, text(FREE, "取水许可,甲局、乙局"), 2),
    "department_generic": (SERVICES, text(FREE, "取水许可,相关部门"), 2),
    "department_unknown": (STAFF, text(PERSON, "张三,zs,财务局,窗口人员"), 2),
    "value_unknown": (STAFF, text(PERSON, "张三,zs,财政局,窗口人"), 2),
    "name_ambiguous": (STAFF, text(PERSON, "张三,zs,党政-办公室,窗口人员"), 2),
    "row_same_name": (SERVICES, text(CODED, "取水许可,财政局,X-1", "取水许可,财政局,X-2"), 3),
    "number_shortened": (SERVICES, of_service("事项简介", "1.1E+10"), 2),
    "type_unknown": (SERVICES, of_service("事项类型", "某类"), 2),
    "value_unfit": (SERVICES, of_service("是否收费", "也许"), 2),
    "word_unknown": (SERVICES, of_service("服务对象", "自然人、外星人"), 2),
    "date_two_days": (
        GRANTS,
        text(GRANT, "G-1,101003/9,财政局,姓名,核对,某法,03/05/2026,2027-01-01"),
        2,
    ),
    "limit_unit_unknown": (SERVICES, of_service("承诺时限", "5"), 2),
    "limit_in_other_unit": (SERVICES, of_service("承诺时限", "2个月"), 2),
    "limit_units_differ": (SERVICES, of_service("承诺时限（自然日）", "5个工作日"), 2),
    "limit_of_both": (SERVICES, of_service("承诺时限", "法定20个工作日，承诺5个工作日"), 2),
    "note_not_kept": (SERVICES, of_service("承诺时限", "5个工作日（不含公示）"), 2),
    "visits_range": (SERVICES, of_service("到办事现场次数", "1至2次"), 2),
    "basis_unclear": (SERVICES, of_service("设定依据", "按有关规定办理"), 2),
    "basis_left_out": (SERVICES, of_service("设定依据", "本事项由县里定。\n《甲法》第三条"), 2),
    "basis_without_law": (SERVICES, of_service("设定依据", "第三条"), 2),
    "basis_in_text": (SERVICES, of_service("设定依据", "《甲法》第一条 依照《乙法》第二条办理"), 2),
    "materials_unclear": (SERVICES, of_service("申请材料", "身份证 户口簿"), 2),
    "materials_headed": (SERVICES, of_service("申请材料", "新办：\n申请表\n身份证"), 2),
    "material_elsewhere": (SERVICES, of_service("申请材料", "申请表\n见附件"), 2),
    "material_waived": (SERVICES, of_service("申请材料", "申请表\n身份证（免提交）"), 2),
    "fee_not_said": (SERVICES, of_service("是否收费", "是"), 2),
    "fee_without_amount": (SERVICES, of_service("收费标准", "按规定收取"), 2),
    "fee_none_unclear": (SERVICES, of_service("收费标准", "无"), 2),
    "fee_contradicts": (SERVICES, of_service("收费标准", "10元", "是否收费", "否"), 2),
    "promise_over_law": (SERVICES, of_service("法定时限", "5个工作日", "承诺时限", "9个工作日"), 2),
    "guide_url_unusable": (SERVICES, of_service("办事指南网址", "http://a b"), 2),
    "reference_unknown": (DEPARTMENTS, text(REGISTER, "水务局,w,财务局,"), 2),
    "reference_ambiguous": (DEPARTMENTS, text(REGISTER, "水务局,w,党政-办公室,"), 2),
    "reference_left_out": (DEPARTMENTS, text(REGISTER, "甲局、乙局,x,,", "水务局,w,x,"), 3),
    "parent_circle": (DEPARTMENTS, text(REGISTER, "水务局,w,水务局,"), 2),
    "code_made": (SERVICES, text(FREE, "取水许可,财政局"), 2),
    "code_computed": (DEPARTMENTS, text(REGISTER, "水务局,,,"), 2),
    "code_blanks": (DEPARTMENTS, text(REGISTER, "水务局,w 1,,"), 2),
    "code_absent": (SERVICES, text(CODED, "取水许可,财政局,X-1"), 2),
    "code_wrong": (SERVICES, text(CODED, f"取水许可,财政局,{WRONG}4472000001000"), 2),
    "code_taken": (DEPARTMENTS, text(REGISTER, "水务局,w,,", "林业局,w,,"), 3),
    "code_defined": (DEPARTMENTS, text(REGISTER, "水务局,finance,,"), 2),
    "code_lower_case": (
        SERVICES,
        text(CODED, f"取水许可,财政局,{HOUSING.lower()}4472000001000"),
        2,
    ),
    "national_code_contradicts": (
        SERVICES,
        text(f"{FREE},国家实施编码,行使层级", f"取水许可,财政局,{NATIONAL},国家级"),
        2,
    ),
    "national_code_shared": (
        SERVICES,
        text(f"{CODED},国家实施编码", f"甲,财政局,X-1,{NATIONAL}", f"乙,财政局,X-2,{NATIONAL}"),
        2,
    ),
    "department_without_credit_code": (
        SERVICES,
        text(f"{FREE},国家实施编码", f"取水许可,财政局,{NATIONAL}"),
        2,
    ),
    "credit_code_taken": (
        DEPARTMENTS,
        text(REGISTER, f"水务局,w,,{WATER}", f"林业局,l,,{WATER}"),
        3,
    ),
    "credit_code_claimed": (
        DEPARTMENTS,
        text(REGISTER, f"水务局,1.1E+10,,{WATER}", f"林业局,l,,{WATER}"),
        3,
    ),
    "code_several": (SERVICES, text(CODED, '甲,财政局,"A1\nA2"'), 2),
    "columns_differ": (
        SERVICES,
        text(f"{FREE},承诺时限,承诺办结时限", "甲,财政局,5个工作日,10个工作日"),
        2,
    ),
    "department_leads": (SERVICES, text(FREE, "甲,水务局（牵头）、财政局"), 2),
    "key_not_kept": (
        STAFF,
        text(f"{PERSON},电子邮箱", "张三,zs,财政局,窗口人员,a@example.internal"),
        2,
    ),
}
"""By code: the kind of listing, the file, and the line that the sentence must name."""


def _json(folder: Path, value: object) -> Path:
    return file(folder, json.dumps(value, ensure_ascii=False), "a.json")


SERVICE = {"事项名称": "取水许可", "实施主体": "财政局"}
ROWS = [FREE.split(","), ["取水许可", "财政局"]]
FILES: dict[str, Callable[[Path], Path]] = {
    "sheets_not_read": lambda folder: xlsx(folder / "a.xlsx", ROWS, sheets=["另表"]),
    "sheets_hidden": lambda folder: hiding(
        folder / "a.xlsx", [("表", False, ROWS), ("旧表", True, ROWS)]
    ),
    "lists_not_read": lambda folder: _json(folder, {"新增": [SERVICE, SERVICE], "取消": [SERVICE]}),
    "encoding_guessed": lambda folder: file(
        folder, text("事項名稱,實施主體", "取水許可,水務局"), encoding="big5"
    ),
    "total_differs": lambda folder: _json(folder, {"total": 5, "rows": [SERVICE]}),
    "key_twice": lambda folder: file(
        folder, '[{"事项名称": "甲", "实施主体": "财政局", "事项名称": "乙"}]', "a.json"
    ),
    "name_is_list": lambda folder: _json(folder, [{**SERVICE, "事项名称": ["甲", "乙"]}]),
    "cell_nested": lambda folder: _json(folder, [{**SERVICE, "行使层级": ["3", "4"]}]),
    "line_unreadable": lambda folder: file(
        folder, json.dumps(SERVICE) + '\n{"事项名称": \n', "a.jsonl"
    ),
}
"""Files of services that no text can be, by the code that each yields."""
LOOKED_AT_ELSEWHERE = {
    "replace_needed", "cut_off", "file_foreign", "file_edited",  # test_cut_off.py
    "replaces_all", "reference_broken",  # test_replacing.py, test_told.py
    "hidden_read", "cell_error", "formula_without_value", "row_without_values",  # kit/tables
}  # fmt: skip
"""Codes that need an earlier import or a workbook with formulas or hidden rows."""


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write(tmp_path / "instance", SMALL + CATALOGUED + TWINS)


def _whole(said: str) -> bool:
    """Whether a sentence has every word that it needs, and none that only a program would write."""
    return not re.search(r"\{|\}|\bNone\b|\[\]|\('|Text\(", said)


def _lines(output: str, code: str) -> list[str]:
    return [one for one in output.splitlines() if one.endswith(f"  import.{code}")]


def _said(path: Path, kind: str, instance: Path, code: str) -> None:
    for language in ("zh", "en"):
        result = run(path, instance, "--dry-run", "--all", "--language", language, kind=kind)
        said = [one for one in _lines(result.output, code) if "✗" not in one]
        assert said, result.output
        assert all(_whole(one) for one in said), said


def _told(found: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [one for one in found["findings"] if one["code"] == f"import.{code}"]


@pytest.mark.parametrize("code", TEXTS)
def test_a_small_file_yields_the_sentence_at_its_line(
    instance: Path, tmp_path: Path, code: str
) -> None:
    kind, content, line = TEXTS[code]
    path = tmp_path / "listing.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = done(path, instance, "--dry-run", kind=kind)
    told = _told(found, code)
    assert [one["line"] for one in told][:1] == [line], found["findings"]
    assert [one["line"] for one in told] == sorted({one["line"] for one in told})
    _said(path, kind, instance, code)


@pytest.mark.parametrize("code", FILES)
def test_a_file_of_another_form_yields_the_sentence(
    instance: Path, tmp_path: Path, code: str
) -> None:
    path = FILES[code](tmp_path)
    assert _told(done(path, instance, "--dry-run"), code)
    _said(path, SERVICES, instance, code)


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_sentence_has_a_file_that_yields_it(code: str) -> None:
    assert code in {*TEXTS, *FILES, *LOOKED_AT_ELSEWHERE}


def test_no_file_yields_a_sentence_that_nobody_can_get() -> None:
    assert {*TEXTS, *FILES, *LOOKED_AT_ELSEWHERE} == set(KINDS)


@pytest.mark.parametrize("code", sorted(LOOKED_AT_ELSEWHERE))
def test_what_another_file_of_tests_looks_at_is_there(code: str) -> None:
    named = [
        one.name
        for place in (Path(__file__).parent, Path(__file__).parents[3] / "kit/tables")
        for one in place.glob("test_*.py")
        if one.name != Path(__file__).name and f'"{code}"' in one.read_text("utf-8")
    ]
    assert named


def test_sentences_that_leave_a_row_out_say_so() -> None:
    for code, kind in KINDS.items():
        said = catalogue()[f"app.import.{code}"]
        assert not kind.leaves_out or re.search("没有(?:再)?导入|没有并入", said["zh"]), code
