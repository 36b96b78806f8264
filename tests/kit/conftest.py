"""A house with nothing plugged in, around each kind of database."""

from pathlib import Path

import pytest

from tongban.kit.db import Database
from tongban.kit.files import FileStore
from tongban.kit.house import House
from tongban.kit.ports import Ports
from tongban.kit.settings import Settings


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """A house for work that needs no module."""
    return House(
        settings=Settings(data=tmp_path),
        db=database,
        clock=database.clock,
        keyring=database.keyring,
        files=FileStore(tmp_path / "files"),
        ports=Ports(),
    )
