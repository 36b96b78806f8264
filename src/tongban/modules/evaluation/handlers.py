"""Recounts when something happened that indicators are made of."""

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
)


def changed(unit: Unit, event: Any) -> None:
    """Ask for a recount."""
    actions.ask_recount(unit)


def recount(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
    """Count outside any unit of work, however many cases there are, then keep what came out."""
    with house.db.read() as reader:
        known = queries.facts(reader)
    house.db.write(lambda unit: actions.keep_readings(unit, known))


JOBS = {actions.RECOUNT: recount}
ROUNDS = (OnceAMinute(queries.days_to_count, actions.count_day),)
"""Has everything counted anew on every day of the government: a limit that passes is no event."""
SUBSCRIPTIONS = (
    (CaseSubmitted, changed),
    (CaseAccepted, changed),
    (CaseNotAccepted, changed),
    (CorrectionAsked, changed),
    (CorrectionSupplied, changed),
    (CaseDecided, changed),
    (CaseClosed, changed),
    (CaseWithdrawn, changed),
)
