"""What could not be given is counted by reason, shown to whom it concerns, and never repeated."""

import datetime as dt
import json

import pytest
from sqlalchemy import select
from tests.builders import exchange as builders
from tests.builders import identity as people
from tests.builders.catalog import CIVIL, LABOUR, POLICE
from tests.builders.exchange import (
    ALLOWANCE,
    MARRIED_ON,
    NAME,
    STATUS,
    WANG,
    officer,
    staff,
    wanted,
)

from tongban.kernel.actors import SYSTEM
from tongban.kernel.errors import Refusal
from tongban.kit.db import Database, Unit
from tongban.kit.outbox import Outbox
from tongban.modules.catalog import queries as catalog
from tongban.modules.exchange import actions, queries, store
from tongban.modules.exchange.handlers import SUBSCRIPTIONS
from tongban.modules.exchange.model import ASKED_FOR, DisclosureFilter, Fetched, LineState, Unfit
from tongban.modules.exchange.store.tables import disclosures, unfit
from tongban.modules.government import queries as government
from tongban.modules.identity import actions as identity
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.identity.model import NewStaff
from tongban.modules.ledger import queries as ledger
from tongban.modules.notices import queries as notices

BAD = {"status": "离异", "married_on": "2019-02-30"}


@pytest.fixture
def sources(database: Database) -> builders.MemorySources:
    return builders.found(database)


def ask(database: Database, *elements: str) -> Fetched:
    """Ask as a department's system does."""
    with database.read() as reader:
        prepared = queries.prepare(reader, wanted(code=builders.GRANT.code, elements=elements))
    return database.write(lambda unit: actions.record(unit, prepared))


def counted(database: Database) -> dict[tuple[str, Unfit], int]:
    """Let the events arrive, and return what the officer of the department sees."""
    Outbox(database, SUBSCRIPTIONS).deliver()
    with database.read() as reader:
        report = queries.source_report(reader.connection, officer(CIVIL), "civil")
    return {(each.element, each.reason): each.count for each in report.unfit}


def test_each_element_is_counted_once_for_each_read_under_its_reason(
    database: Database, sources: builders.MemorySources
) -> None:
    ask(database, STATUS, NAME)
    assert counted(database) == {}
    sources.rows[WANG.id] |= BAD
    ask(database, STATUS, MARRIED_ON, NAME)
    ask(database, STATUS)
    expected = {(STATUS, Unfit.NOT_IN_CODE_LIST): 2, (MARRIED_ON, Unfit.IMPOSSIBLE_DATE): 1}
    assert counted(database) == expected
    assert counted(database) == expected, "an event that is delivered again counts no more"
    with database.read() as reader:
        report = queries.source_report(reader.connection, officer(CIVIL), "civil")
        kept = list(reader.connection.execute(select(unfit)).all())
    assert report.unreadable == 3
    assert report.last_at is not None
    assert not any(value in repr(kept) for value in (*BAD.values(), WANG.id))


def test_the_departments_officer_is_told_when_it_begins_and_not_at_every_read(
    database: Database, sources: builders.MemorySources
) -> None:
    role = RoleDefinition(code="officer", name="数据专员", duties=("grant.decide",))
    database.write(lambda unit: people.adopt_role(unit, role))
    new = NewStaff(login="zhang", name="张三", department=CIVIL, roles=("officer",))
    account = database.write(lambda unit: identity.create_staff(unit, SYSTEM, new))[0].id
    sources.rows[WANG.id] |= BAD
    for element in (STATUS, MARRIED_ON, STATUS):
        ask(database, element)
    counted(database)
    with database.read() as reader:
        (message,) = notices.inbox(reader, account)
    assert (message.message, message.link) == ("exchange.notice.unreadable", "/sources/civil")


def test_a_source_without_an_officer_is_told_to_whoever_else_can_look_at_it(
    database: Database, sources: builders.MemorySources
) -> None:
    editor = people.employed(database, "editor", CIVIL, "catalog.edit")
    sources.rows[WANG.id] |= BAD
    ask(database, STATUS)
    counted(database)
    with database.read() as reader:
        (message,) = notices.inbox(reader, editor)
    assert (message.message, message.link) == ("exchange.notice.unreadable", "/sources/civil")


def test_only_the_department_and_those_who_oversee_all_look_at_a_source(
    database: Database, sources: builders.MemorySources
) -> None:
    def seen(department: str, *duties: str) -> list[str]:
        with database.read() as reader:
            found = queries.source_reports(reader.connection, staff(department, *duties))
        return [each.definition.code for each in found]

    assert seen(CIVIL, "grant.decide") == ["civil"]
    assert seen(POLICE, "catalog.edit") == ["population"]
    assert seen(LABOUR, "grant.decide") == []
    assert seen(CIVIL, "case.review") == []
    assert seen(LABOUR, "supervision.read") == ["civil", "population"]
    with database.read() as reader, pytest.raises(Refusal, match="source_not_found"):
        queries.source_report(reader.connection, officer(LABOUR), "civil")


def test_the_person_sees_what_was_not_given_and_the_opening_proves_it(
    database: Database, sources: builders.MemorySources
) -> None:
    sources.rows[WANG.id] |= BAD
    fetched = ask(database, STATUS, NAME)
    with database.read() as reader:
        line = queries.disclosure(reader, WANG, fetched.disclosure_id).line
        _salt, facts = queries.opening(reader, WANG, fetched.disclosure_id)
        body = ledger.entry(reader.connection, line.ledger_entry).body.decode()
        rows = list(reader.connection.execute(select(disclosures)).all())
    assert line.unfit == {STATUS: Unfit.NOT_IN_CODE_LIST}
    assert facts["unfit"] == {STATUS: "not_in_code_list"}
    public = json.loads(body)["public"]
    assert (public["unreadable"], public["item_count"]) == ([STATUS], len(public["elements"]) - 1)
    assert "离异" not in body + repr(rows) + repr(facts)


def test_an_entry_names_what_it_is_about_for_whoever_reads_it_elsewhere(
    database: Database, sources: builders.MemorySources
) -> None:
    fetched = ask(database, STATUS)
    with database.read() as reader:
        body = ledger.entry(reader.connection, fetched.ledger_entry).body.decode()
        departments = government.departments(reader.connection)
        resource = catalog.resource(reader.connection, builders.GRANT.resource)
    public = json.loads(body)["public"]
    assert public["department_name"] == departments[LABOUR].name
    assert public["provider_name"] == departments[CIVIL].name
    assert public["resource_name"] == resource.name


def test_the_source_in_which_something_was_unreadable_last_comes_first(
    database: Database, sources: builders.MemorySources
) -> None:
    def meet(unit: Unit) -> None:
        for code, hour in (("civil", 9), ("civil", 10), ("population", 11)):
            met = dt.datetime(2026, 11, 24, hour, tzinfo=dt.UTC)
            store.count_unfit(unit.connection, code, "306010/1", STATUS, Unfit.WRONG_TYPE, met)

    database.write(meet)
    with database.read() as reader:
        found = queries.source_reports(reader.connection, staff(LABOUR, "supervision.read"))
    assert [(one.definition.code, one.unreadable) for one in found] == [
        ("population", 1),
        ("civil", 2),
    ]


def test_each_state_of_the_persons_list_finds_the_lines_that_are_shown_so(
    database: Database, sources: builders.MemorySources
) -> None:
    ask(database, STATUS)
    sources.rows[WANG.id] |= BAD
    ask(database, STATUS, NAME)
    ask(database, STATUS)
    del sources.rows[WANG.id]
    ask(database, STATUS)
    with pytest.raises(Refusal, match="no_grant"):
        ask(database, ALLOWANCE)

    def found(outcome: str = "", state: str = "") -> list[LineState]:
        with database.read() as reader:
            wanted = DisclosureFilter(outcome=outcome, state=state)
            page = queries.disclosures_about(reader, WANG, wanted=wanted)
        return [LineState(line.state) for line in page.lines]

    looked_at = {LineState.LOOKED, LineState.OPENED}  # those of looks at cases
    asked = set(ASKED_FOR) - looked_at
    assert sorted(found()) == sorted(asked)
    for state in ASKED_FOR:
        assert found(state=state.value) == ([state] if state in asked else [])
    given = [LineState.DISCLOSED, LineState.PARTLY_UNREADABLE]
    assert sorted(found(outcome="disclosed")) == given, "what was given in part was given"
    assert found(outcome="disclosed", state="disclosed") == [LineState.DISCLOSED]
