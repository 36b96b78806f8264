"""What ``tongban apply`` retires is named, as ``plan`` names it: a definition is not lost in a count."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.builders.definitions import write

from tongban.app import setup
from tongban.app.cli import main
from tongban.app.instance.starting import start

MORE = "# file: departments/more.yaml\n- {code: tax, name: {zh: 税务局, en: Tax Bureau}}\n"


@pytest.fixture
def without_tax(tmp_path: Path) -> Path:
    """A government whose folder lost a department that it runs with."""
    folder = tmp_path / "instance"
    start(folder, name="云溪县", division="470182", origin="yunxi.internal/ledger")
    write(folder, MORE)
    setup.ready(folder, None, "http://127.0.0.1:8000").db.close()
    (folder / "departments" / "more.yaml").unlink()
    return folder


@pytest.mark.parametrize(
    ("language", "line"), [("zh", "- 部门  tax  税务局"), ("en", "- departments  tax  Tax Bureau")]
)
def test_apply_and_plan_name_what_is_retired(without_tax: Path, language: str, line: str) -> None:
    for command in ("plan", "apply"):
        words = [command, str(without_tax), "--language", language]
        assert line in CliRunner().invoke(main, words).output
