"""The catalogue for people: resources, elements, and who holds what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from tongban.kit.db import Reader
from tongban.kit.html import page
from tongban.kit.http import house, language_of, public
from tongban.kit.lists import (
    Asking,
    Choice,
    Column,
    Found,
    Held,
    Kind,
    Listing,
    Windows,
    Words,
    choice,
    coded,
    doors,
    look,
    order,
    search,
)
from tongban.modules.catalog import queries, wire
from tongban.modules.catalog.definition import DataClass, ShareType
from tongban.modules.catalog.formats import ElementObject, ResourceObject
from tongban.modules.catalog.model import ResourceFilter, ResourceLine, Sort
from tongban.modules.government import queries as government

_WHY = "the catalogue is published: what exists, never what is in it"
_ACCESS = {"access": public(_WHY)}
_SAME = ("department", "share", "open", "cycle", "tree", "connected")
"""Filters of resources that the model calls as the address does."""
_SUBJECTS = ("person", "organisation", "property", "vehicle", "place")


@dataclass(frozen=True)
class _Line:
    """A resource in the list, and the same with the 13 elements of the guide."""

    line: ResourceLine
    data: ResourceObject


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    values = {name: value for name, value in asking.values.items() if name in _SAME}
    wanted = ResourceFilter(text=asking.values["q"], data_class=asking.values["class"], **values)
    sort = Sort(asking.values["sort"])
    found = queries.search(reader.connection, wanted, sort, number, size)
    data = wire.resource_list(reader.connection, found.lines, asking.language)
    rows = [_Line(line, each) for line, each in zip(found.lines, data, strict=True)]
    return Found(rows, found.total, more=found.loose)


def _providers(reader: Reader, asking: Asking) -> Iterable[Choice]:
    names = government.department_names(reader.connection, asking.language)
    for code in queries.choices(reader.connection)["provider"]:
        yield code, names.get(code, code)


def _cycles(reader: Reader, asking: Asking) -> Iterable[Choice]:
    for code in queries.choices(reader.connection)["cycle"]:
        yield code, asking.t(f"catalog.cycle.{code}")


def _classes(reader: Reader, asking: Asking) -> Iterable[Choice]:
    occurring = queries.choices(reader.connection)["data_class"]
    return [(each, asking.t(f"catalog.class.{each}")) for each in DataClass if each in occurring]


def _trees(reader: Reader, asking: Asking) -> Iterable[Choice]:
    for node in queries.tree_choices(queries.classification(reader.connection)):
        yield node.code, f"{node.code} {asking.say(node.name)}"


def _of(key: str) -> Words:
    return lambda row, _: row.data[key]


def _thirteen(key: str, kind: Kind = Kind.TEXT, **how: Any) -> Column:
    """Return the column of one of the guide's 13 elements."""
    how = {"of": _of(key), "on_page": False, **how}
    return Column(key, f"catalog.element13.{key}", kind, **how)


def _format(value: Mapping[str, Any], asking: Asking) -> str:
    return f"{asking.t('catalog.format.' + value['category'])} {value['type']}"


RESOURCES = Listing(
    name="catalog",
    title="catalog.list.title",
    address="/catalog",
    api="/api/catalog/resources",
    access=public(_WHY),
    columns=(
        _thirteen("classification", words=lambda path, _: " / ".join(path)),
        _thirteen("name", on_page=True, short="catalog.column.name"),
        _thirteen("code", Kind.IDENTIFIER),
        _thirteen("provider_name", on_page=True, short="catalog.column.provider"),
        _thirteen("provider_code", Kind.IDENTIFIER),
        _thirteen("abstract", width=40),
        _thirteen("format", words=_format),
        _thirteen("items", width=40, words=lambda items, _: "; ".join(i["name"] for i in items)),
        _thirteen("share", on_page=True, short="catalog.column.share",
                  words=lambda share, asking: asking.t("catalog.share." + share["type"])),
        _thirteen("open", on_page=True, short="catalog.column.open",
                  words=lambda value, asking: asking.t(f"catalog.open.{value['openness']}")),
        _thirteen("update_cycle", on_page=True, short="catalog.column.update_cycle",
                  words=coded("catalog.cycle")),
        _thirteen("publish_date", Kind.DAY),
        _thirteen("related", Kind.IDENTIFIER, words=lambda codes, _: "; ".join(codes)),
        Column("data_class", "catalog.column.data_class", of="line.data_class",
               words=coded("catalog.class"), in_file=False),
        Column("connected", "catalog.column.connected", in_file=False,
               of=lambda row, _: "yes" if row.line.connected else "no",
               words=coded("catalog.connected")),
    ),
    filters=(
        search("q", "catalog.filter.text", longest=200),
        choice("department", "catalog.filter.department", _providers),
        choice("share", "catalog.filter.share", allowed=[each.value for each in ShareType],
               group="catalog.share"),
        choice("open", "catalog.filter.open", allowed=("yes", "partly", "no"), group="catalog.open"),
        choice("cycle", "catalog.filter.cycle", _cycles),
        choice("tree", "catalog.filter.tree", _trees),
        choice("class", "catalog.filter.data_class", _classes),
        choice("connected", "catalog.filter.connected", allowed=("yes", "no"),
               group="catalog.connected"),
        order("sort", "catalog.filter.sort", [each.value for each in Sort], "catalog.sort"),
    ),
    thing=lambda row, _: row.data,
    shape=ResourceObject,
    source=Windows(_page),
    size=queries.PAGE,
)  # fmt: skip
"""The resources, with the 13 elements of the guide in its order."""


@get("/catalog", sync_to_thread=False, opt=_ACCESS)
def catalog(request: Request[Any, Any, Any]) -> Response[str]:
    """The list of resources: search, filter, sort, page."""
    with house(request).db.read() as reader:
        listed = look(request, reader, RESOURCES)
    return page(request, "catalog/resources.html", listed=listed)


@get("/catalog/resources/{code:path}", sync_to_thread=False, opt=_ACCESS)
def resource(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """One resource: the 13 elements of the guide in order, and each item."""
    with house(request).db.read() as reader:
        found = queries.described(reader.connection, code.strip("/"))
        related = [
            known
            for each in found.definition.related
            if (known := queries.resources(reader.connection).get(each)) is not None
        ]
        department = government.departments(reader.connection).get(found.definition.provider)
        names = government.department_names(reader.connection, language_of(request))
    return page(
        request,
        "catalog/resource.html",
        found=found,
        resource=found.definition,
        openness=queries.openness(found.definition),
        related=related,
        provider=department,
        departments=names,
    )


def _find_elements(reader: Reader, asking: Asking) -> Sequence[Mapping[str, Any]]:
    values = asking.values
    found = queries.find_elements(
        reader.connection, values["q"], values["subject"], values["class"]
    )
    return wire.element_list(reader.connection, found, asking.language)


def _key(key: str) -> Words:
    return lambda row, _: row[key]


ELEMENTS = Listing(
    name="elements",
    title="catalog.elements.title",
    address="/catalog/elements",
    api="/api/catalog/elements",
    access=public(_WHY),
    columns=(
        Column("code", "catalog.column.code", Kind.IDENTIFIER, of=_key("code"), on_page=False),
        Column("name", "catalog.column.element", of=_key("name")),
        Column("subject", "catalog.column.subject", of=_key("subject"),
               words=coded("catalog.subject")),
        Column("type", "catalog.column.type", of=_key("type"), words=coded("catalog.type")),
        Column("data_class", "catalog.column.data_class", of=_key("data_class"),
               words=coded("catalog.class")),
        Column("note", "catalog.column.note", of=_key("note"), on_page=False, width=40),
        Column("held_by", "catalog.column.held_by", Kind.IDENTIFIER, of=_key("held_by"),
               words=lambda codes, _: "; ".join(codes), on_page=False),
        Column("held_by_number", "catalog.column.held_by_number", Kind.NUMBER, in_file=False,
               of=lambda row, _: len(row["held_by"])),
    ),
    filters=(
        search("q", "catalog.filter.element_text"),
        choice("subject", "catalog.column.subject", allowed=_SUBJECTS, group="catalog.subject"),
        choice("class", "catalog.column.data_class", allowed=[each.value for each in DataClass],
               group="catalog.class"),
    ),
    thing=lambda row, _: row,
    shape=ElementObject,
    source=Held(_find_elements),
    size=50,
)  # fmt: skip
"""The data elements, and which resources hold each."""


@get("/catalog/elements", sync_to_thread=False, opt=_ACCESS)
def elements(request: Request[Any, Any, Any]) -> Response[str]:
    """The list of data elements: search, filter, page."""
    with house(request).db.read() as reader:
        listed = look(request, reader, ELEMENTS)
    return page(request, "catalog/elements.html", listed=listed)


@get("/catalog/elements/{code:str}", sync_to_thread=False, opt=_ACCESS)
def element(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """One data element, and which resources hold it."""
    with house(request).db.read() as reader:
        found = queries.element(reader.connection, code)
        held = queries.holdings(reader.connection, code)
        departments = government.department_names(reader.connection, language_of(request))
    return page(
        request, "catalog/element.html", element=found, holdings=held, departments=departments
    )


HANDLERS = (
    catalog,
    *doors(RESOURCES),
    resource,
    elements,
    *doors(ELEMENTS),
    element,
)
