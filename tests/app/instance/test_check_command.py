"""``tongban check``: what it prints, how it ends, and what it never loads."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.builders.definitions import SMALL, write

from tongban.app.cli import main
from tongban.app.instance.parts import ALL_RULES
from tongban.app.setup import demonstration_folder
from tongban.modules.services.definition.snippets import PASSES, but

_PAPER = "source: applicant, evidences: [person.marital_status], when"


def check(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", str(folder), "--today", "2026-11-24", *options])


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(tmp_path / "good", SMALL)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return write(tmp_path / "bad", SMALL.replace("case.accept", "case.acept"))


def test_an_instance_without_errors_ends_with_0(good: Path) -> None:
    result = check(good, "--language", "zh")
    assert result.exit_code == 0
    assert "0 个错误" in result.output


def test_an_instance_with_an_error_ends_with_1_and_says_where(bad: Path) -> None:
    result = check(bad, "--language", "zh")
    assert result.exit_code == 1
    assert "roles.yaml" in result.output
    assert "是不是要写“case.accept”？" in result.output
    assert "identity.unknown_duty" in result.output


def test_a_folder_that_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    result = check(tmp_path / "nowhere", "--language", "en")
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_file_instead_of_a_folder_ends_with_2(good: Path) -> None:
    assert check(good / "roles.yaml").exit_code == 2


def test_an_empty_folder_lacks_what_no_instance_is_without(tmp_path: Path) -> None:
    result = check(tmp_path, "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.output)
    assert [one["file"] for one in found["findings"]] == ["calendar.yaml", "government.yaml"]


def test_json_has_findings_and_counts(bad: Path) -> None:
    result = check(bad, "--format", "json", "--language", "en")
    found = json.loads(result.output)
    assert found["counts"] == {"error": 1, "warning": 0, "info": 0}
    assert found["findings"] == [
        {
            "code": "identity.unknown_duty",
            "severity": "error",
            "subject": "roles/clerk",
            "message": "Duty “case.acept” of role “窗口人员” does not exist. "
            "Did you mean “case.accept”?",
            "file": "roles.yaml",
            "line": 1,
        }
    ]
    assert result.exit_code == 1


def test_json_is_findings_and_counts_and_nothing_else(tmp_path: Path) -> None:
    folder = write(tmp_path, but("source: applicant, when", _PAPER))
    found = json.loads(check(folder, "--format", "json").output)
    assert set(found) == {"findings", "counts"}


def test_the_analysis_is_printed_as_json_with_its_evidence(tmp_path: Path) -> None:
    folder = write(tmp_path, but("source: applicant, when", _PAPER))
    found = json.loads(check(folder, "--analysis", "-").output)
    assert found["asked"] == 0
    assert found["counts"]["replaced"] == 1
    (paper,) = found["papers"]
    assert (paper["file"], paper["line"]) == ("services/subsidy.yaml", 29)
    assert paper["holdings"][0]["resource"] == "101003/1"


def test_the_analysis_goes_into_a_file_beside_the_findings(tmp_path: Path) -> None:
    folder = write(tmp_path / "instance", but("source: applicant, when", _PAPER))
    file = tmp_path / "analysis.json"
    result = check(folder, "--format", "json", "--analysis", str(file))
    assert set(json.loads(result.output)) == {"findings", "counts"}
    assert json.loads(file.read_text("utf-8"))["counts"]["replaced"] == 1


def test_an_analysis_that_cannot_be_written_ends_with_2(good: Path) -> None:
    result = check(good, "--analysis", str(good / "nowhere" / "a.json"))
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("language", "word"), [("zh", "错误"), ("en", "error")])
def test_a_line_of_text_says_where_how_bad_and_about_what(
    bad: Path, language: str, word: str
) -> None:
    lines = check(bad, "--language", language).output.splitlines()
    (line,) = [one for one in lines if "identity.unknown_duty" in one]
    assert line.startswith("roles.yaml:1  ")
    assert line.split()[1:3] == [word, "roles/clerk"]


def test_lines_about_one_file_stand_in_columns(tmp_path: Path) -> None:
    rows = "# file: roles.yaml\n" + "".join(
        f"- {{code: role-{'x' * n}, name: 角色{n}, duties: [case.acept]}}\n" for n in range(9, 12)
    )
    folder = write(tmp_path, SMALL.partition("# file: roles.yaml")[0] + rows)
    output = check(folder, "--language", "zh", "--all").output
    lines = [one for one in output.splitlines() if "identity.unknown_duty" in one]
    assert len(lines) == 3
    assert len({one.index("错误") for one in lines}) == 1


def test_sarif_names_its_rules_and_places(bad: Path) -> None:
    result = check(bad, "--format", "sarif", "--language", "en")
    log = json.loads(result.output)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(rules) == len(ALL_RULES)
    (found,) = run["results"]
    assert rules[found["ruleIndex"]]["id"] == found["ruleId"] == "identity.unknown_duty"
    assert found["level"] == "error"
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "roles.yaml"
    assert place["region"] == {"startLine": 1, "startColumn": 38}
    assert all(
        rule["defaultConfiguration"]["level"] in ("error", "warning", "note") for rule in rules
    )


def test_the_same_finding_again_and_again_is_only_counted(tmp_path: Path) -> None:
    rows = "".join(f"s{n},事项{n},finance\n" for n in range(50))
    folder = write(tmp_path, SMALL + "# file: services.csv\ncode,name,department\n" + rows)
    short, full = check(folder, "--language", "zh"), check(folder, "--language", "zh", "--all")
    assert short.output.count("services.listed_incomplete") == 4
    assert "还有 47 处同样的" in short.output
    assert full.output.count("services.listed_incomplete") == 50


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_analysis_ends_the_text(tmp_path: Path, language: str) -> None:
    folder = write(tmp_path, but("source: applicant, when", _PAPER))
    text = check(folder, "--language", language, "--evidence").output
    assert "婚姻登记信息" in text
    assert "services/subsidy.yaml:29" in text


def test_check_loads_neither_a_database_nor_a_web_framework(good: Path) -> None:
    code = (
        "import sys\nfrom tongban.app.cli import main\n"
        f"main(['check', {str(good)!r}, '--today', '2026-11-24'], standalone_mode=False)\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'sqlalchemy', 'litestar', 'jinja2', 'alembic', 'granian', 'psycopg'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_service_that_snippets_vary_has_nothing_wrong_with_it(tmp_path: Path) -> None:
    folder = write(tmp_path, SMALL)
    write(folder, PASSES)
    found = json.loads(check(folder, "--format", "json").output)
    assert found["counts"]["error"] == 0


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_file_whose_name_is_not_utf8_is_named_in_every_format(good: Path, form: str) -> None:
    odd = os.fsencode(good / "services") + b"/caf\xe9.yaml"
    (good / "services").mkdir(exist_ok=True)
    Path(os.fsdecode(odd)).write_text("- {code: [}\n", "utf-8")
    result = check(good, "--format", form)
    assert result.exit_code == 1
    assert "caf" in result.output
    if form != "text":
        json.loads(result.output)


def _found(folder: Path) -> set[tuple[str, str]]:
    said = json.loads(check(folder, "--format", "json").output)
    return {(one["code"], one["subject"]) for one in said["findings"]}


@pytest.mark.parametrize(
    "name", ["grants.yaml", "departments.yaml", "elements.yaml", "resources/tax.yaml"]
)
def test_a_file_that_cannot_be_read_gives_no_finding_elsewhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "town"
    shutil.copytree(demonstration_folder(), folder)
    before = _found(folder)
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("\n  - [broken\n")
    (more,) = _found(folder) - before
    assert more[0].startswith("definitions.")


@pytest.mark.parametrize("name", ["services/flexible-employment-subsidy.yaml", "grants.yaml"])
def test_a_mistyped_department_gives_one_finding_and_warns_of_the_numbers(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "town"
    shutil.copytree(demonstration_folder(), folder)
    before = _found(folder)
    text = (folder / name).read_text("utf-8")
    wrong = text.replace("department: human-resources", "department: human-resource", 1)
    (folder / name).write_text(wrong, "utf-8")
    assert len(_found(folder) - before) == 1
    said = check(folder, "--language", "en").output
    assert "mend them before you trust these numbers" in said
    assert "mend them before" not in check(demonstration_folder(), "--language", "en").output
