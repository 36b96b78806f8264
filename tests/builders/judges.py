"""Programs beside us that judge what we write: linters of units, container files and figures."""

import os
import shutil

import pytest

_WITHOUT = "TONGBAN_TEST_WITHOUT"
"""The variable in which ``.ci/run`` names the programs that it could not get."""


def judge(name: str, package: str) -> str:
    """Return where a program stands; without it the test is left out."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(_left_out(name) + package)
    return found


def without_its_judge(reason: str) -> bool:
    """Whether a test was left out for a program that CI could not get, by what it said."""
    return any(_left_out(name) in reason for name in os.environ.get(_WITHOUT, "").split())


def _left_out(name: str) -> str:
    return f"no {name}: "
