"""Decisions of identity, alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.modules.identity import rules
from tongban.modules.identity.model import (
    Account,
    AccountKind,
    AccountState,
    Attempts,
    Mandate,
    Organisation,
    Session,
    SignInWay,
)

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def a_session(
    kind: AccountKind = AccountKind.STAFF, way: SignInWay = SignInWay.PASSWORD
) -> Session:
    return Session(
        id="s",
        account="a",
        kind=kind,
        way=way,
        csrf="c",
        began_at=NOW,
        seen_at=NOW,
        ends_at=rules.session_end(way, NOW),
    )


def an_account(identifier: str = "a") -> Account:
    return Account(
        id=identifier,
        login="li.ping",
        kind=AccountKind.STAFF,
        state=AccountState.ACTIVE,
        name="李萍",
        created_at=NOW,
    )


def test_four_wrong_passwords_cost_no_wait() -> None:
    assert rules.wait_after(4, rules.CALM) is None


def test_the_fifth_wrong_password_costs_a_minute_and_is_told_to_the_minute() -> None:
    attempts = None
    for _ in range(5):
        attempts = rules.charge(attempts, NOW)
    opens = NOW + timedelta(minutes=1)
    assert rules.shut_until(attempts, opens - timedelta(seconds=1)) == opens
    assert rules.shut_until(attempts, opens) is None
    assert rules.minutes_until(opens, NOW) == 1
    assert rules.minutes_until(opens, NOW - timedelta(seconds=1)) == 2


@given(st.integers(1, 60), st.sampled_from([0, 99, 100, 999, 1000, 5000]))
def test_the_more_failures_and_the_more_pressure_the_longer_the_wait(
    failures: int, pressure: int
) -> None:
    nothing = timedelta(0)
    schedule = rules.schedule_under(pressure)
    wait = rules.wait_after(failures, schedule) or nothing
    assert (rules.wait_after(failures + 1, schedule) or nothing) >= wait
    assert (rules.wait_after(failures, rules.schedule_under(pressure + 900)) or nothing) >= wait
    assert wait <= timedelta(hours=12), "nobody is shut out for longer"


def test_failures_of_yesterday_no_longer_count() -> None:
    before = Attempts(failures=4, last_at=NOW - timedelta(hours=24))
    assert rules.charge(before, NOW).failures == 1


def test_a_siege_is_forgotten_within_six_days() -> None:
    pressed = None
    for _ in range(5000):
        pressed = rules.press(pressed, NOW)
    assert rules.pressure_of(pressed, NOW) == rules.MOST_PRESSURE
    assert rules.pressure_of(pressed, NOW + timedelta(days=1)) == rules.MOST_PRESSURE - 200
    assert rules.pressure_of(pressed, NOW + timedelta(days=6)) == 0


def test_ipv6_networks_count_as_the_block_they_are_given_out_in() -> None:
    assert rules.origin_of("2001:db8:5:7::/64") == "2001:db8:5::/48"
    assert rules.sources_of("2001:db8:5:7::/64") == (
        ("2001:db8:5:7::/64", 50),
        ("2001:db8:5::/48", 500),
    )
    assert rules.sources_of("203.0.113.9") == (("203.0.113.9", 50),)
    assert rules.sources_of("") == (("", 50),), "who hides their network is counted too"


@pytest.mark.parametrize(
    ("kind", "minutes"), [(AccountKind.STAFF, 30), (AccountKind.RESIDENT, 120)]
)
def test_an_idle_session_ends(kind: AccountKind, minutes: int) -> None:
    session = a_session(kind)
    assert not rules.is_over(session, NOW + timedelta(minutes=minutes, seconds=-1))
    assert rules.is_over(session, NOW + timedelta(minutes=minutes))


def test_a_busy_session_ends_after_twelve_hours() -> None:
    later = NOW + timedelta(hours=12)
    busy = Session(
        id="s",
        account="a",
        kind=AccountKind.STAFF,
        way=SignInWay.PASSWORD,
        csrf="c",
        began_at=NOW,
        seen_at=later - timedelta(seconds=1),
        ends_at=rules.session_end(SignInWay.PASSWORD, NOW),
    )
    assert rules.is_over(busy, later)


def test_a_demonstration_session_outlives_a_clock_set_ahead() -> None:
    session = a_session(AccountKind.RESIDENT, SignInWay.DEMONSTRATION)
    assert not rules.is_over(session, NOW + timedelta(days=30))


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short one", "too_short"),
        ("x" * 129, "too_long"),
        ("password1234", "common"),
        ("P@ssw0rd2026!", "common"),
        ("123456789012", "common"),
        ("qwertyuiop12", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("1qaz2wsx3edc", "common"),
        ("woaini123456789", "common"),
        ("li.ping-li.ping", "own_name"),
        ("correct horse battery staple", None),
        ("云溪的桂花在九月开得最香了", None),
        ("mfk2 w9dh t4rx", None),
    ],
)
def test_a_password_must_be_long_and_not_guessable(password: str, fault: str | None) -> None:
    assert rules.password_fault(password, "li.ping", "李萍") == fault


@given(st.text(min_size=0, max_size=140))
def test_any_text_gets_an_answer_from_the_password_rule(text: str) -> None:
    assert rules.password_fault(text, "li.ping") in {
        None,
        "too_short",
        "too_long",
        "common",
        "own_name",
    }


def test_a_login_is_compared_without_case_width_and_spaces() -> None:
    assert rules.normal_login(" ＬｉPing ") == "liping"


@pytest.mark.parametrize("login", ["", "a", "李萍", "a b", "-a", "x" * 65, "a@b"])
def test_a_login_that_could_be_mistaken_is_refused(login: str) -> None:
    with pytest.raises(Refusal):
        rules.check_login(login)


def test_duties_are_what_the_roles_bring_together_and_a_retired_role_brings_none() -> None:
    declared = {"clerk": ("case.accept",), "reviewer": ("case.review", "case.decide")}
    held = rules.duties_of(["clerk", "reviewer", "retired"], declared)
    assert held == {"case.accept", "case.review", "case.decide"}


def test_the_administrator_can_always_manage_the_staff() -> None:
    assert "staff.manage" in rules.duties_of(["administrator"], {"administrator": ()})


def test_nobody_deactivates_themself() -> None:
    actor = Actor(ActorKind.STAFF, account="a", duties=frozenset({"staff.manage"}))
    with pytest.raises(Refusal, match="own_account"):
        rules.check_leaving(actor, an_account("a"), ["a", "b"])


def test_the_last_who_can_manage_the_staff_stays() -> None:
    actor = Actor(ActorKind.SYSTEM, account="system")
    with pytest.raises(Refusal, match="last_administrator"):
        rules.check_leaving(actor, an_account("a"), ["a"])


def test_a_mandate_holds_on_its_first_and_last_day_and_not_beside_them() -> None:
    organisation = Organisation(id="o", credit_code="91110000100000000A", name="某公司")
    day = date(2026, 11, 24)
    mandate = Mandate(id="m", person="p", organisation=organisation, begins=day, ends=day)
    assert rules.may_act_for(mandate, day)
    assert not rules.may_act_for(mandate, date(2026, 11, 23))
    assert not rules.may_act_for(mandate, date(2026, 11, 25))
