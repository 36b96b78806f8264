"""The doors of long files: asking for one, seeing how far it is, fetching it."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from tongban.kit.downloads import disposition
from tongban.kit.html import page
from tongban.kit.http import actor_of, house, public
from tongban.kit.lists import long
from tongban.kit.lists.declaration import Listing
from tongban.kit.lists.files import MEDIA_TYPES, plain_name

_WHOEVER_ASKED = {
    "access": public("whoever asked for a file finds it by its number, and nobody else")
}


def export_doors(listings: Mapping[str, Listing]) -> tuple[HTTPRouteHandler, ...]:
    """Return the pages of files that are made for whoever asked."""

    @get("/exports/{number:str}", sync_to_thread=False, opt=_WHOEVER_ASKED)
    def export(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[str]:
        """How far a long file is, and where to fetch it."""
        with house(request).db.read() as reader:
            found = long.made(reader, listings, actor_of(request), number)
        listing = listings[found.order.listing]
        return page(request, "kit/export.html", made=found, listing=listing, number=number)

    @get("/exports/{number:str}/file", sync_to_thread=True, opt=_WHOEVER_ASKED)
    def export_file(request: Request[Any, Any, Any], number: FromPath[str]) -> Stream:
        """A long file that is finished."""
        with house(request).db.read() as reader:
            found = long.made(reader, listings, actor_of(request), number)
            listing = listings[found.order.listing]
            name = long.name_of(reader, listing, found.order)
            plain = plain_name(reader, listing, found.order.form)
        said = disposition(name, plain=plain)
        return Stream(
            long.pieces(house(request), number),
            media_type=MEDIA_TYPES[found.order.form],
            headers={"content-disposition": said},
        )

    return export, export_file
