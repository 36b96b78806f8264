"""Statements of every request: they mean what Core means, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import DBAPIError

from tongban.kit import shelf
from tongban.kit.db import Database, Often, Unit

AT = datetime(2026, 11, 24, 1, 30, 0, 123_456, tzinfo=UTC)
ROW = {
    "part": "things",
    "key": "a",
    "version": 1,
    "content": "{}",
    "digest": "0" * 64,
    "current": True,
    "adopted_at": AT,
}
INSERT = Often(insert(shelf.shelf), list(ROW))
BY_KEY = Often(
    select(shelf.shelf).where(
        shelf.shelf.c.key == bindparam("key"), shelf.shelf.c.part == bindparam("part")
    )
)
FIXED = Often(select(shelf.shelf.c.key).where(shelf.shelf.c.version == 1))


def test_values_are_kept_and_read_as_core_does(database: Database) -> None:
    database.write(lambda unit: INSERT.insert(unit.connection, ROW))
    with database.read() as reader:
        core = reader.connection.execute(select(shelf.shelf)).one()
        row = BY_KEY.first(reader.connection, part="things", key="a")
        assert row is not None
        assert tuple(row) == tuple(core)
        assert (row.current, row.adopted_at) == (True, AT)
        assert [each.key for each in FIXED.rows(reader.connection)] == ["a"]
        assert BY_KEY.first(reader.connection, part="things", key="b") is None


def test_many_rows_are_kept_in_one_statement(database: Database) -> None:
    rows = [{**ROW, "key": key} for key in "abc"]
    database.write(lambda unit: INSERT.insert_all(unit.connection, rows))
    with database.read() as reader:
        assert sorted(each.key for each in FIXED.rows(reader.connection)) == ["a", "b", "c"]


def test_a_row_is_undone_with_its_unit(database: Database) -> None:
    def stumble(unit: Unit) -> None:
        INSERT.insert(unit.connection, ROW)
        raise RuntimeError("stumbled")

    with pytest.raises(RuntimeError, match="stumbled"):
        database.write(stumble)
    with database.read() as reader:
        assert FIXED.rows(reader.connection) == []


def test_a_fault_of_the_driver_says_nothing_of_the_values(database: Database) -> None:
    database.write(lambda unit: INSERT.insert(unit.connection, {**ROW, "content": "secret"}))
    with pytest.raises(DBAPIError) as caught:
        database.write(lambda unit: INSERT.insert(unit.connection, {**ROW, "content": "secret"}))
    assert caught.value.params is None
    assert "secret" not in str(caught.value)


def test_what_a_read_sees_does_not_change_while_it_is_open(database: Database) -> None:
    with database.read() as reader:
        assert FIXED.rows(reader.connection) == []
        database.write(lambda unit: INSERT.insert(unit.connection, ROW))
        assert FIXED.rows(reader.connection) == []
