"""The catalogue for programs."""

from typing import Annotated, Any

from litestar import Request
from msgspec import Meta, Struct

from tongban.kit.http import house, language_of, public
from tongban.kit.interface.declaration import Example, Operation
from tongban.kit.interface.doors import offered
from tongban.modules.catalog import errors, queries, wire
from tongban.modules.catalog.formats import ElementObject, ResourceObject

_WHY = "the catalogue says what exists, never what is in it (政务信息资源目录 is published)"
_ACCESS = public(_WHY)
AnyRequest = Request[Any, Any, Any]


class _Resource(Struct, frozen=True, kw_only=True):
    code: Annotated[str, Meta(min_length=1, max_length=100)]


class _Element(Struct, frozen=True, kw_only=True):
    code: Annotated[str, Meta(min_length=1, max_length=100)]


@offered(
    Operation(
        id="catalog_resource",
        path="/api/catalog/resources/{code}",
        slashes=True,
        access=_ACCESS,
        message="catalog.interface.resource",
        answer=ResourceObject,
        values=_Resource,
        refusals=(errors.resource_not_found,),
        example=Example(values={"code": "101001/1"}),
    )
)
def resource(request: AnyRequest, asked: _Resource) -> ResourceObject:
    """Describe one resource."""
    with house(request).db.read() as reader:
        return wire.resource_data(reader.connection, asked.code.strip("/"), language_of(request))


@offered(
    Operation(
        id="catalog_element",
        path="/api/catalog/elements/{code}",
        access=_ACCESS,
        message="catalog.interface.element",
        answer=ElementObject,
        values=_Element,
        refusals=(errors.element_not_found,),
        example=Example(values={"code": "person.name"}),
    )
)
def element(request: AnyRequest, asked: _Element) -> ElementObject:
    """Describe one data element and who holds it."""
    with house(request).db.read() as reader:
        found = queries.element(reader.connection, asked.code)
        return wire.element_list(reader.connection, [found], language_of(request))[0]


HANDLERS = (resource, element)
