"""A database that is away is told from a statement that is wrong."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from tongban.kernel.errors import Kind
from tongban.kit.db import Database, silent


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
