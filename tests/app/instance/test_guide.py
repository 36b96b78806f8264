"""The guide to a first service teaches nothing that check warns of, but what comes later."""

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.builders import guide

from tongban.app.cli import main
from tongban.app.instance.parts import PARTS
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.folder import read_folder
from tongban.kit.definitions.loading import load


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_guide_has_written_raises_no_warning_but_that_source_and_calendar_are_to_come(
    tmp_path: Path, language: str
) -> None:
    folder = tmp_path / "anping"
    told = ["--name", "安平市", "--division", "470182", "--origin", "anping.internal/ledger"]
    assert CliRunner().invoke(main, ["new", str(folder), *told]).exit_code == 0
    guide.write(folder, language)
    found = load(read_folder(folder, PARTS), PARTS, dt.date(2026, 11, 24)).findings
    warnings = [one for one in found if one.severity is not Severity.INFO]  # hints are no warnings
    codes = {one.code for one in warnings} - {"government.division_not_listed"}
    assert codes == {"services.need_not_connected", "government.calendar_ends_soon"}
