"""Counts what could not be given, after the read that met it was answered: no reader waits for it."""

from tongban.kit.db import Unit
from tongban.kit.outbox import Subscription
from tongban.modules.exchange import actions
from tongban.modules.exchange.events import ValuesUnfit


def count_unfit(unit: Unit, event: ValuesUnfit) -> None:
    """Count each element once more under its reason."""
    actions.count_unfit(unit, event)


SUBSCRIPTIONS: tuple[Subscription, ...] = ((ValuesUnfit, count_unfit),)
