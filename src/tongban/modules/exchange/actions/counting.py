"""What is counted of sources, so that their department sees it."""

from tongban.kit.db import Unit
from tongban.modules.exchange import store
from tongban.modules.exchange.events import ValuesUnfit
from tongban.modules.exchange.model import Unfit


def count_unfit(unit: Unit, event: ValuesUnfit) -> None:
    """Count what a read could not give, by source, resource, element and reason."""
    for element, reason in sorted(event.elements.items()):
        store.count_unfit(
            unit.connection, event.source, event.resource, element, Unfit(reason), unit.now
        )
