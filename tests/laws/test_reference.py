"""The reference cannot lie: it is what the code says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from litestar import Litestar

from tongban.app.developers import description

ROOT = Path(__file__).parents[2]
SNAPSHOT = ROOT / "docs" / "reference" / "openapi.json"


def test_every_reference_page_is_current() -> None:
    from tongban.app.reference import pages

    stale = [
        name
        for name, text in pages().items()
        if not (path := ROOT / "docs" / "reference" / name).exists()
        or path.read_text("utf-8") != text
    ]
    assert stale == [], "run: tongban docs"


def test_the_openapi_snapshot_is_the_running_application(application: Litestar) -> None:
    running = json.loads(json.dumps(description(application)))
    assert json.loads(SNAPSHOT.read_text("utf-8")) == running


def test_the_first_help_comes_at_once_and_loads_no_heavy_part() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom tongban.app.cli import main\n"
        "answer = CliRunner().invoke(main, ['--help'])\nassert answer.exit_code == 0, answer.output\n"
        "print(','.join(m for m in ('sqlalchemy', 'litestar', 'pyhanko', 'duckdb') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("command", ["check", "verify"])
def test_what_needs_no_database_loads_none(command: str) -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom tongban.app.cli import main\n"
        f"answer = CliRunner().invoke(main, ['{command}', '--help'])\n"
        "assert answer.exit_code == 0, answer.output\n"
        "print(','.join(m for m in ('sqlalchemy', 'litestar') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
