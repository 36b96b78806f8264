"""Services for programs."""

from typing import Annotated, Any

from litestar import Request
from msgspec import Meta, Struct

from tongban.kit.http import house, language_of, public
from tongban.kit.interface.declaration import Example, Operation
from tongban.kit.interface.doors import offered
from tongban.modules.services import errors, queries, wire


class _Service(Struct, frozen=True, kw_only=True):
    code: Annotated[str, Meta(min_length=1, max_length=100)]


@offered(
    Operation(
        id="service",
        path="/api/services/{code}",
        access=public("what can be applied for, and how, is for everyone to know"),
        message="services.interface.service",
        answer=wire.GuideObject,
        values=_Service,
        refusals=(errors.service_not_found,),
        example=Example(values={"code": "flexible-employment-subsidy"}),
    )
)
def service(request: Request[Any, Any, Any], asked: _Service) -> wire.GuideObject:
    """One service: what it takes, on what basis, in what time."""
    with house(request).db.read() as reader:
        found = queries.guide(reader.connection, asked.code)
    return wire.service_guide(found, language_of(request))


HANDLERS = (service,)
