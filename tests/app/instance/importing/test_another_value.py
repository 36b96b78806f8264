"""Nothing in a listing silently becomes another value: it is read as it is, or named."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, file, lined, run
from tests.builders.tables import hiding

from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.model import Service

HEAD = "事项名称,实施主体,实施编码"


def objects(folder: Path, found: object) -> Path:
    """Write a document of JSON, or the text of one."""
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return file(folder, text, "a.json")


# Rows that would melt into one ------------------------------------------------------------------


@pytest.mark.parametrize("way", [(), ("data",), ("data", "表")])
def test_columns_of_unequal_length_are_refused_with_their_lengths(
    way: tuple[str, ...], instance: Path, tmp_path: Path
) -> None:
    found: Any = {"事项名称": ["甲", "乙", "丙"], "实施主体": ["某局", "某局"]}
    for key in way:
        found = {key: found}
    result = run(objects(tmp_path, found), instance)
    assert result.exit_code != 0
    assert "事项名称 3, 实施主体 2" in result.output
    assert instance_in(instance).every(Service) == {}


def test_columns_of_equal_length_are_rows_wherever_they_lie(instance: Path, tmp_path: Path) -> None:
    columns = {"事项名称": ["甲", "乙"], "实施主体": ["某局", "某局"]}
    found = done(objects(tmp_path, {"code": 0, "data": columns}), instance)
    assert (found["imported"], found["sheet"]) == (2, "data")


def test_objects_by_key_that_have_little_in_common_are_rows_all_the_same(
    instance: Path, tmp_path: Path
) -> None:
    extra = (
        {"收费标准": "无费", "受理条件": "某"},
        {"办理地点": "某", "办理时间": "某"},
        {"备注": "某"},
    )
    rows = {
        f"X-{number}": {"事项名称": f"事项{number}", "实施主体": "某局", **one}
        for number, one in enumerate(extra)
    }
    assert done(objects(tmp_path, rows), instance)["imported"] == 3


@pytest.mark.parametrize("name", [["甲", "乙"], [{"a": "甲"}], [["甲"]]])
def test_several_values_or_objects_are_no_name(
    name: object, instance: Path, tmp_path: Path
) -> None:
    path = objects(tmp_path, [{"事项": name, "实施主体": "某局"}])
    found = done(path, instance, "--map", "name=事项")
    assert (found["imported"], codes(found, 1)) == (0, {"name_is_list"})
    found = done(path, instance, "--map", "name=事项", kind="departments")
    assert (found["imported"], codes(found, 1)) == (0, {"name_is_list"})
    assert set(instance_in(instance).every(DepartmentDefinition)) == {"finance"}


@pytest.mark.parametrize("name", ['[{"a": "甲"}]', '{"a": "甲"}', '["甲", "乙"]'])
def test_json_in_a_cell_is_no_name(name: str, instance: Path, tmp_path: Path) -> None:
    said = name.replace('"', '""')
    path = lined(tmp_path, "部门名称,部门代号", f'"{said}",x')
    assert codes(done(path, instance, kind="departments"), 2) == {"name_is_list"}


def test_several_values_where_one_belongs_are_told_and_not_taken(
    instance: Path, tmp_path: Path
) -> None:
    row = {"事项名称": "甲", "实施主体": "某局", "实施编码": "X-1", "服务对象": ["自然人", "企业法人"],
           "承诺办结时限": ["5个工作日", "9个工作日"], "收费标准": [{"项": "工本费"}]}  # fmt: skip
    found = done(objects(tmp_path, [row]), instance)
    told = [one["key"] for one in found["findings"] if one["code"] == "import.cell_nested"]
    assert sorted(told) == ["fee", "promised_limit"]
    made = instance_in(instance).every(Service)["X-1"]
    assert (made.promised_limit, made.audience) == (None, ("1", "2"))


# Codes that are none ------------------------------------------------------------------------------


LONG = "1147" + "0" * 27


@pytest.mark.parametrize("said", ["1e30", "5E10", "5E2", "1147.0e27", '"1e30"', f'"{LONG}"', LONG])
def test_a_number_that_was_a_code_is_told_as_shortened(
    said: str, instance: Path, tmp_path: Path
) -> None:
    text = f'[{{"事项名称": "甲", "实施主体": "某局", "实施编码": {said}}}]'
    found = done(objects(tmp_path, text), instance)
    assert (found["imported"], codes(found, 1) & {"code_shortened"}) == (0, {"code_shortened"})


@pytest.mark.parametrize(
    "said",
    ["TRUE", "false", "01:02:00", "1:02", "26:03:00", "2026-01-02 03:04",
     "0.30000000000000004", "Infinity"],
)  # fmt: skip
def test_a_truth_a_time_or_a_calculated_fraction_is_no_code(
    said: str, instance: Path, tmp_path: Path
) -> None:
    found = done(lined(tmp_path, HEAD, f'甲,某局,"{said}"'), instance)
    assert codes(found, 2) == {"code_is_value", "row_without_code"}
    found = done(
        lined(tmp_path, "部门名称,部门代号", f'某局,"{said}"'), instance, kind="departments"
    )
    assert codes(found, 2) == {"code_is_value", "code_computed"}
    found = done(
        lined(tmp_path, "部门名称", f'"{said}"'), instance, "--dry-run", kind="departments"
    )
    assert codes(found, 2) & {"name_is_reference"}


def test_values_of_a_workbook_and_of_json_are_no_codes(instance: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        time = book.add_format({"num_format": "hh:mm:ss"})
        sheet.write_row(0, 0, HEAD.split(","))
        for row, code in enumerate((True, dt.time(1, 2)), 1):
            sheet.write_row(row, 0, ["甲", "某局"])
            sheet.write(row, 2, code, time)
    assert [codes(done(path, instance), row) for row in (2, 3)] == [
        {"code_is_value", "row_without_code"}
    ] * 2
    said = {"事项名称": "甲", "实施主体": "某局"}
    written = [{**said, "实施编码": True}, {**said, "实施编码": 0.1 + 0.2}]
    assert done(objects(tmp_path, written), instance)["counts"]["import.code_is_value"] == 2


def test_a_national_code_that_is_none_is_told(instance: Path, tmp_path: Path) -> None:
    path = lined(
        tmp_path,
        "事项名称,实施主体,地方实施编码,国家实施编码",
        "甲,某局,X-1,1.147E+30",
        "乙,某局,X-2,K-2",
    )
    found = done(path, instance)
    assert found["imported"] == 2
    assert "number_shortened" in codes(found, 2)
    assert "value_unfit" in codes(found, 3)


# Rows and sheets that would be passed over ----------------------------------------------------------


def test_a_row_of_formulas_without_results_or_of_errors_is_counted(
    instance: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.split(","))
        sheet.write_row(1, 0, ["甲", "某局", "X-1"])
        for place in range(3):
            sheet.write_formula(2, place, "=A2", None, "")
            sheet.write_formula(3, place, "=A2", None, "#N/A")
            sheet.write_formula(5, place, "=A2", None, "")
    found = done(path, instance)
    assert (found["rows"], found["imported"], found["left_out"]) == (4, 1, 3)
    assert codes(found, 6) == codes(found, 3)
    assert codes(found, 3) == {"formula_without_value", "row_without_values"}
    assert codes(found, 4) == {"cell_error", "row_without_values"}


def test_a_line_of_formulas_in_a_text_and_of_errors_in_json_are_counted(
    instance: Path, tmp_path: Path
) -> None:
    found = done(lined(tmp_path, HEAD, "=A1,=B1,=C1", "#REF!,,", "甲,某局,X-1", ",,"), instance)
    assert (found["rows"], found["left_out"]) == (3, 2)
    rows = [{"事项名称": "甲", "实施主体": "某局"}, {"事项名称": "#REF!", "实施主体": None}]
    found = done(objects(tmp_path, rows), instance, "--replace")
    assert (found["rows"], found["counts"]["import.row_without_values"]) == (2, 1)


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_an_import_names_hidden_sheets(form: str, instance: Path, tmp_path: Path) -> None:
    rows = [HEAD.split(","), ["甲", "某局", "X-1"]]
    path = hiding(tmp_path / f"a.{form}", [("清单", False, rows), ("作废", True, rows)])
    (told,) = [
        one for one in done(path, instance)["findings"] if one["code"] == "import.sheets_hidden"
    ]
    assert (told["sheet"], told["others"]) == ("清单", ["作废"])
