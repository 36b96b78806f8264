"""When the calendar changes: which days of running cases move, and which of them may not get earlier.

Limits are so many working days (行政许可法 art. 82), so the office's own days follow the calendar both
ways. What an applicant was given to answer in is only ever lengthened.
"""

import datetime as dt
from collections.abc import Iterable

from msgspec.structs import replace

from tongban.kernel.dates import Calendar
from tongban.modules.services.model import Case, Correction, Days, Moved, Service, State
from tongban.modules.services.rules import clocks


def days_of(
    calendar: Calendar,
    service: Service,
    case: Case,
    corrections: Iterable[Correction],
    today: dt.date,
) -> Days:
    """Return the days that a calendar gives a case, provisional ones where it does not reach.

    Before acceptance the result is promised as on the receipt, from the last day for acceptance on.
    While it waits for a correction only the applicant's own day is known.
    """
    asked = tuple(corrections)
    if case.state is State.CORRECTION:
        return Days(correction=_correction_day(calendar, asked))
    running = clocks.clocks_of(calendar, service, case, asked, today)
    if running.acceptance is None:
        return Days(
            promised=running.promised.due if running.promised else None,
            statutory=running.statutory.due if running.statutory else None,
        )
    assert case.submitted_at is not None
    received = calendar.local_date(case.submitted_at)
    spoken = clocks.spoken(calendar, asked, today)
    coming = clocks.expected(calendar, service, received, spoken)
    return Days(
        acceptance=running.acceptance.due,
        promised=coming.promised.due if coming.promised else None,
        statutory=coming.statutory.due if coming.statutory else None,
    )


def _correction_day(calendar: Calendar, asked: tuple[Correction, ...]) -> dt.date | None:
    waiting = [each for each in asked if each.supplied_on is None]
    if not waiting:
        return None
    given = waiting[0]
    if given.due is None:
        return clocks.dated(calendar, given).due
    reckoned = clocks.correction_due(calendar, given.asked_on, given.days)
    return given.due if reckoned is None else max(given.due, reckoned)


def with_days(case: Case, given: Days) -> Case:
    """Return the case with the days it was given; what stands still keeps its last day."""
    return replace(
        case,
        acceptance_due=given.acceptance or case.acceptance_due,
        promised_due=given.promised or case.promised_due,
        statutory_due=given.statutory or case.statutory_due,
    )


def moved(
    before: Calendar,
    after: Calendar,
    service: Service,
    case: Case,
    asked: tuple[Correction, ...],
    today: dt.date,
) -> Moved | None:
    """Return how another calendar moves a running case's days; None where it moves none.

    A notice of correction is given a day for good only where the calendar reaches it: by a
    provisional one the case could lapse.
    """
    if case.decided_at is not None or _is_only_guessed(after, case, asked):
        return None
    becomes = _reckoned_anew(before, after, case, asked, today)
    old = days_of(before, service, case, asked, today)
    new = days_of(after, service, becomes, asked, today)
    if old == new and becomes == case:
        return None
    return Moved(case=case, service_name=service.name, before=old, after=new, becomes=becomes)


def _reckoned_anew(
    before: Calendar,
    after: Calendar,
    case: Case,
    asked: tuple[Correction, ...],
    today: dt.date,
) -> Case:
    """Return the case as another calendar makes it: whether it counts as accepted by silence is
    reckoned anew both ways, as long as nobody has accepted it."""
    late = _accepted_too_late(before, after, case, asked, today)
    if late is not None:
        return replace(case, accepted_on=late)
    return clocks.as_it_stands(after, clocks.as_received(case), asked, today)


def _is_only_guessed(calendar: Calendar, case: Case, asked: tuple[Correction, ...]) -> bool:
    if case.state is not State.CORRECTION:
        return False
    return any(clocks.correction_due(calendar, one.asked_on, one.days) is None for one in asked)


def _accepted_too_late(
    before: Calendar,
    after: Calendar,
    case: Case,
    asked: tuple[Correction, ...],
    today: dt.date,
) -> dt.date | None:
    """Return the day of receipt, where nobody could know that acceptance came after its five days.

    Only a calendar that did not reach so far is reckoned anew: acceptance within the days of the
    calendar of its time stays what it was.
    """
    accepted = None if case.state is State.DEEMED else case.accepted_on
    if accepted is None or case.submitted_at is None or case.acceptance_due is None:
        return None
    received = after.local_date(case.submitted_at)
    if clocks.acceptance_day(before, case, asked, today) is not None or accepted == received:
        return None
    last = clocks.acceptance_day(after, case, asked, today)
    return received if last is not None and accepted > last else None
