"""Opening what a step does not need: what is wanted, and why; the applicant sees both."""

from collections.abc import Collection
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import say
from tongban.kit.html import errors_of, page, redirect
from tongban.kit.http import STATUS, actor_of, house, language_of, requires
from tongban.kit.i18n import translator
from tongban.modules.exchange.model.looks import LONGEST_WORDS, LookReason
from tongban.modules.services import actions, queries
from tongban.modules.services.model import CASE_DUTIES
from tongban.modules.services.pages.showing import AnyRequest, Page
from tongban.modules.services.queries.work import WorkCase

_WORK = {"access": requires(*CASE_DUTIES)}
_LARGEST_FORM = 64 * 1024
_MOST_CHOSEN = 1000


@get("/work/cases/{number:str}/open", sync_to_thread=False, opt=_WORK)
def before_opening(request: AnyRequest, number: FromPath[str]) -> Page | Redirect:
    """What is to be opened, and why? What the address names is chosen already: a value, or what a
    certificate of the case says."""
    found, certificate = _found(request, number), request.query_params.get("certificate", "")
    wanted = {request.query_params.get("what", ""), *_said_by(request, found, certificate)}
    if not found.closed:
        return redirect(_back(number, certificate))
    return _page(request, found, chosen=wanted, typed={"certificate": certificate})


@post("/work/cases/{number:str}/open", opt=_WORK, request_max_body_size=_LARGEST_FORM)
async def open_values(request: AnyRequest, number: FromPath[str]) -> Page | Redirect:
    """Open it for the rest of the day; who it is about sees that, and the reason."""
    actor, form = actor_of(request), await request.form()
    chosen = {str(each) for each in form.getall("what", [])[:_MOST_CHOSEN]}
    typed = {name: str(form.get(name, "")) for name in ("reason", "words", "certificate")}
    try:
        await house(request).write(
            lambda unit: actions.open_values(
                unit, actor, number, chosen, typed["reason"], typed["words"]
            )
        )
    except Refusal as refusal:
        if refusal.kind is not Kind.INVALID:
            raise
        return _page(request, _found(request, number), chosen, typed, **_wrong(request, refusal))
    return redirect(_back(number, typed["certificate"]))


def _said_by(request: AnyRequest, found: WorkCase, certificate: str) -> Collection[str]:
    """Return what a certificate of the case says and is hidden: nothing where it is none of it."""
    with house(request).db.read() as reader:
        return queries.hidden_in(reader, found, certificate) if certificate else ()


def _back(number: str, certificate: str) -> str:
    """Return where somebody came from: the certificate, else the case."""
    safe = certificate.isascii() and certificate.replace("-", "").isalnum()
    return f"/work/certificates/{certificate}" if safe else f"/work/cases/{number}#values"


def _found(request: AnyRequest, number: str) -> WorkCase:
    with house(request).db.read() as reader:
        return queries.work_case(reader, actor_of(request), number)


def _wrong(request: AnyRequest, refusal: Refusal) -> dict[str, Any]:
    t = translator(language_of(request))
    names = {name: t(f"services.open.{name}") for name in ("what", "reason", "words")}
    return {"status": STATUS[refusal.kind], **errors_of(refusal, request, names)}


def _page(
    request: AnyRequest, found: WorkCase, chosen: set[str], typed: dict[str, str], **wrong: Any
) -> Page:
    language, names = language_of(request), found.loaded.names
    return page(
        request,
        "services/open.html",
        case=found.loaded.case,
        came_from=_back(found.loaded.case.number, typed.get("certificate", "")),
        service=found.loaded.service,
        step=found.at_hand[0].step if found.at_hand else None,
        closed=[(key, say(names.get(key, key), language)) for key in found.closed],
        reasons=[each.value for each in LookReason],
        longest=LONGEST_WORDS,
        chosen=chosen,
        typed=typed,
        **wrong,
    )


HANDLERS = (before_opening, open_values)
