"""The interface for programs, described: as OpenAPI for tools, and as pages for people."""

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from tongban import __version__
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES
from tongban.kit.crypto.hashing import fingerprint
from tongban.kit.html import page
from tongban.kit.http import house, language_of, public
from tongban.kit.i18n import translate
from tongban.kit.interface.declaration import ANYWHERE, Nothing, Operation, Problem
from tongban.kit.interface.document import described, operations
from tongban.kit.interface.doors import offered
from tongban.kit.interface.words import BETWEEN, said_in
from tongban.modules.government import queries as government

AnyRequest = Request[Any, Any, Any]

_WHY = "how programs ask is for everyone to know, and about nobody"
_MEDIA = "application/openapi+json"


def addresses(application: Litestar) -> re.Pattern[str]:
    """Return what the paths of all doors for programs look like."""
    return re.compile(
        "|".join(_PLACE.sub("[^/]+", re.escape(one.path)) for one in operations(application))
    )


_PLACE = re.compile(r"\\\{[a-z_]+\\\}")


def description(application: Litestar, *, https: bool = False) -> dict[str, Any]:
    """Return the OpenAPI description of an application's doors for programs."""
    return described(operations(application), __version__, https=https)


@offered(
    Operation(
        id="openapi",
        path="/openapi.json",
        access=public(_WHY),
        message="app.interface.openapi",
        answer=dict[str, Any],
        enveloped=False,
    ),
    beside=True,
)
def openapi(request: Request[Any, Any, Any], _: Nothing) -> Response[bytes]:
    """This description, as OpenAPI 3.1; the same bytes until the release changes."""
    state: State = request.app.state
    if "openapi" not in state:
        whole = description(request.app, https=house(request).settings.https)
        state["openapi"] = msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=1)
    found: bytes = state["openapi"]
    tag = f'W/"{fingerprint(found)[:32]}"'  # weak: it goes out packed too
    headers = {"etag": tag, "cache-control": "public, no-cache", "access-control-allow-origin": "*"}
    if tag in (each.strip() for each in request.headers.get("if-none-match", "").split(",")):
        return Response(b"", status_code=304, headers=headers)
    return Response(found, media_type="application/json", headers=headers)


@get("/developers", opt={"access": public(_WHY)}, sync_to_thread=True)
def developers(request: AnyRequest) -> Response[str]:
    """How programs ask: keys, examples that work when pasted, quotas, and every door."""
    language, doors = language_of(request), operations(request.app)
    with house(request).db.read() as reader:
        quotas = government.profile(reader.connection).reading
    groups = [
        {
            "about": translate(language, f"{module}.interface.about"),
            "doors": [_line(one, language) for one in several],
        }
        for module, several in groupby(sorted(doors, key=_module), _module)
    ]
    examples = [{"says": says(one, language), "curl": _curl(request, one)} for one in _shown(doors)]
    return page(request, "app/developers.html", groups=groups, quotas=quotas, examples=examples)


@get("/developers/doors/{name:str}", opt={"access": public(_WHY)}, sync_to_thread=True)
def door(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """One door: its parts, its answer, a request to paste, and why it may say no."""
    language = language_of(request)
    one = next((each for each in operations(request.app) if each.id == name), None)
    if one is None:
        raise Refusal("kit.not_found", Kind.NOT_FOUND)
    told = described([one], __version__)
    said = told["paths"][one.path][one.method.lower()]
    shapes = told["components"]["schemas"]
    return page(
        request,
        "app/developers_door.html",
        door=_line(one, language) | {"media": one.media},
        parameters=[_part(each, each["schema"], language) for each in said["parameters"]],
        body=_fields(one.body.__name__ if one.body else "", shapes, language),
        answer=_fields(getattr(one.shape, "__name__", ""), shapes, language),
        curl=_curl(request, one) if _can_be_tried(one) else "",
        problems=[_reason(each, language) for each in one.problems],
    )


@get("/developers/problems", opt={"access": public(_WHY)}, sync_to_thread=True)
def problems(request: AnyRequest) -> Response[str]:
    """Every reason for which a door says no."""
    language = language_of(request)
    told = [_reason(each, language) for each in _reasons(request.app)]
    return page(request, "app/developers_problems.html", problems=told)


@get("/developers/problems/{code:str}", opt={"access": public(_WHY)}, sync_to_thread=True)
def problem(request: AnyRequest, code: FromPath[str]) -> Response[str]:
    """One reason: what it means, what to do next, and which doors say it."""
    language = language_of(request)
    one = next((each for each in _reasons(request.app) if each.code == code), None)
    if one is None:
        raise Refusal("kit.not_found", Kind.NOT_FOUND)
    every = operations(request.app)
    saying = [_line(each, language) for each in every if code in each.codes]
    return page(request, "app/developers_problem.html", problem=_reason(one, language),
                doors=saying, every=len(every) if saying else 0)  # fmt: skip


def _reasons(application: Litestar) -> list[Problem]:
    return sorted(
        {one for door in operations(application) for one in door.problems} | set(ANYWHERE)
    )


def _module(one: Operation) -> str:
    return one.module


def says(one: Operation, language: str) -> str:
    """Return what a door is for."""
    return said_in(language, one.message, **one.words)


def _line(one: Operation, language: str) -> dict[str, str]:
    who = translate(language, f"app.developers.who_{one.access.kind}")
    return {"id": one.id, "method": one.method, "path": one.path, "who": who,
            "says": says(one, language)}  # fmt: skip


def _reason(one: Problem, language: str) -> dict[str, Any]:
    title = translate(language, f"kit.error.{one.sort}")
    module, _, fact = one.code.partition(".")
    said = translate(language, f"{module}.refusal.{fact}")
    return {"status": one.status, "code": one.code, "title": title, "says": said}


def _part(said: Mapping[str, Any], schema: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a parameter or field as a line of a table; of a description in both languages one is shown."""
    both = str(said.get("description", "")).split(BETWEEN)
    shown = both[LANGUAGES.index(language) % len(both)]
    return {"name": said.get("name", ""), "required": said.get("required", False),
            "kind": _kind(schema), "says": shown}  # fmt: skip


def _kind(schema: Mapping[str, Any]) -> str:
    """Say a schema in a few words."""
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(f'"{each}"' for each in schema["enum"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    if "const" in schema:
        return f'"{schema["const"]}"'
    bounds = [f"{words}{schema[key]}" for key, words in _BOUNDS.items() if key in schema]
    return " ".join([str(schema.get("format") or schema.get("type") or "object"), *bounds])


_BOUNDS = {"minimum": "≥ ", "maximum": "≤ ", "maxLength": "≤ "}


def _fields(name: str, shapes: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """Return what stands in an object, and in the rows of a list."""
    shape = shapes.get(name, {})
    found = []
    for key, each in shape.get("properties", {}).items():
        required = key in shape.get("required", ())
        found.append(_part({**each, "name": key, "required": required}, each, language))
        inner = str(each.get("items", {}).get("$ref", "")).rpartition("/")[2]
        found += [
            {**one, "name": f"{key}[].{one['name']}"} for one in _fields(inner, shapes, language)
        ]
    return found


def _can_be_tried(one: Operation) -> bool:
    return bool(one.example.values or one.example.body or not one.places)


def _shown(doors: list[Operation]) -> list[Operation]:
    """Return the doors whose examples stand on the first page."""
    return [one for name in ("service", "grants_page", "ledger_checkpoint", "exchange_read")
            for one in doors if one.id == name]  # fmt: skip


def _curl(request: AnyRequest, one: Operation) -> str:
    """Return the example as a command to paste; the key stands in a variable of the shell."""
    path = one.path
    for name in one.places:
        path = path.replace(f"{{{name}}}", quote(one.example.values[name], safe=""))
    query = {name: text for name, text in one.example.values.items() if name not in one.places}
    address = house(request).settings.address.rstrip("/") + path
    words = ["curl", "-sS", f"'{address}{'?' + urlencode(query) if query else ''}'"]
    if one.access.kind != "public":
        words += ["-H", '"Authorization: Bearer $KEY"']
    if one.example.body is not None:
        words += ["-H", "'Content-Type: application/json'", "-d"]
        words.append(f"'{msgspec.json.encode(one.example.body).decode()}'")
    return " ".join(words)


HANDLERS = (openapi, developers, door, problems, problem)
