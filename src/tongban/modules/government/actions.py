"""Say for good what a government's database is for."""

from tongban.kernel.realms import Realm
from tongban.kit import shelf
from tongban.kit.db import Unit
from tongban.modules.government import errors, queries
from tongban.modules.government.model import REALM, RealmMark


def claim(unit: Unit, realm: Realm) -> None:
    """Mark the database as one of a realm. Refuses one that is marked for another already."""
    found = queries.claimed(unit.connection)
    if found is None:
        shelf.put(unit, REALM, REALM, 1, RealmMark(realm=realm))
    elif found is not realm:
        raise errors.other_realm(found)
