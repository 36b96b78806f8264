"""Sign in with a password, or in a demonstration by choosing who to be; sign out."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kit import keeping
from tongban.kit.house import House
from tongban.kit.html import form_of, local_path, page
from tongban.kit.http import actor_of, house, public
from tongban.modules.government import queries as government
from tongban.modules.identity import actions, errors, queries
from tongban.modules.identity.model import Opened, Visit
from tongban.modules.identity.pages import hashing
from tongban.modules.identity.pages.cookies import (
    AnyRequest,
    signed_in_answer,
    signed_in_redirect,
    signed_out_redirect,
    token_of,
    visit_of,
)
from tongban.modules.identity.pages.refusing import refused

_OPEN = {"access": public("whoever signs in is not signed in yet")}


@get("/sign-in", opt=_OPEN, sync_to_thread=False)
def sign_in_page(
    request: AnyRequest, to: FromQuery[str] = "/", way: FromQuery[str] = ""
) -> Response[str]:
    """Ask for account and password; in a demonstration, first for whom to be."""
    return _ask(request, to, way)


def _ask(request: AnyRequest, to: str, way: str, kept: str = "") -> Response[str]:
    with house(request).db.read() as reader:
        accounts = queries.demonstration_accounts(reader)
        realm = government.realm(reader)
    if accounts and way != "password":
        return page(
            request,
            "identity/choose_account.html",
            accounts=accounts,
            realm=realm.value,
            to=local_path(to),
            kept=kept,
        )
    return _password_page(request, to, "", kept=kept)


@post("/sign-in/return", opt=_OPEN)
async def sign_in_and_return(request: AnyRequest) -> Response[str]:
    """Ask who it is, holding what they typed before their session ended."""
    form = await form_of(request)
    return _ask(request, "/", form.get("way", ""), form.get("kept", ""))


def _go_on(request: AnyRequest, opened: Opened, to: str, kept: str) -> Response[str] | Redirect:
    """Go where the browser wanted to, or show what was typed before, to be sent again."""
    shown = keeping.resumed(request, kept, opened.token) if kept else None
    if shown is None:
        return signed_in_redirect(request, opened, to)
    return signed_in_answer(request, opened, shown)


def _password_page(
    request: AnyRequest, to: str, login: str, refusal: Refusal | None = None, kept: str = ""
) -> Response[str]:
    context: dict[str, Any] = {"login": login, "to": local_path(to), "kept": kept}
    if refusal is None:
        return page(request, "identity/sign_in.html", **context)
    return refused(request, "identity/sign_in.html", refusal, **context)


@post("/sign-in", opt=_OPEN)
async def sign_in(request: AnyRequest) -> Response[str] | Redirect:
    """Take account and password."""
    form = await form_of(request)
    login, to, kept = form.get("login", ""), local_path(form.get("to")), form.get("kept", "")
    try:
        opened = await _by_password(
            house(request),
            login,
            form.get("password", ""),
            replacing=token_of(request),
            visit=visit_of(request),
        )
    except Refusal as refusal:
        return _password_page(request, to, login, refusal, kept)
    return _go_on(request, opened, to, kept)


async def _by_password(
    running: House, login: str, password: str, *, replacing: str, visit: Visit
) -> Opened:
    """Look at what costs nothing, count the attempt, then look at the password; open the session."""
    queries.check_sign_in(login, password)
    with running.db.read() as reader:
        known = bool(queries.known_browser(reader, login, visit.browser))
    with hashing.line(known=known).place():
        await running.write(lambda unit: actions.charge(unit, login, visit))
        proved = await hashing.proved(running, login, password, known=known)
    if proved is None:
        raise errors.sign_in_wrong()
    return await running.write(
        lambda unit: actions.sign_in(unit, proved, replacing=replacing, visit=visit)
    )


@post("/sign-out", opt={"access": public("signing out twice is no fault")})
async def sign_out(request: AnyRequest) -> Redirect:
    """End the session."""
    token = token_of(request)
    if actor_of(request).signed_in:
        await house(request).write(lambda unit: actions.sign_out(unit, token))
    return signed_out_redirect(request)


@post("/demonstration/account", opt={"access": public("only a demonstration has this")})
async def demonstration_account(request: AnyRequest) -> Response[str] | Redirect:
    """Become the chosen demonstration account, or nobody."""
    form = await form_of(request)
    chosen, to, token = form.get("account", ""), local_path(form.get("to")), token_of(request)
    if not chosen:
        await house(request).write(lambda unit: actions.sign_out(unit, token))
        return signed_out_redirect(request)
    opened = await house(request).write(
        lambda unit: actions.demonstration_sign_in(unit, chosen, replacing=token)
    )
    return _go_on(request, opened, to, form.get("kept", ""))


HANDLERS = (sign_in_page, sign_in, sign_in_and_return, sign_out, demonstration_account)
