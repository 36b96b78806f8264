"""A lost password, a new one through a one-time link, and a changed one."""

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kit.html import errors_of, form_of, page, redirect
from tongban.kit.http import actor_of, cookie_of, house, network_of, public, signed_in
from tongban.modules.identity import actions, errors, queries
from tongban.modules.identity.model import Account
from tongban.modules.identity.pages import hashing
from tongban.modules.identity.pages.cookies import (
    AnyRequest,
    forget,
    keep,
    known,
    signed_in_redirect,
    visit_of,
)
from tongban.modules.identity.pages.refusing import refused

_OPEN = {"access": public("whoever lost a password cannot sign in")}
_LINK = "tongban_link"
_LINK_SECONDS = 1800


@get("/forgot-password", opt=_OPEN, sync_to_thread=False)
def forgot_page(request: AnyRequest) -> Response[str]:
    """Ask which account."""
    return page(request, "identity/forgot_password.html", login="")


@post("/forgot-password", opt=_OPEN)
async def forgot(request: AnyRequest) -> Response[str]:
    """Have a link mailed where there is somebody to mail it to; the answer is always the same."""
    login = (await form_of(request)).get("login", "")
    if not login:
        refusal = errors.nothing_typed("login")
        shown = errors_of(refusal, request)
        return page(request, "identity/forgot_password.html", status=422, login="", **shown)
    source = network_of(request)
    try:
        await house(request).write(lambda unit: actions.ask_link(unit, login, source))
    except Refusal as refusal:
        return refused(request, "identity/forgot_password.html", refusal, login=login)
    return page(request, "identity/link_asked.html")


@get("/reset-password", opt=_OPEN, sync_to_thread=False)
def reset_page(request: AnyRequest, link: FromQuery[str] = "") -> Response[str] | Redirect:
    """Take the link out of the address at once, then ask for the new password."""
    if link and link.isascii():
        kept = keep(request, _LINK, link, _LINK_SECONDS)
        return redirect("/reset-password", cookies=(kept,))
    account = _account(request, link) if link else _linked(request)
    return page(request, "identity/reset_password.html", account=account)


def _linked(request: AnyRequest) -> Account:
    return _account(request, cookie_of(request, _LINK))


def _account(request: AnyRequest, link: str) -> Account:
    with house(request).db.read() as reader:
        return queries.account_of_link(reader, link)


@post("/reset-password", opt=_OPEN)
async def reset(request: AnyRequest) -> Response[str] | Redirect:
    """Set the new password; the link is used up, and every session of the account ends."""
    form = await form_of(request)
    account = _linked(request)
    token, browser = cookie_of(request, _LINK), visit_of(request).browser
    try:
        hashed = await _hashed(form, account.login, account.name)
    except Refusal as refusal:
        return refused(request, "identity/reset_password.html", refusal, account=account)
    fresh = await house(request).write(
        lambda unit: actions.set_password_by_link(unit, token, hashed, browser)
    )
    cookies = (forget(request, _LINK), known(request, fresh))
    return redirect("/reset-password/done", cookies=cookies)


@get("/reset-password/done", opt=_OPEN, sync_to_thread=False)
def reset_done(request: AnyRequest) -> Response[str]:
    """Say that the new password is set and where to sign in."""
    return page(request, "identity/password_set.html")


@get("/account/password", opt={"access": signed_in()}, sync_to_thread=False)
def change_page(request: AnyRequest) -> Response[str] | Redirect:
    """Ask for the old and the new password."""
    with house(request).db.read() as reader:
        account = queries.account_by_id(reader, actor_of(request).account)
    if not account.has_password:
        return redirect("/account")
    return page(request, "identity/change_password.html")


@post("/account/password", opt={"access": signed_in()})
async def change(request: AnyRequest) -> Response[str] | Redirect:
    """Change the password; every other session ends and this one begins anew."""
    running, actor = house(request), actor_of(request)
    form = await form_of(request)
    with running.db.read() as reader:
        account = queries.account_by_id(reader, actor.account)
    try:
        if not form.get("old"):
            raise errors.nothing_typed("old")
        proved = await _own(request, account.login, form["old"])
        hashed = await _hashed(form, account.login, account.name)
        browser = visit_of(request).browser
        opened = await running.write(
            lambda unit: actions.change_password(unit, actor, proved, hashed, browser)
        )
    except Refusal as refusal:
        return refused(request, "identity/change_password.html", refusal)
    return signed_in_redirect(request, opened, "/account?changed=password")


async def _own(request: AnyRequest, login: str, password: str) -> str | None:
    """Return whose password was given rightly in a session; the try was counted before."""
    running, actor = house(request), actor_of(request)
    with hashing.line(known=True).place():
        await running.write(lambda unit: actions.charge_own(unit, actor))
        return await hashing.proved(running, login, password, known=True)


async def _hashed(form: dict[str, str], login: str, name: str) -> str:
    words = form.get("password", ""), form.get("again", "")
    return await hashing.new_hash(*words, login, name)


HANDLERS = (forgot_page, forgot, reset_page, reset, reset_done, change_page, change)
