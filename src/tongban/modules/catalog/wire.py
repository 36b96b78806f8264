"""What the catalogue's doors share: a filter read from an address, and its lists as plain data."""

from collections.abc import Sequence

from sqlalchemy import Connection

from tongban.kernel.text import say
from tongban.modules.catalog import queries
from tongban.modules.catalog.definition import ElementDefinition
from tongban.modules.catalog.formats import (
    ElementObject,
    ResourceObject,
    element_object,
    resource_object,
)
from tongban.modules.catalog.model import ResourceLine
from tongban.modules.government import queries as government


def resource_data(connection: Connection, code: str, language: str) -> ResourceObject:
    """Return one resource with the 13 elements of the guide. Refuses an unknown code."""
    found = queries.described(connection, code)
    department = government.departments(connection).get(found.definition.provider)
    return resource_object(
        found.definition,
        say(department.name, language) if department else found.definition.provider,
        department.credit_code if department else "",
        [say(name, language) for _, name in found.path],
        [item.name for item in found.items],
        queries.openness(found.definition),
        language,
    )


def resource_list(
    connection: Connection, lines: Sequence[ResourceLine], language: str
) -> list[ResourceObject]:
    """Return resources with the 13 elements of the guide."""
    return [resource_data(connection, line.code, language) for line in lines]


def element_list(
    connection: Connection, elements: Sequence[ElementDefinition], language: str
) -> list[ElementObject]:
    """Return elements with the resources that hold each."""
    graph = queries.holders(connection)
    return [
        element_object(
            element,
            list(dict.fromkeys(holding.resource for holding in graph.get(element.code, []))),
            language,
        )
        for element in elements
    ]
