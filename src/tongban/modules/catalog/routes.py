"""The catalogue for programs."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath

from tongban.kit.http import house, language_of, ok, public
from tongban.modules.catalog import queries, wire

_WHY = "the catalogue says what exists, never what is in it (政务信息资源目录 is published)"
_ACCESS = {"access": public(_WHY)}


@get("/api/catalog/resources/{code:path}", sync_to_thread=False, opt=_ACCESS)
def resource(request: Request[Any, Any, Any], code: FromPath[str]) -> dict[str, Any]:
    """Describe one resource."""
    with house(request).db.read() as reader:
        return ok(wire.resource_data(reader.connection, code.strip("/"), language_of(request)))


@get("/api/catalog/elements/{code:str}", sync_to_thread=False, opt=_ACCESS)
def element(request: Request[Any, Any, Any], code: FromPath[str]) -> dict[str, Any]:
    """Describe one data element and who holds it."""
    with house(request).db.read() as reader:
        found = queries.element(reader.connection, code)
        return ok(wire.element_list(reader.connection, [found], language_of(request))[0])


HANDLERS = (resource, element)
