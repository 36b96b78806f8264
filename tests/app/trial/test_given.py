"""Test databases that are brought along: copied, read as declared, and of invented people only."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from tongban.app import setup, trial
from tongban.app.cli import main
from tongban.app.instance import load
from tongban.kernel.errors import Refusal
from tongban.kernel.text import say
from tongban.kit import testing
from tongban.kit.definitions.instance import Instance
from tongban.modules.exchange import queries as exchange
from tongban.modules.identity import queries as identity

ADDRESS = "http://127.0.0.1:8000"
LIN = "470181198304129020"


@pytest.fixture
def loaded() -> Instance:
    return load(setup.demonstration_folder(), testing.MORNING.date())


@pytest.fixture
def brought(demonstration_data: Path, tmp_path: Path) -> Path:
    """A folder with one of the demonstration's sources, whose people are invented."""
    folder = tmp_path / "brought"
    folder.mkdir()
    shutil.copy(demonstration_data / "sources" / "population.db", folder)
    return folder


def begin(loaded: Instance, data: Path, brought: Path) -> trial.Trial:
    return trial.ready(loaded, data, ADDRESS, testing.clock_at(), sources_in=brought)


def refused(what: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as found:
        what()
    return found.value


def row(database: Path, table: str, identifier: str) -> tuple[object, ...]:
    with closing(sqlite3.connect(database)) as opened:
        found = opened.execute(
            f"SELECT name, birth_date FROM {table} WHERE resident_id = ?", (identifier,)
        ).fetchone()
    return tuple(found)


def test_what_is_brought_is_copied_and_read_as_declared_and_the_rest_is_generated(
    loaded: Instance, brought: Path, tmp_path: Path
) -> None:
    before = (brought / "population.db").read_bytes()
    found = begin(loaded, tmp_path / "trial", brought)
    try:
        with found.house.db.read() as reader:
            accounts = identity.demonstration_accounts(reader)
    finally:
        found.house.db.close()
    folder = found.house.settings.sources_folder
    copied = row(folder / "population.trial.db", "person", LIN)
    assert copied == row(brought / "population.db", "person", LIN)
    connected = found.prepared.connected
    link = connected.resources["101001/1"].link
    assert link is not None
    assert link.table == "person"
    assert (brought / "population.db").read_bytes() == before
    assert (folder / "tax.trial.db").is_file()
    known = {one.id for one in found.prepared.cast.subjects}
    assert LIN in known
    assert len(accounts) > 23 + 9
    lines = list(trial.said(found, brought, tmp_path, "zh"))
    assert any("population" in line and "测试数据" in line for line in lines)


def without_a_person(brought: Path) -> None:
    with closing(sqlite3.connect(brought / "population.db")) as opened, opened:
        for (name,) in opened.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall():
            opened.execute(f"DELETE FROM {name}")


def test_of_whom_a_brought_source_says_nothing_it_is_never_said_that_they_fit(
    loaded: Instance, brought: Path, tmp_path: Path
) -> None:
    without_a_person(brought)
    found = begin(loaded, tmp_path / "trial", brought)
    try:
        with found.house.db.read() as reader:
            accounts = identity.demonstration_accounts(reader)
        lines = list(trial.said(found, brought, tmp_path, "zh"))
    finally:
        found.house.db.close()
    subsidy = "残疾人两项补贴"
    (told,) = [line for line in lines if line.startswith("  ") and subsidy in line.split("：")[0]]
    assert "不知道谁符合。population" in told
    abouts = [say(account.about, "zh") for account in accounts]
    fits = [part for about in abouts for part in about.split("。") if part.startswith("符合：")]
    assert not [part for part in fits if subsidy in part]
    assert any("不知道是否符合" in about and "（population）" in about for about in abouts)


def tables(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as opened:
        return {
            name
            for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }


def test_only_tables_about_people_and_organisations_are_copied_and_the_others_are_named(
    loaded: Instance, brought: Path, demonstration_data: Path, tmp_path: Path
) -> None:
    shutil.copy(demonstration_data / "sources" / "traffic.db", brought)
    with closing(sqlite3.connect(brought / "population.db")) as opened, opened:
        opened.execute("CREATE TABLE notes (resident_id, name)")
        opened.execute("INSERT INTO notes VALUES ('110101199003077379', '甲')")
    found = begin(loaded, tmp_path / "trial", brought)
    try:
        lines = list(trial.said(found, brought, tmp_path, "zh"))
        with found.house.db.read() as reader:
            tried = {one.resource: one for one in exchange.try_links(reader)}
    finally:
        found.house.db.close()
    folder = found.house.settings.sources_folder
    assert tables(folder / "population.trial.db") >= {"person", "identity_card"}
    assert "notes" not in tables(folder / "population.trial.db")
    assert b"110101199003077379" not in (folder / "population.trial.db").read_bytes()
    assert "vehicle" in tables(brought / "traffic.db")
    assert "vehicle" not in tables(folder / "traffic.trial.db")
    assert any("没有复制" in line and "机动车" in line for line in lines)
    assert all(one.refusal is None for one in tried.values())
    assert tried["101001/1"].indexed


def test_a_test_source_in_another_encoding_and_a_view_are_copied_too(
    loaded: Instance, brought: Path, tmp_path: Path
) -> None:
    old = brought / "population.db"
    with closing(sqlite3.connect(old)) as opened:
        script = list(opened.iterdump())
    old.unlink()
    with closing(sqlite3.connect(old)) as opened:
        opened.execute("PRAGMA encoding = 'UTF-16le'")
        opened.executescript("\n".join(script))
        opened.execute("ALTER TABLE person RENAME TO everybody")
        opened.execute("CREATE VIEW person AS SELECT * FROM everybody")
        opened.commit()
    found = begin(loaded, tmp_path / "trial", brought)
    found.house.db.close()
    copied = found.house.settings.sources_folder / "population.trial.db"
    assert row(copied, "person", LIN) == row(old, "person", LIN)
    assert "everybody" not in tables(copied)


def test_a_changed_source_begins_the_trial_anew(
    loaded: Instance, brought: Path, tmp_path: Path
) -> None:
    begin(loaded, tmp_path / "trial", brought).house.db.close()
    same = begin(loaded, tmp_path / "trial", brought)
    same.house.db.close()
    with closing(sqlite3.connect(brought / "population.db")) as opened, opened:
        opened.execute("CREATE TABLE more (x)")
    again = begin(loaded, tmp_path / "trial", brought)
    again.house.db.close()
    assert (same.begun, again.begun) == (False, True)


def test_what_still_stands_in_a_write_ahead_log_is_copied_too(
    loaded: Instance, brought: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(brought / "population.db")) as writing:
        writing.execute("PRAGMA journal_mode=WAL")
        writing.execute("UPDATE person SET name = '林新名' WHERE resident_id = ?", (LIN,))
        writing.commit()
        found = begin(loaded, tmp_path / "trial", brought)
    found.house.db.close()
    copied = found.house.settings.sources_folder / "population.trial.db"
    assert row(copied, "person", LIN)[0] == "林新名"


def test_a_source_with_anybody_who_may_be_real_is_refused_and_nothing_is_made(
    loaded: Instance, brought: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(brought / "population.db")) as opened, opened:
        opened.execute("INSERT INTO person (resident_id, name) VALUES ('110101199003077379', '甲')")
    told = refused(lambda: begin(loaded, tmp_path / "trial", brought))
    assert (told.code, told.data["count"]) == ("app.trial_real_people", 1)
    assert "110101" not in str(told.data)
    assert not (tmp_path / "trial").exists()


def test_a_folder_without_the_declared_sources_and_a_file_that_is_none_are_named(
    loaded: Instance, brought: Path, tmp_path: Path
) -> None:
    told = refused(lambda: begin(loaded, tmp_path / "trial", tmp_path))
    assert told.code == "app.trial_no_sources"
    assert "population.db" in told.data["wanted"]
    (brought / "tax.db").write_text("no database")
    told = refused(lambda: begin(loaded, tmp_path / "trial", brought))
    assert told.code == "app.trial_source_unreadable"


def test_a_source_that_breaks_off_while_its_people_are_looked_at_is_refused(
    loaded: Instance, brought: Path, tmp_path: Path
) -> None:
    path = brought / "population.db"
    with closing(sqlite3.connect(path)) as opened:
        (root,) = opened.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'person'"
        ).fetchone()
        (size,) = opened.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    told = refused(lambda: begin(loaded, tmp_path / "trial", brought))
    assert told.code == "app.trial_source_unreadable"


def test_a_trial_is_given_the_declared_fonts(loaded: Instance, tmp_path: Path) -> None:
    found = trial.ready(
        loaded, tmp_path / "trial", ADDRESS, testing.clock_at(), fonts=str(tmp_path)
    )
    found.house.db.close()
    assert found.house.settings.fonts == str(tmp_path)


def test_sources_go_with_a_trial_only() -> None:
    said = CliRunner().invoke(main, ["serve", "--demonstration", "--sources", "x"])
    assert said.exit_code != 0
    assert "--sources" in said.output
