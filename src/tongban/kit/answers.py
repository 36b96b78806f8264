"""How a refusal is answered: as a page or as JSON, and a bug as its id."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from tongban.kernel.errors import Kind
from tongban.kit import http
from tongban.kit.html import page, redirect
from tongban.kit.i18n import sentence
from tongban.kit.sending import HEADERS


def secure(response: Response[Any]) -> Response[Any]:
    """Add the headers that every answer has: an error may leave past :class:`sending.Finish`."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer a refusal, or a bug by its id, as a page or as JSON."""
    refusal = http.as_refusal(error)
    status = 500 if refusal.code == "kit.bug" else http.STATUS[refusal.kind]
    http.identify(request, http.house(request))  # an unknown address passed no middleware
    language = http.language_of(request)
    if http.wants_json(request):
        return secure(http.json_answer(http.error_body(refusal, language), status))
    if refusal.kind is Kind.NOT_SIGNED_IN and request.method == "GET":
        return secure(redirect("/sign-in?to=" + quote(request.scope["path"])))
    said = sentence(refusal, language)
    kind = "bug" if refusal.code == "kit.bug" else str(refusal.kind)
    incident = str(refusal.data.get("id", "")) if kind == "bug" else ""
    return secure(
        page(request, "kit/error.html", status=status, kind=kind, sentence=said, incident=incident)
    )
