"""Whatever is sealed in a table is declared with what it is bound to, and opens nowhere else."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, Float, Integer, LargeBinary, Table, update

import tongban.app.tables  # noqa: F401 - every module's tables stand on the shared metadata
from tongban.kit import seals, testing
from tongban.kit.crypto.places import Cell
from tongban.kit.db import Database, Instant, Json, cell_of, metadata, sealed_columns

NOT_SEALED: Mapping[str, str] = {
    "archive_package.salt": "chance; with the facts it opens an entry, alone nothing",
    "exchange_grant.salt": "chance; with the facts it opens an entry, alone nothing",
    "identity_account.salt": "chance; with the facts it opens an entry, alone nothing",
    "kit_shelf_listing.salt": "chance; with the facts it opens an entry, alone nothing",
    "exchange_agreement.salt": "chance; with the facts it opens an entry, alone nothing",
    "exchange_alarm.salt": "chance; with the facts it opens an entry, alone nothing",
    "ledger_erasure.salt": "chance; with the facts it opens an entry, alone nothing",
    "supervision_card.salt": "chance; with the facts it opens an entry, alone nothing",
    "exchange_disclosure.commitment_salt": "chance; with the facts it opens an entry, alone nothing",
    "exchange_disclosure.salt": "chance",
    "exchange_look.commitment_salt": "chance; with the facts it opens an entry, alone nothing",
    "exchange_work.authenticator": "a keyed hash, without its key nothing",
    "kit_database.vouched": "a keyed hash, without its key nothing",
    "kit_job.authenticator": "a keyed hash, without its key nothing",
    "kit_outbox.authenticator": "a keyed hash, without its key nothing",
    "kit_shelf_file.content": "files of the instance, which the government publishes",
    "ledger_entry.authenticator": "a keyed hash, without its key nothing",
    "ledger_entry.body": "public: fields and a commitment",
    "ledger_refused.authenticator": "as it was found beside an entry",
    "ledger_refused.body": "as it was found where public entries lie",
    "ledger_tile.hashes": "public hashes",
}
"""Columns of bytes that hold nothing personal, with the reason."""

SEALED = [table for table in metadata.sorted_tables if any(sealed_columns(table))]


def test_every_column_of_bytes_is_sealed_or_says_why_not() -> None:
    declared = {str(column) for table in SEALED for column, _ in sealed_columns(table)}
    bytes_ = {
        str(column)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) or column.name.endswith("_sealed")
    }
    assert declared ^ NOT_SEALED.keys() == bytes_


def test_every_seal_is_bound_to_what_tells_its_row() -> None:
    for table in SEALED:
        unique = [set(table.primary_key.columns.keys())] if table.primary_key else []
        unique += [
            set(each.columns.keys())
            for each in table.constraints
            if type(each).__name__ == "UniqueConstraint" and hasattr(each, "columns")
        ]
        for column, key in sealed_columns(table):
            assert any(each and each <= set(key) for each in unique), str(column)


def _value(column: Column[Any], row: str) -> Any:
    """Return a value of a row; texts are the same in every table, so that references lead somewhere."""
    if isinstance(column.type, Instant):
        return dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    if isinstance(column.type, Date):
        return dt.date(2026, 11, 1)
    if isinstance(column.type, Json):
        return {}
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer | Float):
        return int(row)
    return row


def _fill(database: Database, table: Table, row: str) -> dict[str, Any]:
    """Put a row into a table, each sealed value sealed for its place."""
    plain = [each for each in table.columns if not isinstance(each.type, LargeBinary)]
    values = {each.name: _value(each, row) for each in plain}
    for column, _ in sealed_columns(table):
        values[column.name] = database.keyring.seal(f"text {row}", cell_of(column, values))
    for column in table.columns:
        values.setdefault(column.name, b"")
    with database.engine.begin() as connection:
        connection.execute(table.insert().values(values))
    return values


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[tuple[Database, dict[str, dict[str, Any]]]]:
    """A database with two rows in every table; of each the first row."""
    with closing(testing.sqlite_database(tmp_path)) as database:
        first = {}
        for table in metadata.sorted_tables:
            if table in SEALED or any(table in _parents(each) for each in SEALED):
                first[table.name] = _fill(database, table, "1")
                _fill(database, table, "2")
        yield database, first


def _parents(table: Table) -> set[Table]:
    return {key.column.table for key in table.foreign_keys}


def _faults(database: Database) -> set[str]:
    with database.read() as reader:
        return {f"{cell.table}.{cell.column}" for cell in seals.unopened(reader)}


@pytest.mark.parametrize("table", SEALED, ids=str)
def test_a_value_that_is_moved_to_another_row_does_not_open(
    table: Table, filled: tuple[Database, dict[str, dict[str, Any]]]
) -> None:
    database, first = filled
    assert _faults(database) == set()
    for column, key in sealed_columns(table):
        other = [table.c[name] == "2" for name in key]
        with database.engine.begin() as connection:
            moved = (
                update(table).where(*other).values({column.name: first[table.name][column.name]})
            )
            assert connection.execute(moved).rowcount == 1
        assert str(column) in _faults(database)


def test_a_value_opens_in_no_other_column_or_table(
    filled: tuple[Database, dict[str, dict[str, Any]]],
) -> None:
    database, first = filled
    columns = [column for table in SEALED for column, _ in sealed_columns(table)]
    for one in columns:
        for other in columns:
            opens = seals.opens(
                database.keyring, first[one.table.name][one.name], _cell(other, first)
            )
            assert opens == (one is other), f"{one} at {other}"


def _cell(column: Column[Any], first: Mapping[str, Mapping[str, Any]]) -> Cell:
    return cell_of(column, first[column.table.name])


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("notices_message", "account"),
        ("certificates_certificate", "pdf_digest"),
        ("services_attachment", "digest"),
        ("services_case", "subject_index"),
        ("exchange_disclosure", "subject_index"),
    ],
)
def test_what_stands_beside_a_seal_cannot_be_exchanged_under_it(
    table: str, column: str, filled: tuple[Database, dict[str, dict[str, Any]]]
) -> None:
    """A message for another's box, another's file, another's case: the row no longer opens."""
    database, _ = filled
    with database.engine.begin() as connection:
        mine = metadata.tables[table]
        connection.execute(update(mine).where(mine.c.id == "1").values({column: "another"}))
    assert [name.partition(".")[0] for name in _faults(database)] == [table]
