"""Every example does what its expected output says, through the doors a user has."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(file.parent.name for file in (ROOT / "examples").glob("*/run.sh"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_prints_what_it_promises(name: str) -> None:
    programs = str(Path(sys.executable).parent)
    done = subprocess.run(
        [ROOT / "script" / "examples", programs, name], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
