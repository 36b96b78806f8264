"""What departments, resources and elements are called, for every page of the exchange."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request

from tongban.kernel.text import say
from tongban.kit.db import Reader
from tongban.kit.http import language_of
from tongban.kit.lists import Asking, Words
from tongban.modules.catalog import queries as catalog
from tongban.modules.exchange import queries
from tongban.modules.government import queries as government


@dataclass(frozen=True)
class Known:
    """What the lists of the exchange look up once."""

    names: Mapping[str, Mapping[str, str]]
    """What ``department``, ``resource`` and ``element`` are called, by code."""
    today: dt.date


def names_known(reader: Reader, asking: Asking) -> Known:
    """Look up what lists of the exchange need to know."""
    today = queries.today(reader.connection, reader.now)
    return Known(_names(reader, asking.language), today)


def named(kind: str) -> Words:
    """Return what calls a code of a kind by its name."""
    return lambda code, asking: asking.known.names[kind].get(code, code)


def all_named(kind: str) -> Words:
    """Return what calls several codes of a kind by their names."""
    return lambda codes, asking: "; ".join(asking.known.names[kind].get(c, c) for c in codes)


def names_of(request: Request[Any, Any, Any], reader: Reader) -> dict[str, dict[str, str]]:
    """Return the names of departments, resources and elements, by code."""
    return _names(reader, language_of(request))


def _names(reader: Reader, language: str) -> dict[str, dict[str, str]]:
    resources = catalog.resources(reader.connection)
    elements = catalog.elements(reader.connection)
    return {
        "department": government.department_names(reader.connection, language),
        "resource": {code: say(each.name, language) for code, each in resources.items()},
        "element": {code: say(each.name, language) for code, each in elements.items()},
    }
