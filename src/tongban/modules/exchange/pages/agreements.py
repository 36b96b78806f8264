"""The second person for people: asking for reads above a number, agreeing, refusing."""

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
    coded,
    doors,
    in_words,
    look,
)
from tongban.modules.exchange import actions, proven, queries, wire
from tongban.modules.exchange.model.agreements import Agreement, Standing
from tongban.modules.exchange.pages.naming import named, names_known, names_of

_CONCERNED = requires(
    "case.accept",
    "case.review",
    "case.decide",
    "case.window",
    "catalog.edit",
    "grant.decide",
    "evaluation.read",
    "supervision.read",
    "ledger.audit",
)
"""Who reads, who answers for a department's systems, who agrees, and who looks over it all."""
_SEEN = {"access": _CONCERNED}
_ANSWER = {"access": requires("grant.decide")}
_ASKED = ("client", "occasion", "occasion_reference", "number", "until", "reason")


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    found, total = queries.agreements(reader, asking.actor, number, size)
    asking.known.names["reader"] = queries.reader_names(reader, [each.reader for each in found])
    return Found(found, total)


def _standing(one: Agreement, asking: Asking) -> str:
    return one.standing(asking.known.today).value


AGREEMENTS = Listing(
    name="agreements",
    title="exchange.agreements.title",
    address="/agreements",
    api="/api/exchange/agreements",
    access=_CONCERNED,
    known=names_known,
    columns=(
        Column("id", "exchange.column.code", Kind.IDENTIFIER, on_page=False, in_file=False),
        Column("grant", "exchange.column.grant", Kind.IDENTIFIER),
        Column("reader", "exchange.column.reader", words=named("reader")),
        Column("department", "exchange.column.department", words=named("department"), on_page=False),
        Column("provider", "exchange.column.provider", words=named("department"), on_page=False),
        Column("occasion", "exchange.column.occasion", on_page=False,
               shows=lambda one, asking: asking.say(one.occasion_name)),
        Column("occasion_reference", "exchange.column.reference", Kind.IDENTIFIER, on_page=False),
        Column("number", "exchange.column.number", Kind.NUMBER),
        Column("used", "exchange.column.used_up", Kind.NUMBER),
        Column("until", "exchange.column.until", Kind.DAY),
        Column("standing", "exchange.column.state", of=_standing,
               words=coded("exchange.agreement_state"), type=Standing),
        Column("asked_at", "exchange.column.asked_at", Kind.INSTANT, on_page=False),
        Column("reason", "exchange.column.reason", words=in_words, on_page=False),
    ),
    source=Windows(_page),
    size=queries.PAGE,
)  # fmt: skip
"""What another person was asked to agree to, of those that one may see."""


@get("/agreements", sync_to_thread=False, opt=_SEEN)
def agreements(request: Request[Any, Any, Any]) -> Response[str]:
    """What was asked of a second person, agreed to and refused."""
    with house(request).db.read() as reader:
        listed = look(request, reader, AGREEMENTS)
    return page(
        request,
        "exchange/agreements.html",
        listed=listed,
        names=listed.asking.known.names,
        today=listed.asking.known.today,
    )


# Asking -----------------------------------------------------------------------------------------


@get("/agreements/new", sync_to_thread=False, opt=_SEEN)
def new_agreement(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask another person to agree to reads by a grant without a case."""
    return _new_page(request, request.query_params.get("grant", ""), {})


def _new_page(
    request: Request[Any, Any, Any],
    code: str,
    typed: dict[str, str],
    refusal: Refusal | None = None,
) -> Response[str]:
    actor = actor_of(request)
    with house(request).db.read() as reader:
        grant = queries.grant_to_read(reader, actor, code)
        today = queries.today(reader.connection, reader.now)
        context: dict[str, Any] = {
            "grant": grant,
            "readers": queries.readers_of(reader, actor),
            "names": names_of(request, reader),
            "last": queries.last_day_to_agree(today),
            "typed": {"until": today.isoformat(), **typed},
        }
    return page_of_form(request, "exchange/agreement_new.html", context, refusal, _fields(request))


def _fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return what fields are called where their errors are summed up, in the order of a page."""
    t = translator(language_of(request))
    return {name: t(f"exchange.field.{name}") for name in _ASKED}


@post("/agreements/new", opt=_SEEN)
async def ask_agreement(request: Request[Any, Any, Any]) -> Response[str] | Redirect:
    """Send what is asked for; an error shows the form again with everything typed."""
    typed = await form_of(request)
    actor, wanted = actor_of(request), wire.agreement_request(typed)
    try:
        asked = await house(request).write(lambda unit: actions.ask_agreement(unit, actor, wanted))
    except Refusal as refusal:
        if not refusal.fields:
            raise
        return _new_page(request, wanted.grant, typed, refusal)
    return redirect(f"/agreements/{asked.id}")


# One of them ------------------------------------------------------------------------------------


@get("/agreements/{identifier:str}", sync_to_thread=False, opt=_SEEN)
def agreement(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[str]:
    """What was asked for, who answered, how much of it was read, and what may be done."""
    return _one_page(request, identifier, {})


def _one_page(
    request: Request[Any, Any, Any],
    identifier: str,
    typed: dict[str, str],
    refusal: Refusal | None = None,
) -> Response[str]:
    actor = actor_of(request)
    with house(request).db.read() as reader:
        one = queries.agreement(reader.connection, actor, identifier)
        today = queries.today(reader.connection, reader.now)
        people = [one.reader, f"staff:{one.asked_by}"]
        people += [f"staff:{one.decided_by}"] if one.decided_by else []
        standing = one.standing(today)
        context: dict[str, Any] = {
            "one": one,
            "not_as_logged": proven.altered_agreement(reader, one),
            "standing": standing,
            "may_answer": standing.value == "requested"
            and queries.may_answer_agreement(reader, actor, one),
            "people": queries.reader_names(reader, people),
            "names": names_of(request, reader),
            "typed": typed,
        }
    return page_of_form(request, "exchange/agreement.html", context, refusal, _fields(request))


@post("/agreements/{identifier:str}", opt=_ANSWER)
async def answer_agreement(
    request: Request[Any, Any, Any], identifier: FromPath[str]
) -> Response[str] | Redirect:
    """Agree, or refuse with a reason."""
    typed, actor = await form_of(request), actor_of(request)
    agreed, reason = typed.get("decision", "") == "agree", typed.get("reason", "")
    try:
        await house(request).write(
            lambda unit: actions.answer_agreement(
                unit, actor, identifier, agreed=agreed, reason=reason
            )
        )
    except Refusal as refusal:
        if not refusal.fields:
            raise
        return _one_page(request, identifier, typed, refusal)
    return redirect(f"/agreements/{identifier}")


HANDLERS = (
    agreements,
    *doors(AGREEMENTS),
    new_agreement,
    ask_agreement,
    agreement,
    answer_agreement,
)
