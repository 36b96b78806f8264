"""Trying a link: what of the declaration is there, what of the values fits, and no value told."""

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import psycopg
import pytest
from tests.builders import catalog
from tests.builders import exchange as builders
from tests.builders.exchange import WANG

from tongban.kernel.errors import Refusal
from tongban.kit.db import Database
from tongban.modules.catalog.definition import LinkDefinition, MoneyUnit
from tongban.modules.exchange import errors, queries
from tongban.modules.exchange.adapters.sources import DepartmentSources
from tongban.modules.exchange.definition import SourceDefinition
from tongban.modules.exchange.model import Source, Sources, SourceTable, Unfit
from tongban.modules.exchange.model.trying import LinkTrial, Standing
from tongban.modules.exchange.rules.trying import shape_of, shape_of_value

ROWS = [
    (WANG.id, "20", "2019-05-20", "680.00", "王小明", "x"),
    ("470181199001019999", "离异", "2019-02-30", "210.505", "李四", None),
    ("470181199001018888", None, None, None, "张三", None),
]


@pytest.fixture
def city(database: Database, tmp_path: Path) -> Iterator[Path]:
    """The small city with a real file for the marriage register."""
    builders.found(database)
    builders.write_money_in(database, MoneyUnit.YUAN)
    with sqlite3.connect(tmp_path / "c.db") as connection:
        connection.execute(
            "CREATE TABLE marriage (id TEXT PRIMARY KEY, status TEXT, married_on TEXT,"
            " allowance TEXT, name TEXT, note TEXT)"
        )
        connection.executemany("INSERT INTO marriage VALUES (?, ?, ?, ?, ?, ?)", ROWS)
    connection.close()
    sources = DepartmentSources(tmp_path, os.environ)
    database.ports.plug(Sources, sources)
    yield tmp_path
    sources.close()


def tried(database: Database, resource: str = "306010/1", subject: str = "") -> LinkTrial:
    with database.read() as reader:
        (trial,) = queries.try_links(reader, resource, subject)
    return trial


def test_every_column_is_counted_by_what_fits_and_why_the_rest_does_not(
    database: Database, city: Path
) -> None:
    trial = tried(database)
    assert not trial.well
    assert (trial.rows, trial.indexed) == (3, True)
    found = {item.linked.column: item for item in trial.items if item.linked.element}
    assert found["status"].unfit == {Unfit.NOT_IN_CODE_LIST: 1}
    assert found["married_on"].unfit == {Unfit.IMPOSSIBLE_DATE: 1}
    allowance = found["allowance"]
    assert (allowance.fits, allowance.empty) == (1, 1)
    assert allowance.unfit == {Unfit.FRACTION_OF_FEN: 1}
    assert (allowance.type, allowance.raw, allowance.value) == ("TEXT", "999.99", "¥999.99")
    assert found["name"].well
    told = repr(msgspec.to_builtins(trial.items))
    for row in ROWS:
        assert not any(str(cell) in told for cell in row if cell and len(cell) > 2)


def test_one_subject_is_tried_alone(database: Database, city: Path) -> None:
    assert tried(database, subject=WANG.id).well
    assert tried(database, subject=WANG.id).rows == 1
    assert not tried(database, subject="470181199001019999").well
    nobody = tried(database, subject="470181199001017777")
    assert (nobody.rows, nobody.well) == (0, True)
    with pytest.raises(Refusal, match="subject_length_wrong"):
        tried(database, subject="1")


def test_a_table_a_column_and_a_database_that_do_not_exist_are_not_well(
    database: Database, city: Path
) -> None:
    def link_to(**changed: str) -> LinkTrial:
        link = LinkDefinition(
            **{"source": "civil", "table": "marriage", "identifier": "id", **changed}  # type: ignore[arg-type]  # texts all
        )
        changed_resource = msgspec.structs.replace(catalog.MARRIAGE, link=link)
        database.write(
            lambda unit: catalog.put_all(unit, "resources", {"306010/1": changed_resource})
        )
        return tried(database)

    lacking = link_to(table="marriages")
    assert lacking.refusal is not None
    assert (lacking.refusal.code, lacking.faults) == ("exchange.source_no_table", ("marriages",))
    assert link_to(identifier="number").faults == ("marriage.number", *link_to().faults)
    assert link_to(newest="changed_at").items[1].standing is Standing.NO_COLUMN
    away = tried(database, "101001/1")
    assert away.refusal is not None
    assert away.refusal.code == "exchange.source_unavailable"
    (city / "p.db").write_bytes(b"")
    assert tried(database, "101001/1").refusal is not None
    undeclared = link_to(source="nowhere")
    assert undeclared.refusal is not None
    assert undeclared.refusal.code == "exchange.source_unknown"
    with pytest.raises(Refusal, match="not_connected"):
        tried(database, "306010/2")


@pytest.mark.parametrize("kind", ["REAL", "double precision", "FLOAT"])
def test_a_float_that_is_to_identify_is_not_ready(
    database: Database, city: Path, kind: str
) -> None:
    with sqlite3.connect(city / "c.db") as connection:
        connection.execute("DROP TABLE marriage")
        connection.execute(
            f"CREATE TABLE marriage (id {kind}, status, married_on, allowance {kind})"
        )
    connection.close()
    trial = tried(database)
    assert trial.items[0].standing is Standing.NOT_EXACT
    assert "marriage.id" in trial.faults
    (allowance,) = (one for one in trial.items if one.linked.column == "allowance")
    assert allowance.standing is Standing.READY


class Away(DepartmentSources):
    """Sources that do not answer, and that count who asks."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, {})
        self.asked: list[str] = []

    def look(self, source: Source, table: str) -> SourceTable | None:
        self.asked.append(source.code)
        raise errors.source_unavailable(source.code)


def test_a_source_that_does_not_answer_is_asked_once_and_told_of_each_of_its_links(
    database: Database, city: Path
) -> None:
    more = {
        f"306010/{number}": msgspec.structs.replace(catalog.MARRIAGE, code=f"306010/{number}")
        for number in (7, 8, 9)
    }
    database.write(lambda unit: catalog.put_all(unit, "resources", more))
    away = Away(city)
    database.ports.plug(Sources, away)
    with database.read() as reader:
        trials = [each for each in queries.try_links(reader) if each.source == "civil"]
    assert len(trials) >= 4
    assert {each.refusal.code for each in trials if each.refusal} == {"exchange.source_unavailable"}
    assert all(each.refusal for each in trials)
    assert away.asked.count("civil") == 1


def test_a_column_that_the_account_may_not_read_is_named(
    database: Database, city: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = postgresql_server.replace("postgresql+psycopg://", "postgresql://")
    name = f"tongban_reader_{os.getpid()}"
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        connection.execute(f"DROP ROLE IF EXISTS {name}")
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'reader'")
        connection.execute(f"CREATE SCHEMA {name}")
        connection.execute(f"CREATE TABLE {name}.person (id text, name text, born numeric(10,2))")
        connection.execute(f"INSERT INTO {name}.person VALUES ('1', '王小明', 2500.00)")
        connection.execute(f"GRANT USAGE ON SCHEMA {name} TO {name}")
        connection.execute(f"GRANT SELECT (id, born) ON {name}.person TO {name}")
    try:
        address = psycopg.conninfo.make_conninfo(plain, user=name, password="reader")
        monkeypatch.setenv("TONGBAN_SOURCE_POPULATION", address)
        far = SourceDefinition(
            code="population", name="人口库", department="public-security",
            adapter="postgresql", location="TONGBAN_SOURCE_POPULATION",
        )  # fmt: skip
        link = LinkDefinition(source="population", table=f"{name}.person", identifier="id")
        resource = msgspec.structs.replace(catalog.HOUSEHOLD, link=link)
        database.write(lambda unit: catalog.put_all(unit, "sources", {"population": far}))
        database.write(lambda unit: catalog.put_all(unit, "resources", {"101001/1": resource}))
        trial = tried(database, "101001/1")
        standing = {item.linked.column: item.standing for item in trial.items}
        assert standing == {"id": Standing.READY, "name": Standing.NOT_READABLE}
        assert (trial.rows, trial.indexed, trial.well) == (1, False, False)
        with database.read() as reader:
            source = Source(code=far.code, adapter=far.adapter, location=far.location)
            port = reader.port(Sources)
            held = port.sample(source, f"{name}.person", ["born"], 5)
            assert (held.rows, held.whole) == ([(Decimal("2500.00"),)], True)
            for columns in (["name"], ["nothing"]):
                with pytest.raises(Refusal, match="source_lacks"):
                    port.read(source, f"{name}.person", "id", "1", columns)
            assert port.look(source, f"{name}.nobody") is None
            port.close()  # type: ignore[attr-defined]  # of the adapter, not of the protocol
    finally:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {name} CASCADE")
            connection.execute(f"DROP ROLE {name}")


@pytest.mark.parametrize(
    ("raw", "shape"),
    [
        ("2500.00", "9999.99"),
        (Decimal("-12.5"), "-99.9"),
        ("王小明", "字字字"),
        ("Ab-3 年", "Aa-9 字"),
        ("王\u202e", "字?"),
        (None, "NULL"),
        (b"\x00", "bytes"),
        ("9" * 60, "9" * 40 + "…"),
    ],
)
def test_a_shape_says_how_it_is_written_and_not_what(raw: object, shape: str) -> None:
    assert shape_of(raw) == shape


@pytest.mark.parametrize(
    ("raw", "fen", "value", "shape"),
    [
        (2500, 1, 2_500, "¥99.99"),
        (2500, 100, 250_000, "¥9999.00"),
        ("2500.5", 100, 250_050, "¥9999.90"),
        ("2500.00", 100, 250_000, "¥9999.99"),
        (Decimal("12.5"), 1_000_000, 12_500_000, "¥999000.00"),
        (-12, 100, -1200, "¥-99.00"),
        (9, 1, 9, "¥0.09"),
        (0, 100, 0, "¥0.00"),
    ],
)
def test_noughts_that_a_unit_puts_behind_an_amount_are_shown_as_noughts(
    raw: object, fen: int, value: int, shape: str
) -> None:
    assert shape_of_value(value, "money", raw, fen) == shape


def test_the_largest_amount_is_the_one_whose_shape_is_shown(database: Database, city: Path) -> None:
    with sqlite3.connect(city / "c.db") as connection:
        connection.execute("UPDATE marriage SET allowance = 0")
        connection.execute("UPDATE marriage SET allowance = 2500 WHERE id = ?", (ROWS[1][0],))
    connection.close()
    builders.write_money_in(database, MoneyUnit.FEN)
    (allowance,) = (one for one in tried(database).items if one.linked.column == "allowance")
    assert (allowance.raw, allowance.unit, allowance.value) == ("9999", "fen", "¥99.99")


def test_the_shape_of_a_day_is_a_day_and_of_a_truth_a_truth() -> None:
    assert shape_of_value(dt.date(2019, 5, 20), "date") == "9999-99-99"
    assert (shape_of_value(None, "text"), shape_of_value(True, "boolean")) == ("", "true/false")
