"""The reform analysis of the running government, kept until a definition or a grant changes."""

import threading

from tongban.kernel.dates import local_date
from tongban.kit.db import Reader
from tongban.modules.catalog import queries as catalog
from tongban.modules.exchange import queries as exchange
from tongban.modules.government import queries as government
from tongban.modules.services import queries as services
from tongban.modules.services.definition.reform import Declared, Reform, analyse

_lock = threading.Lock()
_kept: dict[str, tuple[Declared, Reform]] = {}


def reform_of(reader: Reader) -> Reform:
    """Return what nobody should have to bring, by the definitions and grants in force today."""
    connection = reader.connection
    today = local_date(reader.now, government.profile(connection).time_zone)
    declared = Declared(
        services=services.declared(connection),
        resources=catalog.resources(connection),
        elements=catalog.elements(connection),
        grants=exchange.granted(connection, today),
        today=today,
    )
    url = str(connection.engine.url)
    with _lock:
        kept = _kept.get(url)
    if kept is not None and _is_same(kept[0], declared):
        return kept[1]
    fresh = analyse(declared)
    with _lock:
        _kept[url] = (declared, fresh)
    return fresh


def _is_same(before: Declared, now: Declared) -> bool:
    """Whether nothing changed: parts are decoded once for each change, so they are the same objects."""
    return (
        before.services is now.services
        and before.resources is now.resources
        and before.elements is now.elements
        and before.today == now.today
        and {grant.code for grant in before.grants} == {grant.code for grant in now.grants}
    )
