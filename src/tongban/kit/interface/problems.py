"""How a program is told no: problem details (RFC 9457)."""

import logging
from typing import Any

import msgspec
from litestar import Request, Response

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.http import STATUS, door_of, request_id
from tongban.kit.i18n import field_sentence, sentence, translate
from tongban.kit.interface.reading import PROBLEM

_log = logging.getLogger("tongban.interface")
_REALM = 'Bearer realm="tongban"'
TYPES = "/developers/problems/"
"""Where each reason is explained: the same in every government, so that programs can compare it."""


def type_of(code: str) -> str:
    """Return the ``type`` of a reason: a reference to its page, from the root of whoever answers."""
    return TYPES + code


def details(refusal: Refusal, status: int, language: str, instance: str = "") -> dict[str, Any]:
    """Return a refusal as an object; ``instance`` names the request, where it has a number.

    Beside the members of RFC 9457, ``code`` is the reason alone, and ``fields`` says what is wrong with
    parts of what was sent.
    """
    sort = "bug" if refusal.code == "kit.bug" else str(refusal.kind)
    found: dict[str, Any] = {
        "type": type_of(refusal.code),
        "title": translate(language, f"kit.error.{sort}"),
        "status": status,
        "detail": sentence(refusal, language),
        "code": refusal.code,
    }
    if instance:
        found["instance"] = instance
    if refusal.fields:
        found["fields"] = {
            name: {"code": str(code), "detail": field_sentence(code, language, **refusal.data)}
            for name, code in refusal.fields.items()
        }
    return found


def answered(request: Request[Any, Any, Any], refusal: Refusal, language: str) -> Response[bytes]:
    """Answer a program with a refusal, and how to say who asks where that is wanted (RFC 6750, 3)."""
    _notice(request, refusal)
    status = 500 if refusal.code == "kit.bug" else STATUS[refusal.kind]
    found = details(refusal, status, language, instance_of(request))
    headers = {"content-language": language}
    if refusal.kind is Kind.NOT_SIGNED_IN:
        bearer = request.scope["state"].get("bearer")
        headers["www-authenticate"] = _REALM + (', error="invalid_token"' if bearer else "")
    body = msgspec.json.encode(found)
    return Response(body, status_code=status, media_type=PROBLEM, headers=headers)


def instance_of(request: Request[Any, Any, Any]) -> str:
    """Return what names this request, where it has a number: by that the log is found."""
    number = request_id(request)
    return f"urn:tongban:request:{number}" if number else ""


def _notice(request: Request[Any, Any, Any], refusal: Refusal) -> None:
    """Say in the log that a door refused for a reason that its description does not have."""
    door = door_of(request)
    if door is not None and refusal.code not in door.codes:
        _log.warning("undescribed refusal: %s of %s", refusal.code, door.id)


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one field of what was sent."""

    code: str
    detail: str


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str | msgspec.UnsetType = msgspec.UNSET
    fields: dict[str, FieldProblem] | msgspec.UnsetType = msgspec.UNSET
