"""When a card is due."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.kernel.expressions import parse
from tongban.modules.supervision import rules
from tongban.modules.supervision.model import (
    Card,
    CardState,
    Clock,
    Colour,
    Draw,
    Watched,
    WatchedClock,
    WatchedStep,
)

YELLOW = (
    "near",
    Colour.YELLOW,
    parse("case.used_share >= 0.9 and case.overdue_days = 0"),
    3,
    "department",
)
RED = ("over", Colour.RED, parse("case.overdue_days > 0"), 3, "department")
DUE = date(2026, 11, 24)
STEP = ("step-late", Colour.YELLOW, parse("step.overdue_days > 0"), 2, "department")


def case(
    number: str = "A1", used: str = "0", overdue: int = 0, steps: tuple[WatchedStep, ...] = ()
) -> Watched:
    """Return a watched case."""
    return Watched(
        case_number=number,
        service="s",
        department="d",
        promised=WatchedClock(
            used_share=Decimal(used), remaining_days=0, overdue_days=overdue, due=DUE
        ),
        steps=steps,
    )


def test_nothing_is_drawn_while_there_is_time() -> None:
    assert rules.due([YELLOW, RED], [case(used="0.5")], set()) == []


def test_a_card_turns_yellow_at_nine_tenths_of_the_promised_time() -> None:
    assert [d.rule for d in rules.due([YELLOW, RED], [case(used="0.9")], set())] == ["near"]


def test_a_card_turns_red_once_the_promised_time_has_passed() -> None:
    assert [d.rule for d in rules.due([YELLOW, RED], [case(used="1.1", overdue=1)], set())] == [
        "over"
    ]


def test_one_rule_draws_one_card_on_a_case_for_ever() -> None:
    late = [case(used="2", overdue=9)]
    assert rules.due([RED], late, {("over", "A1", "d", "promised", "")}) == []
    assert rules.due([RED], late, {("over", "A1", "d", "", "")}) == [], "of before"


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.decimals(0, 3, places=2), st.integers(0, 9))))
def test_drawing_twice_draws_nothing_new(cases: list[tuple[str, Decimal, int]]) -> None:
    watched = [case(number, str(used), overdue) for number, used, overdue in cases]
    first = rules.due([YELLOW, RED], watched, set())
    known = {
        (one.rule, one.watched.case_number, one.about.department, one.clock, one.step)
        for one in first
    }
    assert rules.due([YELLOW, RED], watched, known) == []


def step(department: str, overdue: int = 0, handler: str = "", code: str = "") -> WatchedStep:
    """Return an open step."""
    return WatchedStep(department=department, handler=handler, overdue_days=overdue, step=code)


def about(draws: list[Draw]) -> list[tuple[str, str, str]]:
    """Return by which rule, to which department and to whom each card goes."""
    return [(one.rule, one.about.department, one.about.handler) for one in draws]


def test_of_parallel_steps_the_late_one_gets_the_card() -> None:
    parallel = case(steps=(step("in-time", handler="li"), step("late", 2, "sun")))
    assert about(rules.due([STEP], [parallel], set())) == [("step-late", "late", "sun")]


def test_the_department_that_keeps_a_late_case_waiting_gets_its_card() -> None:
    parallel = case(overdue=1, steps=(step("a", 1), step("b", 3), step("c", 2)))
    assert about(rules.due([RED], [parallel], set())) == [("over", "b", "")]
    assert about(rules.due([RED], [case(overdue=1)], set())) == [("over", "d", "")]


def test_of_equally_late_steps_each_department_has_its_own_card() -> None:
    parallel = case(overdue=1, steps=(step("a", 2, "li"), step("b", 2, "sun"), step("b", 2, "wu")))
    drawn = rules.due([STEP, RED], [parallel], set())
    own = [("a", "li"), ("b", "sun")]
    assert about(drawn) == [(rule, *whom) for rule in ("step-late", "over") for whom in own]


def test_a_step_that_becomes_late_after_another_has_its_own_card() -> None:
    parallel = case(steps=(step("a", 3), step("b", 1)))
    drawn = rules.due([STEP], [parallel], {("step-late", "A1", "a", "step", "")})
    assert about(drawn) == [("step-late", "b", "")]


def test_a_late_case_has_one_card_of_a_rule_though_its_late_step_moves_on() -> None:
    elsewhere = case(overdue=4, steps=(step("b"),))
    assert rules.due([RED], [elsewhere], {("over", "A1", "d", "promised", "")}) == []


def clocked(used: str, overdue: int = 0) -> WatchedClock:
    """Return a clock of a watched case."""
    return WatchedClock(used_share=Decimal(used), remaining_days=0, overdue_days=overdue, due=DUE)


ACCEPTANCE = ("unsaid", Colour.YELLOW, parse("acceptance.used_share >= 0.9"), 1, "department")
BY_LAW = ("unlawful", Colour.RED, parse("statutory.overdue_days > 0"), 1, "bureau")


def watched(**clocks: WatchedClock) -> Watched:
    """Return a watched case with these clocks and no others."""
    plain = Watched(case_number="A1", service="s", department="d")
    return msgspec.structs.replace(plain, **clocks)


def test_a_card_is_drawn_on_the_clock_that_its_rule_names_and_says_which() -> None:
    every = [YELLOW, RED, ACCEPTANCE, BY_LAW, STEP]
    nearly = {"acceptance": clocked("1"), "promised": clocked("1"), "statutory": clocked("2", 1)}
    for name, rule in (("acceptance", "unsaid"), ("promised", "near"), ("statutory", "unlawful")):
        (drawn,) = rules.due(every, [watched(**{name: nearly[name]})], set())
        assert (drawn.rule, drawn.clock, drawn.limit_due) == (rule, name, DUE)
    late = msgspec.structs.replace(watched(), steps=(step("d", 1, code="accept"),))
    (drawn,) = rules.due(every, [late], set())
    assert (drawn.rule, drawn.clock, drawn.step) == ("step-late", Clock.STEP, "accept")


def test_a_rule_of_what_remains_is_silent_while_its_clock_does_not_run() -> None:
    few = ("few", Colour.YELLOW, parse("case.remaining_days <= 2"), 1, "department")
    assert rules.due([few], [watched(acceptance=clocked("1"))], set()) == []


def test_a_card_of_one_clock_never_stands_for_another() -> None:
    """The same rule after an author has changed which clock it speaks of; and two steps of one office."""
    nearly = watched(promised=clocked("1"))
    assert len(rules.due([YELLOW], [nearly], {("near", "A1", "d", "acceptance", "")})) == 1
    second = msgspec.structs.replace(watched(), steps=(step("d", 2, code="decide"),))
    assert len(rules.due([STEP], [second], {("step-late", "A1", "d", "step", "accept")})) == 1
    both = (step("d", 1, code="one"), step("d", 2, code="two"))
    drawn = rules.due([STEP], [msgspec.structs.replace(watched(), steps=both)], set())
    assert [one.step for one in drawn] == ["two", "one"]


def card(state: CardState) -> Card:
    """Return a card in a state."""
    return Card(
        id="1",
        rule="over",
        colour=Colour.RED,
        case_number="A1",
        service="s",
        department="d",
        handler="",
        drawn_at=datetime(2026, 11, 24, tzinfo=UTC),
        reply_due=None,
        state=state,
    )


@pytest.mark.parametrize("to", list(CardState))
def test_a_withdrawn_card_stays_withdrawn(to: CardState) -> None:
    with pytest.raises(Refusal):
        rules.settle(card(CardState.WITHDRAWN), to)


def test_the_department_answers_and_an_inspector_of_another_withdraws() -> None:
    clerk = Actor(ActorKind.STAFF, department="d", duties=frozenset({"case.review"}))
    stranger = Actor(ActorKind.STAFF, department="e", duties=frozenset({"case.review"}))
    inspector = Actor(ActorKind.STAFF, department="e", duties=frozenset({"supervision.read"}))
    own = Actor(ActorKind.STAFF, department="d", duties=frozenset({"supervision.read"}))
    drawn = card(CardState.OPEN)
    answering = [rules.works_there(one, drawn) for one in (clerk, stranger, inspector)]
    assert answering == [True, False, False]
    assert [rules.may_withdraw(a, drawn) for a in (clerk, inspector, own)] == [False, True, False]


@pytest.mark.parametrize(
    ("state", "due", "late"),
    [
        (CardState.OPEN, date(2026, 11, 23), True),
        (CardState.OPEN, date(2026, 11, 24), False),
        (CardState.OPEN, None, False),
        (CardState.REPLIED, date(2026, 11, 23), False),
        (CardState.WITHDRAWN, date(2026, 11, 23), False),
    ],
)
def test_an_answer_is_overdue_after_its_last_day_and_while_there_is_none(
    state: CardState, due: date | None, late: bool
) -> None:
    asked = msgspec.structs.replace(card(state), reply_due=due)
    assert asked.is_unanswered(date(2026, 11, 24)) is late


def test_looking_at_late_cases_takes_no_longer_however_many_cards_were_drawn_before() -> None:
    """Counted, not timed: cards of other cases are not looked at again for each case."""

    class Counted(str):
        looked = 0

        def __eq__(self, other: object) -> bool:
            Counted.looked += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    before = {("over", Counted(f"B{n}"), "d", "promised", "") for n in range(1000)}
    late = [case(f"A{n}", overdue=1) for n in range(20)]
    Counted.looked = 0
    assert len(rules.due([RED], late, before)) == 20
    assert Counted.looked < 1000
