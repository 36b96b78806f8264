"""Whether a case kept its limits: what is left undone never looks better than what was done."""

import datetime as dt
from collections.abc import Iterable

from tongban.kernel.dates import Calendar
from tongban.modules.services.model import Case, Clock, Correction, Kept, Service
from tongban.modules.services.rules.clocks import ACCEPTANCE, clock, pauses_of, spoken


def kept(
    calendar: Calendar,
    service: Service,
    case: Case,
    corrections: Iterable[Correction],
    today: dt.date,
) -> Kept:
    """Return how a case that came in stands to its limits on a day.

    What was decided is measured by the days it was given then, which no later calendar changes.
    """
    if case.decided_at is not None:
        return _decided(service, case, calendar.local_date(case.decided_at))
    until = min(today, calendar.local_date(case.closed_at)) if case.closed_at else today
    promised, statutory = _undecided(calendar, service, case, tuple(corrections), until)
    pressing = promised or statutory
    beyond = 0
    if statutory is not None and statutory.due is not None:
        beyond = min(0, (statutory.due - until).days)
    return Kept(
        on_time=False if pressing is not None and pressing.standing.overdue else None,
        days_saved=beyond if service.statutory_limit is not None else None,
    )


def _decided(service: Service, case: Case, decided: dt.date) -> Kept:
    due = case.promised_due if service.promised_limit is not None else case.statutory_due
    statutory = case.statutory_due
    return Kept(
        on_time=None if due is None else decided <= due,
        days_saved=None if statutory is None else (statutory - decided).days,
    )


def _undecided(
    calendar: Calendar,
    service: Service,
    case: Case,
    corrections: tuple[Correction, ...],
    until: dt.date,
) -> tuple[Clock | None, Clock | None]:
    """Return the promised and the statutory clock as they stand at the end, or today.

    Where acceptance was neither given nor refused within its five days, they run from the receipt.
    """
    assert case.submitted_at is not None
    received = calendar.local_date(case.submitted_at)
    pauses, still = (how(calendar, corrections, until) for how in (pauses_of, spoken))
    # A calendar that somebody forgot to extend makes nothing look better: weekends are known.
    calendar = calendar.assumed()
    accepted = case.accepted_on
    if accepted is None:
        acceptance = clock(calendar, ACCEPTANCE, received, until, still)
        if acceptance is None or not acceptance.standing.overdue:
            return None, None
        accepted = received
    return (
        clock(calendar, service.promised_limit, accepted, until, pauses),
        clock(calendar, service.statutory_limit, accepted, until, pauses),
    )
