"""The catalogue for people: resources, elements, and who holds what."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from tongban.kernel.paging import page_count
from tongban.kernel.text import say
from tongban.kit.db import Reader
from tongban.kit.html import page
from tongban.kit.http import house, json_answer, language_of, ok, page_from, public
from tongban.kit.i18n import translator
from tongban.kit.sheets import JSON, csv_file, download
from tongban.modules.catalog import queries, wire
from tongban.modules.catalog.definition import DataClass, ElementDefinition, ShareType
from tongban.modules.catalog.formats import THIRTEEN
from tongban.modules.catalog.model import ResourceFilter, ResourcePage, Sort
from tongban.modules.government import queries as government

_ACCESS = {"access": public("the catalogue is published: what exists, never what is in it")}
_FILTERS = ("q", "department", "share", "open", "cycle", "tree", "class", "connected", "sort")
_ELEMENTS_A_PAGE = 50
_SUBJECTS = ("person", "organisation", "property", "vehicle", "place")


@get("/catalog", sync_to_thread=False, opt=_ACCESS)
def catalog(request: Request[Any, Any, Any]) -> Response[str]:
    """The list of resources: search, filter, sort, page."""
    asked = request.query_params
    wanted = wire.filter_from(asked)
    sort = wire.sort_from(asked)
    with house(request).db.read() as reader:
        found = queries.search(reader.connection, wanted, sort, page_from(asked))
        context = _list_context(request, reader, wanted, sort, found)
    return page(request, "catalog/resources.html", **context)


def _list_context(
    request: Request[Any, Any, Any],
    reader: Reader,
    wanted: ResourceFilter,
    sort: Sort,
    found: ResourcePage,
) -> dict[str, Any]:
    connection = reader.connection
    departments = government.department_names(reader.connection, language_of(request))
    occurring = queries.choices(connection)
    language = language_of(request)
    kept = {name: request.query_params.get(name, "") for name in _FILTERS}
    known = queries.resources(connection)
    return {
        "found": found,
        "openness": {line.code: queries.openness(known[line.code]) for line in found.lines},
        "wanted": wanted,
        "sort": sort,
        "kept": {name: value for name, value in kept.items() if value},
        "departments": departments,
        "providers": occurring["provider"],
        "cycles": occurring["cycle"],
        "classes": [each.value for each in DataClass if each in occurring["data_class"]],
        "shares": [each.value for each in ShareType],
        "trees": [
            {"value": node.code, "text": f"{node.code} {say(node.name, language)}"}
            for node in queries.tree_choices(queries.classification(connection))
        ],
        "sorts": [each.value for each in Sort],
    }


@get("/catalog/export.csv", sync_to_thread=False, opt=_ACCESS)
def catalog_csv(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The list as filtered, for a spreadsheet: the 13 elements in the guide's order."""
    t = translator(language_of(request))
    rows = [_csv_row(request, row) for row in _all_resources(request)]
    head = [t(f"catalog.element13.{key}") for key in THIRTEEN]
    return csv_file("catalog", head, rows)


def _csv_row(request: Request[Any, Any, Any], row: dict[str, Any]) -> list[Any]:
    t = translator(language_of(request))
    words = {
        "classification": " / ".join(row["classification"]),
        "format": f"{t('catalog.format.' + row['format']['category'])} {row['format']['type']}",
        "items": "; ".join(item["name"] for item in row["items"]),
        "share": t("catalog.share." + row["share"]["type"]),
        "open": t(f"catalog.open.{row['open']['openness']}"),
        "update_cycle": t("catalog.cycle." + row["update_cycle"]),
        "related": "; ".join(row["related"]),
    }
    return [words.get(key, row[key]) for key in THIRTEEN]


@get("/catalog/export.json", sync_to_thread=False, opt=_ACCESS)
def catalog_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The list as filtered, for a program."""
    rows = _all_resources(request)
    answer = json_answer(ok(rows, total=len(rows)))
    return download(answer.content, "catalog.json", JSON)


def _all_resources(request: Request[Any, Any, Any]) -> list[dict[str, Any]]:
    asked = request.query_params
    with house(request).db.read() as reader:
        found = queries.search(
            reader.connection, wire.filter_from(asked), wire.sort_from(asked), size=None
        )
        return wire.resource_list(reader.connection, found.lines, language_of(request))


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


@get("/catalog/elements", sync_to_thread=False, opt=_ACCESS)
def elements(request: Request[Any, Any, Any]) -> Response[str]:
    """The list of data elements: search, filter, page."""
    number = page_from(request.query_params)
    with house(request).db.read() as reader:
        found = _wanted_elements(request, reader)
        graph = queries.holders(reader.connection)
    start = (number - 1) * _ELEMENTS_A_PAGE
    kept = {name: request.query_params.get(name, "") for name in ("q", "subject", "class")}
    return page(
        request,
        "catalog/elements.html",
        elements=found[start : start + _ELEMENTS_A_PAGE],
        total=len(found),
        number=number,
        pages=page_count(len(found), _ELEMENTS_A_PAGE),
        graph=graph,
        kept={name: value for name, value in kept.items() if value},
        subjects=_SUBJECTS,
        classes=[each.value for each in DataClass],
    )


def _wanted_elements(request: Request[Any, Any, Any], reader: Reader) -> list[ElementDefinition]:
    asked = request.query_params
    return queries.find_elements(
        reader.connection, asked.get("q", ""), asked.get("subject", ""), asked.get("class", "")
    )


@get("/catalog/elements/export.csv", sync_to_thread=False, opt=_ACCESS)
def elements_csv(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The elements as filtered, for a spreadsheet."""
    t = translator(language_of(request))
    with house(request).db.read() as reader:
        found = wire.element_list(
            reader.connection, _wanted_elements(request, reader), language_of(request)
        )
    keys = ("code", "name", "subject", "type", "data_class", "note", "held_by")
    head = [t(f"catalog.column.{'element' if key == 'name' else key}") for key in keys]
    rows = [
        [
            each["code"],
            each["name"],
            t(f"catalog.subject.{each['subject']}"),
            t(f"catalog.type.{each['type']}"),
            t(f"catalog.class.{each['data_class']}"),
            each["note"],
            "; ".join(each["held_by"]),
        ]
        for each in found
    ]
    return csv_file("elements", head, rows)


@get("/catalog/elements/export.json", sync_to_thread=False, opt=_ACCESS)
def elements_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The elements as filtered, for a program."""
    with house(request).db.read() as reader:
        found = wire.element_list(
            reader.connection, _wanted_elements(request, reader), language_of(request)
        )
    return download(json_answer(ok(found, total=len(found))).content, "elements.json", JSON)


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
    catalog_csv,
    catalog_json,
    resource,
    elements,
    elements_csv,
    elements_json,
    element,
)
