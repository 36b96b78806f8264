"""A code is taken as it is written, or what was done to it is told: blanks, lines, decimals."""

import json
from pathlib import Path

import pytest
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, file, lined

from tongban.kernel import identifiers as ids
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.model import Service

HEAD = "事项名称,实施主体,实施编码"
CREDIT = ids.make_credit_code("11", "470181", "01704401")


def codes_kept(instance: Path) -> set[str]:
    return set(instance_in(instance).every(Service))


@pytest.mark.parametrize("between", [" ", "  ", "\u00a0", "\u3000", "\t"])
def test_blanks_taken_out_of_a_code_are_told(instance: Path, tmp_path: Path, between: str) -> None:
    written = between.join(("1147", "0181", "0170"))
    found = done(lined(tmp_path, HEAD, f"甲,某局,{written}", "乙,某局,A1 "), instance)
    assert codes_kept(instance) == {"114701810170", "A1"}
    told = [one for one in found["findings"] if one["code"] == "import.code_blanks"]
    assert [(one["line"], one["value"], one["found"]) for one in told] == [
        (2, "1147 0181 0170", "114701810170")
    ]


def test_two_codes_on_lines_of_a_cell_become_no_third(instance: Path, tmp_path: Path) -> None:
    found = done(lined(tmp_path, HEAD, '甲,某局,"A1\nA2"', "乙,某局,A3"), instance)
    assert codes_kept(instance) == {"A3"}
    assert codes(found, 2) == {"code_several", "row_without_code"}


def test_a_sound_code_that_a_cell_was_too_narrow_for_is_one(instance: Path, tmp_path: Path) -> None:
    row = f'甲局,"{CREDIT[:9]}\n{CREDIT[9:]}"'
    found = done(lined(tmp_path, "部门名称,统一社会信用代码", row), instance, kind="departments")
    departments = instance_in(instance).every(DepartmentDefinition).values()
    assert CREDIT in {one.credit_code for one in departments}
    assert codes(found, 2) == {"code_blanks"}


@pytest.mark.parametrize(
    ("written", "taken"),
    [("511602.0", ""), ("1.0", "1.0"), ("511602.5", "511602.5"), ("12345678901234567890", None)],
)
@pytest.mark.parametrize("form", ["json", "json lines", "csv"])
def test_a_code_is_no_number_with_decimals_that_a_program_made_of_it(
    instance: Path, tmp_path: Path, form: str, written: str, taken: str | None
) -> None:
    one = f'{{"事项名称": "甲", "实施主体": "某局", "实施编码": {written}}}'
    other = '{"事项名称": "乙", "实施主体": "某局", "实施编码": "A9"}'
    text = {
        "json": f"\ufeff[{one}, {other}]",
        "json lines": f"{one}\n\n  \n{other}\n",
        "csv": f"{HEAD}\n甲,某局,{written}\n乙,某局,A9\n",
    }[form]
    found = done(file(tmp_path, text), instance)
    assert codes_kept(instance) == {"A9", written if taken is None else taken} - {""}
    assert ("code_is_value" in codes(found)) is (taken == "")


def test_a_number_with_noughts_before_it_is_no_json_and_is_told(
    instance: Path, tmp_path: Path
) -> None:
    row = '{"事项名称": "%s", "实施主体": "某局", "实施编码": %s}'
    found = done(file(tmp_path, row % ("甲", '"A1"') + "\n" + row % ("乙", "00123")), instance)
    assert (codes(found, 2), codes_kept(instance)) == ({"line_unreadable"}, {"A1"})


ROWS = [{"事项名称": name, "实施主体": "某局", "实施编码": name} for name in ("甲", "乙")]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"total": 2, "rows": ROWS}, []),
        ({"total": 1135, "rows": ROWS}, [("total", "1135", 2)]),
        ({"code": 0, "result": {"totalCount": "3", "list": ROWS}}, [("result.totalCount", "3", 2)]),
        ({"total": 3, "data": {"records": ROWS, "count": 2}}, [("total", "3", 2)]),
        ({"page": 1, "pageSize": 20, "data": ROWS}, []),
        ({"总记录数": 30, "data": {"list": ROWS}}, [("总记录数", "30", 2)]),
    ],
)
def test_a_total_that_contradicts_the_rows_of_a_document_is_told(
    instance: Path, tmp_path: Path, document: object, told: list[tuple[str, str, int]]
) -> None:
    text = json.dumps(document, ensure_ascii=False)
    found = done(file(tmp_path, text, "a.json"), instance)
    assert found["imported"] == 2
    said = [one for one in found["findings"] if one["code"] == "import.total_differs"]
    assert [(one["key"], one["said"], one["found"]) for one in said] == told
