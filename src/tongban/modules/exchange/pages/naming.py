"""What departments, resources and elements are called, for every page of the exchange."""

from typing import Any

from litestar import Request

from tongban.kernel.text import say
from tongban.kit.db import Reader
from tongban.kit.http import language_of
from tongban.modules.catalog import queries as catalog
from tongban.modules.government import queries as government


def names_of(request: Request[Any, Any, Any], reader: Reader) -> dict[str, dict[str, str]]:
    """Return the names of departments, resources and elements, by code."""
    language = language_of(request)
    resources = catalog.resources(reader.connection)
    elements = catalog.elements(reader.connection)
    return {
        "department": government.department_names(reader.connection, language),
        "resource": {code: say(each.name, language) for code, each in resources.items()},
        "element": {code: say(each.name, language) for code, each in elements.items()},
    }
