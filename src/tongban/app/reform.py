"""The reform analysis of the running government, kept until a definition changes or a day passes."""

import datetime as dt
import threading

from tongban.kernel.dates import local_date
from tongban.kit.db import Reader
from tongban.modules.catalog import queries as catalog
from tongban.modules.catalog.definition import ResourceDefinition
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.government import queries as government
from tongban.modules.services import queries as services
from tongban.modules.services.definition import ServiceDefinition
from tongban.modules.services.definition.reform import Reform, analyse

_lock = threading.Lock()
_kept: dict[str, tuple[object, Reform]] = {}


def reform_of(reader: Reader) -> Reform:
    """Return what nobody should have to bring, by the definitions in force today."""
    today = local_date(reader.now, government.profile(reader.connection).time_zone)
    declared = (
        services.declared(reader.connection),
        catalog.resources(reader.connection),
        exchange.granted(reader.connection, today),
    )
    key = (id(declared[0]), id(declared[1]), tuple(sorted(g.code for g in declared[2])), today)
    url = str(reader.connection.engine.url)
    with _lock:
        found = _kept.get(url)
        if found is not None and found[0] == key:
            return found[1]
    fresh = _analyse(*declared, today)
    with _lock:
        _kept[url] = (key, fresh)
    return fresh


def _analyse(
    declared: dict[str, ServiceDefinition],
    resources: dict[str, ResourceDefinition],
    grants: list[GrantDefinition],
    today: dt.date,
) -> Reform:
    return analyse(declared.values(), resources.values(), grants, today)
