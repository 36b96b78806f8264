"""Grants for people: who may use what, applying, deciding, ending."""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kernel.paging import page_count
from tongban.kit.db import Unit
from tongban.kit.html import errors_of, form_of, page, redirect, typed_in
from tongban.kit.http import (
    STATUS,
    actor_of,
    house,
    json_answer,
    language_of,
    ok,
    page_from,
    public,
    requires,
)
from tongban.kit.i18n import translator
from tongban.kit.sheets import JSON, csv_file, download
from tongban.modules.catalog import queries as catalog
from tongban.modules.exchange import actions, errors, queries, wire
from tongban.modules.exchange.model import Grant, GrantState
from tongban.modules.exchange.pages.naming import names_of

_OPEN = {
    "access": public("who may use what is everyone's business; requests only the two sides see")
}
_APPLY = {"access": requires("grant.decide", "catalog.edit")}
_DECIDE = {"access": requires("grant.decide")}
_FILTERS = ("q", "department", "provider", "resource", "state", "sort")
_COLUMNS = (
    "code",
    "resource",
    "provider",
    "department",
    "items",
    "purpose",
    "basis",
    "starts",
    "ends",
    "state",
)
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


@get("/grants", sync_to_thread=False, opt=_OPEN)
def grants(request: Request[Any, Any, Any]) -> Response[str]:
    """Who may use which data for what: public for what is in effect."""
    asked = request.query_params
    actor, number = actor_of(request), page_from(asked)
    wanted = wire.grant_filter(asked)
    with house(request).db.read() as reader:
        found, total = queries.grants(reader.connection, actor, wanted, number)
        names = names_of(request, reader)
        today = queries.today(reader.connection, reader.now)
    kept = {name: asked.get(name, "") for name in _FILTERS}
    return page(
        request,
        "exchange/grants.html",
        grants=found,
        total=total,
        number=number,
        pages=page_count(total, queries.PAGE),
        wanted=wanted,
        kept={name: value for name, value in kept.items() if value},
        names=names,
        today=today,
        states=[state.value for state in GrantState],
        may_apply=queries.may_apply(actor),
    )


@get("/grants/export.csv", sync_to_thread=False, opt=_OPEN)
def grants_csv(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The list as filtered, for a spreadsheet: names where the file for programs has codes."""
    t = translator(language_of(request))
    with house(request).db.read() as reader:
        names = names_of(request, reader)
    rows = []
    for row in _exported(request):
        words = {
            "resource": names["resource"].get(row["resource"], row["resource"]),
            "provider": names["department"].get(row["provider"], row["provider"]),
            "department": names["department"].get(row["department"], row["department"]),
            "items": "; ".join(names["element"].get(item, item) for item in row["items"]),
            "state": t(f"exchange.state.{row['state']}"),
        }
        rows.append([words.get(column, row[column]) for column in _COLUMNS])
    return csv_file("grants", [t(f"exchange.column.{column}") for column in _COLUMNS], rows)


@get("/grants/export.json", sync_to_thread=False, opt=_OPEN)
def grants_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The list as filtered, for a program."""
    rows = _exported(request)
    return download(json_answer(ok(rows, total=len(rows))).content, "grants.json", JSON)


def _exported(request: Request[Any, Any, Any]) -> list[dict[str, Any]]:
    wanted = wire.grant_filter(request.query_params)
    with house(request).db.read() as reader:
        found, _ = queries.grants(reader.connection, actor_of(request), wanted, size=None)
    return [wire.grant_object(grant, language_of(request)) for grant in found]


# Applying ---------------------------------------------------------------------------------------


@get("/grants/new", sync_to_thread=False, opt=_APPLY)
def new_grant(request: Request[Any, Any, Any]) -> Response[str]:
    """Apply for a grant: first which resource, then which items, for what, until when."""
    resource = request.query_params.get("resource")
    refusal = None
    if resource == "":
        refusal = errors.form_incomplete({"resource": "exchange.resource_missing"})
    return _new_grant_page(request, {"resource": resource or ""}, (), refusal)


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
    if refusal is None:
        return page(request, "exchange/grant_new.html", **context)
    context |= errors_of(refusal, request, _fields(request))
    return page(request, "exchange/grant_new.html", status=STATUS[refusal.kind], **context)


@post("/grants/new", opt=_APPLY)
async def apply_for_grant(request: Request[Any, Any, Any]) -> Response[str] | Redirect:
    """Send the application; an error shows the form again with everything typed."""
    form = await request.form()
    chosen = tuple(str(item) for item in form.getall("items", []))
    services = " ".join(str(code) for code in form.getall("services", []))
    typed = {**typed_in(form), "services": services}
    try:
        wanted = wire.grant_request(typed, chosen)
        asked = await house(request).write(
            lambda unit: actions.request_grant(unit, actor_of(request), wanted)
        )
    except Refusal as refusal:
        return _new_grant_page(request, typed, chosen, refusal)
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
            "use": queries.use_of_grant(reader.connection, code),
            "may": queries.what_may_be_done(actor, found),
            "names": names_of(request, reader),
            "service_names": queries.purpose_names(reader.connection),
            "today": queries.today(reader.connection, reader.now),
            "typed": typed,
        }
    if refusal is None:
        return page(request, "exchange/grant.html", **context)
    context |= errors_of(refusal, request, _fields(request))
    return page(request, "exchange/grant.html", status=STATUS[refusal.kind], **context)


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
        return _grant_page(request, code, typed, refusal)
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
    grants_csv,
    grants_json,
    new_grant,
    apply_for_grant,
    grant,
    decide_grant,
    end_grant,
    withdraw_grant,
)
