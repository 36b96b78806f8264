"""Clocks of a case: five working days for acceptance, then the promised and the statutory limit.

行政许可法 art. 32: what is missing is told once within five days, or the case counts as accepted from
the day of receipt; art. 82: days are working days. The handling clocks begin with the next working
day after acceptance (day 0), both at once, stand still while a correction waits on the applicant, at
the longest until the last day given for it, and stop at the decision.
"""

import datetime as dt
from collections.abc import Iterable

from msgspec.structs import replace

from tongban.kernel.dates import (
    Calendar,
    Limit,
    LimitUnit,
    Pause,
    is_working_day,
    reckon,
    standing,
    why_provisional,
    working_day_if_known,
    working_days_between,
)
from tongban.kernel.errors import Refusal
from tongban.modules.services.model import (
    Case,
    Clock,
    Clocks,
    Correction,
    CorrectionClock,
    Expected,
    Limited,
    Promised,
    RunningStep,
    Service,
    State,
    Step,
    StepClock,
    StepRun,
)

ACCEPTANCE = Limited(days=5)
"""行政许可法 art. 32 (4)."""
NEARLY = 90
"""Of a hundred parts of a limit those after which a list marks it."""
CORRECTION_DAYS = 15
"""Working days an applicant has for a correction, unless the clerk gives more."""


def limit_of(limited: Limited) -> Limit:
    """Return a limit as the calendar reckons with it."""
    unit = LimitUnit.CALENDAR_DAYS if limited.unit == "day" else LimitUnit.WORKING_DAYS
    return Limit(amount=limited.days, unit=unit)


def pauses_of(
    calendar: Calendar, corrections: Iterable[Correction], today: dt.date
) -> tuple[Pause, ...]:
    """Return when the clocks of handling stand still because it waits on the applicant.

    From the day after the notice to the day of the answer, and never longer than was given for it:
    once that time is over it is the office that leaves the case lying, whether or not an answer
    still comes. Every page, card and figure goes by this.
    """
    return tuple(_pause(dated(calendar, each), today) for each in corrections)


def _pause(asked: Correction, today: dt.date) -> Pause:
    until = asked.supplied_on or today
    over = asked.due is not None and asked.due < until
    return Pause(begin=asked.asked_on, end=asked.due if over else asked.supplied_on)


def spoken(
    calendar: Calendar, corrections: Iterable[Correction], today: dt.date
) -> tuple[Pause, ...]:
    """Return when the five days for acceptance stand still: who sent a notice is not silent.

    As :func:`pauses_of`, but an answer that comes late ends the wait too: nobody counts as accepted
    by silence for days on which the answer was theirs to give.
    """
    asked = tuple(corrections)
    pauses = zip(asked, pauses_of(calendar, asked, today), strict=True)
    return tuple(Pause(begin=one.begin, end=each.supplied_on or one.end) for each, one in pauses)


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
    now = max(today, start)
    due = reckoning.due
    return Clock(
        limit=limited,
        reckoning=reckoning,
        standing=standing(calendar, reckoning, now, pauses),
        today=now,
        left=None if due is None else working_days_left(calendar, due, now, pauses),
        provisional=due is not None and not calendar.reaches(start, due),
        uncertain=due is not None and not calendar.reaches(due, max(due, now)),
    )


def working_days_left(
    calendar: Calendar, due: dt.date, today: dt.date, pauses: tuple[Pause, ...] = ()
) -> int:
    """Return the working days from today to a last day: the one number told of any limit, everywhere.

    Below zero by the working days since the last day, but for those in which the clock stood still.
    """
    if today <= due:
        return working_days_between(calendar, today, due)
    since = (due + dt.timedelta(days=day) for day in range(1, (today - due).days + 1))
    return -sum(
        is_working_day(calendar, day) and not any(pause.removes(day) for pause in pauses)
        for day in since
    )


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
    stopped = case.decided_at or case.closed_at
    until = min(today, calendar.local_date(stopped)) if stopped else today
    corrections = tuple(corrections)
    accepted = as_it_stands(calendar, case, corrections, today).accepted_on
    still = spoken if accepted is None else pauses_of
    pauses = still(calendar, corrections, until)
    try:
        return _clocks(calendar, service, case, accepted, until, pauses)
    except Refusal as refusal:
        provisional = _clocks(calendar.assumed(), service, case, accepted, until, pauses)
        return replace(provisional, not_covered=uncovered(refusal))


def as_it_stands(
    calendar: Calendar, case: Case, corrections: Iterable[Correction], today: dt.date
) -> Case:
    """Return a case as it stands on a day by law: accepted from its receipt where nothing was said
    within the five days, whether or not anybody has noted that yet.

    To count as accepted by silence takes a right away, so no provisional day leads to it.
    """
    if case.state is not State.SUBMITTED or case.submitted_at is None:
        return case
    last = acceptance_day(calendar, case, corrections, today)
    if last is None or today <= last:
        return case
    return replace(case, state=State.DEEMED, accepted_on=calendar.local_date(case.submitted_at))


def if_silent(
    calendar: Calendar,
    service: Service,
    case: Case,
    corrections: Iterable[Correction],
    today: dt.date,
) -> Clocks | None:
    """Return the clocks a case gets if nothing is said about acceptance in time: they run from its
    receipt. None while there is time enough to say it, and once it is said or has become acceptance.
    """
    corrections = tuple(corrections)
    running = clocks_of(calendar, service, case, corrections, today).acceptance
    if case.state is not State.SUBMITTED or case.submitted_at is None or hint(running) != "yellow":
        return None
    received = calendar.local_date(case.submitted_at)
    silent = replace(case, state=State.DEEMED, accepted_on=received)
    return clocks_of(calendar, service, silent, corrections, today)


def as_received(case: Case) -> Case:
    """Return a case as it was before it counted as accepted, to be reckoned anew."""
    if case.state is not State.DEEMED:
        return case
    return replace(case, state=State.SUBMITTED, accepted_on=None)


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
    promised = clock(calendar, service.promised_limit, accepted, until, pauses)
    statutory = clock(calendar, service.statutory_limit, accepted, until, pauses)
    if case.decided_at or case.closed_at:
        promised = replace(promised, stopped=True) if promised else None
        statutory = replace(statutory, stopped=True) if statutory else None
    return Clocks(promised=promised, statutory=statutory)


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


def promised_day(
    calendar: Calendar,
    service: Service,
    case: Case,
    corrections: Iterable[Correction],
    running: Clocks,
    today: dt.date,
) -> Promised:
    """Return the promised day of a case: before it is accepted the one of its receipt, at the latest
    and provisional, so that it never stands for the last day for acceptance. A case that is over keeps
    the day that was promised; one that ended without being accepted never had one."""
    clock = running.promised
    if clock is not None:
        why = why_provisional(calendar, clock.due, lacking=clock.provisional)
        return Promised(due=clock.due, left=clock.left, provisional=why)
    accepting = None if case.is_over else running.acceptance
    if accepting is None or accepting.due is None or case.submitted_at is None:
        return Promised()
    received = calendar.local_date(case.submitted_at)
    coming = expected(calendar, service, received, spoken(calendar, corrections, today)).promised
    if coming is None or coming.due is None:
        return Promised()
    left = working_days_left(calendar.assumed(), coming.due, today)
    return Promised(due=coming.due, left=left, provisional="not_accepted")


def acceptance_day(
    calendar: Calendar, case: Case, corrections: Iterable[Correction], today: dt.date
) -> dt.date | None:
    """Return the last of the five days for acceptance; None where the calendar does not cover them
    yet, and while the clock stands still."""
    assert case.submitted_at is not None
    received = calendar.local_date(case.submitted_at)
    pauses = spoken(calendar, corrections, today)
    try:
        return reckon(calendar, limit_of(ACCEPTANCE), received, pauses, today).due
    except Refusal as refusal:
        uncovered(refusal)
        return None


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


def awaited(
    calendar: Calendar, case: Case, corrections: Iterable[Correction], today: dt.date
) -> CorrectionClock | None:
    """Return how the time for an answer stands while it waits on the applicant; None otherwise."""
    asked = next((dated(calendar, each) for each in corrections), None)
    if asked is None or asked.due is None or case.state is not State.CORRECTION:
        return None
    return CorrectionClock(
        due=asked.due,
        today=today,
        left=working_days_left(calendar.assumed(), asked.due, today),
        provisional=asked.provisional,
        why_provisional=why_provisional(calendar, asked.due, lacking=asked.provisional),
        uncertain=not calendar.reaches(asked.due, max(asked.due, today)),
    )


def hint(clock: Clock | None) -> str:
    """Return how a list marks a limit: ``red`` once passed, ``yellow`` when nine tenths are used.

    A hint for the eye only; cards are supervision's. Without a last day nothing presses: so it is from
    the very day on which a correction is asked for. See ``rules/pressing`` for the days of a hint.
    """
    if clock is None or clock.stopped:
        return ""
    if clock.late:
        return "red"
    if clock.due is None or clock.standing.paused:
        return ""
    return "yellow" if (clock.left or 0) <= 1 or clock.standing.has_used(NEARLY) else ""


def running_step(
    calendar: Calendar,
    step: Step,
    run: StepRun,
    corrections: Iterable[Correction],
    today: dt.date,
    received: dt.date,
) -> RunningStep:
    """Return an open step as supervision sees it, with the days beyond its own limit."""
    opened = opened_on(calendar, run, received)
    own = step_clock(calendar, step, run, corrections, today, received)
    return RunningStep(
        step=step.code,
        name=step.name,
        department=step.department,
        clerk=run.clerk,
        opened_on=opened,
        overdue_days=own.overdue,
        due=own.due,
    )


def step_clock(
    calendar: Calendar,
    step: Step,
    run: StepRun,
    corrections: Iterable[Correction],
    today: dt.date,
    received: dt.date,
) -> StepClock:
    """Return an open step's own clock, provisional where the calendar does not reach.

    Nobody is late by a provisional day: once it has passed it presses, no more. A day that is certain
    stays passed in a year that the calendar lacks.
    """
    opened = opened_on(calendar, run, received)
    pauses = pauses_of(calendar, corrections, today)
    try:
        own, lacks = clock(calendar, step.limit, opened, today, pauses), None
    except Refusal as refusal:
        own = clock(calendar.assumed(), step.limit, opened, today, pauses)
        lacks = uncovered(refusal)
    stands = hint(own)
    guessed = own is not None and own.provisional
    return StepClock(clock=own, not_covered=lacks, hint="yellow" if guessed and stands else stands)


def opened_on(calendar: Calendar, run: StepRun, received: dt.date) -> dt.date:
    """Return on which day a step began, or a review was to be looked at again."""
    since = run.asked_again_at if run.waits_for_second_look else run.opened_at
    return calendar.local_date(since) if since else received


def uncovered(refusal: Refusal) -> int:
    """Return the year that the calendar does not cover; anything else goes on as it is."""
    if refusal.code != "kernel.calendar_not_covering":
        raise refusal
    return int(refusal.data["year"])
