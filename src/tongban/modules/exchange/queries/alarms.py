"""Unusual reading as those see it who are to look into it."""

from collections.abc import Sequence

from tongban.kernel.actors import Actor
from tongban.kernel.paging import skipped
from tongban.kit.db import Reader
from tongban.modules.exchange import errors, store
from tongban.modules.exchange.model.alarms import Alarm
from tongban.modules.exchange.rules import alarms as rules
from tongban.modules.exchange.rules.agreements import is_officer, oversees
from tongban.modules.identity import queries as identity


def alarms(
    reader: Reader,
    actor: Actor,
    kind: str = "",
    state: str = "",
    page: int = 1,
    size: int | None = None,
) -> tuple[Sequence[Alarm], int]:
    """Return a page of the unusual reading that someone may see, and how much there is."""
    offset = skipped(max(1, page), size)
    own = rules.names_of(identity.accounts_of_same(reader, actor.account))
    return store.find_alarms(reader.connection, actor, own, kind, state, size, offset)


def alarm(reader: Reader, actor: Actor, identifier: str, *, lock: bool = False) -> Alarm:
    """Return an alarm. Refuses one that does not exist or may not be seen, alike."""
    found = store.alarm(reader.connection, identifier, lock=lock)
    accounts = identity.accounts_of_same(reader, actor.account)
    if found is None or not rules.may_see(actor, found, accounts):
        raise errors.alarm_not_found()
    return found


def may_watch(actor: Actor) -> bool:
    """Whether someone is to look into unusual reading at all: data officers, and who oversees."""
    return oversees(actor) or is_officer(actor, (actor.department,))
