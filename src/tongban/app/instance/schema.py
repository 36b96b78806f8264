"""One JSON Schema for all files of an instance, so that editors complete and underline.

An editor picks the definition by the file's name: ``tongban new`` writes the settings for it.
"""

import ast
import inspect
import textwrap
from functools import cache
from typing import Any

import msgspec

from tongban.app.instance.parts import PARTS
from tongban.kernel.text import ENGLISH, say
from tongban.kit.definitions.part import Part
from tongban.kit.definitions.types import Field, Kind, Type, Word, shape_type

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = "Text"
_PLAIN: dict[Word, dict[str, Any]] = {
    Word.TEXT: {"type": ["string", "number", "boolean"]},
    Word.INTEGER: {"type": "integer"},
    Word.NUMBER: {"type": "number"},
    Word.BOOLEAN: {"type": "boolean"},
    Word.DATE: {"type": "string", "format": "date"},
}


@cache
def schema_text() -> str:
    """Return the schema as JSON text."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode()


def schema() -> dict[str, Any]:
    """Return the schema: a file of any part, and under ``$defs`` each part and shape by name."""
    made = _Maker()
    parts = {part.name: made.part(part) for part in PARTS}
    return {
        "$schema": DIALECT,
        "title": "Tongban instance files",
        "description": "Every file of an instance folder; the part is named by file or folder.",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in parts],
        "$defs": {**parts, **made.shapes, _TEXT: _text()},
    }


def _text() -> dict[str, Any]:
    return {
        "description": "Words for people: one text, or one for each language.",
        "anyOf": [
            _PLAIN[Word.TEXT],
            {
                "type": "object",
                "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
                "additionalProperties": {"type": "string"},
                "minProperties": 1,
            },
        ],
    }


class _Maker:
    """Makes the schema of each shape once."""

    def __init__(self) -> None:
        self.shapes: dict[str, Any] = {}

    def part(self, part: Part) -> dict[str, Any]:
        """Return the schema of a file of a part."""
        one = self._shape(part.shape)
        described = {"description": f"{say(part.title, ENGLISH)}: {part.name}.yaml"}
        if part.single:
            return described | one
        return described | {"anyOf": [{"type": "array", "items": one}, one]}

    def _shape(self, shape: type[msgspec.Struct]) -> dict[str, Any]:
        name = shape.__name__
        if name not in self.shapes:
            self.shapes[name] = {}
            kind = shape_type(shape)
            words = docs_of(shape)
            self.shapes[name] = {
                "type": "object",
                "description": inspect.getdoc(shape) or "",
                "additionalProperties": False,
                "required": [one.name for one in kind.fields.values() if one.required],
                "properties": {
                    key: self._field(one, words.get(key, "")) for key, one in kind.fields.items()
                },
            }
        return {"$ref": f"#/$defs/{name}"}

    def _field(self, one: Field, words: str) -> dict[str, Any]:
        described = {"description": words} if words else {}
        made = self._type(one.type)
        if not one.required:
            made = {"anyOf": [made, {"type": "null"}]}
        return described | made

    def _type(self, kind: Type) -> dict[str, Any]:
        if kind.kind is Kind.TEXT:
            return {"$ref": f"#/$defs/{_TEXT}"}
        if kind.kind is Kind.SHAPE:
            assert kind.shape is not None
            return self._shape(kind.shape)
        if kind.item is not None:
            inner = self._type(kind.item)
            if kind.kind is Kind.LIST:
                return {"type": "array", "items": inner}
            return {"type": "object", "additionalProperties": inner}
        if kind.word is Word.CHOICE:
            return {"enum": list(kind.choices)}
        return _PLAIN[kind.word]


def docs_of(shape: type[msgspec.Struct]) -> dict[str, str]:
    """Return what stands under each key of a shape in its source."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(shape))).body
    assert isinstance(tree, ast.ClassDef)
    words: dict[str, str] = {}
    for before, after in zip(tree.body, tree.body[1:], strict=False):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            words[before.target.id] = inspect.cleandoc(str(after.value.value)).replace("``", "`")
    return words
