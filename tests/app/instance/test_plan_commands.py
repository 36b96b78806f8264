"""``tongban plan``, ``apply`` and ``export`` on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.builders.definitions import write

from tongban.app import setup
from tongban.app.cli import main
from tongban.app.instance.starting import start

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
