"""How a refusal is answered: as a page or as problem details, and a bug as its id."""

import logging
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.enums import MediaType
from markupsafe import escape

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import CHINESE, LANGUAGES
from tongban.kit import http, keeping
from tongban.kit.asked import note
from tongban.kit.faults import chain
from tongban.kit.house import House
from tongban.kit.html import page, redirect
from tongban.kit.i18n import sentence
from tongban.kit.interface import problems
from tongban.kit.sending import headers_of

_log = logging.getLogger("tongban.http")


def secure(response: Response[Any], house: House) -> Response[Any]:
    """Add the headers that every answer has: an error may leave past :class:`sending.Finish`."""
    for name, value in headers_of(https=house.settings.https).items():
        response.headers.setdefault(name, value)
    return response


_SAID = {"retry_after": "retry-after", "allow": "allow"}
"""When another try is worth it, and which methods are (RFC 9110, 10.2.3 and 10.2.1)."""


def _told(response: Response[Any], refusal: Refusal) -> Response[Any]:
    """Tell programs in headers what the refusal knows of the next try."""
    for name in _SAID.keys() & refusal.data.keys():
        response.headers[_SAID[name]] = str(refusal.data[name])
    return response


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer a refusal, or a bug by its id, as a page or as problem details."""
    refusal = http.as_refusal(error, http.request_id(request))
    note(request.scope, refusal)
    house = http.house(request)
    try:
        http.identify(request, house)  # an unknown address passed no middleware
        return secure(_told(_answer(request, refusal), refusal), house)
    except Exception as second:
        _log.error("an error page failed: %s", chain(second))
        return secure(_told(_bare(request, refusal), refusal), house)


def _status(refusal: Refusal) -> int:
    return 500 if refusal.code == "kit.bug" else http.STATUS[refusal.kind]


def _answer(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    status, language = _status(refusal), http.language_of(request)
    if http.wants_json(request):
        return problems.answered(request, refusal, language)
    if refusal.kind is Kind.NOT_SIGNED_IN and request.method == "GET":
        return redirect("/sign-in?to=" + quote(request.scope["path"]))
    kept = keeping.kept_of(request)
    shown = keeping.answer(request, kept, refusal) if kept else None
    if shown is not None:
        return shown
    said = sentence(refusal, language)
    kind = "bug" if refusal.code == "kit.bug" else str(refusal.kind)
    incident = str(refusal.data.get("id", "")) if kind == "bug" else ""
    return page(
        request,
        "kit/error.html",
        status=status,
        kind=kind,
        sentence=said,
        incident=incident,
        acting=bool(refusal.data.get("acting")),
    )


def _bare(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    """Say it in both languages, with nothing that has to be asked of the database."""
    status = _status(refusal)
    if http.wants_json(request):
        return problems.answered(request, refusal, CHINESE)
    said = "".join(f"<p>{escape(sentence(refusal, language))}</p>" for language in LANGUAGES)
    body = (
        f'<!DOCTYPE html><html lang="zh-Hans"><meta charset="utf-8"><title>{status}</title>{said}'
    )
    return Response(body, status_code=status, media_type=MediaType.HTML)
