"""Whatever is refused on the way closes the database that it opened."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongban.app import setup
from tongban.app.cli import main
from tongban.kit.db import Database
from tongban.kit.settings import default_data


@pytest.fixture
def data(government: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("TONGBAN_SMTP", raising=False)
    return default_data(government)


class Watch:
    """Knows which databases are open; the only way to see that one was forgotten."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = 0
        self.open: list[Database] = []
        begin, end = Database.__init__, Database.close

        def opens(database: Database, *given: Any, **named: Any) -> None:
            begin(database, *given, **named)
            self.opened += 1
            self.open.append(database)

        def closes(database: Database) -> None:
            end(database)
            self.open = [one for one in self.open if one is not database]

        monkeypatch.setattr(Database, "__init__", opens)
        monkeypatch.setattr(Database, "close", closes)


def _damaged_key(data: Path) -> list[str]:
    (data / "keys" / "ledger.key").write_bytes(b"")
    return ["doctor", "--data", str(data)]


def _no_place_for_a_backup(data: Path) -> list[str]:
    return ["backup", "--data", str(data), "--to", str(data.parent.parent / "nowhere" / "b.tar")]


def _a_newer_release(data: Path) -> list[str]:
    opened = setup.ready(data.parent, None, "http://127.0.0.1:8000")
    with opened.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_kit'")
    opened.db.close()
    return ["migrate", "--data", str(data)]


@pytest.mark.parametrize("spoil", [_damaged_key, _no_place_for_a_backup, _a_newer_release])
def test_a_command_that_is_refused_leaves_no_database_open(
    data: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], list[str]]
) -> None:
    words = spoil(data)
    watch = Watch(monkeypatch)
    said = CliRunner().invoke(main, words)
    assert said.exit_code != 0, said.output
    assert watch.opened, "nothing was opened, so nothing could be forgotten"
    assert watch.open == []
