"""A row is given only where the identifier that it holds as its own is that of whom was asked about."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from tests.builders import catalog
from tests.builders import exchange as builders
from tests.builders.exchange import NAME, STATUS, WANG, officer, wanted

from tongban.kernel.identifiers import TextKind
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit.db import Database
from tongban.kit.outbox import Outbox
from tongban.modules.catalog.definition import (
    ElementDefinition,
    ElementType,
    ItemDefinition,
    LinkDefinition,
)
from tongban.modules.exchange import actions, queries
from tongban.modules.exchange.adapters.sources import DepartmentSources
from tongban.modules.exchange.handlers import SUBSCRIPTIONS
from tongban.modules.exchange.model import Fetched, Outcome, Sources, Unfit
from tongban.modules.exchange.model.trying import ItemTrial, LinkTrial

LI = "470181199202022220"
CORE = "person.resident_id"


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Iterator[Path]:
    """The small city, whose marriage register has two numbers in each row."""
    builders.found(database)
    sources = DepartmentSources(tmp_path, os.environ)
    database.ports.plug(Sources, sources)
    yield tmp_path
    sources.close()


def written(folder: Path, rows: Sequence[tuple[str, str | None, str | None, str]]) -> None:
    """Write status, own number, spouse's number and name."""
    with sqlite3.connect(folder / "c.db") as connection:
        connection.execute(
            "CREATE TABLE marriage (status, own TEXT, spouse TEXT, name, married_on, allowance, note)"
        )
        connection.executemany(
            "INSERT INTO marriage (status, own, spouse, name) VALUES (?, ?, ?, ?)", rows
        )
    connection.close()


def link_by(database: Database, column: str, element: str = CORE, *, says: bool = False) -> None:
    """Let the register be found by a column, and hold the own identifier in ``own``."""
    own = ElementDefinition(
        code=element,
        name="公民身份号码",
        subject=SubjectKind.PERSON,
        kind=TextKind.ANY,
        identifies=says,
    )
    resource = msgspec.structs.replace(
        catalog.MARRIAGE,
        items=(
            *catalog.MARRIAGE.items,
            ItemDefinition(name="公民身份号码", element=element, column="own"),
        ),
        link=LinkDefinition(source="civil", table="marriage", identifier=column),
    )
    database.write(lambda unit: catalog.put_all(unit, "elements", {element: own}))
    database.write(lambda unit: catalog.put_all(unit, "resources", {resource.code: resource}))


def asked(database: Database) -> Fetched:
    with database.read() as reader:
        prepared = queries.prepare(
            reader, wanted(code=builders.GRANT.code, elements=(STATUS, NAME))
        )
    return database.write(lambda unit: actions.record(unit, prepared))


def tried(database: Database, subject: str = "") -> tuple[LinkTrial, ItemTrial]:
    with database.read() as reader:
        (trial,) = queries.try_links(reader, catalog.MARRIAGE.code, subject)
    return trial, next(each for each in trial.items if each.linked.name == "公民身份号码")


PAIR = [("20", LI, WANG.id, "李芳"), ("20", WANG.id, LI, "王小明")]


@pytest.mark.parametrize(("element", "says"), [(CORE, False), ("person.id_card", True)])
def test_the_row_of_a_spouse_is_not_given_for_ones_own(
    database: Database,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    element: str,
    says: bool,
) -> None:
    written(folder, PAIR)
    link_by(database, "spouse", element, says=says)
    fetched = asked(database)
    assert fetched.values == {STATUS: None, NAME: None}
    assert fetched.unfit == {STATUS: Unfit.ANOTHERS, NAME: Unfit.ANOTHERS}
    assert fetched.outcome is Outcome.UNREADABLE
    Outbox(database, SUBSCRIPTIONS).deliver()
    with database.read() as reader:
        report = queries.source_report(reader.connection, officer(catalog.CIVIL), "civil")
    assert {(each.element, each.reason, each.count) for each in report.unfit} == {
        (STATUS, Unfit.ANOTHERS, 1),
        (NAME, Unfit.ANOTHERS, 1),
    }
    assert "anothers" in caplog.text
    assert not any(each in caplog.text for each in (LI, WANG.id, "李芳"))


def test_the_own_row_is_given_by_the_own_number(database: Database, folder: Path) -> None:
    written(folder, PAIR)
    link_by(database, "own")
    fetched = asked(database)
    assert (fetched.values[STATUS], fetched.unfit) == ("20", {})


@pytest.mark.parametrize("own", [None, "", "470181900101123", "不详"])
def test_a_row_that_does_not_say_whose_it_is_is_nobodys(
    database: Database, folder: Path, own: str | None
) -> None:
    written(folder, [("20", own, WANG.id, "李芳")])
    link_by(database, "spouse")
    assert asked(database).outcome is Outcome.UNREADABLE


def test_a_number_that_is_written_otherwise_is_still_ones_own(
    database: Database, folder: Path
) -> None:
    written(folder, [("20", f"{WANG.id}  ", WANG.id, "王小明")])
    link_by(database, "spouse")
    assert asked(database).values[STATUS] == "20"


def test_an_element_that_only_looks_like_the_own_identifier_is_not_compared(
    database: Database, folder: Path
) -> None:
    written(folder, PAIR)
    link_by(database, "spouse", "person.other_number")
    assert asked(database).outcome is Outcome.DISCLOSED


def test_trying_a_link_counts_the_rows_that_are_about_others(
    database: Database, folder: Path
) -> None:
    written(folder, [*PAIR, ("10", "470181199001010038", "470181199001010038", "张三")])
    link_by(database, "spouse")
    trial, own = tried(database)
    assert (trial.well, own.fits, own.unfit) == (False, 1, {Unfit.ANOTHERS: 2})
    one, own = tried(database, WANG.id)
    assert (one.well, own.fits, own.unfit) == (False, 0, {Unfit.ANOTHERS: 1})
    assert "marriage.own" in one.faults
    link_by(database, "own")
    assert tried(database)[1].unfit == {}
    assert tried(database, WANG.id)[0].well


def test_a_birth_date_that_contradicts_the_own_number_is_not_given_and_is_told_when_tried(
    database: Database, folder: Path
) -> None:
    born = ElementDefinition(
        code="person.birth_date", name="出生日期", subject=SubjectKind.PERSON, type=ElementType.DATE
    )
    item = ItemDefinition(name="出生日期", element=born.code, column="married_on")
    kept = tuple(each for each in catalog.MARRIAGE.items if each.column != "married_on")
    resource = msgspec.structs.replace(
        catalog.MARRIAGE,
        items=(*kept, item),
        link=LinkDefinition(source="civil", table="marriage", identifier="own"),
    )
    grant = msgspec.structs.replace(builders.GRANT, items=(STATUS, born.code), masked=())
    database.write(lambda unit: catalog.put_all(unit, "elements", {born.code: born}))
    database.write(lambda unit: catalog.put_all(unit, "resources", {resource.code: resource}))
    database.write(lambda unit: builders.adopt(unit, (grant,)))
    person = SubjectRef(SubjectKind.PERSON, "470181199001011230")
    about = builders.a_use(subject=person, elements=(STATUS,))
    database.write(lambda unit: actions.open_use(unit, about))
    written(folder, [("20", person.id, None, "王小明")])
    for day, given in (("1990-01-01", True), ("1936-01-01", False)):
        with sqlite3.connect(folder / "c.db") as connection:
            connection.execute("UPDATE marriage SET married_on = ?", (day,))
        connection.close()
        with database.read() as reader:
            asking = wanted(code=grant.code, subject=person, elements=(STATUS, born.code))
            prepared = queries.prepare(reader, asking)
            (trial,) = queries.try_links(reader, resource.code)
        looked = next(each for each in trial.items if each.linked.element == born.code)
        unfit = {} if given else {born.code: Unfit.CONTRADICTS_IDENTIFIER}
        assert prepared.unfit == unfit
        assert (prepared.values[born.code] is not None) is given
        assert looked.unfit == dict.fromkeys(unfit.values(), 1)
