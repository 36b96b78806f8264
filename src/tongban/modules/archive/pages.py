"""Pages of the archive, for those who inspect."""

from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.case_numbers import normal_number, wanted_number_fault
from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader
from tongban.kit.html import page, redirect
from tongban.kit.http import house, requires
from tongban.kit.lists import (
    Asking,
    Column,
    Found,
    Kind,
    Listing,
    Paged,
    choice,
    coded,
    doors,
    look,
    search,
)
from tongban.modules.archive import actions, queries
from tongban.modules.archive.model import Shelves

_INSPECTORS = {"access": requires("supervision.read", "evaluation.read")}
_STATES = ("kept", "requested", "damaged")


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    found, total = queries.packages(
        reader.connection,
        case_number=normal_number(asking.values["q"]),
        state=asking.values["state"],
        page=number,
        size=size,
    )
    return Found(found, total)


def _every(reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
    values = asking.values
    return queries.every_package(
        reader.connection, case_number=normal_number(values["q"]), state=values["state"]
    )


PACKAGES = Listing(
    name="packages",
    title="archive.packages.title",
    address="/archive",
    api="/api/archive/packages",
    access=requires("supervision.read", "evaluation.read"),
    columns=(
        Column("case_number", "archive.packages.case", Kind.IDENTIFIER),
        Column("state", "archive.packages.state", words=coded("archive.state")),
        Column("name", "archive.package.name", Kind.IDENTIFIER, on_page=False),
        Column("documents", "archive.packages.documents", Kind.NUMBER),
        Column("size", "archive.packages.bytes", Kind.NUMBER, short="archive.packages.size"),
        Column("kept_at", "archive.packages.kept_at", Kind.INSTANT),
        Column("checked_at", "archive.packages.checked_at", Kind.INSTANT),
        Column("digest", "archive.package.digest", Kind.IDENTIFIER, on_page=False, width=66),
    ),
    filters=(
        search("q", "archive.packages.case"),
        choice("state", "archive.packages.state", allowed=_STATES, group="archive.state"),
    ),
    source=Paged(_page, _every),
)
"""Every package, newest first."""


@get("/archive", sync_to_thread=False, opt=_INSPECTORS)
def packages(request: Request[Any, Any, Any]) -> Response[str]:
    """Every package, newest first."""
    with house(request).db.read() as reader:
        listed = look(request, reader, PACKAGES)
        counts = queries.counts(reader.connection)
    fault = None if listed.rows else wanted_number_fault(listed.values["q"], begun=True)
    mistyped = f"kernel.refusal.case_number_{fault}" if fault and listed.values["q"] else ""
    return page(request, "archive/packages.html", listed=listed, counts=counts, mistyped=mistyped)


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


HANDLERS = (packages, *doors(PACKAGES), package, check)
