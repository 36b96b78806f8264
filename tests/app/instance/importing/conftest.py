"""A small instance into which listings are imported."""

from pathlib import Path

import pytest
from tests.builders.definitions import SMALL, write


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write(tmp_path / "instance", SMALL)
