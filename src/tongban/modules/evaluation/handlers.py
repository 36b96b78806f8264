"""Recounts when something happened that indicators are made of."""

from typing import Any

from tongban.kit.db import Unit
from tongban.modules.evaluation import actions
from tongban.modules.services.events import (
    CaseClosed,
    CaseDecided,
    CaseSubmitted,
    CorrectionAsked,
)


def recount(unit: Unit, event: Any) -> None:
    """Keep today's readings anew; doing it twice changes nothing."""
    actions.read_today(unit)


SUBSCRIPTIONS = (
    (CaseSubmitted, recount),
    (CorrectionAsked, recount),
    (CaseDecided, recount),
    (CaseClosed, recount),
)
