"""What a department's role or database has set reaches no value that is read from it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest

from tongban.kernel.errors import Refusal
from tongban.kit import testing
from tongban.modules.exchange.adapters.names import found_exactly
from tongban.modules.exchange.adapters.postgresql import PostgresqlSource
from tongban.modules.exchange.model import Unfit
from tongban.modules.exchange.model.bits import Bits
from tongban.modules.exchange.model.floats import Single
from tongban.modules.exchange.model.trying import Doubt
from tongban.modules.exchange.rules.converting import NotFitting, Reading, convert
from tongban.modules.exchange.rules.patterns import date_pattern
from tongban.modules.exchange.rules.trying import digit_doubts

ID = "470181199001011233"
COLUMNS = ["whole", "single", "day", "moment", "name", "stretch", "picture", "state"]
VIEW = """
CREATE VIEW written AS SELECT id, noted::date AS day,
    early::date AS here FROM person
"""
SETTINGS = [
    "extra_float_digits = 0",
    "extra_float_digits = -5",
    "datestyle = 'SQL, DMY'",
    "datestyle = 'German'",
    "datestyle = 'Postgres, MDY'",
    "intervalstyle = 'sql_standard'",
    "intervalstyle = 'iso_8601'",
    "bytea_output = 'escape'",
    "client_encoding = 'SQL_ASCII'",
    "client_encoding = 'LATIN1'",
    "client_encoding = 'GBK'",
    "row_security = off",
]


@pytest.fixture(scope="module")
def department(postgresql_server: str) -> Iterator[str]:
    """The address of a department's own database, whose settings a test may change."""
    name = testing.new_name("settings")
    testing.make_empty(postgresql_server, name)
    address = testing.address_of(postgresql_server, name)
    address = address.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TYPE mood AS ENUM ('calm')")
        connection.execute(
            "CREATE TABLE person (id text, whole double precision, single real, day date,"
            " moment timestamptz, name text, stretch interval, picture bytea, noted text,"
            " early timestamptz, state mood)"
        )
        connection.execute(
            "INSERT INTO person VALUES (%s, 123456789012.34, 12345.6, '2026-03-04',"
            " '2026-03-04 12:00:00+08', '张三', '-1 day 02:03', '\\x00ff', '03/04/2026',"
            " '2026-03-03 20:00:00+00', 'calm')",
            (ID,),
        )
        connection.execute(VIEW)
    yield address
    testing.drop(postgresql_server, name)


def set_to(address: str, setting: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" RESET ALL'.encode())
        connection.execute(f'ALTER DATABASE "{name}" SET {setting}'.encode())


@pytest.mark.parametrize("setting", SETTINGS)
def test_no_setting_of_a_database_reaches_a_value(department: str, setting: str) -> None:
    set_to(department, setting)
    raw = PostgresqlSource("civil", department)
    found = raw.read("person", "id", ID, COLUMNS, "")
    assert found is not None
    whole, single, day, moment, name, stretch, picture, state = found.row
    assert (whole, single, day, name, state) == (
        123456789012.34,
        12345.6,
        dt.date(2026, 3, 4),
        "张三",
        "calm",
    )
    assert moment == dt.datetime(2026, 3, 4, 4, tzinfo=dt.UTC)
    assert stretch == dt.timedelta(days=-1, hours=2, minutes=3)
    assert bytes(picture) == b"\x00\xff"
    table = raw.look("person")
    assert table is not None
    assert set(COLUMNS) < {column.name for column in table.columns}
    assert len(raw.first("person", COLUMNS, 5)) == 1
    raw.close()


def test_the_order_and_the_zone_by_which_a_view_reads_texts_stay_its_own(department: str) -> None:
    for setting, day, here in (
        ("datestyle = 'SQL, DMY'", (2026, 4, 3), None),
        ("datestyle = 'SQL, MDY'", (2026, 3, 4), None),
        ("timezone = 'Asia/Shanghai'", None, (2026, 3, 4)),
        ("timezone = 'UTC'", None, (2026, 3, 3)),
    ):
        set_to(department, setting)
        raw = PostgresqlSource("civil", department)
        found = raw.read("written", "id", ID, ["day", "here"], "")
        assert found is not None
        for seen, wanted in zip(found.row, (day, here), strict=True):
            assert wanted is None or seen == dt.date(*wanted)
        raw.close()


def test_a_text_that_a_database_without_encoding_holds_is_one_unfit_value(
    postgresql_server: str,
) -> None:
    name = testing.new_name("ascii")
    address = testing.address_of(postgresql_server, name)
    address = address.replace("postgresql+psycopg://", "postgresql://")
    made = f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    plain = postgresql_server.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(made.encode())
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (id text, name text, street varchar(20))")
        connection.execute(
            "INSERT INTO person VALUES ('1', convert_from('\\xcdf5', 'SQL_ASCII'), 'x')"
        )
    raw = PostgresqlSource("civil", address)
    found = raw.read("person", "id", "1", ["name", "street"], "")
    raw.close()
    testing.drop(postgresql_server, name)
    assert found is not None
    assert tuple(found.row) == (b"\xcd\xf5", "x")


@pytest.mark.parametrize("key", [ID.encode(), 4.7e17, True, dt.date(2026, 1, 1), [ID], object()])
def test_a_key_of_a_type_that_nobody_knows_is_refused_and_not_no_record(key: object) -> None:
    with pytest.raises(Refusal, match=r"exchange\.source_unreadable"):
        found_exactly("civil", [("x", False, key, 1)], ID)
    for exact in (ID, int(ID), Decimal(ID), ID + "  "):
        assert found_exactly("civil", [("x", False, exact, 1)], ID) is not None


def test_a_fault_of_another_column_is_not_that_nobody_is_there(department: str) -> None:
    with psycopg.connect(department, autocommit=True) as connection:
        connection.execute(
            "CREATE OR REPLACE VIEW faulty AS"
            " SELECT id::bigint AS id, id::int AS small, 1 / (length(name) - 2) AS share FROM person"
        )
    raw = PostgresqlSource("civil", department)
    with pytest.raises(Refusal, match=r"exchange\.source_unreadable"):
        raw.read("faulty", "id", ID, ["share"], "")
    assert raw.read("faulty", "id", ID[:-1] + "X", ["id"], "") is None
    raw.close()


def test_a_real_column_comes_as_a_float_that_is_sure_of_six_digits(department: str) -> None:
    raw = PostgresqlSource("civil", department)
    rows = raw.first("person", ["single", "whole"], 1)
    raw.close()
    assert isinstance(rows[0][0], Single)
    assert not isinstance(rows[0][1], Single)
    assert digit_doubts(Reading(type="money", fen=100), [rows[0][0]]) == {Doubt.FEW_DIGITS: 0}
    assert digit_doubts(Reading(type="money", fen=100), [rows[0][1]]) == {}


def test_a_string_of_bits_is_no_number_and_no_day(department: str) -> None:
    """``bit varying`` 101 was read as a hundred and one, and 11110101 as a day of the year 1111."""
    with psycopg.connect(department, autocommit=True) as connection:
        connection.execute(
            "CREATE OR REPLACE VIEW flagged AS"
            " SELECT B'101'::bit varying AS flags, B'1'::bit(1) AS yes, B'11110101'::bit(8) AS day"
        )
    raw = PostgresqlSource("civil", department)
    ((flags, yes, day),) = raw.first("flagged", ["flags", "yes", "day"], 1)
    raw.close()
    assert (flags, yes) == (Bits("101"), Bits("1"))
    numbers = [Reading(type="integer"), Reading(type="decimal"), Reading(type="money", fen=1)]
    for how, held in [
        *((each, flags) for each in numbers),
        (Reading(type="date", pattern=date_pattern("YYYYMMDD")), day),
    ]:
        with pytest.raises(NotFitting) as misfit:
            convert(held, how)
        assert misfit.value.reason is Unfit.WRONG_TYPE
    assert convert(flags, Reading(type="text")) == "101"
    assert convert(flags, Reading(type="code", codes={"101": "married"})) == "married"
    assert convert(yes, Reading(type="boolean")) is True
    assert convert(flags, Reading(type="integer", empty=frozenset({"101"}))) is None
