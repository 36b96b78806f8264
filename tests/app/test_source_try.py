"""``tongban source try`` and the doctor: what a link declares is looked for in the source itself."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.builders.definitions import SMALL, write

from tongban.app.cli import main
from tongban.kit.house import House


def run(house: House, *arguments: str, language: str = "en") -> Result:
    command = [*arguments, "--data", str(house.settings.data)]
    return CliRunner().invoke(main, command, env={"TONGBAN_LANGUAGE": language})


def change(house: House, file: str, statement: str) -> None:
    """Let a department change its own database."""
    with sqlite3.connect(house.settings.sources_folder / file) as connection:
        connection.execute(statement)
    connection.close()


def somebody(house: House) -> tuple[str, str]:
    """Return the number and name of a person in the population system."""
    folder: Path = house.settings.sources_folder
    with sqlite3.connect(folder / "population.db") as connection:
        found = connection.execute("SELECT resident_id, name FROM person LIMIT 1").fetchone()
    connection.close()
    return str(found[0]), str(found[1])


def test_every_link_of_the_demonstration_gives_what_it_declares(house: House) -> None:
    said = run(house, "source", "try")
    assert said.exit_code == 0, said.output
    assert "✗" not in said.output
    assert "All is well" in said.output
    looked = run(house, "doctor")
    assert "linked resources are there" in looked.output


def test_values_are_told_by_their_shape_and_nobody_is_named(house: House) -> None:
    number, name = somebody(house)
    said = run(house, "source", "try", "101001/1", "--subject", number, language="zh")
    assert said.exit_code == 0, said.output
    assert "字字" in said.output
    assert number not in said.output
    assert name not in said.output


@pytest.mark.parametrize(
    ("statement", "words", "fault"),
    [
        (
            "ALTER TABLE marriage RENAME TO weddings",
            "There is no table or view marriage",
            "marriage",
        ),
        (
            "ALTER TABLE marriage RENAME COLUMN spouse_name TO spouse",
            "no such column",
            "marriage.spouse_name",
        ),
        (
            "UPDATE marriage SET marital_status = '另有说法'",
            "Not in the code list",
            "marriage.marital_status",
        ),
    ],
)
def test_what_is_not_as_declared_is_not_well_for_the_command_and_the_doctor(
    house: House, statement: str, words: str, fault: str
) -> None:
    change(house, "civil.db", statement)
    said = run(house, "source", "try", "101003/1")
    assert (said.exit_code, words in said.output) == (1, True), said.output
    plain = json.loads(run(house, "source", "try", "101003/1", "--json").output)
    assert [each["well"] for each in plain] == [False]
    assert "另有说法" not in said.output
    looked = run(house, "doctor")
    assert looked.exit_code == 1
    assert f"101003/1 ({fault})" in looked.output


def test_a_database_that_is_not_there_is_not_well(house: House) -> None:
    (house.settings.sources_folder / "civil.db").unlink()
    said = run(house, "source", "try")
    assert (said.exit_code, "File civil.db" in said.output) == (1, True), said.output
    looked = run(house, "doctor")
    assert "civil (civil.db)" in looked.output
    assert "TONGBAN_SOURCE_" in looked.output
    assert "File civil.db of source civil is not there" in looked.output


def test_a_link_that_gave_no_row_is_not_called_well(house: House) -> None:
    said = run(house, "source", "try", "101001/1", "--subject", "470181190001010009")
    assert said.output.startswith("! 101001/1"), said.output
    assert "There is no row with this identifier" in said.output
    assert "✓" not in said.output
    assert "All is well" not in said.output


def test_a_column_of_which_no_value_was_seen_gets_no_tick(house: House) -> None:
    change(house, "civil.db", "UPDATE marriage SET spouse_name = NULL")
    said = run(house, "source", "try", "101003/1").output
    assert "- spouse_name TEXT" in said, said
    assert "✓ marital_status" in said


def test_a_folder_without_a_government_is_said_to_be_one(tmp_path: Path) -> None:
    said = CliRunner().invoke(
        main, ["source", "try", "--data", str(tmp_path)], env={"TONGBAN_LANGUAGE": "en"}
    )
    assert "There is no government in" in said.output + said.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_resource_is_refused(house: House) -> None:
    assert run(house, "source", "try", "999999/9").exit_code == 3


def test_an_empty_table_is_told_by_the_doctor_as_advice(house: House) -> None:
    change(house, "civil.db", "DELETE FROM marriage")
    looked = run(house, "doctor")
    assert looked.exit_code == 0, looked.output
    assert "101003/1 (marriage)" in looked.output
    assert f"source try --data {house.settings.data}" in looked.output


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_doctor_says_of_a_column_in_doubt_what_the_command_says(
    house: House, language: str
) -> None:
    """It named the column alone: neither the words that stand there nor in how many rows."""
    change(house, "civil.db", "UPDATE marriage SET spouse_name = 'N/A' WHERE rowid <= 3")
    looked = run(house, "doctor", language=language).output
    (line,) = [each for each in looked.splitlines() if "marriage.spouse_name: " in each]
    assert line.startswith("    101003/1 ")
    said = run(house, "source", "try", "101003/1", language=language).output
    (tried,) = [each for each in said.splitlines() if " spouse_name " in each]
    doubt = line.partition("marriage.spouse_name: ")[2]
    assert "'N/A'" in doubt
    assert re.sub(r"[0-9]+", "", doubt) in re.sub(r"[0-9]+", "", tried)


def test_the_doctor_says_why_a_column_cannot_be_read_and_of_how_many_rows(house: House) -> None:
    change(house, "civil.db", "UPDATE marriage SET marital_status = '另有说法'")
    looked = run(house, "doctor").output
    assert re.search(r"101003/1 marriage\.marital_status: Not in the code list.* × [0-9]+", looked)
    assert "另有说法" not in looked


def test_a_wrong_identifier_column_is_named_by_the_command_and_the_doctor(house: House) -> None:
    change(house, "civil.db", "UPDATE marriage SET resident_id = '2026' || rowid")
    said = run(house, "source", "try", "101003/1")
    assert (said.exit_code, "looks like a resident number" in said.output) == (1, True), said.output
    assert "101003/1 (marriage.resident_id)" in run(house, "doctor").output


def test_a_folder_is_tried_before_anything_is_applied(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    shutil.copytree(Path(__file__).parents[2] / "instances" / "demonstration", folder)
    shutil.copytree(house.settings.sources_folder, folder / ".data" / "sources")
    command = ["source", "try", "101003/1", "--folder", str(folder)]
    said = CliRunner().invoke(main, command, env={"TONGBAN_LANGUAGE": "en"})
    assert said.exit_code == 0, said.output
    assert "All is well" in said.output
    with sqlite3.connect(folder / ".data" / "sources" / "civil.db") as connection:
        connection.execute("ALTER TABLE marriage RENAME COLUMN spouse_name TO spouse")
    connection.close()
    said = CliRunner().invoke(main, command, env={"TONGBAN_LANGUAGE": "en"})
    assert (said.exit_code, "no such column" in said.output) == (1, True), said.output
    unknown = [*command[:2], "999999/9", *command[3:]]
    assert CliRunner().invoke(main, unknown).exit_code == 3
    assert [each.name for each in (folder / ".data").iterdir()] == ["sources"]


def test_a_folder_with_errors_is_refused_with_the_command_that_lists_them(tmp_path: Path) -> None:
    (tmp_path / "departments.yaml").write_text("- {code: a, nam: 甲}\n", encoding="utf-8")
    command = ["source", "try", "--folder", str(tmp_path)]
    said = CliRunner().invoke(main, command, env={"TONGBAN_LANGUAGE": "en"})
    assert said.exit_code == 2
    assert f"tongban check {tmp_path}" in said.output + said.stderr


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A folder with one link to a source whose file is not there."""
    money = "type: money, data_class: sensitive, mask: all"
    item = "- {name: 收入, element: person.income, column: sr, data_type: N, written: {unit: yuan}}"
    return write(
        tmp_path / "folder",
        SMALL
        + f"# file: elements.yaml\n- {{code: person.income, name: 收入, subject: person, {money}}}\n"
        + "# file: sources.yaml\n- {code: tax, name: 税务库, department: finance, location: tax.db}\n"
        + f"""# file: resources.yaml
- code: 101003/1
  name: 收入信息
  provider: finance
  abstract: 上年度收入
  format: {{category: database}}
  share: {{type: unconditional}}
  items:
    {item}
  link: {{source: tax, table: income, identifier: number}}
""",
    )


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "written: {unit: yuan}（元）"), ("en", "Add written: {unit: yuan}")],
)
def test_what_a_link_lacks_is_told_with_its_line(linked: Path, language: str, words: str) -> None:
    edit(linked, "resources.yaml", ", written: {unit: yuan}", "")
    command = ["source", "try", "--folder", str(linked)]
    said = CliRunner().invoke(main, command, env={"TONGBAN_LANGUAGE": language})
    assert said.exit_code == 2
    assert "resources.yaml:8 " in said.stderr
    assert words in said.stderr
    assert not re.search("applied|启用", said.stderr)


def test_what_is_wrong_elsewhere_keeps_no_link_from_being_tried(linked: Path) -> None:
    edit(linked, "roles.yaml", "duties: [", "dutys: [")
    command = ["source", "try", "--folder", str(linked)]
    said = CliRunner().invoke(main, command, env={"TONGBAN_LANGUAGE": "en"})
    assert (said.exit_code, "tax.db of source tax is not there" in said.output) == (1, True)


def test_nothing_for_developers_stands_before_what_is_said(linked: Path) -> None:
    code = "from tongban.app.cli import main\nmain()"
    command = [sys.executable, "-c", code, "source", "try", "--folder", str(linked)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "tax.db" in done.stdout


def test_a_code_is_told_by_the_words_declared_for_it_and_never_by_what_somebody_has(
    house: House,
) -> None:
    number, _ = somebody(house)
    everybody = run(house, "source", "try", "101003/1", language="zh")
    line = next(each for each in everybody.output.splitlines() if " marital_status " in each)
    assert "→ married 已婚" in line, line
    assert "字" not in line
    of_one = run(house, "source", "try", "101003/1", "--subject", number, language="zh")
    alone = next(each for each in of_one.output.splitlines() if " marital_status " in each)
    assert alone.partition("; ")[0].endswith(line.partition("; ")[0].partition(": ")[2]) or (
        "可以读" in alone
    )
