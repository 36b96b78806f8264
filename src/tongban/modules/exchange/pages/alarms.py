"""Unusual reading for those who look into it: data officers of both sides, bureau, inspection."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader
from tongban.kit.html import form_of, page, page_of_form, redirect
from tongban.kit.http import actor_of, house, language_of, requires
from tongban.kit.i18n import translator
from tongban.kit.lists import (
    Asking,
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
from tongban.modules.exchange import actions, proven, queries
from tongban.modules.exchange.model.alarms import AlarmKind, AlarmState
from tongban.modules.exchange.pages.naming import all_named, named, names_known, names_of

_WATCHERS = requires("grant.decide", "evaluation.read", "supervision.read", "ledger.audit")
_SEEN = {"access": _WATCHERS}


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    values = asking.values
    found, total = queries.alarms(
        reader, asking.actor, values["kind"], values["state"], number, size
    )
    asking.known.names["reader"] = queries.reader_names(reader, [each.who for each in found])
    return Found(found, total)


ALARMS = Listing(
    name="unusual-reading",
    title="exchange.alarms.title",
    address="/unusual-reading",
    api="/api/exchange/unusual-reading",
    access=_WATCHERS,
    known=names_known,
    columns=(
        Column("id", "exchange.column.code", Kind.IDENTIFIER, on_page=False, in_file=False),
        Column("kind", "exchange.column.unusual", type=AlarmKind, words=coded("exchange.alarm_kind")),
        Column("who", "exchange.column.reader", words=named("reader")),
        Column("department", "exchange.column.department", words=named("department")),
        Column("providers", "exchange.column.provider", words=all_named("department"),
               type=tuple[str, ...], on_page=False),
        Column("day", "exchange.column.day", Kind.DAY),
        Column("times", "exchange.column.times", Kind.NUMBER),
        Column("state", "exchange.column.state", type=AlarmState, words=coded("exchange.alarm_state")),
        Column("words", "exchange.column.words", words=in_words, on_page=False),
        Column("looked_at", "exchange.column.looked_at", Kind.INSTANT, on_page=False),
    ),
    filters=(
        choice("kind", "exchange.column.unusual", allowed=[each.value for each in AlarmKind],
               group="exchange.alarm_kind"),
        choice("state", "exchange.column.state", allowed=[each.value for each in AlarmState],
               group="exchange.alarm_state"),
    ),
    source=Windows(_page),
    size=queries.PAGE,
)  # fmt: skip
"""The unusual reading that one is to look into."""


@get("/unusual-reading", sync_to_thread=False, opt=_SEEN)
def unusual_reading(request: Request[Any, Any, Any]) -> Response[str]:
    """Who read far more than usual, outside office hours, was refused often, or read their own."""
    with house(request).db.read() as reader:
        listed = look(request, reader, ALARMS)
    return page(request, "exchange/alarms.html", listed=listed, names=listed.asking.known.names)


@get("/unusual-reading/{identifier:str}", sync_to_thread=False, opt=_SEEN)
def unusual_read(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[str]:
    """One kind of unusual reading of one account on one day, and whether somebody looked into it."""
    return _one_page(request, identifier, {})


def _one_page(
    request: Request[Any, Any, Any],
    identifier: str,
    typed: dict[str, str],
    refusal: Refusal | None = None,
) -> Response[str]:
    with house(request).db.read() as reader:
        one = queries.alarm(reader, actor_of(request), identifier)
        people = [one.who, *([f"staff:{one.looked_by}"] if one.looked_by else [])]
        context: dict[str, Any] = {
            "one": one,
            "not_as_logged": proven.altered_alarm(reader, one),
            "people": queries.reader_names(reader, people),
            "names": names_of(request, reader),
            "typed": typed,
        }
    fields = {"words": translator(language_of(request))("exchange.column.words")}
    return page_of_form(request, "exchange/alarm.html", context, refusal, fields)


@post("/unusual-reading/{identifier:str}", opt=_SEEN)
async def look_into(
    request: Request[Any, Any, Any], identifier: FromPath[str]
) -> Response[str] | Redirect:
    """Say what was found."""
    typed, actor = await form_of(request), actor_of(request)
    words = typed.get("words", "")
    try:
        await house(request).write(lambda unit: actions.look_into(unit, actor, identifier, words))
    except Refusal as refusal:
        if not refusal.fields:
            raise
        return _one_page(request, identifier, typed, refusal)
    return redirect(f"/unusual-reading/{identifier}")


HANDLERS = (unusual_reading, *doors(ALARMS), unusual_read, look_into)
