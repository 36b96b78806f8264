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
_kept: dict[str, tuple[object, Reform]] = {}


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
    grants = tuple(sorted(grant.code for grant in declared.grants))
    # Parts are decoded once for each change, so the same objects mean the same definitions.
    key = (id(declared.services), id(declared.resources), id(declared.elements), grants, today)
    url = str(connection.engine.url)
    with _lock:
        found = _kept.get(url)
        if found is not None and found[0] == key:
            return found[1]
    fresh = analyse(declared)
    with _lock:
        _kept[url] = (key, fresh)
    return fresh
