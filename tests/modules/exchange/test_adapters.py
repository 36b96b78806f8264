"""Departments' sources: read, never written, and honest when they do not answer."""

import datetime as dt
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tongban.kernel.errors import Kind, Refusal
from tongban.modules.exchange.adapters import postgresql, sqlite
from tongban.modules.exchange.adapters.names import lookup_statement
from tongban.modules.exchange.adapters.sources import DepartmentSources
from tongban.modules.exchange.model import Source, Unfit
from tongban.modules.exchange.rules.converting import NotFitting, Reading, convert

CIVIL = Source(code="civil", adapter="sqlite", location="civil.db")
ROWS = [
    ("470181199001011233", "王小明", "2015-01-01"),
    ("470181199001011233", "王小明（改）", "2019-05-20"),
    ("470181199001019999", "李'四; DROP TABLE marriage", "2020-01-01"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path / "civil.db", ROWS)
    return tmp_path


def fill(path: Path, rows: list[tuple[str, str, str]]) -> None:
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE marriage (id TEXT, name TEXT, married_on TEXT)")
        connection.executemany("INSERT INTO marriage VALUES (?, ?, ?)", rows)
    connection.close()


def test_the_newest_row_is_given_and_the_rows_are_counted(folder: Path) -> None:
    sources = DepartmentSources(folder, os.environ)
    found = sources.read(CIVIL, "marriage", "id", ROWS[0][0], ["name", "married_on"], "married_on")
    assert found is not None
    assert (tuple(found.row), found.count) == (("王小明（改）", "2019-05-20"), 2)
    assert sources.read(CIVIL, "marriage", "id", "nobody", ["name"]) is None
    sources.close()


@pytest.mark.parametrize("identifier", ["' OR 1=1 --", '" OR ""="', "%", "\0", "🏛" * 100])
def test_an_identifier_is_a_value_and_never_part_of_the_statement(
    folder: Path, identifier: str
) -> None:
    sources = DepartmentSources(folder, os.environ)
    assert sources.read(CIVIL, "marriage", "id", identifier, ["name"]) is None
    found = sources.read(CIVIL, "marriage", "id", ROWS[2][0], ["name"])
    assert found is not None
    assert found.row[0] == ROWS[2][1]
    sources.close()


@pytest.mark.parametrize("name", ['na"me', "name; --", "1name", "", "a b", "a" * 64])
def test_a_declared_name_that_is_not_plain_is_refused(folder: Path, name: str) -> None:
    sources = DepartmentSources(folder, os.environ)
    with pytest.raises(Refusal, match=r"exchange\.source_misdeclared"):
        sources.read(CIVIL, "marriage", "id", "x", [name])
    assert '"marriage"' in lookup_statement(
        "c", "marriage", "id", ("name",), "", "?", "BINARY", "length({column})"
    )


def test_a_source_that_is_missing_or_broken_is_unavailable_and_says_nothing_more(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sources = DepartmentSources(folder, os.environ)
    (folder / "broken.db").write_bytes(b"not a database at all" * 100)
    for location in ("missing.db", "broken.db"):
        source = Source(code="other", adapter="sqlite", location=location)
        with pytest.raises(Refusal) as refused:
            sources.read(source, "marriage", "id", ROWS[0][0], ["name"])
        assert refused.value.code == "exchange.source_unavailable"
        assert refused.value.kind is Kind.UNAVAILABLE
    assert ROWS[0][0] not in caplog.text


@pytest.mark.parametrize(
    "source",
    [
        Source(code="a", adapter="sqlite", location="../civil.db"),
        Source(code="a", adapter="sqlite", location="/etc/passwd"),
        Source(code="a", adapter="oracle", location="civil.db"),
        Source(code="a", adapter="postgresql", location="TONGBAN_SOURCE_UNSET"),
        Source(code="a", adapter="postgresql", location="HOME"),
    ],
)
def test_a_place_outside_the_folder_or_the_settings_is_no_source(
    folder: Path, source: Source
) -> None:
    with pytest.raises(Refusal, match=r"exchange\.source_unknown"):
        DepartmentSources(folder / "below", os.environ).read(
            source, "marriage", "id", "x", ["name"]
        )


def test_a_source_is_never_written_and_leaves_nothing_beside_it(folder: Path) -> None:
    sources = DepartmentSources(folder, os.environ)
    sources.read(CIVIL, "marriage", "id", ROWS[0][0], ["name"])
    assert [path.name for path in folder.iterdir()] == ["civil.db"]
    raw = sqlite.SqliteSource("civil", folder / "civil.db")
    with raw._connection() as connection, pytest.raises(sqlite3.OperationalError):
        connection.rows("DELETE FROM marriage WHERE id = ?", ("x",))
    sources.close()


def test_a_file_that_was_replaced_is_opened_anew(folder: Path) -> None:
    sources = DepartmentSources(folder, os.environ)
    assert sources.read(CIVIL, "marriage", "id", ROWS[2][0], ["name"])
    fill(folder / "newer.db", [(ROWS[2][0], "李四", "2026-01-01")])
    (folder / "newer.db").replace(folder / "civil.db")
    found = sources.read(CIVIL, "marriage", "id", ROWS[2][0], ["name"])
    assert found is not None
    assert found.row[0] == "李四"
    sources.close()


def test_a_read_that_takes_too_long_is_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "SECONDS", 0.05)
    raw = sqlite.SqliteSource("civil", folder / "civil.db")
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT count(*) FROM n WHERE i > ?"
    )
    with (
        pytest.raises(sqlite3.OperationalError, match="interrupted"),
        raw._connection() as connection,
    ):
        connection.rows(endless, ("0",))


def test_32_threads_read_at_once_and_each_gets_its_own_row(tmp_path: Path) -> None:
    rows = [(f"{number:018}", f"name-{number}", "2020-01-01") for number in range(500)]
    fill(tmp_path / "civil.db", rows)
    sources = DepartmentSources(tmp_path, os.environ)
    start = threading.Barrier(32)

    def read_many(first: int) -> None:
        start.wait()
        for number in range(first, 500, 32):
            found = sources.read(CIVIL, "marriage", "id", f"{number:018}", ["name"])
            assert found is not None
            assert found.row[0] == f"name-{number}"

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(read_many, range(32)))
    sources.close()


@pytest.fixture
def address(postgresql_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    plain = postgresql_server.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS department")
        connection.execute("DROP TABLE IF EXISTS department.marriage")
        connection.execute("CREATE TABLE department.marriage (id text, name text, married_on date)")
        connection.cursor().executemany("INSERT INTO department.marriage VALUES (%s, %s, %s)", ROWS)
    monkeypatch.setenv("TONGBAN_SOURCE_CIVIL", plain)
    return plain


def test_a_postgresql_source_reads_in_read_only_transactions(tmp_path: Path, address: str) -> None:
    sources = DepartmentSources(tmp_path, os.environ)
    source = Source(code="civil", adapter="postgresql", location="TONGBAN_SOURCE_CIVIL")
    found = sources.read(source, "department.marriage", "id", ROWS[0][0], ["name"], "married_on")
    assert found is not None
    assert (tuple(found.row), found.count) == (("王小明（改）",), 2)
    raw = postgresql.PostgresqlSource("civil", address)
    with raw._connection() as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("DELETE FROM department.marriage")
    raw.close()
    sources.close()


def test_a_postgresql_connection_that_broke_is_opened_anew(address: str) -> None:
    raw = postgresql.PostgresqlSource("civil", address)
    asked = ("department.marriage", "id", ROWS[0][0], ["name"], "")
    assert raw.read(*asked)
    raw._idle[0].close()
    assert raw.read(*asked)
    raw.close()


def test_a_postgresql_source_that_is_away_is_unavailable() -> None:
    raw = postgresql.PostgresqlSource("civil", "postgresql://postgres@127.0.0.1:1/none")
    with pytest.raises(Refusal, match=r"exchange\.source_unavailable"):
        raw.read("marriage", "id", "x", ["name"], "")


def test_a_text_that_is_no_utf_8_is_one_unfit_value_and_not_the_source(folder: Path) -> None:
    with sqlite3.connect(folder / "civil.db") as connection:
        name = "王小明".encode("gbk")
        connection.execute("INSERT INTO marriage VALUES ('1', CAST(? AS TEXT), NULL)", (name,))
    connection.close()
    sources = DepartmentSources(folder, os.environ)
    found = sources.read(CIVIL, "marriage", "id", "1", ["name", "married_on"])
    assert found is not None
    assert tuple(found.row) == (name, None)
    with pytest.raises(NotFitting) as unfit:
        convert(found.row[0], Reading(type="text"))
    assert unfit.value.reason is Unfit.WRONG_TYPE
    sampled = sources.sample(CIVIL, "marriage", ["name"], 10)
    assert [row[0] for row in sampled.rows] == [*(row[1] for row in ROWS), name]
    sources.close()


def test_days_that_python_does_not_hold_are_unfit_values_and_not_the_source(address: str) -> None:
    odd = ["infinity", "-infinity", "10000-01-01", "0044-03-15 BC"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS department.permit")
        connection.execute("CREATE TABLE department.permit (id text, day date, at timestamptz)")
        connection.cursor().executemany(
            "INSERT INTO department.permit VALUES ('1', %s, %s)",
            [*((day, day) for day in odd), ("2026-01-31", "2026-01-31")],
        )
    raw = postgresql.PostgresqlSource("civil", address)
    rows = raw.first("department.permit", ["day", "at"], 10)
    assert [row[0] for row in rows] == [*odd, dt.date(2026, 1, 31)]
    assert [type(row[1]) for row in rows] == [*[str] * 4, dt.datetime]
    for day in odd:
        with pytest.raises(NotFitting):
            convert(day, Reading(type="date"))
    assert convert("infinity", Reading(type="date", empty=frozenset({"infinity"}))) is None
    raw.close()


NEAR = ["470181198304129020", "470181198304129039"]
"""Two people whose numbers are one float."""
KINDS = ["integer", "bigint", "numeric", "text", "real", "double precision"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["sqlite", "postgresql"])
def test_nobody_is_given_the_row_of_a_number_that_is_only_near(
    folder: Path, address: str, kind: str, place: str
) -> None:
    whole = "bigint" if kind == "integer" else kind
    table = "department.near" if place == "postgresql" else "near"
    made = f"CREATE TABLE {table} (id {whole}, name text)"
    filled = [f"INSERT INTO {table} VALUES ('{each}', '{each[-3:]}')" for each in NEAR]
    if place == "postgresql":
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in (f"DROP TABLE IF EXISTS {table}", made, *filled):
                connection.execute(statement.encode())
    else:
        with sqlite3.connect(folder / "civil.db") as file:
            for statement in (made, *filled):
                file.execute(statement)
        file.close()
    sources = DepartmentSources(folder, os.environ)
    source = Source(
        code="civil",
        adapter=place,
        location="civil.db" if place == "sqlite" else "TONGBAN_SOURCE_CIVIL",
    )
    for each in NEAR:
        found = sources.read(source, table, "id", each, ["name"])
        if kind in ("real", "double precision"):
            assert found is None
        else:
            assert found is not None
            assert (tuple(found.row), found.count) == ((each[-3:],), 1)
    for nobody in ("470181198304129000", "0470181198304129020", "47018119830412902X"):
        assert sources.read(source, table, "id", nobody, ["name"]) is None
    sources.close()


def test_an_identifier_in_another_case_is_another_one(folder: Path) -> None:
    with sqlite3.connect(folder / "civil.db") as connection:
        connection.execute("CREATE TABLE cased (id TEXT COLLATE NOCASE, name TEXT)")
        connection.execute("INSERT INTO cased VALUES ('1x', 'a'), ('1X', 'b')")
    connection.close()
    sources = DepartmentSources(folder, os.environ)
    found = sources.read(CIVIL, "cased", "id", "1X", ["name"])
    assert found is not None
    assert (tuple(found.row), found.count) == (("b",), 1)
    sources.close()


def test_a_key_of_fixed_width_is_found_and_a_key_of_text_by_its_index(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS department.fixed")
        connection.execute("CREATE TABLE department.fixed (id char(20), name text)")
        connection.execute("INSERT INTO department.fixed VALUES (%s, 'a')", (NEAR[0],))
        connection.execute("CREATE INDEX ON department.marriage (id)")
        connection.execute("SET enable_seqscan = off")
        statement = lookup_statement(
            "c", "department.marriage", "id", ("name",), "", "%s", '"C"', "length({column})"
        )
        plan = connection.execute(f"EXPLAIN {statement}".encode(), (NEAR[0], NEAR[0])).fetchall()
    assert "Index Cond: (id =" in str(plan)
    raw = postgresql.PostgresqlSource("civil", address)
    assert raw.read("department.fixed", "id", NEAR[0], ["name"], "")
    raw.close()


@pytest.mark.parametrize("place", ["sqlite", "postgresql"])
def test_a_row_that_does_not_say_how_new_it_is_is_not_the_newest(
    folder: Path, address: str, place: str
) -> None:
    added = f"('{ROWS[0][0]}', '？', NULL)"
    table = "marriage" if place == "sqlite" else "department.marriage"
    if place == "sqlite":
        with sqlite3.connect(folder / "civil.db") as file:
            file.execute(f"INSERT INTO marriage VALUES {added}")
        file.close()
    else:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"INSERT INTO department.marriage VALUES {added}".encode())
    location = "civil.db" if place == "sqlite" else "TONGBAN_SOURCE_CIVIL"
    sources = DepartmentSources(folder, os.environ)
    source = Source(code="civil", adapter=place, location=location)
    found = sources.read(source, table, "id", ROWS[0][0], ["name"], "married_on")
    assert found is not None
    assert (tuple(found.row), found.count) == (("王小明（改）",), 3)
    sources.close()
