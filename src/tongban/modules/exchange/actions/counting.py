"""What is counted of sources, and told to the department that answers for them."""

import datetime as dt

from tongban.kernel.errors import Refusal
from tongban.kit.db import Unit
from tongban.modules.exchange import errors, queries, store
from tongban.modules.exchange.events import ValuesUnfit
from tongban.modules.exchange.model import Unfit
from tongban.modules.exchange.rules.grants import APPLY
from tongban.modules.notices import actions as notices

_QUIET = dt.timedelta(days=1)
"""Without anything unreadable for so long, the next is news again."""


def count_unanswered(unit: Unit, resource: str, refusal: Refusal) -> None:
    """Count an attempt that no source answered; any other refusal is on record or asked nobody."""
    if errors.is_unanswered(refusal):
        store.count_unanswered(unit.connection, resource, unit.now)


def count_unfit(unit: Unit, event: ValuesUnfit) -> None:
    """Count what a read could not give, and tell the source's department when it begins."""
    last = store.last_unfit(unit.connection, event.source)
    for element, reason in sorted(event.elements.items()):
        store.count_unfit(
            unit.connection, event.source, event.resource, element, Unfit(reason), unit.now
        )
    source = queries.sources(unit.connection).get(event.source)
    if source is None or (last is not None and unit.now - last < _QUIET):
        return
    notices.send_to_department(
        unit,
        source.department,
        APPLY,
        "exchange.notice.unreadable",
        {"source": event.source},
        f"/sources/{event.source}",
    )
