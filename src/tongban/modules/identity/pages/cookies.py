"""The session's cookie, and where the browser goes next."""

from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from tongban.kit.html import redirect
from tongban.kit.http import SESSION_COOKIE, house

AnyRequest = Request[Any, Any, Any]


def token_of(request: AnyRequest) -> str:
    """Return the session token that the browser sent, or empty."""
    return request.cookies.get(SESSION_COOKIE, "")


def signed_in_redirect(request: AnyRequest, token: str, to: str) -> Redirect:
    """Hand over a session that just began, and go on."""
    return redirect(to, cookies=(_cookie(request, SESSION_COOKIE, token),))


def signed_in_answer(request: AnyRequest, token: str, answer: Response[str]) -> Response[str]:
    """Hand over a session that just began with a page."""
    answer.cookies.append(_cookie(request, SESSION_COOKIE, token))
    return answer


def signed_out_redirect(request: AnyRequest, to: str = "/") -> Redirect:
    """Take the cookie away, and go on."""
    return redirect(to, cookies=(forget(request, SESSION_COOKIE),))


def keep(request: AnyRequest, name: str, value: str, seconds: int, path: str) -> Cookie:
    """Return a cookie that only these pages get, for a short time."""
    cookie = _cookie(request, name, value, path)
    cookie.max_age = seconds
    return cookie


def forget(request: AnyRequest, name: str, path: str = "/") -> Cookie:
    """Return a cookie that ends at once."""
    cookie = _cookie(request, name, "", path)
    cookie.max_age = 0
    return cookie


def _cookie(request: AnyRequest, name: str, value: str, path: str = "/") -> Cookie:
    secure = house(request).settings.https
    return Cookie(name, value=value, httponly=True, samesite="lax", secure=secure, path=path)
