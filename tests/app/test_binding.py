"""The migration that binds sealed values to their places, and names that stood in the clear."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, inspect, select
from tests.builders.sealed import sealed_before

from tongban.app import migrations
from tongban.kernel.errors import Refusal
from tongban.kit import seals, testing
from tongban.kit.clock import SystemClock
from tongban.kit.crypto.places import Cell
from tongban.kit.db import Database, cell_of, metadata, sealed_columns
from tongban.kit.keyring import Keyring

BEFORE, BINDS = "0033_exchange", "0034_sealed"
SINCE = ("by_name_sealed", "bound", "data_sealed", "hash_sealed", "person_sealed")
"""Sealed columns that this migration or a later one made, or that a later one binds to more."""


def _sealed(table: Table) -> list[tuple[Any, tuple[str, ...]]]:
    return [each for each in sealed_columns(table) if each[0].name not in SINCE]


SEALED = [table for table in metadata.sorted_tables if _sealed(table)]
ROWS, MANY = 5, 4_100
IN_BATCHES = ("services_case", "services_value", "services_step")
"""Filled with more than the migration takes in two batches."""


@contextmanager
def empty(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    server = request.getfixturevalue("postgresql_server") if kind == "postgresql" else ""
    name = testing.new_name("binding")
    url = f"sqlite:///{folder / name}.db"
    if server:
        testing.make_empty(server, name)
        url = testing.address_of(server, name)
    database = Database(url, SystemClock(), Keyring.fresh())
    try:
        yield database
    finally:
        database.close()
        if server:
            testing.drop(server, name)


def _value(column: Any, row: int, keyring: Keyring) -> Any:
    kind = column.type.python_type
    if kind is bytes:
        return sealed_before(keyring, f"text {row}")
    if kind is dt.datetime:
        return dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    if kind is dt.date:
        return dt.date(2026, 11, 1)
    return {int: row, float: float(row), bool: False}.get(kind, f"{row}")


def _fill(database: Database) -> None:
    """Put rows as releases before sealed them into every table that holds seals, and those above."""
    wanted = {table.name for table in SEALED}
    wanted |= {key.column.table.name for table in SEALED for key in table.foreign_keys}
    with database.engine.begin() as connection:
        made = MetaData()
        made.reflect(connection, only=lambda name, _: name in wanted)
        for table in made.sorted_tables:
            rows = [
                {each.name: _value(each, row, database.keyring) for each in table.columns}
                for row in range(MANY if table.name in IN_BATCHES else ROWS)
            ]
            connection.execute(table.insert(), rows)


def _opened(database: Database, table: Table) -> set[str]:
    with database.engine.connect() as connection:
        needed = {name for column, key in _sealed(table) for name in (column.name, *key)}
        rows = connection.execute(select(*(table.c[name] for name in needed))).all()
    return {
        database.keyring.open(getattr(row, column.name), cell_of(column, row))
        for row in rows
        for column, _ in _sealed(table)
    }


def _unopened(database: Database) -> list[Cell]:
    """Return what does not open of all tables, which stand as they do today."""
    migrations.step_by_step(database)
    with database.read() as reader:
        return list(seals.unopened(reader))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_sealed_for_no_place_opens_after_the_migration_and_only_in_its_place(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with empty(kind, tmp_path, request) as database:
        migrations.step_by_step(database, BEFORE)
        _fill(database)
        migrations.step_by_step(database, BINDS)
        for table in SEALED:
            rows = MANY if table.name in IN_BATCHES else ROWS
            assert _opened(database, table) == {f"text {row}" for row in range(rows)}, table.name
        assert _unopened(database) == []
        decision = metadata.tables["services_decision"]
        with database.engine.connect() as connection:
            query = select(decision.c.case_id, decision.c.by_name_sealed)
            names = connection.execute(query).all()
            there = {one["name"] for one in inspect(connection).get_columns(decision.name)}
        column = decision.c.by_name_sealed
        opened = [database.keyring.open(row.by_name_sealed, cell_of(column, row)) for row in names]
        assert opened == [row.case_id for row in names], "of each its own"
        assert "by_name" not in there


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_migration_that_breaks_off_loses_nothing_and_is_taken_up_again(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty(kind, tmp_path, request) as database:
        migrations.step_by_step(database, BEFORE)
        _fill(database)
        bind, calls = Keyring.bind, 0

        def broken(self: Keyring, sealed: bytes, cell: Any) -> bytes | None:
            nonlocal calls
            calls += 1
            if calls > 40:
                raise RuntimeError("killed")
            return bind(self, sealed, cell)

        with monkeypatch.context() as patched:
            patched.setattr(Keyring, "bind", broken)
            with pytest.raises(RuntimeError, match="killed"):
                migrations.step_by_step(database, BINDS)
        assert migrations.standing(database)[0] == BEFORE
        migrations.step_by_step(database, BINDS)
        assert _unopened(database) == []


def test_without_the_key_nothing_is_migrated(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with empty("sqlite", tmp_path, request) as database:
        migrations.step_by_step(database, BEFORE)
        theirs = database.keyring
        database.keyring = theirs.rotated()
        _fill(database)
        database.keyring = theirs
        with pytest.raises(Refusal) as refused:
            migrations.step_by_step(database, BINDS)
        assert refused.value.code == "kit.sealed_without_key"
        assert migrations.standing(database)[0] == BEFORE
