"""From which days on an open step presses: what lists ask by index instead of walking days each time.

The days follow from the clocks that the page shows (``rules/clocks``) for as long as nothing happens to
the case. What changes of itself by the passing of days is foreseen: a case that counts as accepted by
silence gets other clocks the day after the last one for acceptance, and while a correction waits on the
applicant nothing presses from the day after the notice on.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from tongban.kernel.dates import DAY, Calendar, Pause, Reckoning, is_working_day, reckon
from tongban.kit.crypto.hashing import fingerprint
from tongban.modules.services.model import (
    FAR,
    AtHand,
    Case,
    Correction,
    Limited,
    Service,
    State,
    Step,
    StepRun,
    Stretch,
)
from tongban.modules.services.model.base import Value
from tongban.modules.services.rules import clocks


class _Mark(Value, frozen=True, kw_only=True):
    """From which days on one clock presses."""

    due: dt.date = FAR
    yellow: dt.date = FAR
    red: dt.date = FAR


_QUIET = _Mark()
_MADE = 2
"""Raised with every change of how days are made here, or of what a step needs (``needed``): then what
is kept is made anew."""


def mark_of(calendar: Calendar) -> str:
    """Return by what days are told apart that another calendar, or another way to reckon, gave."""
    days = {
        "made": _MADE,
        "zone": calendar.zone,
        "covers": sorted(calendar.covers),
        "weekend": sorted(calendar.weekend),
        "holidays": sorted(map(str, calendar.holidays)),
        "workdays": sorted(map(str, calendar.workdays)),
    }
    return fingerprint(msgspec.json.encode(days))


def at_hand(
    calendar: Calendar,
    service: Service,
    case: Case,
    run: StepRun,
    corrections: Sequence[Correction],
) -> AtHand:
    """Return an open step, or a review to be looked at again, as lists find it.

    It holds for every day from the one on which the case last changed.
    """
    step = service.step(run.step)
    return AtHand(
        step=run.step,
        kind=run.kind,
        department=run.department,
        duty=step.needed_duty,
        clerk=run.clerk,
        again=run.waits_for_second_look,
        stretches=stretches(calendar, service, case, step, run, corrections),
        waits=case.state is State.CORRECTION,
        lapsed_from=_lapsed_from(calendar, corrections),
    )


def stretches(
    calendar: Calendar,
    service: Service,
    case: Case,
    step: Step,
    run: StepRun,
    corrections: Sequence[Correction],
) -> tuple[Stretch, ...]:
    """Return for all days to come when the step is due and from when on its row is yellow and red.

    One stretch as a rule; another for what the passing of days alone will change.
    """
    received = calendar.local_date(case.submitted_at or case.created_at)
    opened = clocks.opened_on(calendar, run, received)
    silent = _silent_from(calendar, case, corrections, received)
    waiting = [clocks.dated(calendar, one) for one in corrections if one.supplied_on is None]
    turns = {day + DAY for one in waiting for day in (one.asked_on, one.due) if day is not None}
    turns |= set() if silent is None else {silent}
    first = max((one.asked_on for one in waiting), default=received)
    found = []
    for begin, end in pairwise(sorted({dt.date.min, FAR, *turns})):
        accepted = received if silent is not None and begin >= silent else case.accepted_on
        on = max(begin, first)
        both = (
            _of_case(calendar, service, case, accepted, corrections, on),
            _of_step(calendar, step, opened, corrections, on),
        )
        found.append(_stretch(begin, end, both))
    return tuple(found)


def _stretch(begin: dt.date, end: dt.date, marks: tuple[_Mark, ...]) -> Stretch:
    red = min(mark.red for mark in marks)
    return Stretch(
        from_on=begin,
        until_on=end,
        due_on=min(mark.due for mark in marks),
        yellow_from=min(red, *(mark.yellow for mark in marks)),
        red_from=red,
    )


def _of_case(
    calendar: Calendar,
    service: Service,
    case: Case,
    accepted: dt.date | None,
    corrections: Sequence[Correction],
    on: dt.date,
) -> _Mark:
    """Return the mark of the clock that presses the case; once decided it has its day and is quiet."""
    start = accepted or calendar.local_date(case.submitted_at or case.created_at)
    handling = service.promised_limit or service.statutory_limit
    limited = clocks.ACCEPTANCE if accepted is None else handling
    still = clocks.spoken if accepted is None else clocks.pauses_of
    mark = _mark(calendar, limited, start, still(calendar, corrections, on), on)
    return _Mark(due=mark.due) if case.decided_at or case.closed_at else mark


def _of_step(
    calendar: Calendar,
    step: Step,
    opened: dt.date,
    corrections: Sequence[Correction],
    on: dt.date,
) -> _Mark:
    """Return the mark of the step's own clock: nobody is late by a provisional day."""
    pauses = clocks.pauses_of(calendar, corrections, on)
    mark = _mark(calendar, step.limit, opened, pauses, on)
    if mark.due == FAR or calendar.reaches(opened, mark.due):
        return mark
    return _Mark(due=mark.due, yellow=min(mark.yellow, mark.red))


def _mark(
    calendar: Calendar,
    limited: Limited | None,
    start: dt.date,
    pauses: tuple[Pause, ...],
    on: dt.date,
) -> _Mark:
    """Return the mark of a clock whose pauses are these from a day on."""
    if limited is None:
        return _QUIET
    known = calendar.assumed()
    reckoning = reckon(known, clocks.limit_of(limited), start, pauses, on)
    due = reckoning.due
    if due is None:
        return _QUIET
    return _Mark(
        due=due,
        yellow=max(
            _awake_from(pauses, on),
            min(_last_day_but_one(known, start, due), _nine_tenths(reckoning, due)),
        ),
        red=due + DAY,
    )


def _awake_from(pauses: Iterable[Pause], on: dt.date) -> dt.date:
    """Return from when on a clock does not stand still; what is late stays so while it does."""
    days = [dt.date.min]
    for pause in pauses:
        if pause.end is None:
            days += [FAR] if pause.begin < on else []
        elif pause.begin < pause.end:
            days.append(pause.end + DAY)
    return max(days)


def _last_day_but_one(known: Calendar, start: dt.date, due: dt.date) -> dt.date:
    """Return the first day with no more than one working day left until the last."""
    day, left = due, 0
    while day > start and left + is_working_day(known, day) <= 1:
        left += is_working_day(known, day)
        day -= DAY
    return day


def _nine_tenths(reckoning: Reckoning, due: dt.date) -> dt.date:
    """Return the first day on which nine tenths of a limit are used."""
    used = -(-reckoning.total * clocks.NEARLY // 100)
    if used == 0:
        return reckoning.start
    return next((line.day for line in reckoning.days if (line.number or 0) >= used), due)


def _silent_from(
    calendar: Calendar, case: Case, corrections: Sequence[Correction], received: dt.date
) -> dt.date | None:
    """Return from which day on the case counts as accepted if nobody says anything."""
    if case.state is not State.SUBMITTED or case.submitted_at is None:
        return None
    last = clocks.acceptance_day(calendar, case, corrections, received)
    return None if last is None else last + DAY


def _lapsed_from(calendar: Calendar, corrections: Iterable[Correction]) -> dt.date:
    """Return the first day on which the time given for a correction is over without an answer."""
    waiting = (clocks.dated(calendar, one) for one in corrections if one.supplied_on is None)
    over = (one.due + DAY for one in waiting if one.due is not None and not one.provisional)
    return min(over, default=FAR)
