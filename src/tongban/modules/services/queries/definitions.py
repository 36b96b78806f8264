"""The procedure a case follows, and the elements its values mean."""

import msgspec
from sqlalchemy import Connection

from tongban.kernel.identifiers import TextKind
from tongban.kit import shelf
from tongban.modules.catalog import queries as catalog
from tongban.modules.government import queries as government
from tongban.modules.services import errors
from tongban.modules.services.model import Element, Service

PART = "services"
"""Name under which definitions of services stand on the shelf."""


def service(connection: Connection, code: str, version: int | None = None) -> Service:
    """Return a service as declared: its current version, or the one asked for. Refuses unknown."""
    found = version_of(connection, code, version)
    if found is None:
        raise errors.service_not_found(code)
    return found


def version_of(connection: Connection, code: str, version: int | None) -> Service | None:
    """Return a version of a service, retired or not; its current one without a number; None if unknown."""
    return shelf.one(connection, PART, code, Service, version)


def declared(connection: Connection) -> dict[str, Service]:
    """Return every current service as declared, by code."""
    return shelf.every(connection, PART, Service)


def elements(connection: Connection) -> dict[str, Element]:
    """Return what services needs to know of every data element."""
    declared = catalog.elements(connection)
    found = msgspec.convert(declared, dict[str, Element], from_attributes=True)
    divisions = [code for code, each in found.items() if each.kind is TextKind.DIVISION]
    places = government.places(connection) if divisions else {}
    return found | {code: msgspec.structs.replace(found[code], places=places) for code in divisions}
