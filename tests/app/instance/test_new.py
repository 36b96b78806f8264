"""A new instance is small, complete and honest, and editors know its files."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result
from tests.builders.definitions import instance_in

from tongban.app.cli import main
from tongban.app.instance.parts import PARTS
from tongban.app.instance.schema import schema, schema_text
from tongban.app.instance.starting import level_of
from tongban.app.setup import demonstration_folder
from tongban.kit.definitions.folder import read_folder
from tongban.kit.definitions.loading import load
from tongban.modules.catalog.definition import ElementDefinition
from tongban.modules.government.definition import GovernmentDefinition


def new(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["new", str(folder), "--language", "zh", *options])


@pytest.fixture
def started(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    assert new(folder, "--name", "云溪县", "--division", "470182").exit_code == 0
    return folder


def test_a_new_instance_has_no_error(started: Path) -> None:
    found = instance_in(started)
    assert found.errors == []
    government = found.one(GovernmentDefinition)
    assert government is not None
    assert (government.name, government.division, government.level) == ("云溪县", "470182", "4")
    assert not government.demonstration
    assert len(found.every(ElementDefinition)) >= 30


@pytest.mark.parametrize(
    ("today", "intended"),
    [(dt.date(2026, 6, 1), []), (dt.date(2026, 11, 24), ["government.calendar_ends_soon"])],
)
def test_a_new_instance_that_was_told_who_it_is_raises_no_finding_by_itself(
    tmp_path: Path, today: dt.date, intended: list[str]
) -> None:
    told = ("--division", "511602", "--origin", "yunxi.internal/ledger")
    assert new(tmp_path / "instance", *told).exit_code == 0
    found = load(read_folder(tmp_path / "instance", PARTS), PARTS, today).findings
    assert [one.code for one in found] == intended


def test_it_asks_nothing(tmp_path: Path) -> None:
    assert new(tmp_path / "instance").exit_code == 0
    assert instance_in(tmp_path / "instance").errors == []


def test_the_name_is_proposed_from_the_division(tmp_path: Path) -> None:
    result = new(tmp_path / "instance", "--division", "511602")
    assert result.exit_code == 0
    assert "四川省广安市广安区" in result.output
    government = instance_in(tmp_path / "instance").one(GovernmentDefinition)
    assert government is not None
    assert government.name == "广安区"


def test_a_given_name_wins_over_that_of_the_division(tmp_path: Path) -> None:
    result = new(tmp_path / "instance", "--division", "511602", "--name", "某区")
    assert "广安" not in result.output
    government = instance_in(tmp_path / "instance").one(GovernmentDefinition)
    assert government is not None
    assert government.name == "某区"


@pytest.mark.parametrize("name", ['a: "b"', "甲\n乙", "{x}", "# y", "'", "no"])
def test_any_name_is_kept_as_it_was_given(tmp_path: Path, name: str) -> None:
    assert new(tmp_path / "instance", "--name", name).exit_code == 0
    government = instance_in(tmp_path / "instance").one(GovernmentDefinition)
    assert government is not None
    assert government.name == name


def test_a_folder_that_holds_anything_is_left_alone(started: Path) -> None:
    assert new(started).exit_code == 5


def test_a_division_that_is_none_is_refused(tmp_path: Path) -> None:
    assert new(tmp_path / "instance", "--division", "12").exit_code == 2
    assert not (tmp_path / "instance").exists()


def test_a_name_of_the_ledger_that_is_none_is_refused(tmp_path: Path) -> None:
    for origin in ("https://zwfw.example.cn/ledger", "云溪", "a b.example"):
        assert new(tmp_path / "instance", "--origin", origin).exit_code == 2
        assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize(
    ("division", "level"),
    [
        ("470000", "2"),
        ("470100", "3"),
        ("470182", "4"),
        ("470182001", "5"),
        ("470182001002", "6"),
        ("000000", "4"),
    ],
)
def test_the_level_follows_from_the_division(division: str, level: str) -> None:
    assert level_of(division) == level


def test_an_editor_finds_the_schema_of_each_part(started: Path) -> None:
    settings = json.loads((started / ".vscode/settings.json").read_text("utf-8"))
    known = settings["yaml.schemas"]
    assert len(known) == len(PARTS)
    for path in known:
        pointed = json.loads((started / path).read_text("utf-8"))["$ref"]
        file, _, name = pointed.partition("#/$defs/")
        whole = json.loads((started / ".vscode" / Path(file).name).read_text("utf-8"))
        assert name in whole["$defs"]


def test_the_schema_is_a_schema_and_the_command_prints_it() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    printed = CliRunner().invoke(main, ["schema"]).output
    assert json.loads(printed) == schema() == json.loads(schema_text())


def validator(part: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({**schema(), "anyOf": [{"$ref": f"#/$defs/{part}"}]})


def as_an_editor_reads(text: str) -> Any:
    """Return YAML as an editor does: dates stay text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=_date))


def _date(value: Any) -> str:
    assert isinstance(value, dt.date)
    return value.isoformat()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_file_of_the_demonstration_fits_the_schema(part: Any) -> None:
    folder = demonstration_folder()
    files = [*folder.glob(f"{part.name}.yaml"), *folder.glob(f"{part.name}/**/*.yaml")]
    assert files
    for file in files:
        validator(part.name).validate(as_an_editor_reads(file.read_text("utf-8")))


def test_the_schema_underlines_an_unknown_key_and_a_wrong_value() -> None:
    roles = validator("roles")
    assert roles.is_valid([{"code": "a", "name": {"zh": "甲"}, "duties": []}])
    assert not roles.is_valid([{"code": "a", "nmae": "甲", "name": "甲", "duties": []}])
    assert not roles.is_valid([{"code": "a", "name": "甲"}])
    assert not validator("elements").is_valid([{"code": "a", "name": "甲", "subject": "persn"}])


def test_the_schema_says_what_each_key_means() -> None:
    service = schema()["$defs"]["Service"]
    assert "GB/T" in json.dumps(service, ensure_ascii=False) or service["description"]
    assert service["properties"]["code"]["description"]
