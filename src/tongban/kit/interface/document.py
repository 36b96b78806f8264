"""The description of the interface (OpenAPI 3.1), made from the declarations of its doors.

https://spec.openapis.org/oas/v3.1.1.html
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from litestar import Litestar
from msgspec import Struct

from tongban.kernel.text import LANGUAGES
from tongban.kit.http import SESSION_COOKIE, cookie_name
from tongban.kit.i18n import catalogue
from tongban.kit.interface.declaration import JSON, Nothing, Operation, Problem
from tongban.kit.interface.problems import ProblemDetails, type_of
from tongban.kit.interface.reading import PROBLEM
from tongban.kit.interface.schemas import an_object, components, of_field, of_fields
from tongban.kit.interface.words import both


def operations(application: Litestar) -> list[Operation]:
    """Return every door for programs that an application has, by path."""
    found = {
        handler.opt["operation"]
        for route in application.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler.opt.get("operation"), Operation)
    }
    return sorted(found, key=lambda one: (one.path, one.method))


def described(doors: Iterable[Operation], version: str, *, https: bool = False) -> dict[str, Any]:
    """Return the description of these doors; the same doors give the same description."""
    doors = list(doors)
    answers, named = components(
        [*(one.shape for one in doors), *_bodies(doors), *_parts(doors), ProblemDetails]
    )
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for one, answer in zip(doors, answers, strict=False):
        paths[one.path][one.method.lower()] = _operation(one, answer)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": both("kit.interface.name"),
            "version": version,
            "summary": both("kit.interface.summary"),
            "description": both("kit.interface.description", between="\n\n"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "externalDocs": {"url": "/developers", "description": both("kit.interface.readable")},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": both(f"{name}.interface.about")}
                 for name in sorted({one.module for one in doors})],
        "paths": dict(paths),
        "components": {
            "schemas": dict(sorted(named.items())),
            "securitySchemes": _schemes(https),
            "headers": _headers(),
        },
    }  # fmt: skip


def _bodies(doors: Iterable[Operation]) -> list[type[Struct]]:
    return [one.body for one in doors if one.body is not None]


def _parts(doors: Iterable[Operation]) -> list[Any]:
    return [part for one in doors for part in (*one.parts, *one.also.values())]


def _operation(one: Operation, answer: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": one.id,
        "tags": [one.module],
        "summary": both(one.message, **one.words),
        "parameters": _parameters(one),
        "security": _security(one),
        "responses": _responses(one, answer),
    }
    if one.body is not None:
        media: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{one.body.__name__}"}}
        if one.example.body:
            media["example"] = one.example.body
        said["requestBody"] = {"required": True, "content": {JSON: media}}
    return said


def _parameters(one: Operation) -> list[dict[str, Any]]:
    found = []
    for name, field in of_fields(one.values).items() if one.values is not Nothing else ():
        in_path = name in one.places
        found.append(_parameter(one, name, of_field(field), required=in_path or field.required,
                                place="path" if in_path else "query"))  # fmt: skip
    for each in one.query:
        found.append(_parameter(one, each.name, each.schema, message=each.message))
    return [*found, _language()]


def _parameter(
    one: Operation,
    name: str,
    schema: Mapping[str, Any],
    *,
    required: bool = False,
    place: str = "query",
    message: str = "",
) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "in": place, "required": required, "schema": dict(schema)}
    message = message or f"{one.module}.interface.{name}"
    if message in catalogue():
        said["description"] = both(message)
    if name in one.example.values:
        said["example"] = _typed(one.example.values[name], schema)
    return said


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    return int(text) if schema.get("type") == "integer" else text


def _language() -> dict[str, Any]:
    return {
        "name": "lang",
        "in": "query",
        "required": False,
        "schema": {"type": "string", "enum": list(LANGUAGES)},
        "description": both("kit.interface.language"),
    }


def _security(one: Operation) -> list[dict[str, list[str]]]:
    """Return what lets somebody in: nothing, a session or a key, or a session with one of its duties."""
    if one.access.kind == "public":
        return []
    if one.access.kind == "signed_in":
        return [{"session": []}, {"client": []}]
    return [{"session": [duty]} for duty in sorted(one.access.duties)]


def _schemes(https: bool) -> dict[str, Any]:
    return {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie_name(SESSION_COOKIE, https=https),
            "description": both("kit.interface.session"),
        },
        "client": {"type": "http", "scheme": "bearer", "description": both("kit.interface.client")},
    }


def _responses(one: Operation, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what comes back: the answer, and by status why there may be none."""
    found: dict[str, Any] = {"200": {"description": both("kit.interface.ok"),
                                     "content": {one.media: _media(one, answer)}}}  # fmt: skip
    by_status: dict[int, list[Problem]] = defaultdict(list)
    for problem in one.problems:
        by_status[problem.status].append(problem)
    for status, problems in sorted(by_status.items()):
        found[str(status)] = _refused(status, problems)
    for status, kind in one.also.items():
        schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
        found[str(status)]["content"][JSON] = {"schema": schema}
    return found


def _media(one: Operation, answer: Mapping[str, Any]) -> dict[str, Any]:
    if one.shape is bytes:
        return {}
    return {"schema": an_object({"data": answer}) if one.enveloped else dict(answer)}


def _refused(status: int, problems: Iterable[Problem]) -> dict[str, Any]:
    problems = list(problems)
    (sort,) = {one.sort for one in problems}
    said: dict[str, Any] = {
        "description": both(f"kit.error.{sort}"),
        "content": {PROBLEM: {"schema": {
            "allOf": [{"$ref": "#/components/schemas/ProblemDetails"}],
            "properties": {
                "status": {"const": status},
                "code": {"enum": [one.code for one in problems]},
                "type": {"enum": [type_of(one.code) for one in problems]},
            },
        }}},
    }  # fmt: skip
    headers = [name for name, statuses in _WITH.items() if status in statuses]
    if headers:
        said["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    return said


_WITH = {"Retry-After": (429,), "WWW-Authenticate": (401,)}


def _headers() -> dict[str, Any]:
    waiting = {"type": "integer", "minimum": 0}
    return {
        "Retry-After": _header("kit.interface.retry_after", waiting),
        "WWW-Authenticate": _header("kit.interface.authenticate", {"type": "string"}),
    }


def _header(message: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": both(message), "required": True, "schema": dict(schema)}
