"""The doors of a list: its workbook, its CSV and JSON, and the page of it that programs ask for."""

import asyncio
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import IO, Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from tongban.kernel.errors import Kind as RefusalKind
from tongban.kernel.errors import Refusal
from tongban.kernel.paging import page_count
from tongban.kit.db import Reader
from tongban.kit.downloads import disposition
from tongban.kit.html import page, redirect
from tongban.kit.http import house, json_answer, ok, wants_json
from tongban.kit.interface.doors import options
from tongban.kit.interface.reading import once
from tongban.kit.lists import long
from tongban.kit.lists.cells import in_json
from tongban.kit.lists.declaration import Asking, Listing
from tongban.kit.lists.describing import page_of, whole_of
from tongban.kit.lists.files import (
    MEDIA_TYPES,
    Form,
    TooLong,
    file_title,
    known_to,
    plain_name,
    write,
)
from tongban.kit.lists.reading import page_of_program, values_of_program
from tongban.kit.lists.showing import asking_of, some
from tongban.kit.lists.unfinished import own_folder
from tongban.kit.lists.writing import Check, Writers

AnyRequest = Request[Any, Any, Any]
_IN_MEMORY = 4 << 20
_PIECE = 256 << 10
_WRITERS = Writers()
_WHAT = {
    Form.XLSX: "as a workbook, as filtered: identifiers are text, dates are dates",
    Form.CSV: "as CSV for programs, as filtered",
    Form.JSON: "as JSON for programs, as filtered",
}


def doors(listing: Listing) -> tuple[HTTPRouteHandler, ...]:
    """Return the handlers of a list's files and of its interface; its page is the module's own."""
    files = (_file_door(listing, form) for form in Form)
    return (*files, _order_door(listing), _api_door(listing))


def _file_door(listing: Listing, form: Form) -> HTTPRouteHandler:
    async def taken(request: AnyRequest) -> Response[Any]:
        return await _WRITERS.answer(request, partial(_file, request, listing, form))

    taken.__name__ = f"{listing.name}_{form}".replace("-", "_")
    taken.__doc__ = f"The list ``{listing.address}`` {_WHAT[form]}."
    said = options(whole_of(listing)) if form is Form.JSON else {"access": listing.access}
    opt = {**said, "listing": listing, "form": form}
    return get(f"{listing.file_address}.{form}", opt=opt)(taken)


def _order_door(listing: Listing) -> HTTPRouteHandler:
    async def ordered(request: AnyRequest) -> Response[Any]:
        return await _order(request, listing)

    ordered.__name__ = f"{listing.name}_order".replace("-", "_")
    ordered.__doc__ = f"Have a long workbook of the list ``{listing.address}`` made, as filtered."
    return post(_make(listing), opt={"access": listing.access})(ordered)


def _make(listing: Listing) -> str:
    """Return where a long workbook is asked for."""
    return f"{listing.file_address}.{Form.XLSX}/make"


async def _order(request: AnyRequest, listing: Listing) -> Response[Any]:
    """Have a long workbook made; one that is short enough is given at once, and nothing is made beside."""
    values = values_of_program(listing, once(request))
    asking, total = await asyncio.to_thread(_counted, request, listing, values)
    if total <= long.AT_ONCE:
        return redirect(_with_query(request, f"{listing.file_address}.{Form.XLSX}"))
    begin = partial(long.begin, listing=listing, asking=asking, form=Form.XLSX, total=total)
    return redirect(f"/exports/{await house(request).write(begin)}")


def _counted(
    request: AnyRequest, listing: Listing, values: Mapping[str, Any]
) -> tuple[Asking, int]:
    """Return who asks, and how many rows there are: counting may mean opening what is sealed."""
    with house(request).db.read() as reader:
        asking = asking_of(request, reader, values)
        return asking, _total(reader, listing, asking)


def _total(reader: Reader, listing: Listing, asking: Asking) -> int:
    return listing.source.page(reader, known_to(reader, listing, asking), 1, 1).total


def _api_door(listing: Listing) -> HTTPRouteHandler:
    def asked(request: AnyRequest) -> Response[bytes]:
        return _page(request, listing)

    asked.__name__ = f"{listing.name}_page".replace("-", "_")
    asked.__doc__ = f"A page of the list ``{listing.address}``, with the same filters."
    opt = {**options(page_of(listing)), "listing": listing}
    return get(listing.api, sync_to_thread=True, opt=opt)(asked)


def _page(request: AnyRequest, listing: Listing) -> Response[bytes]:
    """Answer a page; one behind the last is empty, so that whoever asks for page after page stops."""
    values = values_of_program(listing, once(request))
    number = page_of_program(once(request))
    with house(request).db.read() as reader:
        asking = known_to(reader, listing, asking_of(request, reader, values))
        found, shown = some(reader, listing, asking, number, listing.size)
        rows = found.rows if shown == number else ()
        lines = [in_json(dict(listing.object_of(row, asking))) for row in rows]
    pages = page_count(found.total, listing.size)
    return json_answer(ok(lines, total=found.total, page=number, pages=pages))


def _file(request: AnyRequest, listing: Listing, form: Form, check: Check) -> Response[Any]:
    """Write the file first and answer then: whoever reads slowly holds no view of the database.

    A workbook that takes long is offered to be made beside: nobody waits before an empty window.
    """
    check()
    values = values_of_program(listing, once(request))
    most = long.AT_ONCE if form is Form.XLSX else None
    with own_folder(house(request).settings.data) as own, house(request).db.read() as reader:
        file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(own))  # noqa: SIM115 - sent, then closed
        asking = asking_of(request, reader, values)
        try:
            write(reader, listing, asking, form, file, most=most, folder=own,
                  progress=lambda _: check())  # fmt: skip
        except TooLong:
            file.close()
            return _offer(request, listing, _total(reader, listing, asking))
        except BaseException:
            file.close()
            raise
        name = f"{file_title(reader, listing, asking)}.{form}"
        plain = plain_name(reader, listing, form)
    return _sent(file, name, plain, MEDIA_TYPES[form])


async def file_in_pieces(
    request: AnyRequest,
    pieces: Callable[[Reader], Iterator[bytes]],
    name: str,
    media_type: str,
    *,
    plain: str,
) -> Response[Any]:
    """Answer with a file that is no list's but as long as one: written first, from one view of the
    database, on the same threads and for nobody who has left."""

    def taken(check: Check) -> Response[Any]:
        with own_folder(house(request).settings.data) as own, house(request).db.read() as reader:
            file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(own))  # noqa: SIM115 - sent, then closed
            try:
                for piece in pieces(reader):
                    check()
                    file.write(piece)
            except BaseException:
                file.close()
                raise
        return _sent(file, name, plain, media_type)

    return await _WRITERS.answer(request, taken)


def _sent(file: IO[bytes], name: str, plain: str, media_type: str) -> Response[Any]:
    headers = {"content-disposition": disposition(name, plain=plain)}
    pieces = _pieces(file)
    weakref.finalize(pieces, file.close)  # an answer that nobody takes is never begun
    return Stream(pieces, media_type=media_type, headers=headers)


def _offer(request: AnyRequest, listing: Listing, total: int) -> Response[str]:
    if wants_json(request):
        raise Refusal("kit.export_long", RefusalKind.CONFLICT, total=total)
    address = _with_query(request, _make(listing))
    return page(request, "kit/export.html", made=None, listing=listing, total=total,
                address=address)  # fmt: skip


def _with_query(request: AnyRequest, address: str) -> str:
    query = request.scope["query_string"].decode("ascii", "replace")
    return address + (f"?{query}" if query else "")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
