"""What the doctor says, and with which exit code."""

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.builders.ledger import Forgery, slip_in
from tests.builders.mute import mute

from tongban.app import setup
from tongban.app.cli import main
from tongban.app.house import worker_for
from tongban.kit.db import faults
from tongban.kit.house import House
from tongban.kit.origins import MANY, Origins
from tongban.kit.settings import default_data
from tongban.modules.ledger.model import Signer, TreeHead


@pytest.fixture
def data(government: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("TONGBAN_SMTP", raising=False)
    return default_data(government)


def doctor(data: Path) -> tuple[int, str]:
    said = CliRunner().invoke(main, ["doctor", "--data", str(data)], env={"TONGBAN_LANGUAGE": "en"})
    return said.exit_code, said.output


def test_a_real_government_without_mail_is_well_and_gets_advice(data: Path) -> None:
    code, said = doctor(data)
    assert code == 0, said
    assert "! Mail" in said
    assert "TONGBAN_SMTP" in said
    assert "✗" not in said


def test_missing_keys_are_named_and_not_made(data: Path) -> None:
    (data / "keys" / "ledger.key").unlink()
    code, said = doctor(data)
    assert code == 1
    assert "lacks ledger.key" in said
    assert not (data / "keys" / "ledger.key").exists()


def test_keys_that_others_can_read_are_named_with_the_way_to_mend_it(data: Path) -> None:
    (data / "keys" / "ledger.key").chmod(0o644)
    code, said = doctor(data)
    assert (code, "Others can read ledger.key" in said) == (1, True)


def test_a_folder_without_a_government_stays_empty(tmp_path: Path) -> None:
    code, said = doctor(tmp_path)
    assert (code, "There is no government here" in said) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_data_of_a_newer_release_are_refused_with_what_to_do(government: Path, data: Path) -> None:
    opened = setup.ready(government, None, "http://127.0.0.1:8000")
    with opened.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_kit'")
    opened.db.close()
    code, said = doctor(data)
    assert (code, "of a newer release (9999_kit" in said) == (1, True)
    assert "run tongban migrate" not in said
    tried = CliRunner().invoke(
        main, ["migrate", "--data", str(data)], env={"TONGBAN_LANGUAGE": "en"}
    )
    assert tried.exit_code not in (0, 1)
    assert "restore the backup made before the upgrade" in tried.output + tried.stderr


def test_a_ledger_that_stopped_because_its_database_is_older_is_named(
    government: Path, data: Path
) -> None:
    opened = setup.ready(government, None, "http://127.0.0.1:8000")
    head = TreeHead(7, b"\0" * 32)
    opened.port(Signer).remember(head, None)  # what was signed before the older database came back
    opened.db.close()
    code, said = doctor(data)
    assert (code, "✗ The ledger goes on" in said, "signed up to 7. " in said) == (
        1,
        True,
        True,
    )


def test_a_mark_that_was_taken_away_and_an_entry_slipped_in_are_named_with_what_to_do(
    government: Path, data: Path
) -> None:
    opened = setup.ready(government, None, "http://127.0.0.1:8000")
    slip_in(opened.db, Forgery(None, datetime(2024, 3, 1, tzinfo=UTC), None))
    worker_for(opened).settle()
    opened.db.close()
    code, said = doctor(data)
    assert (code, "✗ No entry of the ledger was refused its number" in said) == (1, True)
    assert "1 entry got no number" in said
    assert "tongban ledger refused --data" in said
    (data / "keys" / "ledger.mark").unlink()
    code, said = doctor(data)
    assert (code, "✗ The ledger goes on" in said) == (1, True)
    assert "tongban ledger accept --data DATA --reason WHY" in said


def test_files_and_sources_that_are_gone_are_named(house: House) -> None:
    data = house.settings.data
    with sqlite3.connect(data / "tongban.db") as plain:  # which asks for no case of it
        plain.execute(
            "INSERT INTO services_attachment (id, case_id, material, file_name, media_type, digest,"
            " size, at) VALUES ('a', 'a', 'm', x'', 'text/plain', ?, 1, ?)",
            ("ab" * 32, house.clock.now().isoformat()),
        )
    plain.close()
    shutil.rmtree(data / "sources")
    code, said = doctor(data)
    assert (code, "lacks 1 files, such as abab" in said) == (1, True)
    assert "sources are missing" in said


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ("garbage", 2, "TONGBAN_SMTP cannot be read"),
        ("smtp://127.0.0.1:1", 0, "! The mail server 127.0.0.1:1 would take mail"),
    ],
)
def test_mail_that_cannot_go_out_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch, setting: str, code: int, words: str
) -> None:
    monkeypatch.setenv("TONGBAN_SMTP", setting)
    found, said = doctor(data)
    assert (found, words in said) == (code, True), said


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\n", b"220 mail ESMTP\r\n", b"\x00" * 40]
)
def test_a_mail_server_that_takes_a_connection_and_does_not_speak_is_not_well(
    data: Path, monkeypatch: pytest.MonkeyPatch, first: bytes
) -> None:
    monkeypatch.setattr("tongban.app.doctor._PATIENCE", 0.2)
    with mute(first) as (port, taken):
        monkeypatch.setenv("TONGBAN_SMTP", f"smtp://127.0.0.1:{port}")
        code, said = doctor(data)
        assert taken
    assert (code, f"! The mail server 127.0.0.1:{port} would take mail" in said) == (0, True), said
    assert "could not be reached or broke off" in said


def test_a_database_of_another_kind_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_DATABASE", "mysql://root:secret@127.0.0.1/x")
    code, said = doctor(tmp_path)
    assert (code, "kind “mysql”" in said, "secret" in said) == (2, True, False)


@pytest.mark.parametrize(
    "name", ["tongban.json", "keys/data-keys.json", "keys/ledger.key", "keys/ledger.mark"]
)
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe nothing"])
def test_a_file_that_is_damaged_is_one_sign_and_no_traceback(
    data: Path, name: str, content: bytes
) -> None:
    path = data / name
    mode = path.stat().st_mode & 0o777
    path.write_bytes(content)
    path.chmod(mode)
    code, said = doctor(data)
    assert code == 1, said
    assert said.count("✗") == 1, said


def test_an_instance_folder_stands_for_the_data_in_it(data: Path) -> None:
    instance = str(data.parent)
    for command in (["doctor"], ["account", "list"], ["ledger", "checkpoint"], ["client", "list"]):
        said = CliRunner().invoke(main, [*command, "--instance", instance])
        assert said.exit_code == 0, said.output


@pytest.mark.parametrize("command", [["doctor"], ["migrate"], ["account", "list"]])
def test_a_command_told_of_no_folder_asks_for_one_in_the_readers_language(
    command: list[str],
) -> None:
    for language, words in (("zh", "请用 --data 指定数据文件夹"), ("en", "Name the data folder")):
        said = CliRunner().invoke(main, command, env={"TONGBAN_LANGUAGE": language})
        assert said.exit_code == 2
        assert words in said.output


def damaged(data: Path) -> None:
    """Lose a stretch in the middle of the database, as a failing disk does."""
    path = data / "tongban.db"
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root, size = plain.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size()) FROM sqlite_schema"
            " WHERE name = 'ledger_entry'"
        ).fetchone()
    plain.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\0" * size)


def test_a_damaged_database_is_told_as_damaged_and_the_rest_is_looked_at(house: House) -> None:
    data = house.settings.data
    damaged(data)
    code, said = doctor(data)
    assert code == 1, said
    assert "✗ The database is whole" in said
    assert "tongban restore" in said
    assert "does not answer" not in said
    assert "Mail" in said


def test_a_command_on_a_damaged_database_says_so(house: House, tmp_path: Path) -> None:
    data = house.settings.data
    damaged(data)
    words = ["backup", "--data", str(data), "--to", str(tmp_path / "b.tar")]
    said = CliRunner().invoke(main, words, env={"TONGBAN_LANGUAGE": "en"})
    assert said.exit_code == 7
    assert "The database is damaged" in said.output + said.stderr


def test_looking_whether_a_database_is_whole_ends_in_time(house: House) -> None:
    assert faults(house.settings.data / "tongban.db", seconds=60) == ()
    assert faults(house.settings.data / "tongban.db", seconds=-1) is None


def test_many_visitors_from_one_address_are_told_with_what_to_do(data: Path) -> None:
    origins = Origins(data)
    for number in range(MANY):
        origins.note(f"visitor {number}", "", datetime.now(UTC))
    code, said = doctor(data)
    assert (code, "! Visitors can be told apart" in said, "TONGBAN_PROXIES" in said) == (
        0,
        True,
        True,
    )
    origins.note("another", "203.0.113.9", datetime.now(UTC))
    code, said = doctor(data)
    assert (code, "✓ Visitors can be told apart" in said) == (0, True)
