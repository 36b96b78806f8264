"""The guide to operating says what commands end with, and it is what the code does."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.builders.definitions import SMALL, write

from tongban.app.cli import main
from tongban.kernel.errors import Kind
from tongban.kit.cli import EXIT

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
_ROW = re.compile(r"\| (\d+) \|([^|]*)\| \S")


def told(page: str) -> Mapping[int, set[str]]:
    """Return the kinds that the table of a guide names for each exit code."""
    text = (GUIDES / page).read_text("utf-8")
    return {int(code): set(re.findall(r"`(\w+)`", kinds)) for code, kinds in _ROW.findall(text)}


@pytest.mark.parametrize("page", ["operating.md", "operating.zh-CN.md"])
def test_the_table_of_exit_codes_is_the_mapping_of_the_code(page: str) -> None:
    mapped = {
        number: {kind.value for kind in Kind if EXIT[kind] == number}
        for number in {0, 1, *EXIT.values()}
    }
    assert told(page) == mapped


def test_plan_of_definitions_with_errors_ends_as_its_help_says(tmp_path: Path) -> None:
    folder = write(tmp_path, SMALL.replace("case.accept", "case.acept"))
    assert CliRunner().invoke(main, ["plan", str(folder)]).exit_code == 2
    help_text = CliRunner().invoke(main, ["plan", "--help"]).output
    assert "2: the definitions have errors" in " ".join(help_text.split())
