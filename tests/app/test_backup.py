"""Everything in one archive, consistent while others write, and never over what is there."""

import io
import json
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.builders.ledger import a_closing

from tongban.app import backup, migrations, setup
from tongban.app import house as opening
from tongban.app.cli import main
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.house import House
from tongban.kit.settings import Settings, read_settings
from tongban.modules.ledger import actions, handlers
from tongban.modules.ledger import queries as ledger

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def running(government: Path) -> Iterator[House]:
    house = setup.ready(government, None, ADDRESS)
    house.files.put(b"a document")
    append(house, 20)
    yield house
    house.db.close()


@pytest.fixture
def alone(instance: Path) -> Iterator[House]:
    """A running one with a database of its own, whose tables may be changed."""
    house = setup.ready(instance, None, ADDRESS)
    append(house, 20)
    yield house
    house.db.close()


def elsewhere_than(house: House, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    empty = "" if house.settings.database else request.getfixturevalue("empty_postgresql")
    return Settings(data=tmp_path / "restored", database=empty)


@pytest.fixture
def elsewhere(running: House, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings of an empty place, on the kind of database that the running one has not."""
    return elsewhere_than(running, tmp_path, request)


def append(house: House, count: int) -> list[str]:
    ids = house.db.write(lambda unit: actions.append_all(unit, [a_closing()] * count))
    handlers.Sequencing()(house)
    return ids


def refused(source: Path, settings: Settings) -> str:
    with pytest.raises(Refusal) as found:
        backup.read_backup(source, settings)
    return found.value.code


def test_a_backup_made_while_others_write_restores_to_a_whole_ledger_that_verifies(
    running: House, elsewhere: Settings, tmp_path: Path
) -> None:
    first = append(running, 1)[0]
    over = threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            append(running, 7)
            running.files.put(f"document {number}".encode())
            number += 1

    writing = threading.Thread(target=write)
    writing.start()
    try:
        made = backup.write_backup(running.settings, tmp_path / "b.tar")
    finally:
        over.set()
        writing.join()
    assert backup.read_backup(tmp_path / "b.tar", elsewhere) == made
    restored = opening.open_house(elsewhere)
    try:
        with restored.db.read() as reader:
            audit = ledger.audit(reader.connection)
            receipt = ledger.proof(reader.connection, first)
            vkey = ledger.verifier_key(reader.connection)
        later = append(restored, 1)[0]
        with restored.db.read() as reader:
            assert ledger.proof(reader.connection, later)
    finally:
        restored.db.close()
    assert audit.sound
    assert receipt is not None
    assert vkey is not None
    (tmp_path / "r.tlog-proof").write_text(receipt, "utf-8")
    said = CliRunner().invoke(main, ["verify", str(tmp_path / "r.tlog-proof"), "--key", vkey])
    assert said.exit_code == 0, said.output


def test_a_restore_never_touches_a_database_or_folder_that_holds_something(
    running: House, government: Path, tmp_path: Path
) -> None:
    made = backup.write_backup(running.settings, tmp_path / "b.tar")
    assert made.ledger_size >= 20
    assert refused(tmp_path / "b.tar", running.settings) == "app.folder_not_empty"
    append(running, 5)
    if running.settings.database:
        beside = Settings(data=tmp_path / "new", database=running.settings.database)
        assert refused(tmp_path / "b.tar", beside) == "app.database_not_empty"
        assert not beside.data.exists()
    with running.db.read() as reader:
        latest = ledger.latest_checkpoint(reader.connection)
    assert latest is not None
    assert latest.checkpoint.size == made.ledger_size + 5


def test_a_restore_that_was_not_finished_does_not_run(
    running: House, elsewhere: Settings, government: Path, tmp_path: Path
) -> None:
    backup.write_backup(running.settings, tmp_path / "b.tar")
    backup.read_backup(tmp_path / "b.tar", elsewhere)
    (elsewhere.data / opening.UNFINISHED).touch()  # as a process leaves it that was killed
    with pytest.raises(Refusal) as found:
        opening.open_house(elsewhere)
    assert found.value.code == "app.restore_unfinished"


def made_older(house: House) -> None:
    """Leave the database as the release left it whose last migration was 0022."""
    with house.db.engine.begin() as connection:
        for statement in (
            "DROP TABLE exchange_unanswered",
            "DROP TABLE kit_lane",
            "DROP INDEX ix_kit_job_due",
            "ALTER TABLE kit_job DROP COLUMN kind",
            "ALTER TABLE kit_job DROP COLUMN authenticator",
            "ALTER TABLE kit_outbox DROP COLUMN authenticator",
            "CREATE INDEX ix_kit_job_due ON kit_job (state, next_at)",
            "DROP INDEX ix_supervision_card_once",
            "ALTER TABLE supervision_card DROP COLUMN clock",
            "ALTER TABLE supervision_card DROP COLUMN step",
            "ALTER TABLE supervision_card DROP COLUMN limit_due",
            """CREATE UNIQUE INDEX ix_supervision_card_once
            ON supervision_card (rule, case_number, department)""",
            "UPDATE alembic_version SET version_num = '0022_supervision'",
        ):
            connection.exec_driver_sql(statement)


def test_data_that_are_not_migrated_are_backed_up_as_they_are_and_migrated_by_the_restore(
    alone: House, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    elsewhere = elsewhere_than(alone, tmp_path, request)
    alone.db.write(lambda unit: unit.enqueue("archive.file", {}))
    with alone.db.read() as reader:
        jobs = reader.connection.exec_driver_sql("SELECT id, name FROM kit_job").all()
    made_older(alone)
    words = ["backup", "--data", str(alone.settings.data), "--to", str(tmp_path / "b.tar")]
    said = CliRunner().invoke(main, words, env={"TONGBAN_LANGUAGE": "en"})
    assert said.exit_code == 0, said.output
    assert "0022_supervision" in said.output
    assert migrations.standing(alone.db)[0] == "0022_supervision"
    made = backup.read_backup(tmp_path / "b.tar", elsewhere)
    assert made.revision == "0022_supervision"
    assert made.ledger_size >= 20
    restored = opening.open_house(elsewhere)
    try:
        has, wants = migrations.standing(restored.db)
        with restored.db.read() as reader:
            kept = reader.connection.exec_driver_sql("SELECT id, name, kind FROM kit_job").all()
    finally:
        restored.db.close()
    assert has == wants
    assert len(jobs) > 0
    assert sorted(row[:2] for row in kept) == sorted(map(tuple, jobs))
    assert {row[2] for row in kept} >= {"archive"}


def test_a_command_that_meets_data_of_an_earlier_release_says_to_migrate_them(
    alone: House,
) -> None:
    with alone.db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE archive_package")
    words = ["archive", "check", "--data", str(alone.settings.data)]
    said = CliRunner().invoke(main, words, env={"TONGBAN_LANGUAGE": "en"})
    assert said.exit_code == 5
    assert "tongban migrate --data DATA" in said.output + said.stderr


def test_a_database_without_a_government_is_not_backed_up_as_if_it_were_one(
    alone: House, tmp_path: Path
) -> None:
    alone.db.engine.dispose()
    with alone.db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    with pytest.raises(Refusal) as found:
        backup.write_backup(alone.settings, tmp_path / "b.tar")
    assert (found.value.code, found.value.kind) == ("app.backup_no_tables", Kind.CONFLICT)
    assert not (tmp_path / "b.tar").exists()


def test_data_of_a_newer_release_are_not_backed_up_in_part(alone: House, tmp_path: Path) -> None:
    with alone.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_kit'")
    with pytest.raises(Refusal) as found:
        backup.write_backup(alone.settings, tmp_path / "b.tar")
    assert (found.value.code, found.value.kind) == ("app.data_newer_named", Kind.CONFLICT)


def altered(source: Path, to: Path, name: str, content: bytes | None) -> Path:
    """Copy an archive with another content of one member, or without it."""
    with tarfile.open(source) as whole, tarfile.open(to, "w") as copy:
        for member in whole.getmembers():
            kept = whole.extractfile(member)
            assert kept is not None
            if member.name != name:
                copy.addfile(member, kept)
            elif content is not None:
                member.size = len(content)
                copy.addfile(member, io.BytesIO(content))
    return to


@pytest.mark.parametrize("content", [None, b""])
@pytest.mark.parametrize("name", ["tables/identity_account.jsonl", "data/keys/ledger.key"])
def test_an_archive_that_lacks_something_or_was_altered_is_not_restored(
    running: House, elsewhere: Settings, tmp_path: Path, name: str, content: bytes | None
) -> None:
    backup.write_backup(running.settings, tmp_path / "b.tar")
    changed = altered(
        tmp_path / "b.tar", tmp_path / "changed.tar", name, content if content is None else b"{}\n"
    )
    assert refused(changed, elsewhere) == "app.backup_altered"
    assert not elsewhere.data.exists()
    backup.read_backup(tmp_path / "b.tar", elsewhere)


def test_a_backup_of_a_newer_release_says_so_and_leaves_the_folder_empty(
    running: House, elsewhere: Settings, tmp_path: Path
) -> None:
    made = backup.write_backup(running.settings, tmp_path / "b.tar")
    newer = {**asdict(made), "revision": "9999_future"}
    changed = altered(
        tmp_path / "b.tar", tmp_path / "newer.tar", "backup.json", json.dumps(newer).encode()
    )
    assert refused(changed, elsewhere) == "app.backup_newer"
    assert not elsewhere.data.exists()


def test_what_is_refused_on_the_way_leaves_folder_and_database_as_they_were(
    running: House, elsewhere: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.write_backup(running.settings, tmp_path / "b.tar")
    elsewhere.data.mkdir()
    with monkeypatch.context() as patch:
        # Tables without their rows: an empty ledger is not what was signed.
        patch.setattr(backup, "_fill", lambda house, *_: migrations.upgrade(house.db))
        assert refused(tmp_path / "b.tar", elsewhere) == "app.backup_damaged"
    assert list(elsewhere.data.iterdir()) == []
    backup.read_backup(tmp_path / "b.tar", elsewhere)


@pytest.mark.parametrize(
    "words",
    [
        ["new", "{file}/x"],
        ["backup", "--data", "{data}", "--to", "{nowhere}/x.tar"],
        ["export", "{file}", "--data", "{data}"],
    ],
)
def test_a_path_that_cannot_be_used_is_named_in_one_sentence(
    running: House, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "file").write_text("")
    places = {
        "file": tmp_path / "file",
        "nowhere": tmp_path / "nowhere",
        "data": running.settings.data,
    }
    said = CliRunner().invoke(main, [word.format(**places) for word in words])
    assert said.exit_code in (2, 5), said.output
    assert said.output.count("\n") == 1
    assert str(tmp_path) in said.output


def test_what_is_half_written_stays_out_and_what_lies_behind_a_link_comes_along(
    running: House, elsewhere: Settings, tmp_path: Path
) -> None:
    data = running.settings.data
    (data / "files" / "ab").mkdir(exist_ok=True)
    (data / "files" / "ab" / "tmpx.new").write_bytes(b"half")
    (data / "keys").rename(tmp_path / "safe")
    (data / "keys").symlink_to(tmp_path / "safe")
    backup.write_backup(running.settings, tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as archive:
        names = archive.getnames()
    assert "data/keys/ledger.key" in names
    assert not [name for name in names if name.endswith(".new")]
    assert not [name for name in names if "tongban.db" in name or "mark" in name]
    backup.read_backup(tmp_path / "b.tar", elsewhere)
    assert (elsewhere.keys / "ledger.key").stat().st_mode & 0o777 == 0o600


def test_settings_are_the_machines_and_in_no_backup_and_a_restore_heeds_those_that_lie_there(
    running: House, elsewhere: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (running.settings.data / "settings.toml").write_text('smtp_from = "old@example.cn"')
    backup.write_backup(running.settings, tmp_path / "b.tar")
    monkeypatch.delenv("TONGBAN_DATABASE", raising=False)
    mine = f'smtp_from = "new@example.cn"\ndatabase = "{elsewhere.database}"\n'
    elsewhere.data.mkdir()
    (elsewhere.data / "settings.toml").write_text(mine)
    (elsewhere.data / "settings.toml").chmod(0o600)
    backup.read_backup(tmp_path / "b.tar", read_settings(elsewhere.data))
    assert (elsewhere.data / "settings.toml").read_text() == mine
    found = read_settings(elsewhere.data)
    assert (found.smtp_from, found.database) == ("new@example.cn", elsewhere.database)
    assert refused(tmp_path / "b.tar", found) == "app.folder_not_empty"
    with tarfile.open(tmp_path / "b.tar") as archive:
        assert not [name for name in archive.getnames() if "settings" in name]


def test_a_file_that_goes_while_it_is_copied_is_no_fault(
    running: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = backup._data_files

    def one_more(house: House) -> Iterator[Path]:
        yield house.settings.data / "gone"
        yield from plain(house)

    monkeypatch.setattr(backup, "_data_files", one_more)
    assert backup.write_backup(running.settings, tmp_path / "b.tar").files > 0


def test_a_backup_lies_outside_the_data_and_overwrites_nothing(
    running: House, tmp_path: Path
) -> None:
    for to, code in (
        (running.settings.data / "b.tar", "app.backup_inside"),
        (running.settings.keys / "ledger.key", "app.backup_inside"),
    ):
        with pytest.raises(Refusal) as found:
            backup.write_backup(running.settings, to)
        assert found.value.code == code
    (tmp_path / "b.tar").write_bytes(b"mine")
    with pytest.raises(Refusal) as found:
        backup.write_backup(running.settings, tmp_path / "b.tar")
    assert found.value.code == "app.backup_exists"


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x00" * 10240])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.tar").write_bytes(content)
    settings = Settings(data=tmp_path / "data")
    assert refused(tmp_path / "b.tar", settings) == "app.not_a_backup"


def test_an_archive_that_is_not_there_is_named(tmp_path: Path) -> None:
    words = ["restore", "--from", str(tmp_path / "b.tar"), "--data", str(tmp_path / "new")]
    said = CliRunner().invoke(main, words, env={"TONGBAN_LANGUAGE": "en"})
    assert said.exit_code == 2
    assert "b.tar cannot be used: no such file or folder" in said.output
    assert not (tmp_path / "new").exists()


def test_the_environment_names_the_database_that_is_looked_at(
    running: House, tmp_path: Path
) -> None:
    backup.write_backup(running.settings, tmp_path / "b.tar")
    words = ["restore", "--from", str(tmp_path / "b.tar"), "--data", str(tmp_path / "new")]
    said = CliRunner().invoke(main, words, env={"TONGBAN_LANGUAGE": "en"})
    if read_settings(tmp_path / "new").database:
        assert (said.exit_code, "holds tables already" in said.output) == (5, True)
    else:
        assert said.exit_code == 0
