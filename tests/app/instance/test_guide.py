"""The guide to a first service teaches nothing that check warns of, but what comes later."""

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.builders import guide

from tongban.app import trial
from tongban.app.cli import main
from tongban.app.instance.parts import PARTS
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.folder import read_folder
from tongban.kit.definitions.loading import load


def written(folder: Path, language: str, *, connected: bool = False) -> set[str]:
    """Write what the guide's reader writes, and return the codes of what check warns of."""
    told = ["--name", "安平市", "--division", "470182", "--origin", "anping.internal/ledger"]
    assert CliRunner().invoke(main, ["new", str(folder), *told]).exit_code == 0
    guide.write(folder, language, connected=connected)
    found = load(read_folder(folder, PARTS), PARTS, dt.date(2026, 11, 24)).findings
    warnings = [one for one in found if one.severity is not Severity.INFO]  # hints are no warnings
    return {one.code for one in warnings} - {"government.division_not_listed"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_guide_has_written_raises_no_warning_but_that_source_and_calendar_are_to_come(
    tmp_path: Path, language: str
) -> None:
    codes = written(tmp_path / "anping", language)
    assert codes == {"services.need_not_connected", "government.calendar_ends_soon"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_database_that_the_guide_connects_is_read_as_it_declares(
    tmp_path: Path, language: str
) -> None:
    folder = tmp_path / "anping"
    assert written(folder, language, connected=True) == {"government.calendar_ends_soon"}
    sources = folder / ".data" / "sources"
    sources.mkdir(parents=True)
    with closing(sqlite3.connect(sources / "population.db")) as connection:
        connection.executescript(guide.statements(language))
    command = ["source", "try", "--folder", str(folder)]
    said = CliRunner().invoke(main, command, env={"TONGBAN_LANGUAGE": "en"})
    assert said.exit_code == 0, said.output
    assert "All is well" in said.output
    assert "99999999 → 9999-99-99" in said.output
    assert "99999999 → 9999-99-99" in guide.text(language)


def test_the_people_whom_the_guide_brings_can_be_tried_with(tmp_path: Path) -> None:
    folder = tmp_path / "anping"
    written(folder, "zh", connected=True)
    (tmp_path / "sources").mkdir()
    with closing(sqlite3.connect(tmp_path / "sources" / "population.db")) as connection:
        connection.executescript(guide.statements())
    loaded = load(read_folder(folder, PARTS), PARTS, dt.date(2026, 11, 24))
    made = trial.ready(
        loaded, tmp_path / "data", "http://127.0.0.1:8000", sources_in=tmp_path / "sources"
    )
    lines = "\n".join(trial.said(made, folder, tmp_path / "data", "zh"))
    made.house.db.close()
    assert "老年人优待乘车卡：周桂英" in lines


def test_both_guides_connect_the_same_database() -> None:
    assert guide.pieces("zh", connected=True) == guide.pieces("en", connected=True)
    assert guide.statements("zh") == guide.statements("en")
