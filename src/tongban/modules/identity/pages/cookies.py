"""The cookies of the session and of a browser that is known, and where the browser goes next."""

from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from tongban.kit.html import redirect
from tongban.kit.http import SESSION_COOKIE, cookie_name, cookie_of, house, network_of
from tongban.modules.identity.model import Opened, Visit

AnyRequest = Request[Any, Any, Any]
_BROWSER_COOKIE = "tongban_browser"
_BROWSER_SECONDS = 180 * 86_400


def token_of(request: AnyRequest) -> str:
    """Return the session token that the browser sent, or empty."""
    return cookie_of(request, SESSION_COOKIE)


def visit_of(request: AnyRequest) -> Visit:
    """Return from where a request comes: its network, and for whom its browser is known."""
    return Visit(source=network_of(request), browser=cookie_of(request, _BROWSER_COOKIE))


def signed_in_redirect(request: AnyRequest, opened: Opened, to: str) -> Redirect:
    """Hand over a session that just began, and go on."""
    return redirect(to, cookies=_opened(request, opened))


def signed_in_answer(request: AnyRequest, opened: Opened, answer: Response[str]) -> Response[str]:
    """Hand over a session that just began with a page."""
    answer.cookies.extend(_opened(request, opened))
    return answer


def _opened(request: AnyRequest, opened: Opened) -> tuple[Cookie, ...]:
    session = _cookie(request, SESSION_COOKIE, opened.token)
    return (session, known(request, opened.browser)) if opened.browser else (session,)


def signed_out_redirect(request: AnyRequest, to: str = "/") -> Redirect:
    """Take the session's cookie away, and go on; the browser stays known."""
    return redirect(to, cookies=(forget(request, SESSION_COOKIE),))


def known(request: AnyRequest, browser: str) -> Cookie:
    """Return the cookie by which a browser is known for half a year."""
    return keep(request, _BROWSER_COOKIE, browser, _BROWSER_SECONDS)


def keep(request: AnyRequest, name: str, value: str, seconds: int) -> Cookie:
    """Return a cookie that ends by itself."""
    cookie = _cookie(request, name, value)
    cookie.max_age = seconds
    return cookie


def forget(request: AnyRequest, name: str) -> Cookie:
    """Return a cookie that ends at once."""
    return keep(request, name, "", 0)


def _cookie(request: AnyRequest, name: str, value: str) -> Cookie:
    https = house(request).settings.https
    called = cookie_name(name, https=https)
    return Cookie(called, value=value, httponly=True, samesite="lax", secure=https, path="/")
