"""In a register of departments rows name one another, by name or by a code: nobody is taken for another."""

from pathlib import Path
from typing import Any

import pytest
from tests.builders.definitions import instance_in, write
from tests.builders.importing import codes, done, lined

from tongban.kernel.identifiers import make_credit_code
from tongban.modules.government.definition import DepartmentDefinition

WATER = make_credit_code("11", "470181", "01701044")
HOUSING = make_credit_code("11", "470181", "01701355")
HEAD = "部门名称,部门代号,上级部门,统一社会信用代码"


def register(instance: Path, tmp_path: Path, *rows: str) -> dict[str, Any]:
    return done(lined(tmp_path, HEAD, *rows), instance, kind="departments")


def departments(instance: Path) -> dict[str, DepartmentDefinition]:
    loaded = instance_in(instance)
    assert loaded.errors == []
    return {str(one.name): one for one in loaded.every(DepartmentDefinition).values()}


@pytest.mark.parametrize("said", ["water", "水务局", "水 务 局", WATER])
def test_who_is_above_may_be_a_row_of_the_listing_by_name_code_or_credit_code(
    instance: Path, tmp_path: Path, said: str
) -> None:
    found = register(instance, tmp_path, f"水政队,team,{said},", f"水务局,water,,{WATER}")
    assert (found["imported"], found["findings"]) == (2, [])
    assert departments(instance)["水政队"].parent == "water"


def test_who_is_above_may_be_named_by_a_code_that_no_definition_can_have(
    instance: Path, tmp_path: Path
) -> None:
    found = register(instance, tmp_path, "水务局,水-3,,", "水政队,team,水-3,")
    assert (codes(found, 2), codes(found, 3)) == ({"value_unfit"}, set())
    made = departments(instance)
    assert made["水政队"].parent == made["水务局"].code


def test_a_code_of_the_listing_is_that_of_its_row_where_the_instance_has_it_otherwise(
    instance: Path, tmp_path: Path
) -> None:
    found = register(instance, tmp_path, "水务局,finance,,", "水政队,team,finance,")
    assert (codes(found, 2), codes(found, 3)) == ({"code_defined"}, set())
    made = departments(instance)
    assert made["水政队"].parent == made["水务局"].code != "finance"


def test_what_the_listing_calls_a_department_of_the_instance_names_it(
    instance: Path, tmp_path: Path
) -> None:
    found = register(instance, tmp_path, "财政局,cz,,", "会计中心,kj,cz,")
    assert (codes(found, 2), codes(found, 3)) == ({"row_defined_elsewhere"}, set())
    assert departments(instance)["会计中心"].parent == "finance"


@pytest.mark.parametrize("said", ["x", "甲局、乙局"])
def test_nobody_is_below_a_row_that_is_left_out(instance: Path, tmp_path: Path, said: str) -> None:
    found = register(instance, tmp_path, "甲局、乙局,x,,", f"丙局,y,{said},", "戊局,x,,")
    assert (codes(found, 2), codes(found, 4)) == ({"name_several"}, {"code_taken"})
    (told,) = [one for one in found["findings"] if one["line"] == 3]
    assert (told["code"], told["value"], told["other"]) == ("import.reference_left_out", said, 2)
    assert departments(instance)["丙局"].parent == ""


def test_a_code_that_two_rows_state_names_neither(instance: Path, tmp_path: Path) -> None:
    found = register(instance, tmp_path, "甲局,x,,", "乙局,x,,", "丙局,y,x,")
    (told,) = [one for one in found["findings"] if one["line"] == 4]
    made = departments(instance)
    assert told["code"] == "import.reference_ambiguous"
    assert sorted(told["keys"]) == sorted([made["甲局"].code, made["乙局"].code])
    assert made["丙局"].parent == ""


def test_a_name_that_two_departments_of_the_instance_have_is_not_called_unknown(
    instance: Path, tmp_path: Path
) -> None:
    write(instance, "# file: departments/towns.yaml\n"
          "- {code: east, name: 党政办公室}\n- {code: west, name: 党政 办公室}\n")  # fmt: skip
    found = register(instance, tmp_path, "甲局,x,党政-办公室,")
    assert codes(found, 2) == {"reference_ambiguous"}


def test_a_row_that_contradicts_another_of_its_name_keeps_no_credit_code_from_others(
    instance: Path, tmp_path: Path
) -> None:
    rows = (f"水务局,water,,{WATER}", f"水务局,water,,{HOUSING}", f"节水办,save,,{HOUSING}")
    found = register(instance, tmp_path, *rows)
    assert (codes(found, 3), codes(found, 4)) == ({"row_contradicts"}, set())
    assert departments(instance)["节水办"].credit_code == HOUSING


def test_a_credit_code_of_a_department_whose_row_is_left_out_is_given_to_no_other(
    instance: Path, tmp_path: Path
) -> None:
    found = register(instance, tmp_path, f"水务局,1.1E+10,,{WATER}", f"节水办,save,,{WATER}")
    (told,) = [one for one in found["findings"] if one["line"] == 3]
    assert (told["code"], told["other"]) == ("import.credit_code_claimed", 2)
    assert departments(instance)["节水办"].credit_code == ""


def test_a_second_row_of_a_name_with_another_code_is_told_by_its_name(
    instance: Path, tmp_path: Path
) -> None:
    found = register(instance, tmp_path, "党政办公室,1,,", "党政办公室,2,,", "党政办公室,1,,")
    told = [(one["line"], one["code"], one["other"]) for one in found["findings"]]
    assert told == [(3, "import.name_of_two_codes", 2), (4, "import.row_repeated", 2)]


def test_a_column_of_codes_of_who_is_above_is_read_as_such(instance: Path, tmp_path: Path) -> None:
    rows = ("部门名称,部门代号,上级部门代码", "水务局,01,", "水政队,0102,01")
    done(lined(tmp_path, *rows), instance, kind="departments")
    assert departments(instance)["水政队"].parent == "01"
