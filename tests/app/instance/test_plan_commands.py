"""``tongban plan``, ``apply`` and ``export`` on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.builders.definitions import write

from tongban.app import setup
from tongban.app.cli import main
from tongban.app.instance.plan import Obstacle
from tongban.app.instance.starting import start
from tongban.kit.i18n import sentence

MORE = "# file: departments/more.yaml\n- {code: tax, name: 税务局}\n"


def tongban(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), env={"TONGBAN_LANGUAGE": "zh"})


@pytest.fixture
def running(tmp_path: Path) -> Path:
    """An instance that was set up to be served."""
    folder = tmp_path / "instance"
    start(folder, name="云溪县", division="470182", origin="yunxi.internal/ledger")
    setup.ready(folder, None, "http://127.0.0.1:8000").db.close()
    return folder


def test_plan_says_that_nothing_is_different(running: Path) -> None:
    result = tongban("plan", str(running))
    assert (result.exit_code, "没有不同" in result.output) == (0, True)


def test_plan_shows_a_change_and_apply_makes_it(running: Path) -> None:
    write(running, MORE)
    planned = json.loads(tongban("plan", str(running), "--json").output)
    assert planned == {
        "changes": [{"part": "departments", "key": "tax", "kind": "added", "fields": []}],
        "obstacles": [],
        "moves": [],
        "replies": [],
        "unjudged": [],
    }
    assert "+ 部门  tax  税务局" in tongban("plan", str(running)).output
    assert "新增 1" in tongban("apply", str(running)).output
    assert "没有不同" in tongban("plan", str(running)).output


def test_export_writes_the_files_back(running: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = tongban("export", str(out), "--data", str(running / ".data"))
    assert result.exit_code == 0
    for path in out.rglob("*.yaml"):
        assert path.read_bytes() == (running / path.relative_to(out)).read_bytes()
    data = str(running / ".data")
    assert tongban("plan", str(out), "--data", data).output.startswith("没有不同")


def test_an_instance_with_errors_is_neither_planned_nor_applied(running: Path) -> None:
    write(running, MORE.replace("name:", "nmae:"))
    for command in ("plan", "apply"):
        result = tongban(command, str(running))
        assert result.exit_code == 2
        assert "tongban check" in result.output


def test_a_government_that_was_never_set_up_is_told(tmp_path: Path) -> None:
    start(tmp_path / "instance")
    result = tongban("plan", str(tmp_path / "instance"))
    assert result.exit_code == 3
    assert "tongban serve" in result.output


OTHERS = {
    ("zh", 0): "",
    ("zh", 1): "另有 1 处障碍",
    ("zh", 4): "另有 4 处障碍",
    ("en", 0): "",
    ("en", 1): "1 other obstacle is in the way too",
    ("en", 4): "4 other obstacles are in the way too",
}


@pytest.mark.parametrize(("language", "others"), OTHERS)
def test_apply_names_one_obstacle_and_how_many_others_there_are(language: str, others: int) -> None:
    facts = {"place": "services/a.yaml:2"}
    obstacle = Obstacle("app.changed_without_version", "services", "a", facts=facts)
    said = sentence(obstacle.refusal(others), language)
    assert OTHERS[language, others] in said
    assert "{" not in said
    assert ("obstacle" in said or "障碍" in said) == bool(others)


def test_plan_counts_the_obstacles_once_and_they_are_the_lines_below(running: Path) -> None:
    government = running / "government.yaml"
    government.write_text(government.read_text("utf-8").replace("yunxi.internal", "other.internal"))
    command = ["plan", str(running)]
    told = CliRunner().invoke(main, command, env={"TONGBAN_LANGUAGE": "en"}).output.splitlines()
    at = told.index("1 obstacle keeps it from being applied:")
    assert [line.strip()[0] for line in told[at + 1 :]] == ["✗"]
    assert "obstacle" not in told[at + 1]
