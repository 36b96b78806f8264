"""What was typed outlives the form it was typed into: a session that ended, a token that is stale.

A form says for whom it was made by a mark that only this government can make. When its sending is
refused because the form is stale, or because nobody is signed in any more, the fields are shown to
the same account again with a fresh token and one button; through a sign-in they travel sealed, in
the body of forms, never in an address or a log. Passwords and files are never kept.
"""

import base64
import binascii
import datetime as dt
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Kind, Refusal
from tongban.kit import http
from tongban.kit.asked import note
from tongban.kit.crypto.hashing import same
from tongban.kit.crypto.places import Cell
from tongban.kit.house import House
from tongban.kit.html import OWNER_FIELD, owner_mark, page
from tongban.kit.i18n import sentence
from tongban.kit.sent import LONGEST_BODY, MOST_FIELDS
from tongban.kit.texts import SECRETS

MOST_BYTES = 256 * 1024
"""Of names and values together; more is not kept, and said to be lost."""
LONGEST = dt.timedelta(hours=12)
"""How long typed fields wait for whoever typed them to sign in again."""
_FORM = Cell("form", "kept")
_STALE = "kit.form_expired"
_SIGNED_OUT = "kit.not_signed_in"
_OURS = frozenset({"csrf", OWNER_FIELD, "kept"})


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A form that was sent and not taken."""

    path: str
    fields: tuple[tuple[str, str], ...]
    owner: str
    """Mark of the account that the form was made for."""
    at: dt.datetime
    files: bool = False
    """Whether files were sent with it, which must be chosen again."""

    def __repr__(self) -> str:
        return "Kept(…)"

    @property
    def texts(self) -> tuple[str, ...]:
        """What was written at length, to be read before it is sent again."""
        return tuple(value for _, value in self.fields if len(value) > 20 or " " in value)


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard as ever; what was typed into a form that is refused as stale or signed out is kept."""
    try:
        await http.guard(connection, handler)
    except Refusal as refusal:
        if refusal.code in (_STALE, _SIGNED_OUT) and isinstance(connection, Request):
            await _keep(connection)
        raise


async def _keep(request: Request[Any, Any, Any]) -> None:
    length = request.headers.get("content-length", "")
    site = request.headers.get("sec-fetch-site", "same-origin")
    is_form = "form" in request.headers.get("content-type", "")
    if request.method != "POST" or not is_form or site not in ("same-origin", "none"):
        return
    if not (length.isascii() and length.isdigit()) or int(length) > LONGEST_BODY:
        return
    try:
        form = await request.form()
    except Refusal:
        return  # it is no form that anybody here made
    owner, items = form.get(OWNER_FIELD), list(form.multi_items())
    fields = [(name, value) for name, value in items if isinstance(value, str) and _is_kept(name)]
    size = sum(len(name.encode()) + len(value.encode()) for name, value in fields)
    if not isinstance(owner, str) or not owner or size > MOST_BYTES or len(fields) > MOST_FIELDS:
        return
    query = request.scope.get("query_string", b"").decode("ascii", "ignore")
    request.scope["state"]["kept"] = Kept(
        path=request.scope["path"] + (f"?{query}" if query else ""),
        fields=tuple(fields),
        owner=owner,
        at=http.house(request).clock.now(),
        files=any(not isinstance(value, str) for _, value in items),
    )


def _is_kept(name: str) -> bool:
    return name not in _OURS and name not in SECRETS and "password" not in name.lower()


def kept_of(request: Request[Any, Any, Any]) -> Kept | None:
    """Return what was kept of a form that was just refused."""
    found = request.scope["state"].get("kept")
    return found if isinstance(found, Kept) else None


def answer(request: Request[Any, Any, Any], kept: Kept, refusal: Refusal) -> Response[str] | None:
    """Show what was kept, or ask for signing in first; None for somebody else's form."""
    house, actor = http.house(request), http.actor_of(request)
    status = http.STATUS[refusal.kind]
    if not actor.signed_in:
        if refusal.code != _SIGNED_OUT:
            return None
        return page(request, "kit/kept.html", status=status, kept=sealed(house, kept))
    return again(request, kept, status) if _is_of(house, kept, actor) else None


def again(request: Request[Any, Any, Any], kept: Kept, status: int = 200) -> Response[str]:
    """Show a form's fields with a fresh token and one button that sends them again."""
    return page(request, "kit/again.html", status=status, kept=kept)


def resumed(request: Request[Any, Any, Any], text: str, token: str) -> Response[str] | None:
    """Show what was kept to whoever just signed in; None when there is nothing to show.

    The session's ``token`` is the request's from now on. What another account typed is not shown.
    """
    house = http.house(request)
    kept = opened(house, text)
    with house.db.read() as reader:
        who = house.ports.get(http.Authenticator).by_session(reader, token)
    if kept is None or who is None:
        return None
    request.scope["user"] = who.actor
    request.scope["state"]["csrf"] = who.csrf
    if not _is_of(house, kept, who.actor):
        return _of_another(request)
    return again(request, kept)


def _of_another(request: Request[Any, Any, Any]) -> Response[str]:
    refusal = Refusal("kit.form_of_another", Kind.NOT_ALLOWED)
    note(request.scope, refusal)
    said = sentence(refusal, http.language_of(request))
    status = http.STATUS[refusal.kind]
    context = {"kind": str(refusal.kind), "sentence": said, "incident": "", "acting": False}
    return page(request, "kit/error.html", status=status, **context)


def _is_of(house: House, kept: Kept, actor: Actor) -> bool:
    return same(kept.owner.encode(), owner_mark(house, actor).encode())


def sealed(house: House, kept: Kept) -> str:
    """Write what was kept so that only this government can read it: for the body of a form."""
    return base64.urlsafe_b64encode(
        house.keyring.seal(msgspec.json.encode(kept).decode(), _FORM)
    ).decode()


def opened(house: House, text: str) -> Kept | None:
    """Read it back; None where it was altered or is too old."""
    try:
        content = house.keyring.open(base64.urlsafe_b64decode(text.encode()), _FORM)
        kept = msgspec.json.decode(content, type=Kept)
    except (Refusal, ValueError, binascii.Error, msgspec.MsgspecError):
        return None
    return kept if house.clock.now() - kept.at <= LONGEST else None
