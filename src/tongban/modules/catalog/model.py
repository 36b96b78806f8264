"""What the catalogue answers with: lines of lists, places in the tree, who holds an element; and which
elements of the core vocabulary identify their subjects."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import Text

CORE_IDENTIFIERS: Mapping[SubjectKind, str] = {
    SubjectKind.PERSON: "person.resident_id",
    SubjectKind.ORGANISATION: "organisation.credit_code",
    SubjectKind.PROPERTY: "property.unit_number",
    SubjectKind.VEHICLE: "vehicle.plate",
    SubjectKind.PLACE: "place.address_code",
}
"""The element of the core vocabulary that holds a subject's own identifier. Only its name tells it: the
number of a spouse or of a legal representative is shaped alike and is somebody else's."""


class ClassPath(msgspec.Struct, frozen=True, kw_only=True):
    """Where a resource stands in the three trees: codes of 类, 项, 目 and 细目, outermost first."""

    nodes: tuple[str, ...]
    sequence: str
    """顺序码: what the register allotted within the innermost node."""


class Sort(StrEnum):
    """In which order resources are listed."""

    RELEVANCE = "relevance"
    CODE = "code"
    NAME = "name"
    PUBLISHED = "published"


class ResourceFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to list; an empty value asks for everything."""

    text: str = ""
    department: str = ""
    share: str = ""
    open: str = ""
    """``yes``, ``partly`` where some items are not, or ``no``."""
    cycle: str = ""
    tree: str = ""
    """A node of the classification: it and everything below."""
    data_class: str = ""
    """The most careful class among its elements."""
    connected: str = ""
    """``yes`` or ``no``: whether its data can be fetched."""


class ResourceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A resource as a line of a list."""

    code: str
    name: Text
    provider: str
    share: str
    open: bool
    cycle: str
    data_class: str
    items: int
    connected: bool
    published: dt.date | None = None


class ResourcePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list, and how many there are altogether."""

    lines: tuple[ResourceLine, ...]
    total: int
    page: int
    pages: int
    loose: bool = False
    """Whether nothing held every word asked for, so that one word was enough."""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a resource that holds an element."""

    element: str
    resource: str
    resource_name: Text
    provider: str
    position: int
    item: Text
    share: str
    open: bool
    connected: bool
