"""Grants for people: who may use what, applying, deciding, ending."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kernel.written_dates import NotADate, read_date
from tongban.kit.db import Reader, Unit
from tongban.kit.html import form_of, page, page_of_form, redirect, typed_in
from tongban.kit.http import (
    actor_of,
    house,
    language_of,
    public,
    requires,
)
from tongban.kit.i18n import translator
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
    hidden,
    in_words,
    look,
    order,
    search,
)
from tongban.modules.catalog import queries as catalog
from tongban.modules.exchange import actions, errors, proven, queries, wire
from tongban.modules.exchange.model import OVER, Grant, GrantFilter, GrantState
from tongban.modules.exchange.pages.naming import all_named, named, names_known, names_of
from tongban.modules.government import queries as government

_WHY = "who may use what is everyone's business; requests only the two sides see"
_OPEN = {"access": public(_WHY)}
_APPLY = {"access": requires("grant.decide", "catalog.edit")}
_DECIDE = {"access": requires("grant.decide")}
_ASKED = (
    "resource",
    "items",
    "purpose",
    "basis",
    "rests_on",
    "services",
    "starts",
    "ends",
    "reason",
)
"""The fields of the forms, in the order in which the pages show them."""
_LABELS = {
    "starts": "exchange.column.starts",
    "ends": "exchange.column.ends",
    "resource": "exchange.column.resource",
}
"""Fields that the pages call as the columns of the list."""


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    values = {name: value for name, value in asking.values.items() if name != "q"}
    wanted = GrantFilter(text=asking.values["q"], **values)
    found, total = queries.grants(reader, asking.actor, wanted, number, size)
    return Found(found, total)


def _departments(reader: Reader, asking: Asking) -> Iterable[Choice]:
    return government.department_names(reader.connection, asking.language).items()


def _standing(grant: Grant, asking: Asking) -> str:
    return queries.state_on(grant, asking.known.today)


def _object(grant: Grant, asking: Asking) -> wire.GrantObject:
    return wire.grant_object(grant, asking.language, _standing(grant, asking))


GRANTS = Listing(
    name="grants",
    title="exchange.grants.title",
    address="/grants",
    api="/api/exchange/grants",
    access=public(_WHY),
    known=names_known,
    columns=(
        Column("code", "exchange.column.code", Kind.IDENTIFIER, on_page=False),
        Column("resource", "exchange.column.resource", words=named("resource")),
        Column("provider", "exchange.column.provider", words=named("department")),
        Column("department", "exchange.column.department", words=named("department")),
        Column("items", "exchange.column.items", words=all_named("element"), on_page=False),
        Column("purpose", "exchange.column.purpose", words=in_words),
        Column("basis", "exchange.column.basis", words=in_words, on_page=False),
        Column("starts", "exchange.column.starts", Kind.DAY, on_page=False),
        Column("ends", "exchange.column.ends", Kind.DAY),
        Column("state", "exchange.column.state", words=coded("exchange.state"),
               on_page=False, in_file=False),
        Column("standing", "exchange.column.state", of=_standing, words=coded("exchange.state")),
    ),
    filters=(
        search("q", "exchange.filter.text", longest=200),
        choice("department", "exchange.column.department", _departments),
        choice("provider", "exchange.column.provider", _departments),
        choice("standing", "exchange.column.state",
               allowed=[*(each.value for each in GrantState), OVER], group="exchange.state"),
        hidden("state", allowed=[each.value for each in GrantState], group="exchange.state"),
        order("sort", "exchange.filter.sort", ("code", "ends", "department"), "exchange.sort"),
        hidden("resource"),
    ),
    thing=_object,
    shape=wire.GrantObject,
    source=Windows(_page),
    size=queries.PAGE,
)  # fmt: skip
"""The grants that the actor may see: those in effect, and all of one's own department."""


@get("/grants", sync_to_thread=False, opt=_OPEN)
def grants(request: Request[Any, Any, Any]) -> Response[str]:
    """Who may use which data for what: public for what is in effect."""
    with house(request).db.read() as reader:
        listed = look(request, reader, GRANTS)
    return page(
        request,
        "exchange/grants.html",
        listed=listed,
        names=listed.asking.known.names,
        today=listed.asking.known.today,
        may_apply=queries.may_apply(actor_of(request)),
        may_watch=queries.may_watch(actor_of(request)),
        may_oversee=queries.may_oversee(actor_of(request)),
    )


# Applying ---------------------------------------------------------------------------------------


@get("/grants/new", sync_to_thread=False, opt=_APPLY)
def new_grant(request: Request[Any, Any, Any]) -> Response[str]:
    """Apply for a grant: first which resource, then which items, for what, until when."""
    resource = request.query_params.get("resource")
    refusal = None
    if resource == "":
        refusal = errors.form_incomplete({"resource": "exchange.resource_missing"})
    return _new_grant_page(request, {"resource": resource or ""}, (), refusal)


def _with_date_faults(refusal: Refusal, typed: Mapping[str, str]) -> Refusal:
    """Return a refusal that says of each date that is missing why what was typed is none."""
    for name in ("starts", "ends"):
        if name in refusal.fields and typed.get(name, "").strip():
            try:
                read_date(typed[name])
            except NotADate as error:
                refusal.fields[name] = error.code
    return refusal


def _new_grant_page(
    request: Request[Any, Any, Any],
    typed: dict[str, str],
    chosen: tuple[str, ...],
    refusal: Refusal | None = None,
) -> Response[str]:
    actor = actor_of(request)
    with house(request).db.read() as reader:
        known = catalog.resources(reader.connection)
        resource = known.get(typed.get("resource", ""))
        names = names_of(request, reader)
        purposes = queries.purposes_of(reader.connection, actor.department)
        elements = catalog.elements(reader.connection)
    items = queries.requestable(resource) if resource else []
    others = [r for r in known.values() if r.provider != actor.department and not r.retired]
    context: dict[str, Any] = {
        "resource": resource,
        "items": items,
        "names_of_items": {item.element: catalog.item_name(item, elements) for item in items},
        "resources": [r for r in others if queries.requestable(r)],
        "purposes": purposes,
        "own": resource is not None and resource.provider == actor.department,
        "names": names,
        "typed": typed,
        "chosen": chosen,
    }
    return page_of_form(request, "exchange/grant_new.html", context, refusal, _fields(request))


@post("/grants/new", opt=_APPLY)
async def apply_for_grant(request: Request[Any, Any, Any]) -> Response[str] | Redirect:
    """Send the application; an error shows the form again with everything typed."""
    form = await request.form()
    chosen = tuple(str(item) for item in form.getall("items", []))
    services = " ".join(str(code) for code in form.getall("services", []))
    typed = {**await typed_in(form), "services": services}
    try:
        wanted = wire.grant_request(typed, chosen)
        asked = await house(request).write(
            lambda unit: actions.request_grant(unit, actor_of(request), wanted)
        )
    except Refusal as refusal:
        return _new_grant_page(request, typed, chosen, _with_date_faults(refusal, typed))
    return redirect(f"/grants/{asked.code}")


def _fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return what fields are called where their errors are summed up, in the order of a page."""
    t = translator(language_of(request))
    return {name: t(_LABELS.get(name, f"exchange.field.{name}")) for name in _ASKED}


# One grant --------------------------------------------------------------------------------------


@get("/grants/{code:str}", sync_to_thread=False, opt=_OPEN)
def grant(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """One grant: what, for whom, why, how much it was used, and what may be done with it."""
    return _grant_page(request, code, {})


def _grant_page(
    request: Request[Any, Any, Any],
    code: str,
    typed: dict[str, str],
    refusal: Refusal | None = None,
) -> Response[str]:
    actor = actor_of(request)
    with house(request).db.read() as reader:
        found = queries.grant(reader.connection, actor, code)
        context: dict[str, Any] = {
            "grant": found,
            "not_as_logged": proven.altered_grant(reader, found),
            "use": queries.use_of_grant(reader.connection, code),
            "may": queries.what_may_be_done(actor, found),
            "may_ask": queries.may_ask_agreement(reader, actor, found),
            "may_watch": queries.may_watch(actor),
            "names": names_of(request, reader),
            "service_names": queries.purpose_names(reader.connection),
            "today": queries.today(reader.connection, reader.now),
            "provisional_years": government.calendar(reader.connection).provisional,
            "provisional": queries.is_answer_provisional(reader.connection, found),
            "typed": typed,
        }
    return page_of_form(request, "exchange/grant.html", context, refusal, _fields(request))


async def _changed(
    request: Request[Any, Any, Any],
    code: str,
    change: Callable[[Unit, dict[str, str]], Grant],
) -> Response[str] | Redirect:
    """Do something to a grant and show it again; an error keeps what was typed."""
    typed = await form_of(request)
    try:
        await house(request).write(lambda unit: change(unit, typed))
    except Refusal as refusal:
        if not refusal.fields:
            raise
        return _grant_page(request, code, typed, _with_date_faults(refusal, typed))
    return redirect(f"/grants/{code}")


@post("/grants/{code:str}/decide", opt=_DECIDE)
async def decide_grant(
    request: Request[Any, Any, Any], code: FromPath[str]
) -> Response[str] | Redirect:
    """Give the grant for a term, or refuse it with a reason."""
    actor = actor_of(request)

    def decide(unit: Unit, typed: dict[str, str]) -> Grant:
        match typed.get("decision", ""):
            case "give":
                starts, ends = (
                    wire.date_of(typed.get("starts", "")),
                    wire.date_of(typed.get("ends", "")),
                )
                return actions.give_grant(unit, actor, code, starts, ends)
            case "refuse":
                return actions.refuse_grant(unit, actor, code, typed.get("reason", ""))
            case _:
                raise errors.form_incomplete({"decision": "exchange.decision_missing"})

    return await _changed(request, code, decide)


@post("/grants/{code:str}/end", opt=_DECIDE)
async def end_grant(
    request: Request[Any, Any, Any], code: FromPath[str]
) -> Response[str] | Redirect:
    """End the grant before its term, with a reason."""
    actor = actor_of(request)
    return await _changed(
        request,
        code,
        lambda unit, typed: actions.end_grant(unit, actor, code, typed.get("reason", "")),
    )


@post("/grants/{code:str}/withdraw", opt=_APPLY)
async def withdraw_grant(
    request: Request[Any, Any, Any], code: FromPath[str]
) -> Response[str] | Redirect:
    """Take an application back."""
    actor = actor_of(request)
    return await _changed(
        request, code, lambda unit, _: actions.withdraw_request(unit, actor, code)
    )


HANDLERS = (
    grants,
    *doors(GRANTS),
    new_grant,
    apply_for_grant,
    grant,
    decide_grant,
    end_grant,
    withdraw_grant,
)
