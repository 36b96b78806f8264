"""Clocks of a case: five working days for acceptance, then the promised and the statutory limit.

行政许可法 art. 32: what is missing is told once within five days, or the case counts as accepted from
the day of receipt; art. 82: days are working days. The handling clocks begin with the next working
day after acceptance (day 0), both at once, stand still while a correction waits on the applicant,
and stop at the decision.
"""

import datetime as dt
from collections.abc import Iterable

from msgspec.structs import replace

from tongban.kernel.dates import (
    Calendar,
    Limit,
    LimitUnit,
    Pause,
    reckon,
    standing,
    working_day_if_known,
    working_days_between,
)
from tongban.kernel.errors import Refusal
from tongban.modules.services.model import (
    Case,
    Clock,
    Clocks,
    Correction,
    Expected,
    Limited,
    RunningStep,
    Service,
    State,
    Step,
    StepClock,
    StepRun,
)

ACCEPTANCE = Limited(days=5)
"""行政许可法 art. 32 (4)."""
CORRECTION_DAYS = 15
"""Working days an applicant has for a correction, unless the clerk gives more."""


def limit_of(limited: Limited) -> Limit:
    """Return a limit as the calendar reckons with it."""
    unit = LimitUnit.CALENDAR_DAYS if limited.unit == "day" else LimitUnit.WORKING_DAYS
    return Limit(amount=limited.days, unit=unit)


def pauses_of(corrections: Iterable[Correction]) -> tuple[Pause, ...]:
    """Return when the clocks stood still because it waited on the applicant."""
    return tuple(Pause(begin=each.asked_on, end=each.supplied_on) for each in corrections)


def clock(
    calendar: Calendar,
    limited: Limited | None,
    start: dt.date,
    today: dt.date,
    pauses: tuple[Pause, ...] = (),
) -> Clock | None:
    """Return one clock as it stands on a day; None without a limit."""
    if limited is None:
        return None
    reckoning = reckon(calendar, limit_of(limited), start, pauses, today)
    return Clock(
        limit=limited,
        reckoning=reckoning,
        standing=standing(calendar, reckoning, max(today, start), pauses),
    )


def in_working_days(calendar: Calendar, clock: Clock, today: dt.date) -> int:
    """Return what is left of a limit in working days, whatever its own unit; below zero once late.

    Lateness has one unit wherever limits of different kinds stand beside each other.
    """
    if clock.limit.unit != "day" or clock.due is None:
        return clock.standing.left
    try:
        return working_days_between(calendar, today, clock.due)
    except Refusal as refusal:
        uncovered(refusal)
        return clock.standing.left


def clocks_of(
    calendar: Calendar,
    service: Service,
    case: Case,
    corrections: Iterable[Correction],
    today: dt.date,
) -> Clocks:
    """Return every clock of a case on a day: acceptance before it is accepted, handling after.

    Where the calendar does not reach, the days are provisional (``not_covered``).
    """
    if case.submitted_at is None:
        return Clocks()
    pauses = pauses_of(corrections)
    stopped = case.decided_at or case.closed_at
    until = min(today, calendar.local_date(stopped)) if stopped else today
    accepted = case.accepted_on
    if accepted is None:
        # To count as accepted by silence takes a right away, so no provisional day leads to it.
        received = calendar.local_date(case.submitted_at)
        known = _known(calendar, ACCEPTANCE, received, until, pauses)
        accepted = deemed_accepted(case, received, known, today)
    try:
        return _clocks(calendar, service, case, accepted, until, pauses)
    except Refusal as refusal:
        provisional = _clocks(calendar.assumed(), service, case, accepted, until, pauses)
        return replace(provisional, not_covered=uncovered(refusal))


def _clocks(
    calendar: Calendar,
    service: Service,
    case: Case,
    accepted: dt.date | None,
    until: dt.date,
    pauses: tuple[Pause, ...],
) -> Clocks:
    assert case.submitted_at is not None
    if accepted is None:
        received = calendar.local_date(case.submitted_at)
        return Clocks(acceptance=clock(calendar, ACCEPTANCE, received, until, pauses))
    return Clocks(
        promised=clock(calendar, service.promised_limit, accepted, until, pauses),
        statutory=clock(calendar, service.statutory_limit, accepted, until, pauses),
    )


def _known(
    calendar: Calendar,
    limited: Limited,
    start: dt.date,
    today: dt.date,
    pauses: tuple[Pause, ...],
) -> Clock | None:
    """Return a clock, None where the calendar does not cover it."""
    try:
        return clock(calendar, limited, start, today, pauses)
    except Refusal as refusal:
        uncovered(refusal)
        return None


def deemed_accepted(
    case: Case, received: dt.date, acceptance: Clock | None, today: dt.date
) -> dt.date | None:
    """Return the day of receipt when nothing was said within the five days, else None."""
    if case.state is not State.SUBMITTED or acceptance is None or acceptance.due is None:
        return None
    return received if today > acceptance.due else None


def expected(
    calendar: Calendar, service: Service, received: dt.date, pauses: tuple[Pause, ...] = ()
) -> Expected:
    """Return what a receipt can promise: acceptance by then, and the result at the latest by then.

    A service without a step of acceptance is accepted by being received. Where the calendar does
    not reach, the days are provisional (``not_covered``).
    """
    try:
        return _expected(calendar, service, received, pauses)
    except Refusal as refusal:
        provisional = _expected(calendar.assumed(), service, received, pauses)
        return replace(provisional, not_covered=uncovered(refusal))


def _expected(
    calendar: Calendar, service: Service, received: dt.date, pauses: tuple[Pause, ...]
) -> Expected:
    accepting = any(step.kind == "accept" for step in service.steps)
    acceptance = clock(calendar, ACCEPTANCE, received, received, pauses) if accepting else None
    latest = acceptance.due if acceptance and acceptance.due else received
    return Expected(
        acceptance=acceptance,
        promised=clock(calendar, service.promised_limit, latest, latest),
        statutory=clock(calendar, service.statutory_limit, latest, latest),
    )


def acceptance_of(
    calendar: Calendar, case: Case, corrections: Iterable[Correction], today: dt.date
) -> Clock | None:
    """Return the five days for acceptance; None where the calendar does not cover them yet."""
    assert case.submitted_at is not None
    received = calendar.local_date(case.submitted_at)
    return _known(calendar, ACCEPTANCE, received, today, pauses_of(corrections))


def correction_due(calendar: Calendar, asked_on: dt.date, days: int) -> dt.date | None:
    """Return until when the applicant can supply what is missing; None while that is not covered."""
    return working_day_if_known(calendar, asked_on, days)


def with_due(calendar: Calendar, correction: Correction | None) -> Correction | None:
    """Return a notice with its last day, a provisional one while the calendar does not cover it."""
    return None if correction is None else dated(calendar, correction)


def dated(calendar: Calendar, correction: Correction) -> Correction:
    """Return a notice with its last day, a provisional one while the calendar does not cover it.

    A day that was given stays, unless a holiday declared since makes it too early and the calendar
    does not reach the right one.
    """
    due = correction_due(calendar, correction.asked_on, correction.days)
    if correction.due is not None and (due is not None or not _is_too_early(calendar, correction)):
        return correction
    if due is not None:
        return replace(correction, due=due)
    due = correction_due(calendar.assumed(), correction.asked_on, correction.days)
    return replace(correction, due=due, provisional=True)


def _is_too_early(calendar: Calendar, correction: Correction) -> bool:
    """Whether the calendar covers the days up to the one given, and they are too few."""
    if correction.due is None or correction.supplied_on is not None:
        return False
    try:
        given = working_days_between(calendar, correction.asked_on, correction.due)
    except Refusal as refusal:
        uncovered(refusal)
        return False
    return given < correction.days


def is_correction_late(correction: Correction, today: dt.date) -> bool:
    """Whether the time given for a correction has passed without an answer.

    Nothing lapses by a provisional day.
    """
    due = None if correction.provisional else correction.due
    return correction.supplied_on is None and due is not None and today > due


def hint(clock: Clock | None) -> str:
    """Return how a list marks a limit: ``red`` once passed, ``yellow`` when nine tenths are used.

    A hint for the eye only; cards are supervision's.
    """
    if clock is None or clock.standing.paused:
        return ""
    if clock.late:
        return "red"
    return "yellow" if clock.standing.left <= 1 or clock.standing.has_used(90) else ""


def running_step(
    calendar: Calendar,
    step: Step,
    run: StepRun,
    corrections: Iterable[Correction],
    today: dt.date,
    received: dt.date,
) -> RunningStep:
    """Return an open step as supervision sees it, with the days beyond its own limit."""
    opened = _opened_on(calendar, run, received)
    own = step_clock(calendar, step, run, corrections, today, received)
    # Nobody is reproached for a day that is only provisional.
    counts = own.clock is not None and not own.not_covered
    overdue = max(0, -in_working_days(calendar, own.clock, today)) if counts and own.clock else 0
    return RunningStep(
        step=step.code,
        name=step.name,
        department=step.department,
        clerk=run.clerk,
        opened_on=opened,
        overdue_days=overdue,
    )


def step_clock(
    calendar: Calendar,
    step: Step,
    run: StepRun,
    corrections: Iterable[Correction],
    today: dt.date,
    received: dt.date,
) -> StepClock:
    """Return an open step's own clock, provisional where the calendar does not reach."""
    opened = _opened_on(calendar, run, received)
    pauses = pauses_of(corrections)
    try:
        return StepClock(clock=clock(calendar, step.limit, opened, today, pauses))
    except Refusal as refusal:
        guessed = clock(calendar.assumed(), step.limit, opened, today, pauses)
        return StepClock(clock=guessed, not_covered=uncovered(refusal))


def _opened_on(calendar: Calendar, run: StepRun, received: dt.date) -> dt.date:
    since = run.asked_again_at if run.waits_for_second_look else run.opened_at
    return calendar.local_date(since) if since else received


def uncovered(refusal: Refusal) -> int:
    """Return the year that the calendar does not cover; anything else goes on as it is."""
    if refusal.code != "kernel.calendar_not_covering":
        raise refusal
    return int(refusal.data["year"])
