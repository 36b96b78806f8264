"""Dates: months, working days, limits and their reckoning."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.dates import (
    LONGEST,
    Calendar,
    DayKind,
    DayReason,
    Limit,
    LimitUnit,
    Pause,
    add_days,
    add_months,
    add_working_days,
    day_kind,
    is_working_day,
    local_date,
    months_between,
    reckon,
    standing,
    working_days_between,
    years_between,
)
from tongban.kernel.errors import Refusal

# The statutory holidays of the autumn of 2024 and the days worked for them.
HOLIDAYS = {
    **{date(2024, 9, day): "中秋节" for day in (15, 16, 17)},
    **{date(2024, 10, day): "国庆节" for day in range(1, 8)},
}
WORKDAYS = {
    date(2024, 9, 14): "中秋节",
    date(2024, 9, 29): "国庆节",
    date(2024, 10, 12): "国庆节",
}
CALENDAR = Calendar(
    covers=frozenset(range(2023, 2027)), holidays=HOLIDAYS, workdays=WORKDAYS, closes=time(17, 30)
)

any_day = st.dates()
covered = st.dates(date(2023, 6, 1), date(2025, 12, 31))
counts = st.integers(0, 60)


def test_the_last_day_of_a_month_stands_for_a_day_that_does_not_exist() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 12, 15), 1) == date(2025, 1, 15)


@pytest.mark.parametrize("months", [12 * 9999, -12 * 9999])
def test_a_date_outside_the_years_1_to_9999_is_refused(months: int) -> None:
    with pytest.raises(Refusal) as refused:
        add_months(date(2024, 1, 1), months)
    assert refused.value.code == "kernel.date_out_of_range"
    with pytest.raises(Refusal):
        add_days(date(2024, 1, 1), months * 100)


@given(any_day, any_day)
def test_complete_months_are_the_most_that_fit(one: date, other: date) -> None:
    start, end = sorted((one, other))
    months = months_between(start, end)
    assert add_months(start, months) <= end
    if end < date(9999, 11, 1):
        assert add_months(start, months + 1) > end
    assert months_between(end, start) == -months
    assert years_between(start, end) == months // 12
    assert years_between(end, start) == -(months // 12)


def test_somebody_is_of_age_on_the_birthday_and_not_the_day_before() -> None:
    assert years_between(date(2006, 5, 2), date(2024, 5, 1)) == 17
    assert years_between(date(2006, 5, 2), date(2024, 5, 2)) == 18
    assert years_between(date(2004, 2, 29), date(2023, 2, 28)) == 19


def test_the_date_is_the_one_where_the_people_are() -> None:
    evening = datetime(2024, 5, 1, 16, 30, tzinfo=UTC)
    assert local_date(evening, "Asia/Shanghai") == date(2024, 5, 2)
    assert CALENDAR.local_date(evening) == date(2024, 5, 2)
    assert CALENDAR.opening(date(2024, 5, 2)) == datetime(2024, 5, 2, 1, tzinfo=UTC)


def test_each_day_is_of_one_kind() -> None:
    assert day_kind(CALENDAR, date(2024, 10, 1)) is DayKind.HOLIDAY
    assert day_kind(CALENDAR, date(2024, 10, 12)) is DayKind.MAKE_UP
    assert day_kind(CALENDAR, date(2024, 10, 13)) is DayKind.WEEKEND
    assert day_kind(CALENDAR, date(2024, 10, 14)) is DayKind.WORKING


def test_a_year_the_calendar_does_not_cover_is_refused_and_named() -> None:
    with pytest.raises(Refusal) as refused:
        add_working_days(CALENDAR, date(2026, 12, 30), 5)
    assert refused.value.code == "kernel.calendar_not_covering"
    assert refused.value.data == {"year": 2027}


@given(covered, counts)
def test_the_days_between_a_day_and_the_nth_after_it_are_n(start: date, n: int) -> None:
    end = add_working_days(CALENDAR, start, n)
    assert working_days_between(CALENDAR, start, end) == n
    assert working_days_between(CALENDAR, end, start) == -n
    if n:
        assert is_working_day(CALENDAR, end)


@given(covered, counts, counts)
def test_adding_working_days_twice_is_adding_their_sum(start: date, a: int, b: int) -> None:
    once = add_working_days(CALENDAR, start, a + b)
    assert add_working_days(CALENDAR, add_working_days(CALENDAR, start, a), b) == once


@given(covered, counts)
def test_going_back_undoes_going_forward_between_working_days(start: date, n: int) -> None:
    begin = add_working_days(CALENDAR, start, 1)
    assert add_working_days(CALENDAR, add_working_days(CALENDAR, begin, n), -n) == begin


def test_a_limit_across_the_national_holiday_counts_the_makeup_days() -> None:
    # Accepted on Friday 27 September 2024: 29 Sept. (make-up), 30 Sept., 8 to 11, 12 (make-up).
    made = reckon(CALENDAR, Limit(amount=7), date(2024, 9, 27))
    assert made.due == date(2024, 10, 12)
    assert made.due_at == datetime(2024, 10, 12, 9, 30, tzinfo=UTC)
    assert [(line.day.day, line.reason) for line in made.days[:5]] == [
        (27, DayReason.START),
        (28, DayReason.WEEKEND),
        (29, DayReason.MAKE_UP),
        (30, DayReason.COUNTS),
        (1, DayReason.HOLIDAY),
    ]
    assert made.days[4].name == "国庆节"
    assert [line.number for line in made.days if line.counts] == [1, 2, 3, 4, 5, 6, 7]


def test_special_procedure_removes_the_days_that_started_inside_it() -> None:
    accepted = date(2024, 11, 4)  # a Monday
    pause = Pause(begin=date(2024, 11, 5), end=date(2024, 11, 7))
    made = reckon(CALENDAR, Limit(amount=3), accepted, [pause])
    # 5 counts (it had started), 6 and 7 do not, 8 counts, 9 and 10 are a weekend, 11 counts.
    assert made.due == date(2024, 11, 11)
    removed = [line.day.day for line in made.days if line.reason is DayReason.PAUSED]
    assert removed == [6, 7]


def test_an_open_pause_leaves_no_due_date_but_shows_the_days_until_today() -> None:
    pause = Pause(begin=date(2024, 11, 5))
    made = reckon(CALENDAR, Limit(amount=3), date(2024, 11, 4), [pause], date(2024, 11, 8))
    assert (made.due, made.due_at) == (None, None)
    assert made.days[-1].day == date(2024, 11, 8)
    now = standing(CALENDAR, made, date(2024, 11, 8), [pause])
    assert (now.used, now.left, now.paused, now.overdue) == (1, 2, True, False)


def test_a_pause_after_the_end_changes_nothing() -> None:
    pause = Pause(begin=date(2024, 11, 20))
    made = reckon(CALENDAR, Limit(amount=3), date(2024, 11, 4), [pause], date(2024, 11, 25))
    assert made.due == date(2024, 11, 7)


def test_a_case_done_at_once_is_due_the_same_day() -> None:
    made = reckon(CALENDAR, Limit(amount=0), date(2024, 11, 4))
    assert made.due == date(2024, 11, 4)


def test_a_limit_of_calendar_days_that_ends_in_a_holiday_ends_after_it() -> None:
    limit = Limit(amount=5, unit=LimitUnit.CALENDAR_DAYS)
    made = reckon(CALENDAR, limit, date(2024, 9, 28))
    assert made.due == date(2024, 10, 8)
    rolled = [line.day.day for line in made.days if line.reason is DayReason.ROLLED]
    assert rolled == [4, 5, 6, 7, 8]


def test_a_limit_of_months_ends_on_the_same_day_of_the_month() -> None:
    limit = Limit(amount=6, unit=LimitUnit.MONTHS)
    assert reckon(CALENDAR, limit, date(2024, 5, 14)).due == date(2024, 11, 14)


def test_a_longer_limit_is_made_by_extending_it() -> None:
    assert Limit(amount=20).extended(10) == Limit(amount=30)
    with pytest.raises(Refusal) as refused:
        reckon(CALENDAR, Limit(amount=LONGEST + 1), date(2024, 5, 14))
    assert refused.value.code == "kernel.limit_too_long"
    with pytest.raises(Refusal):
        add_working_days(CALENDAR, date(2024, 5, 14), LONGEST + 1)


def test_the_standing_tells_used_left_and_overdue_days() -> None:
    made = reckon(CALENDAR, Limit(amount=10), date(2024, 11, 4))
    assert made.due == date(2024, 11, 18)
    day_9 = standing(CALENDAR, made, date(2024, 11, 15))
    assert (day_9.used, day_9.left, day_9.has_used(90), day_9.overdue) == (9, 1, True, False)
    assert not standing(CALENDAR, made, date(2024, 11, 14)).has_used(90)
    assert not standing(CALENDAR, made, date(2024, 11, 18)).overdue
    late = standing(CALENDAR, made, date(2024, 11, 20))
    assert (late.used, late.left, late.overdue) == (12, -2, True)


def test_a_limit_is_overdue_on_the_days_off_right_after_its_last_day() -> None:
    made = reckon(CALENDAR, Limit(amount=5), date(2024, 11, 8))  # until Friday the 15th
    saturday = standing(CALENDAR, made, date(2024, 11, 16))
    assert (saturday.left, saturday.overdue) == (0, True)


def test_a_clock_that_is_stopped_on_its_last_day_ends_on_the_day_it_runs_again() -> None:
    start, last, again = date(2024, 11, 4), date(2024, 11, 7), date(2024, 11, 13)
    stopped = reckon(CALENDAR, Limit(amount=3), start, [Pause(begin=last)], again)
    assert stopped.due is None
    pauses = [Pause(begin=last, end=again)]
    made = reckon(CALENDAR, Limit(amount=3), start, pauses)
    assert made.due == again
    assert not standing(CALENDAR, made, again, pauses).overdue
    assert standing(CALENDAR, made, date(2024, 11, 14), pauses).left == -1


def first_worked(day: date) -> date:
    """Return the first working day from a day on."""
    return day if is_working_day(CALENDAR, day) else add_working_days(CALENDAR, day, 1)


@given(covered, st.integers(1, 40))
def test_without_pauses_the_due_date_is_the_nth_working_day(start: date, n: int) -> None:
    made = reckon(CALENDAR, Limit(amount=n), start)
    assert made.due == add_working_days(CALENDAR, start, n)
    assert sum(line.counts for line in made.days) == n


@given(covered, st.integers(1, 30), st.integers(0, 40), st.integers(0, 40))
def test_a_pause_moves_the_end_by_the_working_days_it_removes(
    start: date, n: int, after: int, length: int
) -> None:
    begin = start + timedelta(days=after)
    pause = Pause(begin=begin, end=begin + timedelta(days=length))
    made = reckon(CALENDAR, Limit(amount=n), start, [pause])
    assert made.due is not None
    removed = sum(
        is_working_day(CALENDAR, line.day) for line in made.days if line.reason is DayReason.PAUSED
    )
    last = next(line.day for line in made.days if line.number == n)
    if begin == last < begin + timedelta(days=length):
        assert made.due == first_worked(begin + timedelta(days=length)), "stopped on its last day"
    else:
        assert working_days_between(CALENDAR, start, made.due) == n + removed
    assert [line.number for line in made.days if line.counts] == list(range(1, n + 1))
    assert [line.day for line in made.days] == [
        start + timedelta(days=offset) for offset in range(len(made.days))
    ]


# Reading ----------------------------------------------------------------------------------------
