"""Trying a link finds what is readable and yet is not what the link says: units and identifiers."""

import datetime as dt
import os
import sqlite3
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import catalog
from tests.builders import exchange as builders
from tests.builders.exchange import TODAY

from tongban.kernel.identifiers import TextKind, check_mod_11_2
from tongban.kernel.subjects import SubjectKind
from tongban.kit.db import Database
from tongban.kit.i18n import translate
from tongban.modules.catalog.definition import LinkDefinition, MoneyUnit
from tongban.modules.exchange import queries
from tongban.modules.exchange.adapters.sources import DepartmentSources
from tongban.modules.exchange.definition import SourceDefinition
from tongban.modules.exchange.model import Sources
from tongban.modules.exchange.model.trying import Doubt, ItemTrial, LinkTrial
from tongban.modules.exchange.rules.converting import Reading
from tongban.modules.exchange.rules.trying import (
    day_doubts,
    identifier_doubts,
    identifier_noughts,
    markers,
    nought_doubts,
    order_doubts,
    other_units,
    unit_doubts,
    written_as,
)

FEN = Reading(type="money", fen=1)
COLUMNS = "status TEXT, married_on TEXT, name TEXT, note TEXT"


def person(number: int) -> str:
    """Return a resident number that holds."""
    body = f"470181{1950 + number // 100_000:04d}0101{number % 1000:03d}"
    return body + check_mod_11_2(body)


WANG = next(person(n) for n in range(500, 999) if person(n).isdigit())


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Iterator[Path]:
    """The small city, whose marriage register is a file that each test writes."""
    builders.found(database)
    sources = DepartmentSources(tmp_path, os.environ)
    database.ports.plug(Sources, sources)
    yield tmp_path
    sources.close()


def written(folder: Path, rows: list[tuple[object, ...]], money: str = "INTEGER") -> None:
    with sqlite3.connect(folder / "c.db") as connection:
        connection.execute(
            f"CREATE TABLE marriage (id TEXT, allowance {money}, phone TEXT, {COLUMNS})"
        )
        connection.executemany("INSERT INTO marriage (id, allowance, phone) VALUES (?,?,?)", rows)
        connection.execute("CREATE INDEX by_id ON marriage (id)")
    connection.close()


def tried(database: Database, unit: MoneyUnit = MoneyUnit.FEN, **link: str) -> LinkTrial:
    builders.write_money_in(database, unit)
    if link:
        declared = LinkDefinition(**{"source": "civil", "table": "marriage", **link})  # type: ignore[arg-type]  # texts all
        changed = msgspec.structs.replace(catalog.MARRIAGE, link=declared)
        database.write(lambda work: catalog.put_all(work, "resources", {changed.code: changed}))
    with database.read() as reader:
        return next(iter(queries.try_links(reader, catalog.MARRIAGE.code)))


def column(trial: LinkTrial, name: str) -> ItemTrial:
    return next(item for item in trial.items if item.linked.column == name)


def test_whole_yuan_in_a_column_with_decimals_are_not_taken_for_fen(
    database: Database, folder: Path
) -> None:
    written(folder, [(WANG, 2500, "13800000000")], money="NUMERIC(12,2)")
    trial = tried(database)
    assert column(trial, "allowance").doubts == {Doubt.NOT_FEN: 0}
    assert not trial.well
    assert "marriage.allowance" in trial.faults
    assert tried(database, MoneyUnit.YUAN).well


@pytest.mark.parametrize(
    ("type_", "raws", "doubts"),
    [
        ("numeric(12,2)", [], {Doubt.NOT_FEN: 0}),
        ("DECIMAL(12, 2)", [1], {Doubt.NOT_FEN: 0}),
        ("money", [], {Doubt.NOT_FEN: 0}),
        ("numeric", [Decimal("2500.00"), Decimal(1)], {Doubt.NOT_FEN: 1}),
        ("TEXT", ["2500.00"], {Doubt.NOT_FEN: 1}),
        ("numeric", [Decimal(2500)], {Doubt.PERHAPS_NOT_FEN: 0}),
        ("double precision", [2500.0], {Doubt.PERHAPS_NOT_FEN: 0}),
        ("REAL", [2500.5], {Doubt.NOT_FEN: 1}),
        ("numeric(12,0)", [Decimal(2500)], {}),
        ("bigint", [2500], {}),
        ("TEXT", ["2500", None], {}),
    ],
)
def test_the_type_and_the_writing_of_a_column_say_whether_it_can_be_fen(
    type_: str, raws: list[object], doubts: dict[Doubt, int]
) -> None:
    assert unit_doubts(type_, FEN, raws) == doubts
    assert unit_doubts(type_, Reading(type="money", fen=100), raws) == {}
    assert unit_doubts(type_, Reading(type="text"), raws) == {}


def test_words_for_no_value_are_told_with_their_count_until_they_are_declared(
    database: Database, folder: Path
) -> None:
    written(folder, [(person(n), 100, None) for n in range(6)])
    words = ["NULL", "\\N", "未知", "无", "N/A", "王小明"]
    with sqlite3.connect(folder / "c.db") as connection:
        for n, word in enumerate(words):
            connection.execute("UPDATE marriage SET name = ? WHERE id = ?", (word, person(n)))
    connection.close()
    trial = tried(database, identifier="id")
    assert column(trial, "name").doubts == {Doubt.EMPTY_MARKERS: 5}
    assert column(trial, "name").markers == tuple(sorted(words[:5]))
    assert (trial.well, trial.doubtful, trial.doubts) == (True, True, ("marriage.name",))
    assert "'NULL', '\\\\N'" in repr(column(trial, "name").marked)
    (asked,) = [text for text, _ in column(trial, "name").remarks]
    assert "empty: ['N/A', 'NULL'" in translate(
        "zh", asked, count=5, words=column(trial, "name").marked
    )


@pytest.mark.parametrize(
    ("how", "raws", "found"),
    [
        (Reading(type="text"), ["无", " - ", "/", "null", "(null)", "不详", "Unknown"], 7),
        (Reading(type="text"), ["无锡", "N", "0", "否", "未知数", "A/B", "-1", "", None, 5], 0),
        (Reading(type="text", empty=frozenset({"无"})), ["无", "-"], 1),
        (Reading(type="code", codes={"无": "0", "有": "1"}), ["无", "有", "N/A"], 1),
        (Reading(type="boolean", true_words=("有",), false_words=("无",)), ["无", "有", "-"], 1),
        (Reading(type="date"), ["无", "2019-05-20", "\\N"], 2),
    ],
)
def test_a_word_for_no_value_is_one_that_everybody_uses_and_nobody_has_declared(
    how: Reading, raws: list[object], found: int
) -> None:
    assert markers(how, raws).total() == found


DAYS = [dt.date(2001, 1, 1) + dt.timedelta(days=n) for n in range(60)]


@pytest.mark.parametrize(
    ("how", "placeholders", "rows", "told"),
    [
        (Reading(type="date"), 3, 53, True),
        (Reading(type="date"), 3, 60, False),
        (Reading(type="date"), 2, 10, False),
        (Reading(type="date", least=dt.date(1970, 1, 1)), 10, 50, False),
        (Reading(type="date", empty=frozenset({"1970-01-01"})), 10, 50, False),
        (Reading(type="text"), 10, 50, False),
    ],
)
def test_a_day_that_stands_in_too_many_rows_is_told(
    how: Reading, placeholders: int, rows: int, told: bool
) -> None:
    raws = ["1970-01-01"] * placeholders + DAYS[: rows - placeholders]
    assert day_doubts(how, raws) == ({Doubt.ONE_DAY: placeholders} if told else {})


@pytest.mark.parametrize(
    ("day", "told"),
    [("2000-01-01", True), ("2099-12-31", True), ("2019-12-01", False), ("2026-12-31", False)],
)
def test_a_day_that_many_share_with_good_reason_is_no_doubt(day: str, told: bool) -> None:
    assert bool(day_doubts(Reading(type="date"), [day] * 20 + DAYS[:30])) is told


def test_a_column_without_one_valid_identifier_is_not_well(
    database: Database, folder: Path
) -> None:
    written(folder, [(person(n), 100, f"1380000000{n}") for n in range(5)])
    trial = tried(database, identifier="phone")
    assert trial.items[0].doubts == {Doubt.NO_IDENTIFIER: 5}
    assert "marriage.phone" in trial.faults
    assert not trial.well
    assert tried(database, identifier="id").items[0].doubts == {}


def test_several_rows_about_one_person_are_told_where_nothing_says_which_is_newest(
    database: Database, folder: Path
) -> None:
    written(folder, [(WANG, 100, None), (WANG, 200, None), (person(1), 1, None)])
    trial = tried(database, identifier="id")
    assert trial.items[0].doubts == {Doubt.NOT_UNIQUE: 2}
    assert (trial.well, trial.doubtful, trial.doubts) == (True, True, ("marriage.id",))
    assert not tried(database, identifier="id", newest="married_on").doubtful


def test_an_old_row_far_from_the_new_one_is_found_by_the_index(
    database: Database, folder: Path
) -> None:
    many = [(person(100_000 * (n // 1000) + n % 1000), n, None) for n in range(5_000)]
    written(folder, [*many, many[3]])
    assert tried(database, identifier="id").items[0].doubts == {Doubt.NOT_UNIQUE: 1}


def test_a_table_without_a_row_is_in_doubt_and_named(database: Database, folder: Path) -> None:
    written(folder, [])
    trial = tried(database)
    assert (trial.well, trial.doubtful, trial.doubts) == (True, True, ("marriage",))


def test_a_column_that_finds_rows_and_is_an_item_too_is_named_once(
    database: Database, folder: Path
) -> None:
    written(folder, [(WANG, 100, None)])
    items = tuple(
        msgspec.structs.replace(item, column="born")
        if item.element == "person.married_on"
        else item
        for item in catalog.MARRIAGE.items
    )
    resource = msgspec.structs.replace(
        catalog.MARRIAGE,
        items=items,
        link=LinkDefinition(source="civil", table="marriage", identifier="id", newest="born"),
    )
    database.write(lambda work: catalog.put_all(work, "resources", {resource.code: resource}))
    with database.read() as reader:
        trial = next(iter(queries.try_links(reader, resource.code)))
    assert trial.faults == ("marriage.born",)


def test_a_table_of_a_million_rows_is_looked_at_in_a_moment(
    database: Database, folder: Path
) -> None:
    written(folder, [])
    with sqlite3.connect(folder / "c.db") as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)"
            " INSERT INTO marriage (id, allowance) SELECT i, i FROM n"
        )
    connection.close()
    begun = time.process_time()
    trial = tried(database, identifier="id")
    assert time.process_time() - begun < 2
    assert trial.items[0].doubts == {Doubt.NO_IDENTIFIER: 1000}


@given(st.lists(st.one_of(st.none(), st.text(max_size=30), st.integers(), st.binary(max_size=9))))
def test_whatever_a_column_holds_its_identifiers_are_only_counted(raws: list[object]) -> None:
    doubts = identifier_doubts(SubjectKind.PERSON, raws, TODAY, one_row=True)
    assert all(0 < count <= len(raws) for count in doubts.values())
    assert not {Doubt.NO_IDENTIFIER, Doubt.SOME_NOT_IDENTIFIERS} <= doubts.keys()


def test_a_wrong_check_digit_is_no_identifier_and_a_small_x_is_one_written_otherwise() -> None:
    with_x = next(person(n) for n in range(999) if person(n).endswith("X"))
    raws = [
        WANG,
        with_x.lower(),
        WANG[:-1] + str((int(WANG[-1]) + 1) % 10),
        f"{person(2)}  ",
        None,
        "",
    ]
    doubts = identifier_doubts(SubjectKind.PERSON, raws, TODAY, one_row=True)
    assert doubts == {Doubt.SOME_NOT_IDENTIFIERS: 1}
    assert written_as(SubjectKind.PERSON, raws) == {
        frozenset(): [WANG, raws[2]],
        frozenset({Doubt.SMALL_LETTERS}): [with_x],
        frozenset({Doubt.PADDED}): [person(2)],
    }


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) for one in text)


WITH_X = next(person(n) for n in range(999) if person(n).endswith("X"))


@pytest.mark.parametrize(
    ("doubt", "held"),
    [
        (Doubt.PADDED, f"{WANG}  "),
        (Doubt.PADDED, f"\u3000{WANG}"),
        (Doubt.PADDED, f"{WANG}\n"),
        (Doubt.SMALL_LETTERS, WITH_X.lower()),
        (Doubt.FULL_WIDTH, full_width(WANG)),
        (Doubt.AS_NUMBER, int(WANG)),
    ],
    ids=str,
)
def test_an_identifier_that_reads_do_not_find_is_told_by_how_it_is_written(
    database: Database, folder: Path, doubt: Doubt, held: object
) -> None:
    with sqlite3.connect(folder / "c.db") as connection:
        connection.execute(f"CREATE TABLE marriage (id, allowance INTEGER, {COLUMNS})")
        connection.execute("INSERT INTO marriage (id) VALUES (?)", (held,))
    connection.close()
    (finding, *_) = tried(database).items
    assert finding.doubts == {doubt: 1, Doubt.NOBODY_FOUND: 1}
    assert not tried(database).well
    with sqlite3.connect(folder / "c.db") as connection:
        connection.execute("INSERT INTO marriage (id) VALUES (?)", (person(3),))
    connection.close()
    assert tried(database).items[0].doubts == {doubt: 1}
    assert (tried(database).well, tried(database).doubts) == (True, ("marriage.id",))


@pytest.mark.parametrize(
    ("kind", "held"),
    [("INTEGER", int(WANG)), ("NUMERIC", int(WANG)), ("TEXT", int(WANG)), ("TEXT", WITH_X)],
)
def test_an_identifier_that_reads_do_find_is_in_no_doubt(
    database: Database, folder: Path, kind: str, held: object
) -> None:
    with sqlite3.connect(folder / "c.db") as connection:
        connection.execute(f"CREATE TABLE marriage (id {kind}, allowance INTEGER, {COLUMNS})")
        connection.execute("INSERT INTO marriage (id) VALUES (?)", (held,))
    connection.close()
    assert tried(database).items[0].doubts == {}


def test_a_column_of_fixed_width_in_postgresql_is_in_no_doubt(
    database: Database, folder: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgresql_server.replace("postgresql+psycopg://", "postgresql://")
    monkeypatch.setenv("TONGBAN_SOURCE_CIVIL", address)
    table = f"padded_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            f"CREATE TABLE {table} (id char(30), status text, married_on date, allowance bigint,"
            " name text, note text)".encode()
        )
        connection.execute(f"INSERT INTO {table} (id) VALUES (%s)".encode(), (WANG,))
    far = SourceDefinition(
        code="civil", name="民政库", department="civil-affairs",
        adapter="postgresql", location="TONGBAN_SOURCE_CIVIL",
    )  # fmt: skip
    database.write(lambda unit: catalog.put_all(unit, "sources", {"civil": far}))
    assert tried(database, table=table, identifier="id").items[0].doubts == {}
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"ALTER TABLE {table} ALTER id TYPE text".encode())
        connection.execute(f"UPDATE {table} SET id = id || ' '".encode())
    assert Doubt.PADDED in tried(database, table=table, identifier="id").items[0].doubts
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP TABLE {table}".encode())


def test_amounts_beyond_their_bounds_tell_the_unit_in_which_they_would_be_within() -> None:
    bounded = Reading(type="money", fen=1, least=10_000, most=10_000_000)
    assert other_units(bounded, [2500, "3200", None]) == {Doubt.FITS_IN_YUAN: 2}
    assert other_units(bounded, [25_000, 1_000_000]) == {}
    assert other_units(bounded, [2500, "二千"]) == {}
    assert other_units(Reading(type="money", fen=1), [25]) == {}
    in_yuan = Reading(type="money", fen=100, least=10_000, most=10_000_000)
    assert other_units(in_yuan, [250_000, 320_000]) == {Doubt.FITS_IN_FEN: 2}


@pytest.mark.parametrize(
    ("raws", "odd"),
    [
        (["2019-05-20", "2026-11-24 09:30", None], 0),
        (["20190520", "20261124"], 0),
        (["2019年05月20日"], 0),
        ([dt.date(2019, 5, 20), 20190520, Decimal(3)], 0),
        (["000012", "000300"], 0),
        (["2019/5/20", "2019/11/2"], 2),
        (["20/05/2019"], 1),
        (["9", "10", "11"], 1),
        (["2019-05-20", "2020-01-01", "2019/05/20"], 1),
        (["去年", "今年"], 2),
    ],
)
def test_texts_that_do_not_stand_in_the_order_of_time_do_not_say_which_row_is_newest(
    raws: list[object], odd: int
) -> None:
    assert order_doubts(raws) == ({Doubt.NOT_IN_ORDER: odd} if odd else {})


def test_a_column_that_says_badly_which_row_is_newest_is_named(
    database: Database, folder: Path
) -> None:
    written(folder, [(WANG, 1, None)])
    with sqlite3.connect(folder / "c.db") as connection:
        connection.execute("UPDATE marriage SET note = '20/05/2019'")
    connection.close()
    trial = tried(database, identifier="id", newest="note")
    assert trial.items[1].doubts == {Doubt.NOT_IN_ORDER: 1}
    assert (trial.well, trial.doubts) == (True, ("marriage.note",))


# Texts kept as numbers --------------------------------------------------------------------------


@pytest.mark.parametrize("type_", ["STRING", "", "CODE", "datetime"])
def test_texts_that_sqlite_made_numbers_of_are_told(
    type_: str, database: Database, folder: Path
) -> None:
    """Under STRING, 00123 is kept as 123: given as the text 123, and nobody would know."""
    with sqlite3.connect(folder / "c.db") as connection:
        connection.execute(
            f"CREATE TABLE marriage (id TEXT, allowance INTEGER, phone TEXT, status TEXT,"
            f" married_on TEXT, name {type_}, note TEXT)"
        )
        noughts = "00123" if type_ else 123
        connection.executemany(
            "INSERT INTO marriage (id, name) VALUES (?, ?)",
            [(person(1), noughts), (person(2), "A12"), (person(3), None)],
        )
    connection.close()
    found = column(tried(database), "name")
    assert found.doubts == {Doubt.NOUGHTS_LOST: 1}
    assert found.well  # in doubt, as nobody knows whether there were noughts


@pytest.mark.parametrize("type_", ["TEXT", "varchar(20)"])
def test_a_column_declared_for_texts_keeps_its_noughts(
    type_: str, database: Database, folder: Path
) -> None:
    with sqlite3.connect(folder / "c.db") as connection:
        connection.execute(f"CREATE TABLE marriage (id TEXT, allowance INTEGER, phone TEXT,"
                           f" status TEXT, married_on TEXT, name {type_}, note TEXT)")  # fmt: skip
        connection.execute("INSERT INTO marriage (id, name) VALUES (?, '00123')", (person(1),))
    connection.close()
    assert column(tried(database), "name").doubts == {}


@pytest.mark.parametrize(
    "type_", ["INTEGER", "numeric(12,0)", "NUMBER(8)", "bigint", "jsonb", "oid"]
)
def test_numbers_under_a_type_of_numbers_are_meant(type_: str) -> None:
    assert nought_doubts(type_, Reading(type="text"), [123]) == {}


def test_a_code_kept_as_a_number_is_in_doubt_where_one_begins_with_a_nought() -> None:
    two = Reading(type="code", codes={"01": "01", "02": "02", "10": "10"})
    assert nought_doubts("STRING", two, [1, 2, 10, "01"]) == {Doubt.NOUGHTS_LOST: 2}
    one = Reading(type="code", codes={"0": "0", "1": "1", "2": "2"})
    assert nought_doubts("STRING", one, [0, 1, 2]) == {}


@pytest.mark.parametrize("kind", list(TextKind))
def test_a_text_that_never_begins_with_a_nought_has_lost_none(kind: TextKind) -> None:
    may = {TextKind.ANY, TextKind.PHONE, TextKind.POST_CODE, TextKind.BANK_ACCOUNT, TextKind.EMAIL}
    how = Reading(type="text", kind=kind)
    assert bool(nought_doubts("STRING", how, [13800000000])) is (kind in may)


def test_identifiers_of_things_kept_as_numbers_have_lost_their_noughts() -> None:
    lost = {Doubt.NOUGHTS_LOST: 1}
    assert identifier_noughts(SubjectKind.PROPERTY, "STRING", [123, "A1"]) == lost
    assert identifier_noughts(SubjectKind.PROPERTY, "INTEGER", [123]) == {}
    assert identifier_noughts(SubjectKind.PERSON, "STRING", [int(WANG)]) == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_where_noughts_are_gone_it_is_said_what_to_do(language: str) -> None:
    said = translate(language, "exchange.doubt.noughts_lost", count=3, words="")
    assert "TEXT" in said
    assert "00123" in said
