"""Pages of the archive, for those who inspect."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kit.html import page, redirect
from tongban.kit.http import house, page_from, requires
from tongban.modules.archive import actions, queries
from tongban.modules.archive.model import Shelves

_INSPECTORS = {"access": requires("supervision.read", "evaluation.read")}
_STATES = ("requested", "kept", "damaged")


@get("/archive", sync_to_thread=False, opt=_INSPECTORS)
def packages(request: Request[Any, Any, Any]) -> Response[str]:
    """Every package, newest first."""
    asked = request.query_params
    number, state = asked.get("q", "").strip(), asked.get("state", "")
    with house(request).db.read() as reader:
        found = queries.packages(
            reader.connection,
            case_number=number,
            state=state if state in _STATES else "",
            page=page_from(asked),
        )
        counts = queries.counts(reader.connection)
    return page(
        request, "archive/packages.html", found=found, counts=counts, number=number, state=state
    )


@get("/archive/{identifier:str}", sync_to_thread=True, opt=_INSPECTORS)
def package(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[str]:
    """One package: what lies in it, and whether it is whole."""
    with house(request).db.read() as reader:
        found = queries.package(reader.connection, identifier)
        try:
            files = queries.files_of(reader, found)
        except Refusal:
            files = []  # not built yet, or gone: the page says so by its state
    return page(request, "archive/package.html", package=found, files=files)


@post("/archive/{identifier:str}/check", opt=_INSPECTORS)
async def check(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Redirect:
    """Read every byte of a package again and note what was found."""
    with house(request).db.read() as reader:
        found = queries.package(reader.connection, identifier)
    fixity = queries.fixity(house(request).port(Shelves), found)
    await house(request).write(lambda unit: actions.note(unit, fixity))
    return redirect(f"/archive/{identifier}")


HANDLERS = (packages, package, check)
