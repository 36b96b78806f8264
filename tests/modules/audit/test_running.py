"""An audit goes on where it was broken off, keeps what it finds, and nothing that it cannot read stops it."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.builders import audited, ledger, services
from tests.builders.audited import attack, standing

from tongban.app import registry
from tongban.kit.db import Database, metadata
from tongban.modules.audit import actions, queries
from tongban.modules.audit.model import Finding, FindingKind
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as entries
from tongban.modules.ledger.model import EntryKind

DECLARED = registry.proven()
FIRST = "id = (SELECT min(id) FROM exchange_disclosure)"
ZONE = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture
def city(database: Database, tmp_path: Path) -> Database:
    """Cases that came in: disclosures and grants, nothing decided."""
    services.found(database, tmp_path)
    audited.record_before(database)
    for _ in range(2):
        services.submitted(database)
    log.run_sequencer(database, ledger.MemorySigner())
    return database


def test_a_run_that_is_broken_off_goes_on_where_it_was(city: Database) -> None:
    attack(city, f"DELETE FROM exchange_disclosure WHERE {FIRST}")
    run = city.write(lambda unit: actions.begin(unit, whole=True))
    run = actions.go_on(city, DECLARED, run, 2)
    assert (run.entries, run.ended_at) == (2, None)
    again = city.write(lambda unit: actions.begin(unit, whole=True))
    assert again == run
    ended = actions.run_through(city, DECLARED)
    assert ended.id == run.id
    with city.read() as reader:
        assert ended.entries == len(entries.entries_behind(reader.connection, "", 1000))
        assert queries.running(reader.connection) is None
    assert [one.kind for one in standing(city)] == [FindingKind.ENTRY_WITHOUT_ROW]


def test_a_run_that_another_process_ends_counts_what_that_one_looked_at(city: Database) -> None:
    mine = city.write(lambda unit: actions.begin(unit, whole=True))
    theirs = actions.run_through(city, DECLARED)
    assert theirs.rows > 0
    assert actions.go_on(city, DECLARED, mine) == theirs


def test_a_run_whose_row_is_deleted_meanwhile_is_kept_with_what_it_found(city: Database) -> None:
    attack(city, f"DELETE FROM exchange_disclosure WHERE {FIRST}")
    run = city.write(lambda unit: actions.begin(unit, whole=True))
    attack(city, "DELETE FROM audit_run")
    while run.ended_at is None:
        run = actions.go_on(city, DECLARED, run)
    with city.read() as reader:
        assert queries.last_run(reader.connection) == run
    assert [one.kind for one in standing(city)] == [FindingKind.ENTRY_WITHOUT_ROW]


def test_a_whole_run_that_gave_way_to_a_short_one_is_not_the_last_whole_one(city: Database) -> None:
    run = city.write(lambda unit: actions.begin(unit, whole=True))
    actions.go_on(city, DECLARED, run, 2)
    actions.run_through(city, DECLARED, whole=False)
    with city.read() as reader:
        assert queries.last_run(reader.connection) is None


@pytest.mark.parametrize("most", [1, 2, 3, 1000])
def test_what_is_found_does_not_depend_on_the_length_of_stretches(
    city: Database, most: int
) -> None:
    attack(
        city,
        f"UPDATE exchange_disclosure SET department = 'x' WHERE {FIRST}",
        "UPDATE exchange_grant SET entry = '' WHERE code = 'population-for-subsidy'",
    )
    run = city.write(lambda unit: actions.begin(unit, whole=True))
    while run.ended_at is None:
        run = actions.go_on(city, DECLARED, run, most)
    assert {(one.kind, one.table) for one in standing(city)} == {
        (FindingKind.DIFFERS, "exchange_disclosure"),
        (FindingKind.ROW_WITHOUT_ENTRY, "exchange_grant"),
        (FindingKind.ENTRY_WITHOUT_ROW, "exchange_grant"),
    }


def test_what_is_put_right_no_longer_stands_and_stays_on_record(city: Database) -> None:
    attack(city, f"UPDATE exchange_disclosure SET department = department || '!' WHERE {FIRST}")
    audited.audited(city)
    audited.audited(city)
    (found,) = standing(city)
    attack(
        city,
        f"UPDATE exchange_disclosure SET department = replace(department, '!', '') WHERE {FIRST}",
    )
    audited.audited(city)
    assert standing(city) == []
    with city.read() as reader:
        (kept,), total = queries.findings(reader.connection, state="gone")
    assert total == 1
    assert kept.finding == found
    assert kept.gone_at is not None


def test_an_audit_since_the_last_one_ends_no_finding_of_before(city: Database) -> None:
    attack(city, f"DELETE FROM exchange_disclosure WHERE {FIRST}")
    audited.audited(city)
    actions.run_through(city, DECLARED, whole=False)
    assert len(standing(city)) == 1


def test_a_copy_of_a_row_is_found(city: Database) -> None:
    names = list(metadata.tables["exchange_disclosure"].columns.keys())
    values = ["'copy'" if name == "id" else f'"{name}"' for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    attack(
        city,
        f"INSERT INTO exchange_disclosure ({columns}) SELECT {', '.join(values)}"
        f" FROM exchange_disclosure WHERE {FIRST}",
    )
    audited.audited(city)
    assert FindingKind.NAMED_TWICE in {one.kind for one in standing(city)}


def test_a_row_that_nobody_can_read_is_named_and_keeps_no_other_from_being_compared(
    city: Database,
) -> None:
    attack(
        city,
        f"UPDATE exchange_disclosure SET basis = 'nonsense' WHERE {FIRST}",
        "UPDATE exchange_disclosure SET department = 'x'"
        " WHERE id = (SELECT max(id) FROM exchange_disclosure)",
    )
    audited.audited(city)
    found = {one.kind: one for one in standing(city)}
    assert set(found) == {FindingKind.UNREADABLE, FindingKind.DIFFERS}
    with city.engine.connect() as connection:
        entry = connection.execute(text(f"SELECT entry FROM exchange_disclosure WHERE {FIRST}"))
        assert found[FindingKind.UNREADABLE].entry == entry.scalar_one()


def test_a_disclosure_of_which_a_row_says_no_entry_is_found(city: Database) -> None:
    attack(city, f"UPDATE exchange_disclosure SET entry = '' WHERE {FIRST}")
    audited.audited(city)
    kinds = sorted(one.kind for one in standing(city))
    assert kinds == [FindingKind.ENTRY_WITHOUT_ROW, FindingKind.ROW_WITHOUT_ENTRY]


# What was there before ---------------------------------------------------------------------------


def _as_before(database: Database) -> None:
    """Make the grants what they were in a release that committed to nothing of them."""
    attack(database, "UPDATE exchange_grant SET salt = NULL")


def test_rows_of_before_are_recorded_as_found_once_and_held_against_that(
    database: Database, tmp_path: Path
) -> None:
    services.found(database, tmp_path)
    _as_before(database)
    audited.record_before(database)
    log.run_sequencer(database, ledger.MemorySigner())
    audited.audited(database)
    assert standing(database) == []
    with database.read() as reader:
        every = [each.entry for each in entries.every_entry(reader.connection)]
        assert set(entries.baselines(reader.connection)) >= {"exchange_grant"}
    assert [one.public.get("table") for one in every].count("exchange_grant") == 2
    assert [one.kind for one in every].count(EntryKind.BASELINE) == 1
    attack(database, "UPDATE exchange_grant SET services = '[]'")
    audited.audited(database)
    assert {(one.kind, one.fields) for one in standing(database)} == {
        (FindingKind.DIFFERS, ("commitment",))
    }


def test_nothing_is_recorded_as_found_once_the_baseline_stands(city: Database) -> None:
    _as_before(city)
    audited.record_before(city)
    with city.read() as reader:
        every = [each.entry for each in entries.every_entry(reader.connection)]
    assert "exchange_grant" not in {one.public.get("table") for one in every}


def test_a_row_that_is_recorded_as_found_after_the_baseline_is_found_out(city: Database) -> None:
    def forge(unit: object) -> None:
        log.record_as_found(unit, "exchange_grant", {"marriage-for-subsidy": {}})  # type: ignore[arg-type]

    city.write(forge)
    audited.audited(city)
    assert FindingKind.FOUND_LATE in {one.kind for one in standing(city)}


# When --------------------------------------------------------------------------------------------


def test_an_audit_is_due_once_each_night(city: Database) -> None:
    def due(at: dt.datetime) -> bool:
        with city.read() as reader:
            return queries.is_due(reader.connection, at, ZONE, 2)

    ended = city.clock.now()
    assert due(ended), "there was none"
    audited.audited(city)
    assert not due(ended)
    assert not due(dt.datetime(2026, 11, 25, 1, 59, tzinfo=ZONE))
    assert due(dt.datetime(2026, 11, 25, 2, 0, tzinfo=ZONE))


def test_a_finding_names_no_value() -> None:
    assert set(Finding.__struct_fields__) == {
        "kind", "rows", "table", "row", "entry", "number", "fields",
    }  # fmt: skip
