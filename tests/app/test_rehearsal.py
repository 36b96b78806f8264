"""An upgrade and the way back, rehearsed: an older database with content, on each kind of database."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import MetaData, create_engine, select, text
from tests.app.test_upgrading import _before_forms_were_kept as as_older
from tests.builders.ledger import a_closing

from tongban import __version__
from tongban.app import migrations, setup
from tongban.app.cli import main
from tongban.kit import search, testing
from tongban.kit.house import House
from tongban.kit.settings import Settings, default_data, read_settings
from tongban.modules.ledger import actions, handlers

ADDRESS = "http://127.0.0.1:8000"
OLD = "0025_kit"


def run(*words: str) -> tuple[int, str]:
    said = CliRunner().invoke(main, words, env={"TONGBAN_LANGUAGE": "en"})
    assert said.exception is None or isinstance(said.exception, SystemExit), said.exception
    return said.exit_code, said.output


def append(house: House, count: int) -> None:
    house.db.write(lambda unit: actions.append_all(unit, [a_closing()] * count))
    handlers.Sequencing()(house)


def content(url: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table as it lies there, but of text indexes, which are made anew."""
    found, engine = MetaData(), create_engine(url)
    found.reflect(engine)
    anew = (*search.INDEXED, search.form_table.name)
    try:
        with engine.connect() as connection:
            return {
                table.name: sorted(
                    (dict(row) for row in connection.execute(select(table)).mappings()), key=str
                )
                for table in found.sorted_tables
                if not table.name.startswith(anew)
            }
    finally:
        engine.dispose()


@pytest.fixture
def old(instance: Path) -> Settings:
    """The data of a government as an older release left them: accounts, a file, a signed ledger."""
    settings = read_settings(default_data(instance))
    with closing(setup.ready(instance, None, ADDRESS).db):
        pass
    words = "account add --login lin --name 林溪 --department data-bureau --role manager"
    assert run(*words.split(), "--data", str(settings.data))[0] == 0
    house = setup.ready(instance, None, ADDRESS)
    with closing(house.db) as database:
        house.files.put(b"a document")
        append(house, 30)
        as_older(database)
    return settings


@pytest.fixture
def elsewhere(old: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """An empty place on the same kind of database."""
    if not old.database:
        yield Settings(data=tmp_path / "back")
        return
    server, name = request.getfixturevalue("postgresql_server"), testing.new_name("back")
    testing.make_empty(server, name)
    yield Settings(data=tmp_path / "back", database=testing.address_of(server, name))
    testing.drop(server, name)


def test_an_older_database_is_backed_up_brought_to_this_release_works_and_comes_back_as_it_was(
    old: Settings, elsewhere: Settings, instance: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before = content(old.database_url)
    assert len(before["ledger_entry"]) >= 30
    data, backups = str(old.data), tmp_path / "备份 backups"

    assert "0025_kit" in run("version", "--data", data)[1]
    code, said = run("migrate", "--data", data, "--backup", str(backups))
    assert code == 0, said
    (archive,) = backups.iterdir()
    assert str(archive) in said
    assert archive.stat().st_mode & 0o777 == 0o600
    assert archive.name.startswith(f"tongban-{OLD}-")

    versions = json.loads(run("version", "--data", data, "--json")[1])
    assert versions["database_schema"] == versions["schema"] == migrations.newest()
    assert versions["database_release"] == versions["release"] == __version__
    assert "林溪" in run("account", "list", "--data", data)[1]
    assert run("ledger", "audit", "--data", data)[0] == 0
    house = setup.ready(instance, None, ADDRESS)
    with closing(house.db):
        append(house, 3)
    again = run("migrate", "--data", data, "--backup", str(backups))
    assert (again[0], len(list(backups.iterdir()))) == (0, 1), (
        "nothing is due, nothing is backed up"
    )

    monkeypatch.setenv("TONGBAN_DATABASE", elsewhere.database)
    code, said = run(
        "restore", "--from", str(archive), "--data", str(elsewhere.data), "--as-it-was"
    )
    assert code == 0, said
    assert OLD in said
    assert content(elsewhere.database_url) == before
    assert (elsewhere.keys / "data-keys.json").read_bytes() == (
        old.keys / "data-keys.json"
    ).read_bytes()
    code, said = run("account", "list", "--data", str(elsewhere.data))
    assert (code, "tongban migrate" in said) == (5, True)
    assert run("migrate", "--data", str(elsewhere.data))[0] == 0
    assert "林溪" in run("account", "list", "--data", str(elsewhere.data))[1]
    assert run("ledger", "audit", "--data", str(elsewhere.data))[0] == 0


def test_a_backup_that_cannot_be_written_keeps_the_migration_from_beginning(
    old: Settings, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    code, said = run("migrate", "--data", str(old.data), "--backup", str(tmp_path / "taken" / "x"))
    assert (code, said.count("\n")) == (2, 1), said
    engine = create_engine(old.database_url)
    with engine.connect() as connection:
        has = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    engine.dispose()
    assert has == OLD


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_release_and_schema_are_told_apart_without_a_government(words: list[str]) -> None:
    code, said = run("version", *words)
    assert code == 0
    assert __version__ in said
    assert str(migrations.newest()) in said
