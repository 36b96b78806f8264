"""What a grant covers, how it moves, who may."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.catalog import CIVIL, LABOUR, POLICE
from tests.builders.exchange import (
    MARRIED_ON,
    SERVICE,
    STATUS,
    TODAY,
    officer,
    resident,
    staff,
    wanted,
)

from tongban.kernel.actors import VISITOR, Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.modules.exchange.model import EndReason, Grant, GrantState, GrantVerb
from tongban.modules.exchange.rules import grants as rules


def a_grant(**changed: object) -> Grant:
    values: dict[str, object] = {
        "code": "g1",
        "resource": "306010/1",
        "provider": CIVIL,
        "department": LABOUR,
        "items": (STATUS, MARRIED_ON),
        "purpose": "核对",
        "services": (SERVICE,),
        "basis": "某办法第一条",
        "starts": dt.date(2026, 1, 1),
        "ends": dt.date(2026, 12, 31),
        "state": GrantState.IN_EFFECT,
    }
    return Grant(**{**values, **changed})  # type: ignore[arg-type]  # a builder takes any field


def test_a_grant_covers_its_department_resource_elements_purpose_and_term() -> None:
    assert rules.granted(a_grant(), wanted(), TODAY)
    assert rules.granted(a_grant(), wanted(code="g1"), TODAY)
    assert rules.granted(a_grant(services=()), wanted(code="anything"), TODAY)


@pytest.mark.parametrize(
    "changed",
    [
        {"department": POLICE},
        {"resource": "306010/2"},
        {"elements": (STATUS, "person.allowance")},
        {"code": "another-service"},
    ],
)
def test_a_grant_covers_nothing_beyond_what_it_says(changed: dict[str, object]) -> None:
    assert not rules.granted(a_grant(), wanted(**changed), TODAY)


@pytest.mark.parametrize("state", [s for s in GrantState if s is not GrantState.IN_EFFECT])
def test_only_a_grant_in_effect_covers_anything(state: GrantState) -> None:
    assert not rules.granted(a_grant(state=state), wanted(), TODAY)


@given(st.dates())
def test_a_grant_holds_from_its_first_day_to_its_last_and_no_other(day: dt.date) -> None:
    grant = a_grant()
    assert rules.in_effect(grant, day) is (grant.starts <= day <= grant.ends)


def test_the_narrowest_of_several_grants_is_used() -> None:
    wide, narrow = a_grant(code="wide"), a_grant(code="narrow", items=(STATUS,))
    assert rules.choose_grant([wide, narrow], wanted(), TODAY) is narrow
    assert rules.choose_grant([], wanted(), TODAY) is None


def test_the_grant_that_covers_most_is_offered() -> None:
    wide, narrow = a_grant(code="wide"), a_grant(code="narrow", items=(STATUS,))
    best = rules.widest_grant([narrow, wide], SERVICE, (STATUS, MARRIED_ON, "x"), TODAY)
    assert best == (wide, (STATUS, MARRIED_ON))


@given(
    st.sampled_from(GrantState),
    st.sampled_from(GrantVerb),
    st.sampled_from([None, *EndReason]),
)
def test_a_grant_moves_only_as_the_table_says(
    state: GrantState, verb: GrantVerb, reason: EndReason | None
) -> None:
    grant = a_grant(state=state, end_reason=reason)
    listed = rules.GRANT_MOVES.get((state, verb))
    again = verb is GrantVerb.GIVE_AGAIN and reason is not EndReason.DEFINITION
    if listed is None or again:
        with pytest.raises(Refusal, match=r"exchange\.grant_move_refused"):
            rules.move_grant(grant, verb)
    else:
        assert rules.move_grant(grant, verb) is listed


def test_only_the_providers_data_officer_decides() -> None:
    grant = a_grant(state=GrantState.REQUESTED)
    assert rules.may_decide(officer(CIVIL), grant)
    for other in (officer(LABOUR), staff(CIVIL, "case.decide"), resident(), VISITOR):
        assert not rules.may_decide(other, grant)


def test_the_officer_of_either_side_ends_a_grant_and_the_log_says_which() -> None:
    grant = a_grant()
    assert rules.may_end(officer(CIVIL), grant)
    assert rules.may_end(officer(LABOUR), grant)
    assert not rules.may_end(officer(POLICE), grant)
    assert rules.end_reason_of(officer(CIVIL), grant) is EndReason.PROVIDER
    assert rules.end_reason_of(officer(LABOUR), grant) is EndReason.RECIPIENT


def test_requests_are_seen_by_the_two_sides_only_and_grants_by_everyone() -> None:
    asked = a_grant(state=GrantState.REQUESTED)
    assert rules.may_see(staff(CIVIL), asked)
    assert rules.may_see(staff(LABOUR), asked)
    assert not rules.may_see(staff(POLICE), asked)
    assert not rules.may_see(VISITOR, asked)
    assert rules.may_see(VISITOR, a_grant())
    assert rules.may_see(VISITOR, a_grant(state=GrantState.ENDED, end_reason=EndReason.PROVIDER))


def test_the_interface_answers_systems_and_staff_with_a_case_duty() -> None:
    assert rules.may_read(Actor(ActorKind.CLIENT, account="c", department=LABOUR))
    assert rules.may_read(staff(LABOUR, "case.review"))
    for other in (
        staff(LABOUR, "ledger.audit"),
        staff("", "case.review"),
        Actor(ActorKind.CLIENT, account="c"),
        resident(),
        VISITOR,
    ):
        assert not rules.may_read(other)


@pytest.mark.parametrize(
    ("starts", "ends", "wrong"),
    [
        (TODAY, TODAY, {}),
        (None, None, {"starts": "exchange.date_missing", "ends": "exchange.date_missing"}),
        (TODAY, dt.date(2026, 11, 23), {"ends": "exchange.ends_before_start"}),
        (dt.date(2026, 1, 1), dt.date(2026, 2, 1), {"ends": "exchange.ends_in_past"}),
        (TODAY, dt.date(2036, 1, 1), {"ends": "exchange.term_too_long"}),
    ],
)
def test_a_term_has_two_ends_in_order_and_is_not_over(
    starts: dt.date | None, ends: dt.date | None, wrong: dict[str, str]
) -> None:
    assert rules.check_term(starts, ends, TODAY) == wrong


@given(st.text(max_size=100))
def test_a_purpose_is_a_code_and_never_a_sentence(text: str) -> None:
    if rules.is_code(text):
        assert text.isascii()
        assert " " not in text
        assert len(text) <= 80
