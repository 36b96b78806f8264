"""Grants: adopted, applied for, given, refused, ended; each change that matters is in the ledger."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.builders import exchange as builders
from tests.builders import identity as people
from tests.builders.catalog import CIVIL, LABOUR, POLICE
from tests.builders.exchange import ALLOWANCE, GRANT, NOTE, STATUS, TODAY, officer, staff

from tongban.kernel.actors import SYSTEM, VISITOR, Actor
from tongban.kernel.dates import local_date
from tongban.kernel.errors import Refusal
from tongban.kit import shelf, testing
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Unit
from tongban.modules.exchange import actions, queries, wire
from tongban.modules.exchange.model import Basis, EndReason, Grant, GrantFilter, GrantState
from tongban.modules.government.definition import CalendarDefinition, CalendarYear
from tongban.modules.identity import actions as identity
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.identity.model import NewStaff
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind
from tongban.modules.notices import queries as notices

LATER = dt.date(2027, 6, 30)


@pytest.fixture
def city(database: Database) -> Database:
    builders.found(database)
    return database


@pytest.fixture
def told(city: Database) -> Callable[[], list[str]]:
    """What the data officer of the police finds in the message box."""
    role = RoleDefinition(code="officer", name="数据专员", duties=("grant.decide",))
    city.write(lambda unit: people.adopt_role(unit, role))
    new = NewStaff(login="zhang", name="张三", department=POLICE, roles=("officer",))
    account = city.write(lambda unit: identity.create_staff(unit, SYSTEM, new))[0].id

    def box() -> list[str]:
        with city.read() as reader:
            return [one.message for one in notices.inbox(reader, account)]

    return box


def request(database: Database, actor: Actor | None = None, **changed: Any) -> Grant:
    applicant = actor or officer(LABOUR)
    return database.write(
        lambda unit: actions.request_grant(unit, applicant, builders.a_request(**changed))
    )


def seen(database: Database, code: str, actor: Actor | None = None) -> Grant:
    with database.read() as reader:
        return queries.grant(reader.connection, actor or officer(CIVIL), code)


def entry_kind(database: Database, grant: Grant) -> EntryKind:
    with database.read() as reader:
        return ledger.entry(reader.connection, grant.entry).entry.kind


def refusal_of(work: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value


def test_a_declared_grant_is_given_and_in_the_ledger(city: Database) -> None:
    grant = seen(city, GRANT.code, VISITOR)
    assert (grant.state, grant.provider) == (GrantState.IN_EFFECT, CIVIL)
    assert entry_kind(city, grant) is EntryKind.GRANT_GIVEN


def test_adopting_again_changes_nothing(city: Database) -> None:
    before = seen(city, GRANT.code)
    city.write(actions.adopt_grants)
    assert seen(city, GRANT.code) == before


def test_a_changed_declaration_replaces_the_grant_and_says_so(city: Database) -> None:
    before = seen(city, GRANT.code)
    shorter = msgspec.structs.replace(GRANT, ends=dt.date(2026, 12, 1))
    city.write(lambda unit: builders.adopt(unit, [shorter]))
    after = seen(city, GRANT.code)
    assert after.ends == dt.date(2026, 12, 1)
    assert after.entry != before.entry


def test_what_is_no_longer_declared_ends_and_can_be_declared_anew(city: Database) -> None:
    def drop(unit: Unit) -> None:
        shelf.retire(unit, "grants", GRANT.code)
        actions.adopt_grants(unit)

    city.write(drop)
    ended = seen(city, GRANT.code)
    assert (ended.state, ended.end_reason) == (GrantState.ENDED, EndReason.DEFINITION)
    assert entry_kind(city, ended) is EntryKind.GRANT_ENDED
    city.write(lambda unit: builders.adopt(unit, [GRANT]))
    assert seen(city, GRANT.code).state is GrantState.IN_EFFECT


def test_what_an_officer_ended_stays_ended_however_often_it_is_declared(city: Database) -> None:
    city.write(lambda unit: actions.end_grant(unit, officer(CIVIL), GRANT.code, "不再需要"))
    city.write(actions.adopt_grants)
    ended = seen(city, GRANT.code)
    assert (ended.state, ended.end_reason) == (GrantState.ENDED, EndReason.PROVIDER)
    assert ended.reason == "不再需要"


def test_a_request_waits_ten_working_days_for_its_answer(city: Database) -> None:
    asked = request(city)
    assert asked.state is GrantState.REQUESTED
    assert asked.answer_by == dt.date(2026, 12, 8)
    assert asked.entry == ""


def test_a_day_to_answer_that_the_calendar_does_not_reach_is_provisional(city: Database) -> None:
    asked = request(city)
    with city.read() as reader:
        assert not queries.is_answer_provisional(reader.connection, asked)
    ended = CalendarDefinition(years=(CalendarYear(year=2025, source="通知"),))
    city.write(lambda unit: shelf.put(unit, "calendar", "calendar", 9, ended))
    with city.read() as reader:
        assert queries.is_answer_provisional(reader.connection, asked)


def test_items_shared_unconditionally_are_given_at_once_and_the_provider_hears_of_it(
    city: Database, told: Callable[[], list[str]]
) -> None:
    given = request(city, resource="101001/1", items=("person.name",), rests_on=Basis.CONSENT)
    assert given.state is GrantState.IN_EFFECT
    assert entry_kind(city, given) is EntryKind.GRANT_GIVEN
    assert told() == ["exchange.notice.given_at_once"]


def test_a_request_reaches_whoever_else_can_see_to_it_where_there_is_no_officer(
    city: Database,
) -> None:
    editor = people.employed(city, "editor", POLICE, "catalog.edit")
    keeper = people.employed(city, "keeper", LABOUR, "staff.manage")
    asked = request(city, resource="101001/1", items=("person.name",), rests_on=Basis.LAW)
    with city.read() as reader:
        (message,) = notices.inbox(reader, editor)
        assert notices.inbox(reader, keeper) == []
    assert message.message == "exchange.notice.asked"
    assert message.link == f"/grants/{asked.code}"


def test_where_nobody_of_a_department_can_take_a_message_those_who_keep_accounts_are_told(
    city: Database,
) -> None:
    keeper = people.employed(city, "keeper", LABOUR, "staff.manage")
    request(city, resource="101001/1", items=("person.name",), rests_on=Basis.LAW)
    with city.read() as reader:
        (message,) = notices.inbox(reader, keeper)
        title, text = notices.words(reader, message, "zh")
    assert (message.message, message.link) == ("notices.message.nobody_has_duty", "/admin/staff")
    assert "公安局" in title
    assert "决定谁可以使用本部门的数据" in text


def test_personal_data_by_law_wait_for_the_provider_however_they_are_shared(
    city: Database, told: Callable[[], list[str]]
) -> None:
    asked = request(city, resource="101001/1", items=("person.name",), rests_on=Basis.LAW)
    assert asked.state is GrantState.REQUESTED
    assert asked.answer_by is not None
    assert told() == ["exchange.notice.asked"]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"items": ()}, {"items": "exchange.items_missing"}),
        ({"items": (STATUS, NOTE)}, {"items": "exchange.items_not_offered"}),
        ({"purpose": " "}, {"purpose": "exchange.purpose_missing"}),
        ({"basis": ""}, {"basis": "exchange.basis_missing"}),
        ({"purpose": "办" * 201}, {"purpose": "exchange.text_too_long"}),
        ({"purpose": "查 13800138000"}, {"purpose": "exchange.text_looks_personal"}),
        ({"ends": dt.date(2026, 1, 1)}, {"ends": "exchange.ends_before_start"}),
        ({"services": ("不是代码",)}, {"services": "exchange.services_ill_shaped"}),
    ],
)
def test_an_incomplete_request_says_what_is_wrong_with_each_field(
    city: Database, changed: dict[str, Any], fields: dict[str, str]
) -> None:
    assert refusal_of(lambda: request(city, **changed)).fields == fields


def test_only_staff_who_may_apply_do_and_never_for_their_own_data(city: Database) -> None:
    for actor in (staff(LABOUR, "case.review"), builders.resident(), VISITOR):
        assert refusal_of(partial(request, city, actor)).code == "exchange.not_allowed"
    own = refusal_of(lambda: request(city, officer(CIVIL)))
    assert own.code == "exchange.grant_not_needed"


def test_the_provider_gives_for_a_term_and_data_flow(city: Database) -> None:
    asked = request(city, items=(ALLOWANCE,))
    given = city.write(
        lambda unit: actions.give_grant(unit, officer(CIVIL), asked.code, TODAY, LATER)
    )
    assert (given.state, given.ends) == (GrantState.IN_EFFECT, LATER)
    wanted = builders.wanted(elements=(ALLOWANCE,), code=asked.code)
    with city.read() as reader:
        prepared = queries.prepare(reader, wanted)
    fetched = city.write(lambda unit: actions.record(unit, prepared))
    assert fetched.values == {ALLOWANCE: 68_000}
    with city.read() as reader:
        assert queries.use_of_grant(reader.connection, asked.code).disclosures == 1


def test_the_provider_refuses_only_with_a_reason(city: Database) -> None:
    asked = request(city)
    without = refusal_of(
        lambda: city.write(lambda u: actions.refuse_grant(u, officer(CIVIL), asked.code, " "))
    )
    assert without.fields == {"reason": "exchange.reason_missing"}
    refused = city.write(
        lambda u: actions.refuse_grant(u, officer(CIVIL), asked.code, "用途与职责无关")
    )
    assert (refused.state, refused.reason) == (GrantState.REFUSED, "用途与职责无关")


def test_nobody_but_the_providers_officer_decides(city: Database) -> None:
    asked = request(city)

    def give(actor: Actor) -> Grant:
        return city.write(lambda u: actions.give_grant(u, actor, asked.code, TODAY, LATER))

    for actor in (officer(LABOUR), officer(POLICE), staff(CIVIL, "case.decide"), VISITOR):
        assert refusal_of(partial(give, actor)).code == "exchange.not_allowed"


def test_a_request_is_decided_once(city: Database) -> None:
    asked = request(city)
    city.write(lambda unit: actions.give_grant(unit, officer(CIVIL), asked.code, TODAY, LATER))
    again = refusal_of(
        lambda: city.write(lambda u: actions.refuse_grant(u, officer(CIVIL), asked.code, "太晚了"))
    )
    assert again.code == "exchange.grant_move_refused"


def test_a_request_can_be_withdrawn_and_is_then_nobodys_business(city: Database) -> None:
    asked = request(city)
    city.write(lambda unit: actions.withdraw_request(unit, officer(LABOUR), asked.code))
    assert seen(city, asked.code).end_reason is EndReason.WITHDRAWN
    hidden = refusal_of(lambda: seen(city, asked.code, VISITOR))
    assert hidden.code == "exchange.grant_not_found"


def test_the_list_shows_everyone_what_is_in_effect_and_the_two_sides_their_requests(
    city: Database,
) -> None:
    asked = request(city)

    def codes(actor: Actor, **wanted: str) -> set[str]:
        with city.read() as reader:
            found, total = queries.grants(reader, actor, GrantFilter(**wanted))
        assert total == len(found)
        return {grant.code for grant in found}

    assert codes(VISITOR) == {GRANT.code}
    assert codes(officer(POLICE)) == {GRANT.code}
    assert codes(officer(CIVIL)) == codes(officer(LABOUR)) == {GRANT.code, asked.code}
    assert codes(officer(CIVIL), state="requested") == {asked.code}
    assert codes(VISITOR, state="requested") == set()
    assert codes(VISITOR, text="补贴申请人") == {GRANT.code}
    assert codes(VISITOR, text="%") == set()
    assert codes(VISITOR, department=LABOUR, resource="306010/1", provider=CIVIL) == {GRANT.code}


def test_a_grant_whose_term_is_over_stands_so_and_keeps_the_state_that_was_decided(
    city: Database,
) -> None:
    clock = city.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.timedelta(days=4000))

    def found(**wanted: str) -> list[tuple[object, object]]:
        with city.read() as reader:
            every, _ = queries.grants(reader, VISITOR, GrantFilter(**wanted))
            today = local_date(reader.now, "Asia/Shanghai")
        objects = [wire.grant_object(one, "zh", queries.state_on(one, today)) for one in every]
        return [(one["state"], one["standing"]) for one in objects]

    assert found(state="in_effect") == found(standing="over") == [("in_effect", "over")]
    assert found(standing="in_effect") == []


def test_a_clients_key_is_shown_once_and_worthless_once_ended(city: Database) -> None:
    key = city.write(lambda unit: actions.add_client(unit, "labour-core", "人社核心系统", LABOUR))
    with city.read() as reader:
        actor = queries.client_of_key(reader, key)
        assert actor is not None
        assert (actor.department, actor.account) == (LABOUR, "labour-core")
        assert queries.client_of_key(reader, key + "x") is None
        assert key not in repr(queries.clients(reader.connection))
    city.write(lambda unit: actions.end_client(unit, "labour-core"))
    with city.read() as reader:
        assert queries.client_of_key(reader, key) is None


def test_a_client_needs_a_free_code_and_a_department(city: Database) -> None:
    def add(code: str, department: str) -> str:
        return city.write(lambda unit: actions.add_client(unit, code, "", department))

    add("labour-core", LABOUR)
    for code, department, refusal in (
        ("labour-core", LABOUR, "exchange.client_exists"),
        ("Labour Core", LABOUR, "exchange.client_code_ill_shaped"),
        ("other", "nobody", "government.department_not_found"),
    ):
        assert refusal_of(partial(add, code, department)).code == refusal
    gone = refusal_of(lambda: city.write(lambda unit: actions.end_client(unit, "nobody")))
    assert gone.code == "exchange.client_not_found"


class Grants(RuleBasedStateMachine):
    """One request under every verb by anybody in any order: only the table's moves happen."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.database = testing.sqlite_database(Path(self.folder.name))
        builders.found(self.database)
        self.code = request(self.database).code
        self.state = GrantState.REQUESTED

    def attempt(self, actor: Actor, verb: str) -> bool:
        def work(unit: Unit) -> Grant:
            match verb:
                case "give":
                    return actions.give_grant(unit, actor, self.code, TODAY, LATER)
                case "refuse":
                    return actions.refuse_grant(unit, actor, self.code, "理由")
                case "withdraw":
                    return actions.withdraw_request(unit, actor, self.code)
                case _:
                    return actions.end_grant(unit, actor, self.code, "理由")

        try:
            self.database.write(work)
        except Refusal:
            return False
        return True

    @rule(
        department=st.sampled_from([CIVIL, LABOUR, POLICE]),
        duty=st.sampled_from(["grant.decide", "catalog.edit", "case.review"]),
        verb=st.sampled_from(["give", "refuse", "withdraw", "end"]),
    )
    def try_a_verb(self, department: str, duty: str, verb: str) -> None:
        provider = department == CIVIL and duty == "grant.decide"
        recipient = department == LABOUR and duty in ("grant.decide", "catalog.edit")
        either = provider or (department == LABOUR and duty == "grant.decide")
        moves = {
            (GrantState.REQUESTED, "give"): (provider, GrantState.IN_EFFECT),
            (GrantState.REQUESTED, "refuse"): (provider, GrantState.REFUSED),
            (GrantState.REQUESTED, "withdraw"): (recipient, GrantState.ENDED),
            (GrantState.IN_EFFECT, "end"): (either, GrantState.ENDED),
        }
        may, then = moves.get((self.state, verb), (False, self.state))
        assert self.attempt(staff(department, duty), verb) is may
        if may:
            self.state = then

    @invariant()
    def the_state_is_the_one_reached_by_allowed_moves(self) -> None:
        grant = seen(self.database, self.code)
        assert grant.state is self.state
        given = self.state is GrantState.IN_EFFECT or grant.end_reason in (
            EndReason.PROVIDER,
            EndReason.RECIPIENT,
        )
        assert bool(grant.entry) is given

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()


TestGrants = Grants.TestCase
TestGrants.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)
