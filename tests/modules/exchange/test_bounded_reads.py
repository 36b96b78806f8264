"""What a source holds is read in bounded time and memory: long values, endless views, silent servers."""

import os
import sqlite3
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.builders import exchange as builders
from tests.builders.mute import mute

from tongban.kernel.errors import Refusal
from tongban.kit.db import Database
from tongban.modules.exchange import queries
from tongban.modules.exchange.adapters import postgresql
from tongban.modules.exchange.adapters.names import MOST_BYTES
from tongban.modules.exchange.adapters.sources import DepartmentSources
from tongban.modules.exchange.errors import Cause
from tongban.modules.exchange.model import TOO_LONG, Source, Sources, Unfit
from tongban.modules.exchange.rules.converting import NotFitting, Reading, convert

LONG = 40_000_000
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
FILE = Source(code="civil", adapter="sqlite", location="c.db")
SERVER = Source(code="civil", adapter="postgresql", location="TONGBAN_SOURCE_LONG")


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[DepartmentSources]:
    found = DepartmentSources(tmp_path, os.environ)
    yield found
    found.close()


def test_a_value_of_40_mb_in_a_file_is_not_read_and_its_row_is(
    tmp_path: Path, sources: DepartmentSources
) -> None:
    with sqlite3.connect(tmp_path / "c.db") as connection:
        connection.execute("CREATE TABLE t (id TEXT, name TEXT, note TEXT)")
        rows = [("1", "王", "x" * LONG), ("2", "李", "x" * MOST_BYTES), ("3", "张", None)]
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    connection.close()
    del rows
    tracemalloc.start()
    found = [sources.read(FILE, "t", "id", each, ["name", "note"]) for each in "123"]
    sample = sources.sample(FILE, "t", ["name", "note"], 2)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [each.row for each in found if each] == [
        ("王", TOO_LONG), ("李", "x" * MOST_BYTES), ("张", None),
    ]  # fmt: skip
    assert ("王", TOO_LONG) in sample.rows
    assert most < 4 * 1024 * 1024


@pytest.mark.parametrize(
    "way",
    ["CREATE TABLE t (id TEXT, note TEXT)", "CREATE TABLE t (id TEXT PRIMARY KEY, note TEXT) WITHOUT ROWID"],
)  # fmt: skip
def test_long_values_are_left_out_however_a_table_is_sampled(
    tmp_path: Path, sources: DepartmentSources, way: str
) -> None:
    with sqlite3.connect(tmp_path / "c.db") as connection:
        connection.execute(way)
        long = "x" * (MOST_BYTES + 1)
        connection.executemany(
            "INSERT INTO t VALUES (?, ?)", [(f"{n:03}", long if n % 2 else "y") for n in range(90)]
        )
    connection.close()
    sample = sources.sample(FILE, "t", ["id", "note"], 20)
    assert (sample.spread, len(sample.rows) >= 18) == (True, True)
    assert all(note == "y" if int(key) % 2 == 0 else note is TOO_LONG for key, note in sample.rows)


@pytest.mark.parametrize(
    ("view", "cause"),
    [
        (f"{ENDLESS} SELECT 'A' || i AS id, 'x' AS note FROM n", "exchange.source_unavailable"),
        ("SELECT '1' AS id, hex(zeroblob(200000000)) AS note", "exchange.source_unreadable"),
    ],
)  # fmt: skip
def test_a_view_that_never_ends_or_makes_what_is_enormous_is_given_up(
    tmp_path: Path, sources: DepartmentSources, view: str, cause: str
) -> None:
    with sqlite3.connect(tmp_path / "c.db") as connection:
        connection.execute(f"CREATE VIEW t AS {view}")
    connection.close()
    begun = time.process_time()
    with pytest.raises(Refusal) as refused:
        sources.read(FILE, "t", "id", "1", ["note"])
    assert refused.value.code == cause
    assert time.process_time() - begun < 4


def test_a_long_value_is_unreadable_by_name_and_the_others_of_its_row_are_given(
    database: Database, tmp_path: Path, sources: DepartmentSources
) -> None:
    builders.found(database)
    database.ports.plug(Sources, sources)
    with sqlite3.connect(tmp_path / "c.db") as connection:
        connection.execute(
            "CREATE TABLE marriage (id TEXT PRIMARY KEY, status TEXT, married_on TEXT,"
            " allowance TEXT, name TEXT, note TEXT)"
        )
        row = (builders.WANG.id, "20", "2019-05-20", "68000", "王" * (LONG // 3), None)
        connection.execute("INSERT INTO marriage VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.close()
    with database.read() as reader:
        (trial,) = queries.try_links(reader, "306010/1")
    found = {item.linked.column: item for item in trial.items if item.linked.element}
    assert found["name"].unfit == {Unfit.TOO_LONG: 1}
    assert found["status"].fits == 1
    with pytest.raises(NotFitting) as unfit:
        convert(TOO_LONG, Reading(type="text"))
    assert unfit.value.reason is Unfit.TOO_LONG


@pytest.fixture
def server(
    empty_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    address = empty_postgresql.replace("postgresql+psycopg://", "postgresql://")
    monkeypatch.setitem(os.environ, "TONGBAN_SOURCE_LONG", address)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def test_long_values_of_a_server_stay_there(
    server: psycopg.Connection[tuple[object, ...]], sources: DepartmentSources
) -> None:
    server.execute("CREATE TABLE t (id text, name text, note text, j jsonb, several int[])")
    server.execute(
        "INSERT INTO t VALUES ('1', '王', repeat('x', 40000000), '{\"a\": 1}', '{1, 2}'), ('2', '李', NULL,"
        " (SELECT jsonb_agg(i) FROM generate_series(1, 20000) AS i),"
        " (SELECT array_agg(i) FROM generate_series(1, 20000) AS i))"
    )
    columns = ["name", "note", "j", "several"]
    found = [sources.read(SERVER, "t", "id", each, columns) for each in "12"]
    assert [each.row for each in found if each] == [
        ("王", TOO_LONG, {"a": 1}, [1, 2]), ("李", None, TOO_LONG, TOO_LONG),
    ]  # fmt: skip
    assert sorted(map(str, sources.sample(SERVER, "t", columns, 9).rows)) == sorted(
        str(each.row) for each in found if each
    )


def test_a_view_that_takes_the_time_limit_away_holds_nobody_up(
    server: psycopg.Connection[tuple[object, ...]],
    sources: DepartmentSources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgresql, "_GRACE", 0.2)
    server.execute(
        "CREATE FUNCTION freed() RETURNS text VOLATILE LANGUAGE sql AS"
        " $$ SELECT set_config('statement_timeout', '0', false) $$"
    )
    server.execute("CREATE VIEW frees AS SELECT '1'::text AS id, freed() AS note")
    server.execute("CREATE VIEW sleeps AS SELECT '1'::text AS id, pg_sleep(30)::text AS note")
    assert sources.read(SERVER, "frees", "id", "1", ["note"])
    with pytest.raises(Refusal) as refused:  # whoever waits to its end is given the row
        sources.read(SERVER, "sleeps", "id", "1", ["note"])
    assert (refused.value.code, refused.value.data["cause"]) == (
        "exchange.source_unavailable", Cause.TIMEOUT,
    )  # fmt: skip


def test_a_server_that_takes_a_connection_and_says_nothing_is_asked_once(
    sources: DepartmentSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mute() as (port, taken):
        address = f"postgresql://one:two@127.0.0.1:{port}/x"
        monkeypatch.setitem(os.environ, "TONGBAN_SOURCE_LONG", address)
        with pytest.raises(Refusal) as refused:
            sources.read(SERVER, "t", "id", "1", ["note"])
        assert refused.value.data["cause"] is Cause.TIMEOUT
        assert len(taken) == 1


def test_a_value_of_a_type_without_an_order_is_read_and_the_first_row_stays_the_first(
    server: psycopg.Connection[tuple[object, ...]], sources: DepartmentSources
) -> None:
    server.execute("CREATE TABLE t (id text, place point, more json, name text)")
    server.execute(
        "INSERT INTO t VALUES ('1', '(1,2)', '{\"b\": 1}', '王'), ('2', NULL, '{\"b\": 1}', '乙'),"
        " ('2', NULL, '{\"a\": 1}', '甲')"
    )
    for _ in range(2):
        found = [sources.read(SERVER, "t", "id", each, ["more", "place", "name"]) for each in "12"]
        assert [(each.row[0], each.row[2], each.count) for each in found if each] == [
            ({"b": 1}, "王", 1), ({"a": 1}, "甲", 2),
        ]  # fmt: skip
