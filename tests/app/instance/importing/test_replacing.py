"""A listing that replaces an earlier one takes nothing away without a word."""

from pathlib import Path

import pytest
from click.testing import Result
from tests.builders.definitions import instance_in, write
from tests.builders.importing import codes, done, file, run

from tongban.app.instance.importing.building import Built
from tongban.app.instance.importing.coding import short
from tongban.app.instance.importing.merging import add_parts
from tongban.modules.services.model import Service

GRANT = """# file: grants.yaml
- {code: g, resource: 101003/1, department: finance, items: [姓名], purpose: 核对, services: [X-2],
   basis: 某法, starts: 2026-01-01, ends: 2027-01-01}
"""
HEAD = "事项名称,部门,编码\n"
D = f"d-{short('某局')}"


def lines_of(result: Result) -> set[str]:
    return {line.strip() for line in result.output.splitlines()}


@pytest.mark.parametrize("rows", ["", "甲,,X-1\n,某局,X-2\n"])
def test_a_listing_of_which_nothing_is_taken_does_not_take_away_what_was_there(
    instance: Path, tmp_path: Path, rows: str
) -> None:
    done(file(tmp_path, f"{HEAD}甲,某局,X-1\n乙,某局,X-2\n"), instance)
    path = file(tmp_path, HEAD + rows)
    assert "replaces_all" in codes(done(path, instance, "--replace", "--dry-run"))
    refused = run(path, instance, "--replace")
    assert (refused.exit_code, "2" in refused.output) == (5, True)
    assert "--discard-gone" in refused.output
    assert set(instance_in(instance).every(Service)) == {"X-1", "X-2"}
    found = done(path, instance, "--replace", "--discard-gone")
    assert "replaces_all" in codes(found)
    assert not instance_in(instance).every(Service)


def test_a_department_that_accounts_name_does_not_go_without_a_word(
    instance: Path, tmp_path: Path
) -> None:
    done(file(tmp_path, f"{HEAD}甲,某局,X-1\n"), instance)
    write(instance, f"# file: accounts.yaml\n- {{login: w1, name: 张三, kind: staff, department: {D}, roles: [clerk]}}\n")  # fmt: skip # noqa: E501 - one line of YAML
    path = file(tmp_path, f"{HEAD}甲,另局,X-1\n")
    dry = done(path, instance, "--replace", "--dry-run")
    (said,) = [one for one in dry["findings"] if one["code"] == "import.reference_broken"]
    assert (said["key"], said["place"]) == (D, "accounts.yaml:1")
    refused = run(path, instance, "--replace")
    assert (refused.exit_code, "accounts.yaml:1" in refused.output) == (5, True)
    assert instance_in(instance).errors == []
    assert done(path, instance, "--replace", "--discard-gone")["imported"] == 1


def test_a_service_for_which_something_is_granted_does_not_go_without_a_word(
    instance: Path, tmp_path: Path
) -> None:
    write(instance, GRANT)
    done(file(tmp_path, f"{HEAD}甲,财政局,X-1\n乙,财政局,X-2\n"), instance)
    before = [one.code for one in instance_in(instance).errors]
    refused = run(file(tmp_path, f"{HEAD}甲,财政局,X-1\n"), instance, "--replace")
    assert (refused.exit_code, "grants.yaml:1 (X-2)" in refused.output) == (5, True)
    assert [one.code for one in instance_in(instance).errors] == before


def test_what_nothing_refers_to_may_go(instance: Path, tmp_path: Path) -> None:
    done(file(tmp_path, f"{HEAD}甲,某局,X-1\n乙,另局,X-2\n"), instance)
    found = done(file(tmp_path, f"{HEAD}甲,某局,X-1\n"), instance, "--replace")
    assert [(one["part"], one["name"]) for one in found["changes"]["gone"]] == [
        ("services", "乙"),
        ("departments", "另局"),
    ]
    assert codes(found) == {"code_absent"}


@pytest.mark.parametrize("dry", [True, False])
def test_every_definition_and_file_that_goes_is_named_and_counted(
    instance: Path, tmp_path: Path, dry: bool
) -> None:
    rows = "".join(f"事项{number},某局,X-{number}\n" for number in range(30))
    done(file(tmp_path, HEAD + rows), instance)
    dried = ["--dry-run"] if dry else []
    options = ("--replace", "--discard-gone", *dried, "--language", "zh")
    path = file(tmp_path, f"{HEAD}新,财政局,Y-1\n")
    found = run(path, instance, *options, "--all")
    assert "30 项：" in found.output
    assert "部门 1 个：" in found.output
    assert {f"- services/X-{number}  事项{number}" for number in range(30)} <= lines_of(found)
    assert f"- departments/{D}  某局" in lines_of(found)
    assert "departments/imported.csv" in found.output
    assert (instance / "departments/imported.csv").exists() is dry


def test_a_short_account_of_what_goes_says_how_much_it_leaves_out(
    instance: Path, tmp_path: Path
) -> None:
    rows = "".join(f"事项{number},某局,X-{number}\n" for number in range(30))
    done(file(tmp_path, HEAD + rows), instance)
    path = file(tmp_path, f"{HEAD}新,财政局,Y-1\n")
    said = run(path, instance, "--replace", "--dry-run", "--language", "zh").output
    assert said.count("  - services/") == 20
    assert "还有 10 项，用 --all 全部列出" in said


def test_whoever_refers_to_what_goes_is_named_though_it_may_go(
    instance: Path, tmp_path: Path
) -> None:
    done(file(tmp_path, f"{HEAD}甲,某局,X-1\n"), instance)
    accounts = "".join(
        f"- {{login: w{number}, name: 张三, kind: staff, department: {D}, roles: [clerk]}}\n"
        for number in range(9)
    )
    write(instance, f"# file: accounts.yaml\n{accounts}")
    path = file(tmp_path, f"{HEAD}甲,另局,X-1\n")
    said = run(path, instance, "--replace", "--discard-gone").output
    assert all(f"accounts.yaml:{number}" in said for number in range(1, 10))


def test_a_definition_of_an_edited_file_that_cannot_be_read_goes_with_its_code(
    instance: Path, tmp_path: Path
) -> None:
    done(file(tmp_path, f"{HEAD}甲,某局,X-1\n"), instance)
    held = instance / "services/imported.csv"
    header = held.read_text("utf-8").splitlines()[0]
    held.write_text(f"{header.replace('code', 'code', 1)},visits\nX-9{',' * header.count(',')},many\n", "utf-8")  # fmt: skip # noqa: E501 - one file
    path = file(tmp_path, f"{HEAD}甲,某局,X-1\n")
    found = done(path, instance, "--replace", "--discard-edits")
    assert [one["key"] for one in found["changes"]["gone"]] == ["X-9"]


def test_a_change_of_nothing_is_told_as_the_same_for_every_kind(
    instance: Path, tmp_path: Path
) -> None:
    path = file(
        tmp_path, "事项名称,部门,编码,法定办结时限,服务对象\n甲,某局,X-1,20个工作日,自然人\n"
    )
    done(path, instance)
    assert done(path, instance, "--replace")["changes"]["same"] == 1


def test_a_row_that_comes_again_later_repeats_or_names_what_it_says_otherwise(
    instance: Path, tmp_path: Path
) -> None:
    head = "事项名称,部门,编码,承诺办结时限\n甲,某局,X-1,5个工作日\n乙,某局,X-2,5个工作日\n"
    rows = "甲,某局,X-1,5个工作日\n甲,某局,X-1,\n甲,某局,X-1,3个工作日\n"
    found = done(file(tmp_path, head + rows), instance)
    assert codes(found, 4) == codes(found, 5) == {"code_absent", "row_repeated"}
    (said,) = [one for one in found["findings"] if one["code"] == "import.row_contradicts"]
    assert (said["line"], said["other"], said["keys"]) == (6, 2, ["promised_limit.days"])


def test_the_time_for_a_further_item_does_not_grow_with_what_is_there() -> None:
    first = Built(1, "k", "", {"items": [{"name": "0"}]})
    add_parts(first, Built(2, "k", "", {"items": [{"name": "1"}]}), ("items",))
    held = first.values["items"]
    for number in range(2, 9):
        add_parts(first, Built(number, "k", "", {"items": [{"name": str(number)}]}), ("items",))
    assert first.values["items"] is held
    assert [one["name"] for one in held] == [str(number) for number in range(9)]
