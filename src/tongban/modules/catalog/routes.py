"""The catalogue for programs."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath

from tongban.kit.http import house, language_of, ok, page_from, public
from tongban.modules.catalog import queries, wire

_WHY = "the catalogue says what exists, never what is in it (政务信息资源目录 is published)"
_ACCESS = {"access": public(_WHY)}


@get("/api/catalog/resources", sync_to_thread=False, opt=_ACCESS)
def resources(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """List resources with the 13 elements of the guide.

    Parts of the address: q, department, share, open, cycle, tree, class, connected, sort, page.
    """
    asked = request.query_params
    with house(request).db.read() as reader:
        found = queries.search(
            reader.connection,
            wire.filter_from(asked),
            wire.sort_from(asked),
            page_from(asked),
        )
        lines = wire.resource_list(reader.connection, found.lines, language_of(request))
    return ok(lines, total=found.total, page=found.page, pages=found.pages)


@get("/api/catalog/resources/{code:path}", sync_to_thread=False, opt=_ACCESS)
def resource(request: Request[Any, Any, Any], code: FromPath[str]) -> dict[str, Any]:
    """Describe one resource."""
    with house(request).db.read() as reader:
        return ok(wire.resource_data(reader.connection, code.strip("/"), language_of(request)))


@get("/api/catalog/elements", sync_to_thread=False, opt=_ACCESS)
def elements(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """List data elements and who holds each. Parts of the address: q, subject, class."""
    asked = request.query_params
    with house(request).db.read() as reader:
        found = queries.find_elements(
            reader.connection,
            asked.get("q", ""),
            asked.get("subject", ""),
            asked.get("class", ""),
        )
        return ok(
            wire.element_list(reader.connection, found, language_of(request)), total=len(found)
        )


@get("/api/catalog/elements/{code:str}", sync_to_thread=False, opt=_ACCESS)
def element(request: Request[Any, Any, Any], code: FromPath[str]) -> dict[str, Any]:
    """Describe one data element and who holds it."""
    with house(request).db.read() as reader:
        found = queries.element(reader.connection, code)
        return ok(wire.element_list(reader.connection, [found], language_of(request))[0])


HANDLERS = (resources, resource, elements, element)
