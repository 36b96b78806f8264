"""Clocks: five days for acceptance, then two limits at once; corrections stop them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import services as builders
from tests.builders.services import CALENDAR, MORNING, TODAY, case

from tongban.kernel.dates import Calendar, DayReason
from tongban.modules.services.model import Correction, CorrectionItem, Limited, State, StepKind
from tongban.modules.services.rules import clocks

SERVICE = builders.procedure()


def correction(
    asked_on: dt.date, supplied_on: dt.date | None = None, due: dt.date = dt.date(2026, 12, 15)
) -> Correction:
    return Correction(
        asked_at=MORNING,
        asked_by="li",
        asked_on=asked_on,
        due=due,
        from_state=State.SUBMITTED,
        items=(CorrectionItem(key="", text="说明"),),
        supplied_on=supplied_on,
    )


def test_acceptance_is_due_five_working_days_after_receipt() -> None:
    found = clocks.clocks_of(CALENDAR, SERVICE, case(), (), TODAY)
    assert found.acceptance is not None
    assert found.acceptance.due == dt.date(2026, 12, 1)
    assert found.acceptance.standing.left == 5
    assert found.promised is None
    assert found.statutory is None


def test_silence_counts_as_acceptance_from_the_day_of_receipt() -> None:
    last, next_day = dt.date(2026, 12, 1), dt.date(2026, 12, 2)
    assert clocks.clocks_of(CALENDAR, SERVICE, case(), (), last).promised is None
    found = clocks.clocks_of(CALENDAR, SERVICE, case(), (), next_day)
    assert found.promised is not None
    assert found.promised.reckoning.start == TODAY
    assert found.promised.standing.used == 6


def test_both_limits_run_from_the_next_working_day_after_acceptance() -> None:
    accepted = case(state=State.REVIEWING, accepted_on=TODAY)
    found = clocks.clocks_of(CALENDAR, SERVICE, accepted, (), TODAY)
    assert found.promised is not None
    assert found.statutory is not None
    assert found.promised.due == dt.date(2026, 12, 8)
    assert found.statutory.due == dt.date(2026, 12, 22)
    assert found.promised.standing.used == 0
    assert found.acceptance is None


def test_the_clock_stands_still_while_a_correction_waits_on_the_applicant() -> None:
    asked, supplied = dt.date(2026, 11, 26), dt.date(2026, 12, 3)
    open_ = clocks.clocks_of(CALENDAR, SERVICE, case(state=State.CORRECTION),
                             (correction(asked),), dt.date(2026, 12, 2))  # fmt: skip
    assert open_.acceptance is not None
    assert open_.acceptance.standing.paused
    assert open_.acceptance.due is None
    answered = (correction(asked, supplied),)
    after = clocks.clocks_of(CALENDAR, SERVICE, case(), answered, dt.date(2026, 12, 4))
    assert after.acceptance is not None
    assert after.acceptance.due == dt.date(2026, 12, 8)
    assert after.acceptance.standing.left == 2


def test_asking_in_time_is_not_silence() -> None:
    waiting = case(state=State.CORRECTION)
    asked = (correction(dt.date(2026, 11, 26)),)
    found = clocks.clocks_of(CALENDAR, SERVICE, waiting, asked, dt.date(2026, 12, 20))
    assert found.promised is None


def test_the_clock_stops_with_the_decision() -> None:
    decided = case(
        state=State.ISSUING,
        accepted_on=TODAY,
        decided_at=MORNING + dt.timedelta(days=2),
    )
    found = clocks.clocks_of(CALENDAR, SERVICE, decided, (), dt.date(2027, 2, 1))
    assert found.promised is not None
    assert found.promised.standing.used == 2
    assert not found.promised.standing.overdue


def test_a_day_in_a_year_that_the_calendar_does_not_cover_is_provisional_and_says_so() -> None:
    short = Calendar(covers=frozenset({2026}))
    late = case(state=State.REVIEWING, accepted_on=dt.date(2026, 12, 28))
    found = clocks.clocks_of(short, SERVICE, late, (), dt.date(2026, 12, 28))
    assert found.not_covered == 2027
    assert found.promised is not None
    assert found.promised.due == dt.date(2027, 1, 11), "1 January counts until it is known as off"
    coming = clocks.expected(short, SERVICE, dt.date(2026, 12, 28))
    assert coming.not_covered == 2027
    assert coming.promised is not None


def test_nobody_counts_as_accepted_by_a_provisional_day() -> None:
    short = Calendar(covers=frozenset({2026}))
    received = case(submitted_at=dt.datetime(2026, 12, 29, 2, tzinfo=dt.UTC))
    found = clocks.clocks_of(short, SERVICE, received, (), dt.date(2027, 1, 20))
    assert found.acceptance is not None
    assert found.acceptance.late
    assert found.promised is None


def test_a_receipt_promises_acceptance_and_then_the_result_at_the_latest() -> None:
    found = clocks.expected(CALENDAR, SERVICE, TODAY)
    assert found.acceptance is not None
    assert found.promised is not None
    assert found.statutory is not None
    assert found.acceptance.due == dt.date(2026, 12, 1)
    assert found.promised.due == dt.date(2026, 12, 15)
    assert found.statutory.due == dt.date(2026, 12, 29)


def test_a_receipt_says_why_each_day_counts_or_not() -> None:
    found = clocks.expected(CALENDAR, SERVICE, dt.date(2026, 12, 28))
    assert found.acceptance is not None
    reasons = [(line.day.day, line.reason) for line in found.acceptance.reckoning.days]
    assert reasons[0] == (28, DayReason.START)
    assert (1, DayReason.HOLIDAY) in reasons
    assert (2, DayReason.WEEKEND) in reasons


def test_a_service_that_is_done_at_once_is_due_the_same_day() -> None:
    step = builders.Step(
        code="decide", name="决定", kind=StepKind.DECIDE, department="human-resources"
    )
    at_once = builders.procedure(
        builders.definition(
            promised_limit=builders.Limited(days=0), statutory_limit=None, steps=(step,)
        )
    )
    found = clocks.expected(CALENDAR, at_once, TODAY)
    assert found.acceptance is None
    assert found.promised is not None
    assert found.promised.due == TODAY


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (dt.date(2026, 11, 24), ""),
        (dt.date(2026, 12, 7), "yellow"),
        (dt.date(2026, 12, 8), "yellow"),
        (dt.date(2026, 12, 9), "red"),
    ],
)
def test_a_list_marks_what_is_nearly_or_already_late(today: dt.date, expected: str) -> None:
    accepted = case(state=State.REVIEWING, accepted_on=TODAY)
    found = clocks.clocks_of(CALENDAR, SERVICE, accepted, (), today)
    assert clocks.hint(found.promised) == expected


def test_a_step_has_a_limit_of_its_own() -> None:
    step, opened = SERVICE.step("review"), builders.run("review")
    found = clocks.running_step(CALENDAR, step, opened, (), dt.date(2026, 11, 30), TODAY)
    assert found.overdue_days == 1
    on_time = clocks.running_step(CALENDAR, step, opened, (), dt.date(2026, 11, 27), TODAY)
    assert on_time.overdue_days == 0


def test_a_correction_is_late_the_day_after_its_time() -> None:
    asked = correction(TODAY, due=dt.date(2026, 12, 1))
    assert not clocks.is_correction_late(asked, dt.date(2026, 12, 1))
    assert clocks.is_correction_late(asked, dt.date(2026, 12, 2))
    supplied = correction(TODAY, TODAY, due=dt.date(2026, 12, 1))
    assert not clocks.is_correction_late(supplied, dt.date(2026, 12, 2))


DAYS = st.integers(0, 60).map(lambda days: TODAY + dt.timedelta(days=days))


@given(days=st.integers(1, 40), start=DAYS, asked=DAYS, length=st.integers(0, 30), seen=DAYS)
def test_a_pause_never_takes_days_away_from_whoever_must_decide(
    days: int, start: dt.date, asked: dt.date, length: int, seen: dt.date
) -> None:
    pause = clocks.pauses_of(CALENDAR, [correction(asked, asked + dt.timedelta(days=length))], seen)
    without = clocks.clock(CALENDAR, Limited(days=days), start, seen)
    paused = clocks.clock(CALENDAR, Limited(days=days), start, seen, pause)
    assert without is not None
    assert paused is not None
    assert without.due is not None
    assert paused.due is not None
    assert paused.due >= without.due
    assert paused.standing.left >= without.standing.left


@given(days=st.integers(1, 40), start=DAYS, seen=DAYS)
def test_used_and_left_always_add_up_to_the_limit(days: int, start: dt.date, seen: dt.date) -> None:
    found = clocks.clock(CALENDAR, Limited(days=days), start, max(seen, start))
    assert found is not None
    assert found.standing.used + found.standing.left == days
