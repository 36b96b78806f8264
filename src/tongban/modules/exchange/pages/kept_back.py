"""What a law keeps back for a while from those whose data were read, for whoever oversees reading."""

from collections.abc import Iterable
from typing import Any

from litestar import Request, Response, get

from tongban.kit.db import Reader
from tongban.kit.html import page
from tongban.kit.http import house, requires
from tongban.kit.lists import (
    Asking,
    Choice,
    Column,
    Found,
    Kind,
    Listing,
    Windows,
    choice,
    coded,
    doors,
    in_words,
    look,
)
from tongban.modules.exchange import proven, queries
from tongban.modules.exchange.model.occasions import KeptBackReads
from tongban.modules.exchange.pages.naming import named, names_known

_OVERSIGHT = requires("evaluation.read", "supervision.read", "ledger.audit")


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    department = asking.values["department"]
    lines, total = queries.kept_back(reader, asking.actor, department, number, size)
    return Found(proven.kept_back_as_logged(reader, lines), total)


def _agrees(reads: KeptBackReads, _asking: Asking) -> str:
    return "altered" if reads.altered else "agrees"


def _departments(reader: Reader, asking: Asking) -> Iterable[Choice]:
    names = asking.known.names["department"]
    for code in queries.departments_keeping_back(reader, asking.actor):
        yield code, names.get(code, code)


KEPT_BACK = Listing(
    name="kept-back",
    title="exchange.kept_back.title",
    address="/kept-back",
    api="/api/exchange/kept-back",
    access=_OVERSIGHT,
    known=names_known,
    columns=(
        Column("department", "exchange.column.reading_department", words=named("department")),
        Column("grant", "exchange.column.grant", Kind.IDENTIFIER),
        Column("occasion", "exchange.column.occasion",
               shows=lambda reads, asking: asking.say(reads.occasion_name)),
        Column("reference", "exchange.column.reference", Kind.IDENTIFIER),
        Column("times", "exchange.column.times", Kind.NUMBER),
        Column("clause", "exchange.column.kept_back_by", words=in_words),
        Column("shown_on", "exchange.column.shown_on", Kind.DAY),
        Column("ledger", "exchange.column.held_against", of=_agrees, words=coded("exchange.held")),
    ),
    filters=(choice("department", "exchange.column.reading_department", _departments),),
    source=Windows(_page),
    size=queries.PAGE,
)  # fmt: skip
"""What is kept back today, what appears first at the top: department, grant and file, never the person."""


@get("/kept-back", sync_to_thread=False, opt={"access": _OVERSIGHT})
def kept_back(request: Request[Any, Any, Any]) -> Response[str]:
    """Which reads those whose data were read do not see yet, and from which day on they do."""
    with house(request).db.read() as reader:
        listed = look(request, reader, KEPT_BACK)
    return page(request, "exchange/kept_back.html", listed=listed)


HANDLERS = (kept_back, *doors(KEPT_BACK))
