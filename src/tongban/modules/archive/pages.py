"""Pages of the archive, for those who inspect."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kit.html import page, redirect
from tongban.kit.http import house, language_of, page_from, requires
from tongban.kit.i18n import translator
from tongban.kit.sheets import MOST, csv_file
from tongban.modules.archive import actions, queries
from tongban.modules.archive.model import Shelves
from tongban.modules.government import queries as government

_INSPECTORS = {"access": requires("supervision.read", "evaluation.read")}
_STATES = ("requested", "kept", "damaged")


@get("/archive", sync_to_thread=False, opt=_INSPECTORS)
def packages(request: Request[Any, Any, Any]) -> Response[str]:
    """Every package, newest first."""
    number, state = _wanted(request)
    with house(request).db.read() as reader:
        found = queries.packages(
            reader.connection,
            case_number=number,
            state=state,
            page=page_from(request.query_params),
        )
        counts = queries.counts(reader.connection)
    return page(
        request, "archive/packages.html", found=found, counts=counts, number=number, state=state
    )


def _wanted(request: Request[Any, Any, Any]) -> tuple[str, str]:
    """Return the beginning of a case number and the state that the address asks for."""
    state = request.query_params.get("state", "")
    return request.query_params.get("q", "").strip(), state if state in _STATES else ""


_COLUMNS = (
    "packages.case",
    "packages.state",
    "package.name",
    "packages.documents",
    "packages.bytes",
    "packages.kept_at",
    "packages.checked_at",
    "package.digest",
)


@get("/archive/export.csv", sync_to_thread=True, opt=_INSPECTORS)
def packages_csv(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The packages as filtered, for a spreadsheet."""
    t = translator(language_of(request))
    number, state = _wanted(request)
    with house(request).db.read() as reader:
        found = queries.packages(reader.connection, case_number=number, state=state, size=MOST)
        zone = government.zone(reader.connection)
    rows = [
        [
            one.case_number,
            t(f"archive.state.{one.state}"),
            one.name,
            one.documents,
            one.size,
            one.kept_at,
            one.checked_at,
            one.digest,
        ]
        for one in found.packages
    ]
    return csv_file("packages", [t(f"archive.{column}") for column in _COLUMNS], rows, zone)


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


HANDLERS = (packages, packages_csv, package, check)
