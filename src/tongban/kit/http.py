"""The web's technique: who asks, who may, how a refusal is answered, and nothing forged.

Every handler says who may use it: ``opt={"access": public("why")}``, ``signed_in()`` or
``requires("duty")``. A handler that says nothing is closed to everyone.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Protocol

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.enums import MediaType, ScopeType
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tongban.kernel.actors import VISITOR, Actor
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES
from tongban.kit import texts
from tongban.kit.asked import asked_in
from tongban.kit.crypto import chance
from tongban.kit.crypto.hashing import same
from tongban.kit.crypto.suite import Suite
from tongban.kit.db import Reader, silent
from tongban.kit.faults import chain, where
from tongban.kit.house import House
from tongban.kit.i18n import best_language
from tongban.kit.origins import Origins
from tongban.kit.sending import header
from tongban.kit.sent import HungUp, unreadable
from tongban.kit.settings import Settings

SESSION_COOKIE = "tongban_session"
VISITOR_COOKIE = "tongban_visitor"
LANGUAGE_COOKIE = "tongban_language"
_MOST_HOPS = 20
_LONGEST_HOP = 60
"""Of ``X-Forwarded-For`` only so much is looked at, from the right; an address with port has less."""
_log = logging.getLogger("tongban.http")

STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.UNREADABLE: 400,
    Kind.NOT_FOUND: 404,
    Kind.NOT_ALLOWED: 403,
    Kind.NOT_SIGNED_IN: 401,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.TOO_MANY: 429,
    Kind.TOO_LARGE: 413,
    Kind.TOO_SLOW: 408,
    Kind.NO_METHOD: 405,
    Kind.NOT_ACCEPTABLE: 406,
    Kind.MEDIA_TYPE: 415,
    Kind.UNAVAILABLE: 503,
}


@dataclass(frozen=True)
class Access:
    """Who may use a handler."""

    kind: str
    reason: str = ""
    duties: frozenset[str] = frozenset()

    def allows(self, actor: Actor) -> bool:
        """Whether the actor may pass; unsigned actors are told to sign in, not that they may not."""
        if self.kind == "public":
            return True
        if not actor.signed_in:
            raise Refusal("kit.not_signed_in", Kind.NOT_SIGNED_IN)
        return self.kind == "signed_in" or bool(self.duties & actor.duties)


def public(reason: str) -> Access:
    """Open to everyone, for the stated reason."""
    return Access("public", reason)


def signed_in() -> Access:
    """For anyone who is signed in."""
    return Access("signed_in")


def requires(*duties: str) -> Access:
    """For those who have one of these duties."""
    return Access("duty", duties=frozenset(duties))


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who a request comes from, and the secret its forms must carry."""

    actor: Actor
    csrf: str


class Authenticator(Protocol):
    """Turns the token of a cookie or an Authorization header into an actor."""

    def by_session(self, reader: Reader, token: str) -> Authenticated | None:
        """Return whom a session belongs to, or None when it is unknown or over."""
        ...

    def by_key(self, reader: Reader, key: str) -> Authenticated | None:
        """Return which client system a key belongs to, or None."""
        ...


def cookie_name(name: str, *, https: bool) -> str:
    """Return under what name a cookie travels: reached by https, under one that others cannot set.

    A browser takes a ``__Host-`` cookie only from this very host, encrypted, for all of its paths
    (RFC 6265bis, 4.1.3.2): neither a neighbour's site nor an unencrypted answer plants a session.
    """
    return f"__Host-{name}" if https else name


def cookie_of(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str:
    """Return what a cookie of ours holds, or empty. One of the other name is none of ours."""
    return _cookie(connection, name, https=house(connection).settings.https)


def _cookie(connection: ASGIConnection[Any, Any, Any, Any], name: str, *, https: bool) -> str:
    return connection.cookies.get(cookie_name(name, https=https), "")


class Languages(Protocol):
    """Says in which languages this government answers; both where nobody says so."""

    def offered(self) -> Sequence[str]:
        """Return the languages, at least one."""
        ...


class Identify:
    """Middleware: puts the actor, language and form secret of each request into its scope."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self.app = app
        self._house = house
        self._origins = Origins(house.settings.data)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Identify, then pass on; a first visit that was given a form gets its visitor cookie."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        if scope["route_handler"].opt.get(ASKS_NOBODY):
            _as_nobody(scope)
            await self.app(scope, receive, send)
            return
        scope["query_string"] = texts.tidy_query(scope["query_string"])
        connection = ASGIConnection[Any, Any, Any, Any](scope)
        identify(connection, self._house)
        self._note(connection)
        state = scope["state"]
        if not state["fresh"]:
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and state.get("form"):
                https = self._house.settings.https
                name, secure = cookie_name(VISITOR_COOKIE, https=https), "; Secure" * https
                line = f"{name}={state['fresh']}; Path=/; HttpOnly; SameSite=Lax{secure}"
                message.setdefault("headers", [])
                message["headers"] = [*message["headers"], (b"set-cookie", line.encode())]
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _note(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        """Note a browser that comes again, so that a proxy that nobody named is noticed."""
        https = self._house.settings.https
        names = (SESSION_COOKIE, VISITOR_COOKIE)
        visitor = next(filter(None, (_cookie(connection, one, https=https) for one in names)), "")
        if visitor:
            self._origins.note(visitor, network_of(connection), self._house.clock.now())


ASKS_NOBODY = "asks_nobody"
"""Mark of a door that must be answered whatever hangs: nobody is looked up in the database for it."""


def _as_nobody(scope: Scope) -> None:
    scope["user"] = VISITOR
    language = best_language(None, header(scope["headers"], b"accept-language"))
    scope["state"].update(csrf="", fresh="", bearer=False, language=language)


def identify(connection: ASGIConnection[Any, Any, Any, Any], house: House) -> None:
    """Write into a request's scope who it comes from, unless that is known already."""
    state = connection.scope["state"]
    if "csrf" in state:
        return
    https = house.settings.https
    who, bearer = _who(connection, house)
    visitor = _cookie(connection, VISITOR_COOKIE, https=https)
    fresh = "" if visitor or who else chance.token_urlsafe(18)
    connection.scope["user"] = who.actor if who else VISITOR
    state["csrf"] = who.csrf if who else house.keyring.index("csrf:" + (visitor or fresh))
    state["fresh"] = fresh
    state["bearer"] = bearer
    scope = connection.scope
    asked = connection.query_params.get("lang") if scope["query_string"] else None
    languages = house.ports.find(Languages)
    state["language"] = best_language(
        asked or _cookie(connection, LANGUAGE_COOKIE, https=https),
        header(scope["headers"], b"accept-language"),
        languages.offered() if languages else LANGUAGES,
    )


def _who(connection: Any, house: House) -> tuple[Authenticated | None, bool]:
    authorization = header(connection.scope["headers"], b"authorization")
    token = _cookie(connection, SESSION_COOKIE, https=house.settings.https)
    if not authorization and not token:
        return None, False
    authenticator = house.ports.get(Authenticator)
    with house.db.read() as reader:
        if authorization.startswith("Bearer "):
            return authenticator.by_key(reader, authorization[7:]), True
        return (authenticator.by_session(reader, token) if token else None), False


def csrf_of(request: Request[Any, Any, Any]) -> str:
    """Return the token that this visitor's forms carry; not the secret itself."""
    secret = str(request.scope["state"]["csrf"])
    request.scope["state"]["form"] = True
    salt = chance.token_hex(8)
    return salt + _token(house(request).suite, secret, salt)


def _token(suite: Suite, secret: str, salt: str) -> str:
    return suite.hash.keyed(secret.encode(), salt.encode()).hex()[:32]


def _is_made_with(suite: Suite, secret: str, given: str) -> bool:
    """Whether a form's token was made with a secret."""
    return given.isascii() and same(given[16:].encode(), _token(suite, secret, given[:16]).encode())


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Default deny, no text that is none, and no change by a forged request.

    In this order: the address, who asks, and only then the body: who may not send one is told so
    before a byte of it is read.
    """
    texts.check_address(connection)
    access = handler.opt.get("access")
    if access is None and handler.opt.get("is_static"):
        return
    if not isinstance(access, Access) or not access.allows(connection.user):
        raise Refusal("kit.not_allowed", Kind.NOT_ALLOWED)
    negotiate = handler.opt.get("negotiate")
    if negotiate is not None:
        negotiate(connection)
    if connection.scope.get("method") in texts.SAFE or not isinstance(connection, Request):
        return
    await texts.check_body(connection)
    if not connection.scope["state"].get("bearer"):
        await _refuse_forgery(connection)


def page_from(asked: Mapping[str, str]) -> int:
    """Return which page of a list an address asks for; what is no such number is the first.

    A number of any length is one: a list shows its last page for what lies behind it.
    """
    text = asked.get("page", "")
    return max(1, number_from(text, _BEHIND_EVERY_LIST if is_number(text) else 1))


_BEHIND_EVERY_LIST = 999_999


def is_number(text: str) -> bool:
    """Whether a text is a whole number as an address holds it."""
    return text.isascii() and text.isdigit()


def number_from(text: str, otherwise: int) -> int:
    """Read a whole number of at most six digits as an address holds it."""
    if not (is_number(text) and len(text.lstrip("0")) < 7):
        return otherwise
    return int(text.lstrip("0") or "0")


async def _refuse_forgery(connection: Request[Any, Any, Any]) -> None:
    headers = connection.scope["headers"]
    site = header(headers, b"sec-fetch-site") or "same-origin"
    if site not in ("same-origin", "none"):
        raise Refusal("kit.forged", Kind.NOT_ALLOWED)
    if header(headers, b"content-type").startswith("application/json"):
        return  # a foreign page cannot send this without being asked first
    form = await connection.form()
    given = str(form.get("csrf", ""))
    secret = str(connection.scope["state"]["csrf"])
    if not _is_made_with(house(connection).suite, secret, given):
        raise Refusal("kit.form_expired", Kind.NOT_ALLOWED)


def house(request: ASGIConnection[Any, Any, Any, Any]) -> House:
    """Return the running government."""
    found: House = request.app.state["house"]
    return found


def network_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return from which network a request comes: an IPv4 address, or the /64 of an IPv6 address.

    Behind the proxies of the settings it is the last address in ``X-Forwarded-For`` that is none of
    theirs; what anybody else says there is not believed, nor any other header. Empty where it cannot
    be known. It is personal: never log it, keep only a keyed hash.
    """
    proxies = house(request).settings.proxy_networks
    for hop in _hops(request):
        address = _address(hop)
        if address is None:
            return ""
        if not any(address in network for network in proxies):
            return str(ip_network((address, 64), strict=False) if address.version == 6 else address)
    return ""


def is_from_proxy(scope: Scope, settings: Settings) -> bool:
    """Whether who stands at the door is one of the proxies of the settings."""
    client: Any = scope.get("client")
    address = _address(str(client[0])) if client else None
    return address is not None and any(address in one for one in settings.proxy_networks)


def request_id(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the number under which a request stands in the log; empty where it has none."""
    asked = asked_in(request.scope)
    return asked.id if asked is not None else ""


def _hops(request: ASGIConnection[Any, Any, Any, Any]) -> Iterator[str]:
    """Yield who stands at the door, then who each hop says came to it, from the right."""
    yield request.client.host if request.client else ""
    told = ",".join(request.headers.getall("x-forwarded-for", []))
    yield from reversed(told.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:])


_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]{2,45})\](?::[0-9]{1,5})?|([0-9.]{7,15}):[0-9]{1,5}")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address as a proxy writes it, some with brackets and a port; None for anything else."""
    plain = text.strip() if len(text) <= _LONGEST_HOP else ""
    ported = _WITH_PORT.fullmatch(plain)
    try:
        found = ip_address((ported[1] or ported[2]) if ported else plain.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def language_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the language in which this request is answered."""
    return str(request.scope["state"].get("language", "zh"))


def actor_of(request: ASGIConnection[Any, Any, Any, Any]) -> Actor:
    """Return who asks."""
    actor: Actor = request.scope["user"]
    return actor


def ok(data: Any, **more: Any) -> dict[str, Any]:
    """Return the envelope of a success: ``{"data": …}`` and what goes with it."""
    return {"data": data, **more}


def wants_json(request: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the answer is for a program: by its address, its door, or what it takes.

    A browser that follows a link to a file gets pages all the same: it says that it takes them.
    """
    scope: Any = request.scope
    accept = request.headers.get("accept", "")
    if scope["path"].startswith("/api/"):
        return True
    if "text/html" in accept:
        return False
    if "application/json" in accept or door_of(request) is not None:
        return True
    programs = request.app.state.get("programs")  # which door it is, is unknown for a wrong method
    return bool(programs and "route_handler" not in scope and programs.fullmatch(scope["path"]))


def door_of(request: ASGIConnection[Any, Any, Any, Any]) -> Any:
    """Return what the door that a request came to declares of itself to programs; None for a page."""
    return getattr(request.scope.get("route_handler"), "opt", {}).get("operation")


def json_answer(content: Any, status: int = 200) -> Response[bytes]:
    """Return plain data as JSON."""
    return Response(msgspec.json.encode(content), status_code=status, media_type=MediaType.JSON)


def as_refusal(error: Exception, number: str = "") -> Refusal:
    """Turn what the framework says into a refusal; anything unknown is a bug, with the request's number.

    A database that does not answer is no bug; the log tells where it was asked.
    """
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HungUp):
        return unreadable()  # nobody hears it
    if isinstance(error, MethodNotAllowedException):
        return Refusal("kit.no_method", Kind.NO_METHOD, allow=_allowed(error))
    if isinstance(error, HTTPException) and error.status_code < 500:
        code, kind = _FRAMEWORK.get(error.status_code, ("kit.bad_request", Kind.INVALID))
        return Refusal(code, kind)
    away = silent(error)
    if away is not None:
        _log.error("%s: %s", away.code, where(error))
        return away
    bug = number or chance.token_hex(8)
    _log.error("bug %s: %s", bug, chain(error))
    return Refusal("kit.bug", Kind.UNAVAILABLE, id=bug)


def _allowed(error: MethodNotAllowedException) -> str:
    """Return what a door answers to instead; HEAD wherever GET (RFC 9110, 10.2.1)."""
    said = {each.strip() for each in (error.headers or {}).get("allow", "").split(",")}
    said -= {"", "OPTIONS"}  # the framework has it everywhere, the application nowhere
    return ", ".join(sorted(said | ({"HEAD"} if "GET" in said else set())))


_FRAMEWORK = {
    401: ("kit.not_signed_in", Kind.NOT_SIGNED_IN),
    403: ("kit.not_allowed", Kind.NOT_ALLOWED),
    404: ("kit.not_found", Kind.NOT_FOUND),
    413: ("kit.too_large", Kind.TOO_LARGE),
}
