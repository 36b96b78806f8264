"""Departments' sources for those who answer for them: what rests on each, what could not be read."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from tongban.kit.db import Reader
from tongban.kit.html import page
from tongban.kit.http import actor_of, house, requires
from tongban.kit.lists import Asking, Column, Held, Kind, Listing, doors, in_words, look
from tongban.modules.exchange import queries
from tongban.modules.exchange.model.trying import why
from tongban.modules.exchange.pages.naming import names_of
from tongban.modules.exchange.queries import SourceReport
from tongban.modules.government import queries as government

_READERS = requires(
    "grant.decide",
    "catalog.edit",
    "instance.apply",
    "operations.read",
    "supervision.read",
    "evaluation.read",
)


def _found(reader: Reader, asking: Asking) -> Sequence[SourceReport]:
    return queries.source_reports(reader.connection, asking.actor)


def _departments(reader: Reader, asking: Asking) -> dict[str, str]:
    return government.department_names(reader.connection, asking.language)


SOURCES = Listing(
    name="sources",
    title="exchange.sources.title",
    address="/sources",
    api="/api/exchange/sources",
    access=_READERS,
    columns=(
        Column("name", "exchange.sources.name", of="definition.name", words=in_words),
        Column(
            "code", "exchange.sources.code", Kind.IDENTIFIER, of="definition.code", on_page=False
        ),
        Column(
            "department",
            "exchange.column.provider",
            of="definition.department",
            words=lambda code, asking: asking.known.get(code, code),
        ),
        Column(
            "resources",
            "exchange.sources.resources",
            Kind.NUMBER,
            of=lambda row, _: len(row.resources),
        ),
        Column("unreadable", "exchange.sources.unreadable", Kind.NUMBER),
        Column("last_at", "exchange.sources.last", Kind.INSTANT),
    ),
    known=_departments,
    source=Held(_found),
)
"""The sources that one may look at."""


@get("/sources", sync_to_thread=False, opt={"access": _READERS})
def sources(request: Request[Any, Any, Any]) -> Response[str]:
    """Departments' sources, and how often something in them could not be read."""
    with house(request).db.read() as reader:
        listed = look(request, reader, SOURCES)
    return page(request, "exchange/sources.html", listed=listed)


@get("/sources/{code:str}", sync_to_thread=True, opt={"access": _READERS})
def source(
    request: Request[Any, Any, Any], code: FromPath[str], look: FromQuery[str] = ""
) -> Response[str]:
    """One source: whether it answers, what rests on it, and of which elements something does not fit.

    With ``look=now`` its tables are looked at, which nobody's mere visit does. It runs beside the event
    loop: a source that is away takes seconds to be so.
    """
    with house(request).db.read() as reader:
        report = queries.source_report(reader.connection, actor_of(request), code)
        names = names_of(request, reader)
        away = queries.away(reader, report)
        trials = queries.look(reader, report) if look == "now" and away is None else None
    reached, facts = (why(away), away.data) if away is not None else ("", {})
    return page(
        request,
        "exchange/source.html",
        report=report,
        names=names,
        reached=reached,
        facts_of=facts,
        trials=trials,
    )


HANDLERS = (sources, *doors(SOURCES), source)
