"""The procedure a case follows, and the elements its values mean."""

import msgspec
from sqlalchemy import Connection

from tongban.kit import shelf
from tongban.modules.catalog import queries as catalog
from tongban.modules.services import errors
from tongban.modules.services.model import Element, Service

PART = "services"
"""Name under which definitions of services stand on the shelf."""


def service(connection: Connection, code: str, version: int | None = None) -> Service:
    """Return a service as declared: its current version, or the one asked for. Refuses unknown."""
    found = shelf.one(connection, PART, code, Service, version)
    if found is None:
        raise errors.service_not_found(code)
    return found


def declared(connection: Connection) -> dict[str, Service]:
    """Return every current service as declared, by code."""
    return shelf.every(connection, PART, Service)


def elements(connection: Connection) -> dict[str, Element]:
    """Return what services needs to know of every data element."""
    declared = catalog.elements(connection)
    return msgspec.convert(declared, dict[str, Element], from_attributes=True)
