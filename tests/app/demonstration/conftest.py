"""The demonstration instance and its department databases, made once for all tests here."""

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tongban.app.demonstration import Summary, build

Ask: TypeAlias = Callable[..., list[dict[str, Any]]]

TODAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """The folder of the department databases, and what was written."""
    folder = tmp_path_factory.mktemp("departments")
    return folder, build(folder, today=TODAY)


@pytest.fixture
def ask(databases: tuple[Path, Summary]) -> Ask:
    """Ask a source: ``ask("population", "SELECT …", value)`` gives rows by column name."""
    folder, _ = databases

    def asked(source: str, sql: str, *values: object) -> list[dict[str, Any]]:
        address = f"file:{folder / source}.db?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]

    return asked
