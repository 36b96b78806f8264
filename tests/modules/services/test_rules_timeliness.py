"""A correction excuses as long as was given for it, the same on pages, cards and in figures."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.builders import services as builders
from tests.builders.services import CALENDAR, MORNING, TODAY

from tongban.kernel.dates import Calendar, DayReason
from tongban.modules.services.model import Case, Clock, Correction, State
from tongban.modules.services.rules import clocks, redating, timeliness

SERVICE = builders.procedure()
ASKED = dt.date(2026, 11, 26)
GIVEN_UNTIL = dt.date(2026, 12, 3)
"""The fifth working day after the notice."""


def asked(supplied_on: dt.date | None = None, on: dt.date = ASKED, **changed: object) -> Correction:
    """A notice that gives five working days."""
    plain = Correction(
        asked_at=MORNING,
        asked_by="li",
        asked_on=on,
        due=clocks.correction_due(CALENDAR, on, 5),
        days=5,
        from_state=State.REVIEWING,
        items=(),
        supplied_on=supplied_on,
    )
    return replace(plain, **changed)


def accepted(state: State = State.CORRECTION) -> Case:
    """A case accepted on the day it came in: promised in ten working days, by law in twenty."""
    return builders.case(state=state, accepted_on=TODAY)


def promised(
    correction: Correction | None, today: dt.date, state: State = State.CORRECTION
) -> Clock:
    given_for = (correction,) if correction else ()
    found = clocks.clocks_of(CALENDAR, SERVICE, accepted(state), given_for, today).promised
    assert found is not None
    return found


def is_late_in_figures(correction: Correction, today: dt.date) -> bool:
    state = State.CORRECTION if correction.supplied_on is None else State.REVIEWING
    return (
        timeliness.kept(CALENDAR, SERVICE, accepted(state), (correction,), today).on_time is False
    )


def test_the_clock_stands_still_to_the_last_day_given_and_runs_from_the_next() -> None:
    waiting = asked()
    assert (promised(waiting, GIVEN_UNTIL).told, promised(waiting, GIVEN_UNTIL).due) == (
        "paused",
        None,
    )
    over = promised(waiting, GIVEN_UNTIL + dt.timedelta(days=1))
    assert over.due == dt.date(2026, 12, 15), "five working days later than without the notice"
    assert [line.day for line in over.reckoning.days if line.reason is DayReason.PAUSED] == [
        ASKED + dt.timedelta(days=day) for day in range(1, 8)
    ]


def test_an_answer_within_its_time_takes_out_the_days_to_the_answer() -> None:
    answered = asked(dt.date(2026, 12, 1))
    assert promised(answered, dt.date(2026, 12, 2), State.REVIEWING).due == dt.date(2026, 12, 11)


@pytest.mark.parametrize("later", [1, 4, 20, 60])
def test_an_answer_after_its_time_takes_out_no_day_more_than_was_given(later: int) -> None:
    on = GIVEN_UNTIL + dt.timedelta(days=later)
    found = promised(asked(on), on, State.REVIEWING)
    assert (
        found.due == promised(asked(GIVEN_UNTIL), on, State.REVIEWING).due == dt.date(2026, 12, 15)
    )
    given_days = redating.days_of(CALENDAR, SERVICE, accepted(State.REVIEWING), [asked(on)], on)
    assert given_days.promised == found.due


def test_what_was_late_before_a_notice_stays_late_by_as_much_while_it_waits() -> None:
    notice = asked(on=dt.date(2026, 12, 10))
    before = promised(None, dt.date(2026, 12, 10), State.REVIEWING)
    assert (before.told, before.days, clocks.hint(before)) == ("late", 2, "red")
    waiting = promised(notice, dt.date(2026, 12, 15))
    assert (waiting.told, waiting.days, clocks.hint(waiting)) == ("late", 2, "red")
    assert is_late_in_figures(notice, dt.date(2026, 12, 15))


DAYS = st.integers(0, 150).map(lambda days: TODAY + dt.timedelta(days=days))


@given(on=DAYS, answer=st.none() | st.integers(0, 90), today=DAYS)
def test_page_and_figure_say_of_the_same_cases_that_they_are_late(
    on: dt.date, answer: int | None, today: dt.date
) -> None:
    supplied = None if answer is None else on + dt.timedelta(days=answer)
    if supplied is not None and supplied > today:
        supplied = None
    correction, today = asked(supplied, on), max(on, today)
    state = State.CORRECTION if supplied is None else State.REVIEWING
    assert promised(correction, today, state).late == is_late_in_figures(correction, today)


@given(answer=st.integers(0, 120), today=DAYS)
def test_what_is_late_never_comes_to_look_in_time_because_the_answer_comes_at_last(
    answer: int, today: dt.date
) -> None:
    on = ASKED + dt.timedelta(days=answer)
    if on <= GIVEN_UNTIL or on > today:
        return
    if is_late_in_figures(asked(), on):
        assert is_late_in_figures(asked(on), today)


def test_a_lapsed_notice_before_acceptance_leaves_the_five_days_running() -> None:
    received = builders.case(state=State.CORRECTION)
    notice = asked(from_state=State.SUBMITTED)
    over = clocks.clocks_of(
        CALENDAR, SERVICE, received, [notice], GIVEN_UNTIL + dt.timedelta(days=1)
    )
    assert over.acceptance is not None
    assert over.acceptance.due == dt.date(2026, 12, 8), "two of the five days were used"
    late = clocks.clocks_of(CALENDAR, SERVICE, received, [notice], dt.date(2026, 12, 20))
    assert late.acceptance is not None
    assert late.acceptance.late
    kept = timeliness.kept(CALENDAR, SERVICE, received, [notice], dt.date(2027, 1, 29))
    assert kept.on_time is False, "left lying it is not left out of the figures"


def test_who_answers_late_is_not_accepted_by_silence_for_the_days_they_let_pass() -> None:
    answered = asked(dt.date(2026, 12, 25), from_state=State.SUBMITTED)
    received = builders.case(state=State.SUBMITTED)
    next_day = dt.date(2026, 12, 28)
    assert clocks.as_it_stands(CALENDAR, received, [answered], next_day).state is State.SUBMITTED
    found = clocks.clocks_of(CALENDAR, SERVICE, received, [answered], next_day).acceptance
    assert found is not None
    assert found.due == dt.date(2026, 12, 30), "the three days that were left, from the answer on"


def test_where_the_calendar_does_not_reach_the_last_day_the_clock_runs_on_provisionally() -> None:
    short = Calendar(covers=frozenset({2026}))
    notice = asked(on=dt.date(2026, 12, 28), due=None)
    waiting = clocks.clocks_of(short, SERVICE, accepted(), [notice], dt.date(2026, 12, 31))
    assert waiting.promised is not None
    over = clocks.clocks_of(short, SERVICE, accepted(), [notice], dt.date(2027, 1, 20))
    assert over.not_covered == 2027
    assert over.promised is not None
    assert not clocks.is_correction_late(clocks.dated(short, notice), dt.date(2027, 1, 20))


@pytest.mark.parametrize(
    ("day", "told", "days", "late"),
    [
        (dt.date(2026, 12, 1), "left", 2, False),
        (dt.date(2026, 12, 2), "tomorrow", 1, False),
        (GIVEN_UNTIL, "today", 0, False),
        (dt.date(2026, 12, 4), "late", 1, True),
        (dt.date(2026, 12, 8), "late", 3, True),
    ],
)
def test_how_the_time_for_an_answer_stands(day: dt.date, told: str, days: int, late: bool) -> None:
    found = clocks.awaited(CALENDAR, accepted(), [asked()], day)
    assert found is not None
    assert (found.told, found.days, found.late, found.due) == (told, days, late, GIVEN_UNTIL)
    answered = accepted(State.REVIEWING)
    assert clocks.awaited(CALENDAR, answered, [asked(day)], day) is None


def test_a_provisional_last_day_passes_and_nothing_lapses() -> None:
    short = Calendar(covers=frozenset({2026}))
    notice = asked(on=dt.date(2026, 12, 28), due=None)
    found = clocks.awaited(short, accepted(), [notice], dt.date(2027, 1, 20))
    assert found is not None
    assert (found.told, found.late, found.not_covered) == ("passed", False, 2027)
