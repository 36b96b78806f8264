"""What a department issued: found by case or identifier, looked at, and revoked by a person."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import say
from tongban.kit.html import errors_of, form_of, page, redirect
from tongban.kit.http import STATUS, actor_of, house, language_of, page_from, requires
from tongban.kit.i18n import translator
from tongban.kit.sheets import MOST, csv_file
from tongban.modules.certificates import actions, errors, queries
from tongban.modules.certificates.model import Certificate, State
from tongban.modules.certificates.pages.everyone import private
from tongban.modules.government import queries as government

_DECIDERS = {"access": requires("case.decide")}


@get("/work/certificates", sync_to_thread=False, opt=_DECIDERS)
def issued(request: Request[Any, Any, Any]) -> Response[str]:
    """Everything the actor's department issued, newest first."""
    text, state = _wanted(request)
    number = page_from(request.query_params)
    with house(request).db.read() as reader:
        listed = queries.issued_by(reader, actor_of(request), text, state, number)
        standings = {each.id: queries.standing(reader, each) for each in listed.certificates}
    return private(
        page(
            request,
            "certificates/issued.html",
            listed=listed,
            standings=standings,
            states=[each.value for each in State],
            kept={"q": text, "state": state or ""},
        )
    )


def _wanted(request: Request[Any, Any, Any]) -> tuple[str, State | None]:
    """Return the case or identifier, and the state, that the address asks for."""
    asked = request.query_params
    state = asked.get("state", "")
    known = state in {each.value for each in State}
    return asked.get("q", "")[:80].strip(), State(state) if known else None


_COLUMNS = (
    "field.number",
    "field.name",
    "field.holder",
    "issued.case",
    "field.issued_on",
    "field.valid_until",
    "field.standing",
    "field.revoked_at",
)


@get("/work/certificates/export.csv", sync_to_thread=True, opt=_DECIDERS)
def issued_csv(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the actor's department issued, as filtered, for a spreadsheet."""
    language, actor = language_of(request), actor_of(request)
    t = translator(language)
    with house(request).db.read() as reader:
        found = queries.issued_by(reader, actor, *_wanted(request), size=MOST)
        zone = government.zone(reader.connection)
        rows = [
            [
                each.number,
                say(each.name, language),
                each.holder_name,
                each.case_number,
                each.issued_on,
                each.valid_until or t("certificates.field.no_end"),
                t(f"certificates.tag.{queries.standing_word(reader, each)}"),
                each.revoked_at,
            ]
            for each in found.certificates
        ]
    return csv_file("issued", [t(f"certificates.{column}") for column in _COLUMNS], rows, zone)


def _shown(
    request: Request[Any, Any, Any], template: str, identifier: str, /, **more: Any
) -> Response[str]:
    language, actor = language_of(request), actor_of(request)
    with house(request).db.read() as reader:
        found = queries.issued_one(reader, actor, identifier)
        context: dict[str, Any] = {
            "certificate": found,
            "standing": queries.standing(reader, found),
            "department": government.department_name(reader.connection, found.issuer, language),
            "rows": [(line, queries.words(line, language)) for line in found.lines],
            "may_revoke": found.state is State.VALID,
            "typed": {},
            **more,
        }
    return private(page(request, template, **context))


@get("/work/certificates/{identifier:str}", sync_to_thread=False, opt=_DECIDERS)
def issued_one(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[str]:
    """One certificate that the department issued, and what may be done with it."""
    return _shown(request, "certificates/issued_one.html", identifier)


@get("/work/certificates/{identifier:str}/revoke", sync_to_thread=False, opt=_DECIDERS)
def before_revoking(
    request: Request[Any, Any, Any], identifier: FromPath[str]
) -> Response[str] | Redirect:
    """What revoking means, why it is done and on which basis."""
    if _found(request, identifier).state is not State.VALID:
        return redirect(f"/work/certificates/{identifier}")
    return _shown(request, "certificates/revoke.html", identifier)


def _found(request: Request[Any, Any, Any], identifier: str) -> Certificate:
    with house(request).db.read() as reader:
        return queries.issued_one(reader, actor_of(request), identifier)


@post("/work/certificates/{identifier:str}/revoke", opt=_DECIDERS)
async def revoke(
    request: Request[Any, Any, Any], identifier: FromPath[str]
) -> Response[str] | Redirect:
    """Revoke it, once that was confirmed."""
    actor, typed = actor_of(request), await form_of(request)
    reason, basis = typed.get("reason", ""), typed.get("basis", "")
    _found(request, identifier)
    try:
        if typed.get("confirmed") != "yes":
            raise errors.not_confirmed(reason, basis)
        await house(request).write(
            lambda unit: actions.revoke(unit, actor, identifier, reason, basis)
        )
    except Refusal as refusal:
        if refusal.kind is not Kind.INVALID:
            raise
        shown = {"status": STATUS[refusal.kind], "typed": typed, **errors_of(refusal, request)}
        return _shown(request, "certificates/revoke.html", identifier, **shown)
    return redirect(f"/work/certificates/{identifier}")


HANDLERS = (issued, issued_csv, issued_one, before_revoking, revoke)
