"""A right to read that somebody writes or changes in the database, without the keys, is none."""

import pytest
from tests.builders import exchange as builders
from tests.builders.audited import attack
from tests.builders.catalog import CIVIL, LABOUR
from tests.builders.exchange import CASE, MARRIED_ON, STATUS, ask, wanted

from tongban.kernel.errors import Refusal
from tongban.kit.db import Database
from tongban.modules.exchange import actions, queries, store
from tongban.modules.exchange.model import Wanted
from tongban.modules.exchange.model.at_work import AtWork

NEEDED = AtWork(department=LABOUR, duty="case.review", holder="", elements=(STATUS,))
FORGED = (
    f"INSERT INTO exchange_work (case_number, department, duty, holder, elements, masked)"
    f" VALUES ('{CASE}', '{LABOUR}', '%s', '', %s, '[]')"
)


@pytest.fixture
def sources(database: Database) -> builders.MemorySources:
    found = builders.found(database)
    declare(database, NEEDED)
    return found


def declare(database: Database, *several: AtWork) -> None:
    database.write(lambda unit: actions.declare_work(unit, CASE, several))


def refused(database: Database, request: Wanted) -> str:
    with pytest.raises(Refusal) as caught:
        ask(database, request)
    return caught.value.code


def test_a_row_that_somebody_inserts_gives_no_reading(
    database: Database, sources: builders.MemorySources
) -> None:
    declare(database)
    attack(database, FORGED % ("case.review", "NULL"))
    assert refused(database, wanted()) == "exchange.case_unknown"
    assert sources.reads == 0


@pytest.mark.parametrize(
    "change",
    ["elements = NULL", f'elements = \'["{MARRIED_ON}", "{STATUS}"]\''],
    ids=["everything", "one_more"],
)
def test_a_row_that_somebody_widens_gives_nothing_at_all(
    database: Database, sources: builders.MemorySources, change: str
) -> None:
    assert ask(database, wanted()).values == {STATUS: "20"}
    attack(database, f"UPDATE exchange_work SET {change}")
    assert refused(database, wanted(elements=(MARRIED_ON,))) == "exchange.case_unknown"


@pytest.mark.parametrize(
    ("declared", "change"),
    [
        (AtWork(department=LABOUR, duty="case.decide", elements=None), "duty = 'case.review'"),
        (AtWork(department=CIVIL, duty="case.review", elements=None), f"department = '{LABOUR}'"),
        (AtWork(department=LABOUR, duty="case.review", holder="x", elements=None), "holder = ''"),
    ],
    ids=["duty", "department", "holder"],
)
def test_what_is_anothers_cannot_be_made_ones_own(
    database: Database, sources: builders.MemorySources, declared: AtWork, change: str
) -> None:
    declare(database, declared)
    attack(database, f"UPDATE exchange_work SET {change}")
    assert refused(database, wanted()) == "exchange.case_unknown"


def test_a_row_moved_to_another_case_gives_no_reading_for_it(
    database: Database, sources: builders.MemorySources
) -> None:
    declare(database)
    database.write(lambda unit: actions.declare_work(unit, "2026-0002", [NEEDED]))
    attack(database, f"UPDATE exchange_work SET case_number = '{CASE}'")
    assert refused(database, wanted()) == "exchange.case_unknown"


def test_what_a_step_sees_by_its_mask_is_not_unmasked_by_a_changed_row(
    database: Database, sources: builders.MemorySources
) -> None:
    masked = AtWork(department=LABOUR, duty="case.review", elements=(STATUS,), masked=(STATUS,))
    declare(database, masked)
    attack(database, "UPDATE exchange_work SET masked = '[]'")
    assert refused(database, wanted()) == "exchange.case_unknown"


@pytest.mark.parametrize("rows", [("case.decide", "NULL"), ("case.accept", "'[]'")])
def test_a_forged_row_beside_a_good_one_adds_nothing_and_takes_nothing(
    database: Database, sources: builders.MemorySources, rows: tuple[str, str]
) -> None:
    attack(database, FORGED % rows)
    assert ask(database, wanted()).values == {STATUS: "20"}
    system = builders.staff(LABOUR, "case.decide", "case.accept")
    assert refused(database, wanted(asker=system)) == "exchange.case_unknown"


def test_a_row_that_is_changed_after_it_was_looked_at_records_nothing(
    database: Database, sources: builders.MemorySources
) -> None:
    with database.read() as reader:
        prepared = queries.prepare(reader, wanted())
    attack(database, "UPDATE exchange_work SET elements = NULL")
    with pytest.raises(Refusal) as caught:
        database.write(lambda unit: actions.record(unit, prepared))
    assert caught.value.code == "exchange.use_closed"


def test_the_next_change_of_a_case_takes_forged_rows_away(
    database: Database, sources: builders.MemorySources
) -> None:
    attack(database, FORGED % ("case.decide", "NULL"))
    attack(database, "UPDATE exchange_work SET elements = NULL WHERE duty = 'case.review'")
    declare(database, NEEDED)
    with database.read() as reader:
        assert store.at_work(reader, CASE, LABOUR) == [NEEDED]
