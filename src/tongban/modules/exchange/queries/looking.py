"""What somebody looked at of a case today."""

import datetime as dt
from collections.abc import Iterable

from tongban.kit.db import Reader
from tongban.modules.exchange import store
from tongban.modules.exchange.model.looks import Looked, LookKind, LookReason
from tongban.modules.exchange.queries.preparing import today
from tongban.modules.exchange.rules import looks as rules


def looks_today(reader: Reader, account: str, case_number: str) -> list[Looked]:
    """Return what an account looked at of a case since midnight where the government is."""
    day = today(reader.connection, reader.now)
    return store.looks_of(reader.connection, account, case_number, day)


def opened(looks: Iterable[Looked]) -> frozenset[str]:
    """Return what was opened with a reason: it stays so for the rest of the day."""
    return rules.opened(looks)


def is_look_due(
    looks: Iterable[Looked], kind: LookKind, elements: Iterable[str], now: dt.datetime
) -> bool:
    """Whether a look that shows these is to be put on record, or is still the one before."""
    return rules.is_due(rules.same_day(looks, kind), elements, now)


def reason_of(reason: str, words: str) -> LookReason:
    """Return the reason for opening something. Refuses none, and one without words or with too many."""
    return rules.check_reason(reason, words)
