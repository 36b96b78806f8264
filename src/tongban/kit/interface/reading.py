"""What a request says, read by its declaration: each part once, within its bounds, nothing left over.

Decided once for every door (docs/design/interface.md): what cannot be read at all is 400; what names
nothing in a path is 404; what can be read and is not what the declaration says is 422.
"""

import re
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import SerializationException
from msgspec import Struct

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES
from tongban.kit.interface.declaration import JSON, Operation
from tongban.kit.interface.schemas import of_fields

PROBLEM = "application/problem+json"
BESIDE = frozenset({"lang"})
"""Parts of a query that every door takes."""
_FIELD = re.compile(r"\$\.([A-Za-z_]{1,60})")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}")
_MOST_RANGES = 20


def negotiate(operation: Operation, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Refuse, before a body is read, what is sent or wanted in a form that this door does not know."""
    if not accepts(connection.headers.get("accept", ""), operation.media):
        raise Refusal("kit.not_acceptable", Kind.NOT_ACCEPTABLE, media=operation.media)
    if operation.body is not None and not _is_json(connection.headers.get("content-type", "")):
        raise Refusal("kit.media_type_unknown", Kind.MEDIA_TYPE, media=JSON)


def accepts(said: str, media: str) -> bool:
    """Whether an ``Accept`` takes a media type (RFC 9110, 12.5.1): of the ranges that it is in, the most
    specific one decides, so that ``application/json;q=0, */*`` takes everything else.
    """
    if not said.strip():
        return True
    found = dict(_range(each) for each in said.split(",")[:_MOST_RANGES])
    for kind in (media, media.partition("/")[0] + "/*", "*/*"):
        if kind in found:
            return found[kind]
    return False


def _range(said: str) -> tuple[str, bool]:
    name, *parameters = (each.strip().lower() for each in said.split(";"))
    return name, not any(re.fullmatch(r"q=0(\.0{0,3})?", each) for each in parameters)


def _is_json(said: str) -> bool:
    name, *parameters = (each.strip().lower() for each in said.split(";"))
    charsets = [each for each in parameters if each.startswith("charset=")]
    return name == JSON and all(each in ("charset=utf-8", 'charset="utf-8"') for each in charsets)


def once(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return the query of an address. Refuses a part that stands there twice, and a language there is not."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            raise Refusal("kit.parameter_twice", Kind.INVALID, name=name[:40])
        found[name] = value
    if found.get("lang", "zh") not in LANGUAGES:
        raise Refusal("kit.parameter_invalid", Kind.INVALID, name="lang")
    return found


def values_of(operation: Operation, request: Request[Any, Any, Any]) -> Struct:
    """Return what an address says, as the declaration has it."""
    known = of_fields(operation.values)
    asked = {name: value for name, value in once(request).items() if name not in BESIDE}
    for name in asked:
        if name not in known or name in operation.places:
            raise Refusal("kit.parameter_unknown", Kind.INVALID, name=name[:40])
    for name, one in known.items():
        if one.required and name not in asked and name not in operation.places:
            raise Refusal("kit.parameter_missing", Kind.INVALID, name=name)
    places = {name: str(request.path_params[name]).removeprefix("/") for name in operation.places}
    return _converted(operation, {**asked, **places})


def _converted(operation: Operation, said: dict[str, str]) -> Struct:
    try:
        made = msgspec.convert(said, operation.values, strict=False)
    except msgspec.ValidationError as error:
        raise _refused(operation, _named(error)) from None
    for name, one in of_fields(operation.values).items():
        value = getattr(made, one.name)
        if isinstance(value, int) and name in said and not _WHOLE.fullmatch(said[name]):
            raise _refused(operation, name)
    return made


def _named(error: Exception) -> str:
    found = _FIELD.search(str(error))
    return found[1] if found else ""


def _refused(operation: Operation, name: str) -> Refusal:
    if name in operation.places:
        return Refusal("kit.not_found", Kind.NOT_FOUND)
    return Refusal("kit.parameter_invalid", Kind.INVALID, name=name)


def body_of(operation: Operation, body: bytes) -> Any:
    """Return what was sent, as the declaration has it. Refuses anything else, and repeats none of it."""
    assert operation.body is not None
    try:
        return msgspec.json.decode(body, type=operation.body)
    except msgspec.ValidationError as error:
        where = _named(error)
        raise Refusal(
            "kit.body_invalid", Kind.INVALID, fields={where: "kit.body_field"} if where else None
        ) from None
    except (msgspec.DecodeError, SerializationException, UnicodeDecodeError, RecursionError):
        raise Refusal("kit.body_unreadable", Kind.UNREADABLE) from None
