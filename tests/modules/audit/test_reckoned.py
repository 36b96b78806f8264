"""What lists and the interface ask of cases follows from the cases; what does not is found and put right."""

from pathlib import Path

import pytest
from tests.builders import audited
from tests.builders import services as builders
from tests.builders.audited import attack, standing
from tests.builders.catalog import LABOUR
from tests.builders.exchange import CASE

from tongban.app import registry
from tongban.kit.db import Database
from tongban.modules.audit import actions
from tongban.modules.audit.model import FindingKind, Run
from tongban.modules.exchange import actions as exchange
from tongban.modules.services.model import Case

TABLES = ("services_at_hand", "exchange_work")
WORK = "exchange_work (case_number, department, duty, holder, elements, masked)"
COLUMNS = (
    "step, from_on, until_on, department, number, service, service_version, kind, duty, clerk, again,"
    " waits, due_on, yellow_from, red_from, lapsed_from"
)


@pytest.fixture
def cases(database: Database, tmp_path: Path) -> list[Case]:
    """Three cases that came in, one of them decided, and one that is over."""
    builders.found(database, tmp_path)
    audited.record_before(database)
    database.write(lambda unit: exchange.declare_work(unit, CASE, ()))  # of which there is no case
    made = [builders.submitted(database) for _ in range(2)]
    made.append(builders.decided(database, builders.ready_to_decide(database)))
    made.append(builders.decided(database, builders.ready_to_decide(database), builders.REFUSE))
    return made


def through(database: Database, most: int = 1000) -> Run:
    """Go through a whole audit in stretches and pieces of a length."""
    run = database.write(lambda unit: actions.begin(unit, whole=True))
    while run.ended_at is None:
        run = actions.go_on(database, registry.proven(), run, most, registry.sweeps())
    return run


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of the tables that follow from cases, in an order."""
    kept = audited.kept(database)
    return {name: sorted(tuple(map(str, row.values())) for row in kept[name]) for name in TABLES}


def wrong(database: Database) -> set[tuple[str, str]]:
    """Return the table and the row of each that was not as reckoned."""
    found = [one for one in standing(database) if one.kind is FindingKind.NOT_AS_RECKONED]
    assert len(found) == len(standing(database))
    return {(one.table, one.row) for one in found}


def test_what_the_system_keeps_is_what_follows(database: Database, cases: list[Case]) -> None:
    before = rows(database)
    assert all(before.values())
    run = through(database)
    assert {"at_hand": run.swept["at_hand"], "at_work": run.swept["at_work"]} == {
        "at_hand": 3,
        "at_work": 3,
    }
    assert standing(database) == []
    assert rows(database) == before


@pytest.mark.parametrize("most", [1, 1000])
def test_a_case_that_vanished_from_every_inbox_is_found_and_the_inbox_is_whole_again(
    database: Database, cases: list[Case], most: int
) -> None:
    before = rows(database)
    attack(database, f"DELETE FROM services_at_hand WHERE case_id = '{cases[0].id}'")
    through(database, most)
    assert wrong(database) == {("services_at_hand", cases[0].id)}
    assert rows(database) == before
    through(database, most)
    assert standing(database) == []


@pytest.mark.parametrize(
    "change",
    [
        "due_on = '2099-01-01'",
        "red_from = '2099-01-01', yellow_from = '2099-01-01'",
        "clerk = 'nobody'",
        "duty = 'case.nothing'",
        "department = 'elsewhere'",
        "number = 'X'",
        "until_on = '2020-01-01'",
    ],
    ids=["due", "colour", "clerk", "duty", "department", "number", "until"],
)
def test_a_row_of_an_inbox_that_was_changed_is_put_right(
    database: Database, cases: list[Case], change: str
) -> None:
    before = rows(database)
    attack(database, f"UPDATE services_at_hand SET {change} WHERE case_id = '{cases[1].id}'")
    through(database)
    (found,) = standing(database)
    assert (found.table, found.row) == ("services_at_hand", cases[1].id)
    assert set(found.fields) == {one.split(" = ")[0] for one in change.split(", ")}
    assert rows(database) == before


def test_a_row_for_a_case_that_is_over_is_taken_out_of_the_inbox(
    database: Database, cases: list[Case]
) -> None:
    before = rows(database)
    of_another = f"SELECT '{cases[3].id}', {COLUMNS} FROM services_at_hand"
    only_one = f"WHERE case_id = '{cases[0].id}'"
    attack(database, f"INSERT INTO services_at_hand (case_id, {COLUMNS}) {of_another} {only_one}")
    through(database)
    assert wrong(database) == {("services_at_hand", cases[3].id)}
    assert rows(database) == before


def test_a_forged_right_to_read_is_taken_away_whether_its_case_runs_or_not(
    database: Database, cases: list[Case]
) -> None:
    before = rows(database)
    numbers = (cases[0].number, cases[3].number, "2026-9999")
    for number in numbers:
        row = f"('{number}', '{LABOUR}', 'case.window', '', NULL, '[]')"
        attack(database, f"INSERT INTO {WORK} VALUES {row}")
    through(database, 1)
    assert wrong(database) == {("exchange_work", number) for number in numbers}
    assert rows(database) == before


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM exchange_work WHERE case_number = '%s'",
        "UPDATE exchange_work SET masked = '[]', elements = NULL WHERE case_number = '%s'",
        "UPDATE exchange_work SET authenticator = NULL WHERE case_number = '%s'",
    ],
    ids=["gone", "widened", "unvouched"],
)
def test_a_right_to_read_that_was_taken_away_or_changed_is_as_it_was(
    database: Database, cases: list[Case], change: str
) -> None:
    before = rows(database)
    attack(database, change % cases[0].number)
    through(database)
    assert wrong(database) == {("exchange_work", cases[0].number)}
    assert rows(database) == before


def test_what_cannot_be_read_at_all_is_put_right(database: Database, cases: list[Case]) -> None:
    day = "x" if database.sqlite else "1999-01-01"  # PostgreSQL keeps a day in a column of days
    before = rows(database)
    attack(
        database, f"UPDATE exchange_work SET elements = '[' WHERE case_number = '{cases[0].number}'"
    )
    attack(
        database, f"UPDATE services_at_hand SET due_on = '{day}' WHERE case_id = '{cases[0].id}'"
    )
    through(database)
    assert wrong(database) == {
        ("exchange_work", cases[0].number),
        ("services_at_hand", cases[0].id),
    }
    assert rows(database) == before
