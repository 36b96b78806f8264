"""What a department issued: found by case or identifier, looked at, and revoked by a person."""

from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Kind as RefusalKind
from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader
from tongban.kit.html import errors_of, form_of, page, redirect
from tongban.kit.http import STATUS, actor_of, house, language_of, requires
from tongban.kit.lists import (
    Asking,
    Choice,
    Column,
    Found,
    Kind,
    Listing,
    Paged,
    choice,
    doors,
    look,
    search,
)
from tongban.modules.certificates import actions, errors, proven, queries
from tongban.modules.certificates.model import Certificate, Looks, Seen, State
from tongban.modules.certificates.pages.everyone import private
from tongban.modules.certificates.pages.lines import (
    ISSUED_ON,
    NAME,
    NUMBER,
    STANDING,
    VALID_UNTIL,
    lines,
)
from tongban.modules.government import queries as government

_DECIDERS = {"access": requires("case.decide")}


def _wanted(asking: Asking) -> tuple[str, State | None]:
    """Return the case or identifier, and the state, that are asked for."""
    state = asking.values["state"]
    return asking.values["q"], State(state) if state else None


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    found, total = queries.issued_by(reader, asking.actor, *_wanted(asking), number, size)
    return Found(lines(reader, found), total)


def _every(reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
    for found in queries.every_issued(reader, asking.actor, *_wanted(asking)):
        yield lines(reader, found)


def _states(_reader: Reader, asking: Asking) -> list[Choice]:
    words = {State.VALID: "genuine"}
    return [(each.value, asking.t(f"certificates.tag.{words.get(each, each)}")) for each in State]


ISSUED = Listing(
    name="issued",
    title="certificates.issued.title",
    address="/work/certificates",
    api="/api/work/certificates",
    access=requires("case.decide"),
    columns=(
        NUMBER,
        NAME,
        Column("holder", "certificates.field.holder"),
        Column("case_number", "certificates.issued.case", Kind.IDENTIFIER,
               of="certificate.case_number"),
        ISSUED_ON,
        VALID_UNTIL,
        STANDING,
        Column("revoked_at", "certificates.field.revoked_at", Kind.INSTANT,
               of="certificate.revoked_at", on_page=False),
    ),
    filters=(
        search("q", "certificates.issued.search", longest=80),
        choice("state", "certificates.field.standing", _states,
               allowed=[each.value for each in State], whole="certificates.issued.any"),
    ),
    source=Paged(_page, _every),
)  # fmt: skip
"""Everything the actor's department issued, newest first."""


@get("/work/certificates", sync_to_thread=False, opt=_DECIDERS)
def issued(request: Request[Any, Any, Any]) -> Response[str]:
    """Everything the actor's department issued, newest first."""
    with house(request).db.read() as reader:
        listed = look(request, reader, ISSUED)
    mistyped = "" if listed.rows else queries.fault_of_wanted(listed.values["q"])
    return private(page(request, "certificates/issued.html", listed=listed, mistyped=mistyped))


async def _shown(
    request: Request[Any, Any, Any], template: str, identifier: str, /, **more: Any
) -> Response[str]:
    """Show a page of a certificate, once it is on record that somebody looks at it."""
    language, actor = language_of(request), actor_of(request)
    looks = house(request).ports.find(Looks)
    found = _found(request, identifier)
    seen = await looks.look(actor, found) if looks is not None else Seen()
    with house(request).db.read() as reader:
        found = queries.issued_one(reader, actor, identifier)
        context: dict[str, Any] = {
            "certificate": found,
            "not_as_logged": proven.altered(reader, found),
            "standing": queries.standing(reader, found),
            "department": government.department_name(reader.connection, found.issuer, language),
            "rows": queries.shown_to_staff(reader, found, language, seen),
            "holder": queries.holder_shown(found, seen),
            "seen": seen,
            "may_revoke": found.state is State.VALID,
            "typed": {},
            **more,
        }
    return private(page(request, template, **context))


@get("/work/certificates/{identifier:str}", opt=_DECIDERS)
async def issued_one(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[str]:
    """One certificate that the department issued, and what may be done with it."""
    return await _shown(request, "certificates/issued_one.html", identifier)


@get("/work/certificates/{identifier:str}/revoke", opt=_DECIDERS)
async def before_revoking(
    request: Request[Any, Any, Any], identifier: FromPath[str]
) -> Response[str] | Redirect:
    """What revoking means, why it is done and on which basis."""
    if _found(request, identifier).state is not State.VALID:
        return redirect(f"/work/certificates/{identifier}")
    return await _shown(request, "certificates/revoke.html", identifier)


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
        if refusal.kind is not RefusalKind.INVALID:
            raise
        shown = {"status": STATUS[refusal.kind], "typed": typed, **errors_of(refusal, request)}
        return await _shown(request, "certificates/revoke.html", identifier, **shown)
    return redirect(f"/work/certificates/{identifier}")


HANDLERS = (issued, *doors(ISSUED), issued_one, before_revoking, revoke)
