"""A database that is away is told from a statement that is wrong."""

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES
from tongban.kit.db import Database, silent, why
from tongban.kit.db.causes import Cause
from tongban.kit.i18n import sentence


def error_of(url: str, statement: str = "SELECT 1 FROM sqlite_schema") -> DBAPIError:
    engine = create_engine(url)
    with pytest.raises(DBAPIError) as found, engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
    return found.value


def test_a_server_that_nobody_answers_at_is_away() -> None:
    refusal = silent(error_of("postgresql+psycopg://nobody@127.0.0.1:1/x"))
    assert refusal is not None
    assert (refusal.code, refusal.kind) == ("kit.database_silent", Kind.UNAVAILABLE)


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"no database" * 100)
    refusal = silent(error_of(f"sqlite:///{tmp_path}/a.db"))
    assert refusal is not None
    assert (refusal.code, refusal.kind) == ("kit.database_damaged", Kind.UNAVAILABLE)


def test_a_file_that_lost_a_page_is_damaged(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as made:
        made.execute("CREATE TABLE t (a)")
        made.execute("INSERT INTO t VALUES (1)")
    made.close()
    with (tmp_path / "a.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\0" * 4096)
    refusal = silent(error_of(f"sqlite:///{tmp_path}/a.db", "SELECT a FROM t"))
    assert refusal is not None
    assert refusal.code == "kit.database_damaged"


def test_a_file_that_another_holds_too_long_is_away(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as holder:
        holder.execute("CREATE TABLE t (a)")
    holder.execute("BEGIN EXCLUSIVE")
    url = f"sqlite:///{tmp_path}/a.db?timeout=0"
    assert silent(error_of(url, "INSERT INTO t VALUES (1)")) is not None
    holder.close()


def test_a_wrong_statement_and_any_other_error_are_bugs(database: Database) -> None:
    with pytest.raises(DBAPIError) as found, database.read() as reader:
        reader.connection.execute(text("SELECT nothing FROM nowhere"))
    assert silent(found.value) is None
    assert silent(ValueError("no")) is None


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"database": "no_such_database"}, "database"),
        ({"host": "127.0.0.1", "port": 1}, "refused"),
        ({"host": "nowhere.invalid", "port": 5432}, "host"),
        ({"username": "nobody_of_this_name"}, "account"),
    ],
)
def test_whoever_runs_the_machine_is_told_why_a_server_does_not_answer(
    postgresql_server: str, change: dict[str, Any], cause: str
) -> None:
    address = make_url(postgresql_server)
    if "host" in change:
        address = address.difference_update_query(["host"])
    error = error_of(address.set(**change).render_as_string(hide_password=False))
    told = why(error)
    assert told is not None
    assert (told.code, told.kind) == (f"kit.server_{cause}", Kind.UNAVAILABLE)


def test_rights_that_lack_are_told_to_commands_and_stay_a_bug_while_it_is_served() -> None:
    error = psycopg.errors.lookup("42501")("permission denied for schema public")
    told = why(error)
    assert told is not None
    assert told.code == "kit.server_permission"
    assert silent(error) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SQLITE_READONLY_DIRECTORY", "read_only"),
        ("SQLITE_FULL", "full"),
        ("SQLITE_BUSY", "busy"),
        ("SQLITE_CANTOPEN_ISDIR", "cannot_open"),
        ("SQLITE_IOERR_WRITE", "io"),
    ],
)
def test_what_keeps_a_file_from_being_used_is_told_apart(name: str, code: str) -> None:
    error = sqlite3.OperationalError("said by SQLite")
    error.sqlite_errorname = name
    told = why(error)
    assert told is not None
    assert told.code == f"kit.embedded_{code}"
    assert all(why(other) is None for other in (ValueError("no"), sqlite3.IntegrityError("no")))


def test_every_cause_has_its_sentence_in_both_languages() -> None:
    for cause in Cause:
        for language in LANGUAGES:
            said = sentence(Refusal(f"kit.server_{cause}", Kind.UNAVAILABLE), language)
            assert not said.startswith("kit.")
