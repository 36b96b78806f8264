"""A listing from elsewhere becomes definitions: everything it says, and nothing that it does not."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.builders.definitions import SMALL, instance_in, write
from tests.builders.listing import at_hand

from tongban.app.cli import main
from tongban.app.instance.importing import code_of
from tongban.kernel.identifiers import credit_code_fault
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.model import Service, ServiceStatus

STATED = "11511301008778183N"
HEAD = "department,item_name,local_item_code,task_type_code,guide_url\n"


def run(listing: Path, into: Path, *options: str) -> Result:
    command = ["import", "service-items", str(listing), "--into", str(into), *options]
    return CliRunner().invoke(main, command)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write(tmp_path / "instance", SMALL)


def listing(tmp_path: Path, rows: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    path = tmp_path / "listing.csv"
    path.write_bytes((head + rows).encode(encoding))
    return path


def test_a_listing_of_a_district_imports_completely(instance: Path, tmp_path: Path) -> None:
    for whole in at_hand(tmp_path):
        result = run(whole, instance, "--replace", "--json")
        assert result.exit_code == 0
        done = json.loads(result.output)
        assert (done["rows"], done["services"], done["left_out"]) == (1135, 1135, 0)
        assert done["codes"] == {"valid": 960, "lower_case": 1, "wrong": 7, "absent": 167}
        wrong = [one for one in done["findings"] if one["code"] == "import.code_wrong"]
        assert {one["embedded"] for one in wrong} == {"TE5116020105116050"}
        absent = [one for one in done["findings"] if one["code"] == "import.code_absent"]
        assert len(absent) == 167


def test_a_listing_of_a_district_is_an_instance_without_errors(
    instance: Path, tmp_path: Path
) -> None:
    for whole in at_hand(tmp_path):
        run(whole, instance, "--replace")
        found = instance_in(instance)
        assert found.errors == []
        services = found.every(Service)
        assert len(services) == 1135
        assert {one.status for one in services.values()} == {ServiceStatus.LISTED}
        assert all(one.basis == () and one.promised_limit is None for one in services.values())
        codes = [one.code for one in found.findings]
        assert codes.count("services.bad_code_in_local_code") == 8


def test_the_import_says_how_many_department_codes_are_credit_codes(
    instance: Path, tmp_path: Path
) -> None:
    for whole in at_hand(tmp_path):
        with whole.open(encoding="utf-8-sig") as file:
            codes = [row["dept_code"] for row in csv.DictReader(file)]
        assert sum(credit_code_fault(code) is None for code in codes) == 251
        assert "251 行是有效的" in run(whole, instance, "--replace", "--language", "zh").output
        done = json.loads(run(whole, instance, "--replace", "--json").output)
        assert done["department_codes"]["valid"] == 251
        assert sum(done["department_codes"].values()) == 1135


def test_all_findings_are_named_when_asked_and_else_counted(instance: Path, tmp_path: Path) -> None:
    path = listing(tmp_path, "".join(f"财政局,事{n},X-{n},5,\n" for n in range(9)))
    short = run(path, instance, "--language", "zh").output
    assert short.count("没有 18 位") == 5
    assert "还有 4 处同样的" in short
    whole = run(path, instance, "--language", "zh", "--replace", "--all").output
    assert whole.count("没有 18 位") == 9
    assert "还有" not in whole


def test_a_finding_is_printed_with_its_code_and_in_json_with_its_file(
    instance: Path, tmp_path: Path
) -> None:
    path = listing(tmp_path, "财政局,甲,X-1,5,javascript:x\n")
    said = run(path, instance, "--language", "zh", "--all").output
    done = json.loads(run(path, instance, "--replace", "--json").output)
    codes = {one["code"] for one in done["findings"]}
    assert codes
    assert [code for code in codes if f"  {code}\n" not in said] == []
    assert {one["file"] for one in done["findings"]} == {str(path)}


def test_what_is_only_counted_is_named_by_its_code(instance: Path, tmp_path: Path) -> None:
    path = listing(tmp_path, "".join(f"财政局,事{n},X-{n},5,\n" for n in range(9)))
    short = run(path, instance, "--language", "zh").output
    counted = [line for line in short.splitlines() if "还有 4 处同样的" in line]
    assert ["import." in line or "services." in line for line in counted] == [True, True]


def test_an_address_that_cannot_be_opened_is_a_finding(instance: Path, tmp_path: Path) -> None:
    path = listing(tmp_path, "财政局,甲,X-1,5,javascript:x\n")
    done = json.loads(run(path, instance, "--json").output)
    (one,) = [one for one in done["findings"] if one["code"] == "import.guide_url_unusable"]
    assert (one["line"], one["url"], one["left_out"]) == (2, "javascript:x", False)
    assert instance_in(instance).every(Service)["X-1"].guide_url == ""


def test_a_department_has_the_credit_code_that_is_stated_and_none_from_an_item_code(
    instance: Path, tmp_path: Path
) -> None:
    head = "department,item_name,local_item_code,dept_code\n"
    rows = (
        f"甲局,一,511A-511602000000-000-{STATED}-1-00,\n"
        f"乙局,二,X-2,{STATED}\n"
        "丙局,三,X-3,083372204\n"
    )
    done = json.loads(run(listing(tmp_path, rows, head=head), instance, "--json").output)
    assert done["department_codes"] == {"valid": 1, "wrong": 1, "absent": 1}
    found = instance_in(instance).every(DepartmentDefinition).values()
    stated = {one.name: one.credit_code for one in found}
    assert (stated["甲局"], stated["乙局"], stated["丙局"]) == ("", STATED, "")


def test_the_general_type_of_the_standard_is_kept(instance: Path, tmp_path: Path) -> None:
    path = listing(tmp_path, "财政局,甲,X-1,00,\n")
    done = json.loads(run(path, instance, "--json").output)
    assert "import.type_unknown" not in {one["code"] for one in done["findings"]}
    assert instance_in(instance).every(Service)["X-1"].type == "00"


def test_a_type_is_known_by_its_name_too(instance: Path, tmp_path: Path) -> None:
    head = "部门,事项名称,实施编码,事项类型,办理地点,备注\n"
    path = listing(
        tmp_path,
        "财政局,甲,X-1,行政确认,一楼,\n财政局,乙,X-2,公共服务,,\n财政局,丙,X-3,某种,,\n"
        "财政局,丁,X-4,其他行政权力,,\n财政局,戊,X-5,²,,\n",
        head,
    )
    assert "没有用到的列：备注" in run(path, instance, "--language", "zh").output
    done = json.loads(run(path, instance, "--json", "--replace").output)
    assert done["unused_columns"] == ["备注"]
    found = instance_in(instance).every(Service)
    assert [found[f"X-{number}"].type for number in range(1, 6)] == ["07", "20", "", "10", ""]
    assert [one["type"] for one in done["findings"] if one["code"] == "import.type_unknown"] == [
        "某种",
        "²",
    ]


def test_a_row_becomes_a_listed_service_of_its_department(instance: Path, tmp_path: Path) -> None:
    path = listing(tmp_path, "财政局,补贴发放,X-1,5,https://a.example/1\n某局,某事,X-2,,\n")
    assert run(path, instance).exit_code == 0
    found = instance_in(instance)
    service = found.every(Service)["X-1"]
    assert service.department == "finance"
    assert service.type == "05"
    assert service.guide_url == "https://a.example/1"
    other = found.every(Service)["X-2"]
    assert other.type == ""
    assert found.every(DepartmentDefinition)[other.department].name == "某局"
    assert found.errors == []


def test_a_row_that_cannot_be_a_service_is_named_with_its_line(
    instance: Path, tmp_path: Path
) -> None:
    rows = (
        "财政局,甲,X-1,5,\n财政局,,X-2,5,\n,丙,X-3,5,\n财政局,丁,,5,\n财政局,戊,X-1,5,\n财政局,己\n"
    )
    done = json.loads(run(listing(tmp_path, rows), instance, "--json").output)
    assert (done["rows"], done["services"], done["left_out"]) == (6, 1, 5)
    assert [(one["line"], one["code"]) for one in done["findings"] if one["left_out"]] == [
        (3, "import.row_without_name"),
        (4, "import.row_without_department"),
        (5, "import.row_without_code"),
        (6, "import.row_contradicts"),
        (7, "import.row_width"),
    ]


def test_other_columns_are_named_in_a_map(instance: Path, tmp_path: Path) -> None:
    path = listing(tmp_path, "财政局,甲,X-1\n", head="单位,事项,编号\n")
    lacking = run(path, instance, "--language", "zh")
    assert lacking.exit_code == 2
    assert "--map" in lacking.output
    columns = tmp_path / "map.yaml"
    columns.write_text("department: 单位\nname: 事项\nlocal_code: 编号\n", "utf-8")
    assert run(path, instance, "--map", str(columns)).exit_code == 0
    assert instance_in(instance).every(Service)["X-1"].name == "甲"


@pytest.mark.parametrize("text", ["nmae: 单位\n", "- a\n", "a: [b]\n", "a: &x b\n", ""])
def test_a_map_that_cannot_be_read_is_refused(instance: Path, tmp_path: Path, text: str) -> None:
    columns = tmp_path / "map.yaml"
    columns.write_text(text, "utf-8")
    result = run(listing(tmp_path, "财政局,甲,X-1,5,\n"), instance, "--map", str(columns))
    assert result.exit_code == 2


def test_a_listing_of_an_older_system_is_read_in_its_encoding(
    instance: Path, tmp_path: Path
) -> None:
    path = listing(tmp_path, "财政局,补贴发放,X-1,5,\n", encoding="gb18030")
    assert run(path, instance).exit_code == 0
    assert instance_in(instance).every(Service)["X-1"].name == "补贴发放"


def test_an_earlier_import_is_replaced_only_when_asked(instance: Path, tmp_path: Path) -> None:
    first = listing(tmp_path, "某局,甲,X-1,5,\n")
    assert run(first, instance).exit_code == 0
    assert run(first, instance).exit_code == 5
    path = listing(tmp_path, "某局,乙,X-2,5,\n")
    assert run(path, instance, "--replace").exit_code == 0
    assert set(instance_in(instance).every(Service)) == {"X-2"}


def test_a_listing_that_is_not_there_is_refused(instance: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere.csv", instance).exit_code == 2


@pytest.mark.parametrize(
    "code", ["X-1", "511A0138000000-511602000000-000-1", "甲/1", "a b", "/", "é"]
)
def test_any_local_code_becomes_one_that_can_stand_in_an_address(code: str) -> None:
    made = code_of(code)
    assert made.isascii()
    assert "/" not in made
    assert (made == code) == code.replace("-", "").isalnum() or not code.isascii()
