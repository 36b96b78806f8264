"""Recounts when something happened that indicators are made of."""

from collections.abc import Mapping
from typing import Any

from tongban.kit.db import Unit
from tongban.kit.house import House
from tongban.kit.jobs import Progress
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


class EachDay:
    """Has everything counted anew on every day of the government: a limit that passes is no event.

    Looks once a minute of the government's own time, so that a clock set ahead counts.
    """

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, house: House) -> None:
        """Ask for a count unless there is one of today."""
        minute = house.clock.now().strftime("%Y-%m-%dT%H:%M")
        if minute == self._last:
            return
        with house.db.read() as reader:
            old = queries.is_of_another_day(reader)
        if old:
            house.db.write(actions.ask_recount)
        self._last = minute


JOBS = {actions.RECOUNT: recount}
ROUNDS = (EachDay(),)
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
