"""Counts what could not be given and judges what is unusual, after the read was answered: no reader waits."""

from tongban.kit.db import Unit
from tongban.kit.outbox import Subscription
from tongban.modules.exchange import actions
from tongban.modules.exchange.events import OwnRead, ReadOften, ValuesUnfit


def count_unfit(unit: Unit, event: ValuesUnfit) -> None:
    """Count each element once more under its reason."""
    actions.count_unfit(unit, event)


def watch_often(unit: Unit, event: ReadOften) -> None:
    """Judge how much was read in an hour, and in which."""
    actions.watch_often(unit, event)


def watch_own(unit: Unit, event: OwnRead) -> None:
    """Tell that somebody read their own data."""
    actions.watch_own(unit, event)


SUBSCRIPTIONS: tuple[Subscription, ...] = (
    (ValuesUnfit, count_unfit),
    (ReadOften, watch_often),
    (OwnRead, watch_own),
)
