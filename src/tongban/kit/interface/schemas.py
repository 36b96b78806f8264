"""Types as JSON Schema 2020-12, which is what OpenAPI 3.1 takes."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

_REFERENCE = "#/components/schemas/{name}"


def of_fields(shape: type[Struct]) -> dict[str, FieldInfo]:
    """Return the fields of a struct by the name that they have outside."""
    return {one.encode_name: one for one in fields(shape)}


def of_field(one: FieldInfo) -> dict[str, Any]:
    """Return the schema of one field, with nothing that stands elsewhere."""
    (schema,), _ = msgspec.json.schema_components([one.type], ref_template=_REFERENCE)
    if not one.required and one.default not in (None, "", msgspec.NODEFAULT):
        schema = {**schema, "default": one.default}
    return schema


def components(types: Iterable[Any]) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return the schema of each type, and by name those that they refer to.

    An object that says what stands in it has nothing else: so a key that nobody described is noticed.
    """
    schemas, named = msgspec.json.schema_components(list(types), ref_template=_REFERENCE)
    return list(map(_closed, schemas)), {_short(name): _closed(one) for name, one in named.items()}


def _short(name: str) -> str:
    """Return what a type is called outside: of two that are called alike, with their module before it."""
    module, _, last = name.rpartition(".")
    return "".join(part.title() for part in module.split(".")[2:3]) + last


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _closed(each) for key, each in schema.items()}
    if isinstance(made.get("$ref"), str):
        made["$ref"] = _REFERENCE.format(name=_short(made["$ref"].removeprefix(_REFERENCE[:-6])))
    if made.get("type") == "object" and "properties" in made:
        made.setdefault("additionalProperties", False)
    return made


def an_object(properties: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return the schema of an object in which all of these stand, and nothing else."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def is_list(kind: Any) -> bool:
    """Whether a type is one of several things in order."""
    return get_origin(kind) in (list, tuple) and bool(get_args(kind))
