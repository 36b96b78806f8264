"""A sample is from the whole table, the same each time, and taken in a moment however large it is."""

import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tongban.modules.exchange.adapters.names import blocks_statement
from tongban.modules.exchange.adapters.sources import DepartmentSources
from tongban.modules.exchange.model import Sample, Source

NEAR = Source(code="civil", adapter="sqlite", location="civil.db")
FAR = Source(code="civil", adapter="postgresql", location="TONGBAN_SOURCE_CIVIL")
_COUNTING = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
    " INSERT INTO {table} SELECT i, '-' FROM n"
)


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[DepartmentSources]:
    made = DepartmentSources(tmp_path, os.environ)
    yield made
    made.close()


def execute(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "civil.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def numbers(sample: Sample) -> list[int]:
    return sorted(int(row[0]) for row in sample.rows)


def is_even(found: list[int], size: int) -> bool:
    """Whether every tenth of a table gave something, the first and the last among them."""
    return {number * 10 // (size + 1) for number in found} == set(range(10))


def test_the_rows_of_a_file_are_from_the_whole_table_in_a_moment(
    tmp_path: Path, sources: DepartmentSources
) -> None:
    filled = _COUNTING.format(table="t", rows=1_000_000)
    execute(tmp_path, "CREATE TABLE t (i INTEGER, note TEXT)", filled)
    begun = time.process_time()
    found = sources.sample(NEAR, "t", ["i", "note"], 200)
    assert time.process_time() - begun < 1
    assert (found.spread, found.whole, len(found.rows)) == (True, False, 200)
    assert is_even(numbers(found), 1_000_000)
    assert numbers(found)[-1] == 1_000_000
    assert sources.sample(NEAR, "t", ["i", "note"], 200) == found
    assert sources.size(NEAR, "t") == 1_000_000


@pytest.mark.parametrize(
    "made",
    [
        "CREATE VIEW v AS SELECT * FROM t",
        "CREATE TABLE v (i INTEGER PRIMARY KEY, note TEXT) WITHOUT ROWID",
        "CREATE TABLE v (i INTEGER, rowid TEXT)",
        "CREATE TABLE v (i INTEGER PRIMARY KEY, note TEXT)",
    ],
)
def test_what_has_no_places_to_jump_to_or_names_them_otherwise_is_sampled_as_a_whole_too(
    tmp_path: Path, sources: DepartmentSources, made: str
) -> None:
    filled = _COUNTING.format(table="t", rows=5_000)
    execute(tmp_path, "CREATE TABLE t (i INTEGER, note TEXT)", filled, made)
    if "TABLE" in made:
        execute(tmp_path, "INSERT INTO v SELECT * FROM t")
    found = sources.sample(NEAR, "v", ["i"], 200)
    assert found.spread
    assert 100 <= len(found.rows) <= 200
    assert is_even(numbers(found), 5_000)


def test_places_that_lie_unevenly_do_not_make_a_sample_small(
    tmp_path: Path, sources: DepartmentSources
) -> None:
    filled = _COUNTING.format(table="t", rows=5_000)
    last = "INSERT INTO t VALUES (9223372036854775807, 'x')"
    execute(tmp_path, "CREATE TABLE t (i INTEGER PRIMARY KEY, note TEXT)", filled, last)
    found = sources.sample(NEAR, "t", ["i"], 200)
    assert (found.spread, len(found.rows) >= 100) == (True, True)
    assert is_even([each for each in numbers(found) if each <= 5_000], 5_000)


def test_a_small_table_is_looked_at_whole(tmp_path: Path, sources: DepartmentSources) -> None:
    filled = _COUNTING.format(table="t", rows=200)
    execute(tmp_path, "CREATE TABLE t (i INTEGER, note TEXT)", filled)
    found = sources.sample(NEAR, "t", ["i"], 200)
    assert (found.whole, numbers(found)) == (True, list(range(1, 201)))


SCHEMA = f"sampling_{os.getpid()}"


@pytest.fixture
def far(postgresql_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    plain = postgresql_server.replace("postgresql+psycopg://", "postgresql://")
    monkeypatch.setenv("TONGBAN_SOURCE_CIVIL", plain)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in (
            f"CREATE SCHEMA {SCHEMA}",
            f"CREATE TABLE {SCHEMA}.t (i bigint, note text)",
            f"INSERT INTO {SCHEMA}.t SELECT i, '-' FROM generate_series(1, 60000) i",
            f"CREATE VIEW {SCHEMA}.v AS SELECT * FROM {SCHEMA}.t",
        ):
            connection.execute(statement.encode())
    yield plain
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE".encode())


@pytest.mark.parametrize("name", ["t", "v"])
def test_the_rows_of_a_database_are_from_the_whole_table(
    sources: DepartmentSources, far: str, name: str
) -> None:
    table = f"{SCHEMA}.{name}"
    found = sources.sample(FAR, table, ["i", "note"], 150)
    assert (found.spread, found.whole) == (True, False)
    assert 75 <= len(found.rows) <= 150
    assert is_even(numbers(found), 60_000)
    assert sources.sample(FAR, table, ["i", "note"], 150) == found
    assert sources.size(FAR, table) == 60_000
    with psycopg.connect(far, autocommit=True) as connection:
        connection.execute(f"ANALYZE {SCHEMA}.t".encode())
    assert sources.size(FAR, table) == 60_000


def test_a_place_in_a_database_is_jumped_to_and_not_gone_to(far: str) -> None:
    statement = blocks_statement("c", f"{SCHEMA}.t", ["i"], 1, "octet_length({column}::text)")
    with psycopg.connect(far) as connection:
        plan = connection.execute(f"EXPLAIN {statement}".encode(), ([0, 100, 200],)).fetchall()
    assert "Tid Range Scan" in str(plan)
    assert "Seq Scan" not in str(plan)
