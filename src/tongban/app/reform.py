"""The reform analysis of the running government, kept until anything that it was made from changes."""

import threading
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from tongban.kernel.dates import local_date
from tongban.kit.db import Reader
from tongban.modules.catalog import queries as catalog
from tongban.modules.exchange import queries as exchange
from tongban.modules.government import queries as government
from tongban.modules.services import queries as services
from tongban.modules.services.definition.reform import Declared, Reform, analyse

_lock = threading.Lock()
_kept: WeakKeyDictionary[Engine, tuple[Declared, Reform]] = WeakKeyDictionary()
"""The newest analysis of each database, with all that it was made from."""


def reform_of(reader: Reader) -> Reform:
    """Return what nobody should have to bring, by the definitions and grants in force today."""
    connection = reader.connection
    today = local_date(reader.now, government.profile(connection).time_zone)
    declared = Declared(
        services=services.declared(connection),
        resources=catalog.resources(connection),
        elements=catalog.elements(connection),
        grants=tuple(exchange.granted(connection, today)),
        today=today,
    )
    with _lock:
        kept = _kept.get(connection.engine)
    if kept is not None and _is_same(kept[0], declared):
        return kept[1]
    fresh = analyse(declared)
    with _lock:
        _kept[connection.engine] = (declared, fresh)
    return fresh


def _is_same(before: Declared, now: Declared) -> bool:
    """Whether it was made from the same things.

    Parts are decoded once for each change, so unchanged ones are the same objects; grants change
    one by one, also those that departments agree on here, so they are compared in all they say.
    """
    return (
        before.services is now.services
        and before.resources is now.resources
        and before.elements is now.elements
        and before.today == now.today
        and before.grants == now.grants
    )
