"""Counts again what something happened to, and on every day what a day may have changed."""

from collections.abc import Mapping
from typing import Any

from tongban.kit.db import Unit
from tongban.kit.house import House
from tongban.kit.jobs import Progress
from tongban.kit.lanes import OnceAMinute
from tongban.modules.evaluation import actions, queries
from tongban.modules.services.events import (
    CaseAccepted,
    CaseClosed,
    CaseDecided,
    CaseNotAccepted,
    CaseSubmitted,
    CaseWithdrawn,
    CorrectionAsked,
    CorrectionSupplied,
    DaysFixed,
    ValueSettled,
)


def changed(unit: Unit, event: Any) -> None:
    """Have the case counted again that something happened to."""
    actions.count_again(unit, event.case)


def recount(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
    """Count what is to be counted in small units of work, however many cases there are."""
    with house.db.read() as reader:
        of = queries.cases_to_count(reader)
    done = 0
    while some := house.db.write(actions.count_some):
        done += some
        progress(done, max(done, of))


JOBS = {actions.RECOUNT: recount}
ROUNDS = (OnceAMinute(queries.days_to_count, actions.count_day),)
"""Has what a day may have changed counted on every day of the government: a limit that passes is no event."""
SUBSCRIPTIONS = (
    (CaseSubmitted, changed),
    (CaseAccepted, changed),
    (CaseNotAccepted, changed),
    (CorrectionAsked, changed),
    (CorrectionSupplied, changed),
    (CaseDecided, changed),
    (CaseClosed, changed),
    (CaseWithdrawn, changed),
    (ValueSettled, changed),
    (DaysFixed, changed),
)
