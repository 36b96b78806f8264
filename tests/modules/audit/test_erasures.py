"""Rows of which the ledger spoke are erased by a rule, and the audit tells that from a loss."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.builders import audited
from tests.builders import services as builders
from tests.builders.audited import attack, standing

from tongban.app import registry
from tongban.kernel.errors import Refusal
from tongban.kit.db import Database, Unit
from tongban.modules.audit.model import Finding, FindingKind
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule
from tongban.modules.ledger.store import entries_of_kind, entry_table
from tongban.modules.services import actions as services
from tongban.modules.services.actions.standing import BY_APPLICANT
from tongban.modules.services.store import tables


@pytest.fixture
def city(database: Database, tmp_path: Path) -> Database:
    """A city in which nothing was audited yet, and nothing happened."""
    builders.found(database, tmp_path)
    audited.record_before(database)
    return database


def found_in(city: Database) -> Sequence[Finding]:
    audited.audited(city)
    return standing(city)


def entry_of(unit: Unit, case: str) -> str:
    query = select(tables.case.c.entry).where(tables.case.c.id == case)
    return str(unit.connection.execute(query).scalar_one())


def kinds(city: Database) -> list[str]:
    with city.read() as reader:
        query = select(entry_table.c.kind).order_by(entry_table.c.id)
        return [kind for kind in reader.connection.execute(query).scalars() if kind != "baseline"]


def erased(
    city: Database, case: str, rule: ErasureRule = BY_APPLICANT, table: str = "services_case"
) -> None:
    """Let the log say that a case was erased, and delete it."""
    city.write(lambda unit: ledger.record_erasure(unit, table, rule, [entry_of(unit, case)]))
    attack(city, f"DELETE FROM services_case WHERE id = '{case}'")


def test_a_draft_has_an_entry_that_shows_nothing_and_another_once_it_is_sent_in(
    city: Database,
) -> None:
    draft = builders.filled(city)
    assert [kind for kind in kinds(city) if kind == EntryKind.DRAFT_KEPT] == ["draft_kept"]
    assert EntryKind.CASE_MOVED not in kinds(city)
    builders.submit(city, draft)
    assert kinds(city)[-1] == EntryKind.CASE_MOVED
    assert list(found_in(city)) == []


def test_a_draft_that_was_thrown_away_is_not_missed(city: Database) -> None:
    draft = builders.filled(city)
    city.write(lambda unit: services.discard(unit, builders.wang(), draft))
    assert kinds(city)[-1] == EntryKind.ERASED
    assert list(found_in(city)) == []


def test_a_draft_that_was_thrown_away_and_is_back_is_found(city: Database) -> None:
    draft = builders.started(city)
    rows = audited.kept(city)
    city.write(lambda unit: services.discard(unit, builders.wang(), draft.id))
    now = audited.kept(city)
    back = {name: rows[name] if name.startswith("services_") else now[name] for name in now}
    audited.bring_back(city, back)
    (finding,) = found_in(city)
    assert (finding.kind, finding.fields) == (FindingKind.DIFFERS, ("erased",))


def test_a_draft_whose_erasure_is_forgotten_is_missed(city: Database) -> None:
    draft = builders.started(city)
    city.write(lambda unit: services.discard(unit, builders.wang(), draft.id))
    attack(city, "DELETE FROM ledger_erasure")
    assert {(one.kind, one.rows) for one in found_in(city)} == {
        (FindingKind.ENTRY_WITHOUT_ROW, "case"),
        (FindingKind.ENTRY_WITHOUT_ROW, "erasure"),
    }


@pytest.mark.parametrize(
    ("rule", "table"),
    [
        (BY_APPLICANT, "services_case"),
        (ErasureRule(name="by_nobody", kinds=frozenset({EntryKind.CASE_MOVED})), "services_case"),
        (BY_APPLICANT, "exchange_grant"),
    ],
)
def test_what_no_rule_lets_be_erased_is_found_though_the_log_says_that_it_was(
    city: Database, rule: ErasureRule, table: str
) -> None:
    case = builders.accepted(city, builders.submitted(city))
    erased(city, case.id, rule, table)
    assert FindingKind.ERASED_WITHOUT_RULE in {one.kind for one in found_in(city)}


def test_an_erasure_by_another_rule_of_a_draft_is_found(city: Database) -> None:
    draft = builders.started(city)
    by_nobody = ErasureRule(name="by_nobody", kinds=frozenset({EntryKind.DRAFT_KEPT}))
    erased(city, draft.id, by_nobody)
    assert [one.kind for one in found_in(city)] == [FindingKind.ERASED_WITHOUT_RULE]


def test_whoever_made_a_draft_theirs_by_sql_cannot_have_its_trace_erased(city: Database) -> None:
    draft = builders.started(city)
    stranger = builders.wang(account="stranger")
    attack(city, "UPDATE services_case SET account = 'stranger'")
    with pytest.raises(Refusal) as refused:
        city.write(lambda unit: services.discard(unit, stranger, draft.id))
    assert refused.value.code == "services.not_as_logged"
    assert EntryKind.ERASED not in kinds(city)


def as_before(city: Database) -> None:
    """Make entries what a release wrote that knew neither drafts nor what lies on a case."""
    attack(
        city,
        "UPDATE services_opening SET form = 0",
        "DELETE FROM services_opening WHERE entry IN (SELECT entry FROM services_case"
        " WHERE state = 'draft')",
        "UPDATE services_case SET entry = '' WHERE state = 'draft'",
        "DELETE FROM ledger_entry WHERE kind = 'draft_kept' AND id NOT IN"
        " (SELECT entry FROM services_opening)",
    )


def test_cases_under_way_and_drafts_of_before_are_recorded_as_found_once(
    database: Database, tmp_path: Path
) -> None:
    builders.found(database, tmp_path)
    every = sorted({table for one in registry.proven() for table in one.tables})
    known = [table for table in every if table not in ("services_step", "ledger_erasure")]
    database.write(lambda unit: ledger.record_baseline(unit, known))
    closed = builders.decided(database, builders.ready_to_decide(database), builders.REFUSE)
    case = builders.accepted(database, builders.submitted(database))
    draft = builders.started(database)
    as_before(database)
    audited.record_before(database)
    audited.record_before(database)
    with database.read() as reader:
        found = [
            one.entry.public["row"]
            for one in entries_of_kind(reader.connection, EntryKind.RECORDED_AS_FOUND)
        ]
    assert sorted(map(str, found)) == sorted([case.id, draft.id])
    assert closed.id not in found
    assert list(found_in(database)) == []
    attack(database, "UPDATE services_step SET clerk = 'zhao' WHERE state <> 'done'")
    attack(database, "UPDATE services_case SET account = 'stranger' WHERE state = 'draft'")
    said = {(one.table, one.row, one.fields) for one in found_in(database)}
    assert said == {
        ("services_step", case.id, ("steps",)),
        ("services_step", draft.id, ("account",)),
    }


def test_looks_that_an_earlier_release_only_counted_are_recorded_as_found(
    database: Database, tmp_path: Path
) -> None:
    builders.found(database, tmp_path)
    every = sorted({table for one in registry.proven() for table in one.tables})
    database.write(
        lambda unit: ledger.record_baseline(unit, [one for one in every if one != "exchange_look"])
    )
    case = builders.accepted(database, builders.submitted(database))
    database.write(lambda unit: audited.looks(unit, case))
    attack(
        database,
        "UPDATE exchange_look SET entry = '', commitment_salt = NULL WHERE kind = 'opened'",
        "DELETE FROM ledger_entry WHERE kind = 'case_looked_at'"
        " AND id NOT IN (SELECT entry FROM exchange_look)",
        "DELETE FROM exchange_chain WHERE entry NOT IN (SELECT id FROM ledger_entry)",
    )
    audited.record_before(database)
    assert list(found_in(database)) == []
    attack(database, "UPDATE exchange_look SET account = 'zhao' WHERE kind = 'opened'")
    (finding,) = found_in(database)
    assert (finding.table, finding.fields) == ("exchange_look", ("commitment",))
