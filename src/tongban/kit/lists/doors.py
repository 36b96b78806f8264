"""The doors of a list: its workbook, its CSV and JSON, and the page of it that programs ask for."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import Operation, Parameter, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.response import Stream

from tongban.kernel.paging import page_count
from tongban.kernel.realms import Realm
from tongban.kit.downloads import disposition
from tongban.kit.http import house, json_answer, ok, page_from
from tongban.kit.lists.cells import in_json
from tongban.kit.lists.declaration import Filter, Listing, Place
from tongban.kit.lists.files import MEDIA_TYPES, Form, file_title, known_to, write
from tongban.kit.lists.reading import values_of_program
from tongban.kit.lists.showing import asking_of, some

AnyRequest = Request[Any, Any, Any]
_IN_MEMORY = 4 << 20
_PIECE = 256 << 10
_WHAT = {
    Form.XLSX: "as a workbook, as filtered: identifiers are text, dates are dates",
    Form.CSV: "as CSV for programs, as filtered",
    Form.JSON: "as JSON for programs, as filtered",
}


def doors(listing: Listing) -> tuple[HTTPRouteHandler, ...]:
    """Return the handlers of a list's files and of its interface; its page is the module's own."""
    return (*(_file_door(listing, form) for form in Form), _api_door(listing))


def _file_door(listing: Listing, form: Form) -> HTTPRouteHandler:
    def taken(request: AnyRequest) -> Response[Any]:
        return _file(request, listing, form)

    taken.__name__ = f"{listing.name}_{form}".replace("-", "_")
    taken.__doc__ = f"The list ``{listing.address}`` {_WHAT[form]}."
    made = get(
        f"{listing.file_address}.{form}",
        sync_to_thread=True,
        opt={"access": listing.access, "listing": listing, "form": form},
        operation_class=_operation(listing, paged=False),
    )
    return made(taken)


def _api_door(listing: Listing) -> HTTPRouteHandler:
    def asked(request: AnyRequest) -> Response[bytes]:
        return _page(request, listing)

    asked.__name__ = f"{listing.name}_page".replace("-", "_")
    asked.__doc__ = f"A page of the list ``{listing.address}``, with the same filters."
    made = get(
        listing.api,
        sync_to_thread=True,
        opt={"access": listing.access, "listing": listing},
        operation_class=_operation(listing, paged=True),
    )
    return made(asked)


def _page(request: AnyRequest, listing: Listing) -> Response[bytes]:
    values = values_of_program(listing, request.query_params)
    with house(request).db.read() as reader:
        asking = known_to(reader, listing, asking_of(request, reader, values))
        found, number = some(reader, listing, asking, page_from(request.query_params), listing.size)
        lines = [in_json(dict(listing.object_of(row, asking))) for row in found.rows]
    pages = page_count(found.total, listing.size)
    return json_answer(ok(lines, total=found.total, page=number, pages=pages))


def _file(request: AnyRequest, listing: Listing, form: Form) -> Response[Any]:
    """Write the file first and answer then: whoever reads slowly holds no view of the database."""
    values = values_of_program(listing, request.query_params)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - sent, then closed
    with house(request).db.read() as reader:
        asking = asking_of(request, reader, values)
        write(reader, listing, asking, form, file)
        name = f"{file_title(listing, asking, reader.now)}.{form}"
        trial = reader.port(Place).realm(reader) is Realm.TRIAL
    plain = f"{listing.name}.{form}"
    if trial:
        name, plain = f"{asking.t('kit.trial.label')} {name}", f"trial-{plain}"
    headers = {"content-disposition": disposition(name, plain=plain)}
    return Stream(_pieces(file), media_type=MEDIA_TYPES[form], headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


# What the interface says of itself -----------------------------------------------------------------


def _operation(listing: Listing, *, paged: bool) -> type[Operation]:
    """Return how OpenAPI describes a door: the filters as parts of its address."""
    said = [_parameter(one) for one in listing.filters]
    if paged:
        said.append(Parameter(name="page", param_in="query", required=False, schema=Schema(
            type=OpenAPIType.INTEGER, minimum=1)))  # fmt: skip

    @dataclass
    class Described(Operation):
        def __post_init__(self) -> None:
            self.parameters = [*(self.parameters or []), *said] or None

    return Described


def _parameter(one: Filter) -> Parameter:
    schema = Schema(type=OpenAPIType.STRING)
    if one.kind == "day":
        schema = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE)
    elif one.allowed:
        schema = Schema(type=OpenAPIType.STRING, enum=list(one.allowed))
    elif one.kind == "search":
        schema = Schema(type=OpenAPIType.STRING, max_length=one.longest)
    return Parameter(name=one.name, param_in="query", required=False, schema=schema)
