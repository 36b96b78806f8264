"""What lists ask by index is what the clocks of the page say, on every day that may come."""

import datetime as dt
from collections.abc import Sequence

from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.builders import services as builders

from tongban.kernel.dates import Calendar
from tongban.modules.services.model import (
    FAR,
    Case,
    Correction,
    Limited,
    Outcome,
    SecondLook,
    Service,
    State,
    StepKind,
    StepRun,
    StepState,
    Stretch,
)
from tongban.modules.services.rules import clocks, pressing

GRAVITY = ("", "yellow", "red")
FIRST = dt.date(2026, 11, 2)
DAY = dt.timedelta(days=1)


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(2), dt.UTC)


def days(least: int, most: int) -> st.SearchStrategy[dt.date]:
    return st.integers(least, most).map(lambda days: FIRST + days * DAY)


LIMITS = st.none() | st.builds(
    Limited, days=st.integers(0, 45), unit=st.sampled_from(["working_day", "day"])
)
CALENDARS = st.builds(
    lambda years, free, worked: Calendar(
        covers=frozenset(years),
        holidays=dict.fromkeys(free, ""),
        workdays=dict.fromkeys(worked - free, ""),
    ),
    st.sampled_from([(2026,), (2026, 2027), (2026, 2027, 2028)]),
    st.sets(days(0, 200), max_size=12),
    st.sets(days(0, 200), max_size=4),
)
"""Years that end before, on, or after the days that matter."""


@st.composite
def standing(draw: st.DrawFn) -> tuple[Service, Case, StepRun, tuple[Correction, ...], dt.date]:
    """A case with an open step as it can stand, and the day on which it last changed."""
    received = draw(days(0, 40))
    service = builders.procedure(
        builders.definition(promised_limit=draw(LIMITS), statutory_limit=draw(LIMITS))
    )
    step = service.step("review")
    service = replace(
        service,
        steps=tuple(
            replace(one, limit=draw(LIMITS)) if one.code == step.code else one
            for one in service.steps
        ),
    )
    kind = draw(st.sampled_from(["received", "silent", "accepted", "decided"]))
    accepted = received + draw(st.integers(0, 12)) * DAY
    case = builders.case(
        state={
            "received": State.SUBMITTED,
            "silent": State.DEEMED,
            "accepted": State.REVIEWING,
            "decided": State.ISSUING,
        }[kind],
        submitted_at=at(received),
        accepted_on={"received": None, "silent": received}.get(kind, accepted),
    )
    opened = max(received, case.accepted_on or received) + draw(st.integers(0, 20)) * DAY
    run = StepRun(
        step=step.code,
        kind=StepKind.REVIEW,
        department=step.department,
        state=StepState.OPEN,
        opened_at=at(opened),
    )
    last = opened
    if draw(st.booleans()):
        last = opened + draw(st.integers(0, 20)) * DAY
        run = replace(
            run, state=StepState.DONE, second_look=SecondLook.WAITING, asked_again_at=at(last)
        )
    asked: tuple[Correction, ...] = ()
    # What is decided waits for no correction any more.
    pauses = ["none", "answered"] if kind == "decided" else ["none", "waiting", "answered"]
    pause = draw(st.sampled_from(pauses))
    if pause != "none":
        asked_on = received + draw(st.integers(0, 40)) * DAY
        supplied = asked_on + draw(st.integers(0, 25)) * DAY if pause == "answered" else None
        given_days = draw(st.integers(5, 30))
        asked = (
            Correction(
                asked_at=at(asked_on),
                asked_by="li",
                asked_on=asked_on,
                due=None,
                days=given_days,
                from_state=case.state,
                items=(),
                supplied_on=supplied,
            ),
        )
        last = max(last, supplied or asked_on)
        if supplied is None:
            case = replace(case, state=State.CORRECTION)
    if kind == "decided":
        last += draw(st.integers(0, 10)) * DAY
        case = replace(case, decided_at=at(last), outcome=Outcome.APPROVED)
    event(f"{kind}, correction {pause}")
    return service, case, run, asked, last


def shown(
    calendar: Calendar,
    service: Service,
    case: Case,
    run: StepRun,
    asked: Sequence[Correction],
    today: dt.date,
) -> tuple[dt.date, str, bool]:
    """Return the day by which the page orders a row, its urgency, and whether a correction lapsed."""
    step = service.step(run.step)
    stands = clocks.as_it_stands(calendar, case, asked, today)
    running = clocks.clocks_of(calendar, service, stands, asked, today)
    received = calendar.local_date(case.submitted_at or case.created_at)
    own = clocks.step_clock(calendar, step, run, asked, today, received)
    due = running.pressing.due if running.pressing else None
    urgency = max(clocks.hint(running.pressing), own.hint, key=GRAVITY.index)
    lapsed = any(clocks.is_correction_late(clocks.dated(calendar, one), today) for one in asked)
    return min(due or FAR, own.due or FAR), urgency, lapsed


def of_day(stretches: Sequence[Stretch], today: dt.date) -> Stretch:
    (found,) = [one for one in stretches if one.from_on <= today < one.until_on]
    return found


def by_index(stretch: Stretch, today: dt.date) -> str:
    return "red" if today >= stretch.red_from else "yellow" if today >= stretch.yellow_from else ""


def turns(stretches: Sequence[Stretch], last: dt.date) -> set[dt.date]:
    """Return the days on which a row changes by what is kept, with the day before and after."""
    each = {
        day
        for one in stretches
        for day in (one.from_on, one.yellow_from, one.red_from, one.due_on)
        if last < day < FAR
    }
    return {max(last, day + near * DAY) for day in each for near in (-1, 0, 1)}


@given(
    calendar=CALENDARS,
    stands=standing(),
    later=st.lists(st.integers(0, 400), min_size=3, max_size=3),
)
def test_on_every_day_to_come_the_days_kept_say_what_the_clocks_say(
    calendar: Calendar,
    stands: tuple[Service, Case, StepRun, tuple[Correction, ...], dt.date],
    later: list[int],
) -> None:
    service, case, run, asked, last = stands
    kept = pressing.at_hand(calendar, service, case, run, asked)
    assert kept.stretches[0].from_on == dt.date.min
    assert kept.stretches[-1].until_on == FAR
    seen = set()
    looked_at = {last, *(last + days * DAY for days in (*later, 1, 2))}
    for today in sorted(looked_at | turns(kept.stretches, last)):
        due, urgency, lapsed = shown(calendar, service, case, run, asked, today)
        row = of_day(kept.stretches, today)
        assert (row.due_on, by_index(row, today)) == (due, urgency), today
        assert (today >= kept.lapsed_from) is lapsed
        seen.add(urgency)
    event(f"seen {sorted(seen)}")
