"""The types that a shape may use, seen in one simple way: by reading, schema and reference alike."""

import functools
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any

import msgspec
from msgspec import Struct, inspect


class Kind(Enum):
    """A word, number or date; a text in one or several languages; a list; keys; a free table."""

    SCALAR = auto()
    TEXT = auto()
    LIST = auto()
    SHAPE = auto()
    TABLE = auto()


class Word(StrEnum):
    """What one scalar is read as."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True)
class Type:
    """A type: ``item`` of a list or table, ``fields`` of a shape, ``choices`` of an enumeration."""

    kind: Kind
    word: Word = Word.TEXT
    choices: tuple[str, ...] = ()
    enumeration: type[StrEnum] | None = None
    item: "Type | None" = None
    shape: type[Struct] | None = None
    fields: "dict[str, Field]" = field(default_factory=dict)
    nullable: bool = False


@dataclass(frozen=True)
class Field:
    """A key of a shape."""

    name: str
    type: Type
    required: bool
    default: Any = None


TEXT = Type(Kind.TEXT)
_WORDS: dict[type[inspect.Type], Word] = {
    inspect.StrType: Word.TEXT,
    inspect.IntType: Word.INTEGER,
    inspect.FloatType: Word.NUMBER,
    inspect.BoolType: Word.BOOLEAN,
    inspect.DateType: Word.DATE,
}


@functools.cache
def shape_type(shape: type[Struct]) -> Type:
    """Return the type of a shape."""
    found = _type(inspect.type_info(shape))
    assert found.kind is Kind.SHAPE
    return found


def _type(info: inspect.Type) -> Type:
    word = _WORDS.get(type(info))
    if word is not None:
        return Type(Kind.SCALAR, word)
    if isinstance(info, inspect.EnumType):
        choices = tuple(str(member.value) for member in info.cls)
        assert issubclass(info.cls, StrEnum)
        return Type(Kind.SCALAR, Word.CHOICE, choices=choices, enumeration=info.cls)
    if isinstance(info, inspect.VarTupleType | inspect.ListType):
        return Type(Kind.LIST, item=_type(info.item_type))
    if isinstance(info, inspect.DictType):
        return Type(Kind.TABLE, item=_type(info.value_type))
    if isinstance(info, inspect.StructType):
        return _shape(info)
    if isinstance(info, inspect.UnionType):
        return _union(info)
    raise TypeError(f"a shape may not use {type(info).__name__}")


def _shape(info: inspect.StructType) -> Type:
    fields = {
        one.encode_name: Field(one.encode_name, _type(one.type), one.required, _default(one))
        for one in info.fields
    }
    assert info.cls.__struct_config__.forbid_unknown_fields
    return Type(Kind.SHAPE, shape=info.cls, fields=fields)


def _default(one: inspect.Field) -> Any:
    if one.default is not msgspec.NODEFAULT:
        return one.default
    return one.default_factory() if one.default_factory is not msgspec.NODEFAULT else None


def _union(info: inspect.UnionType) -> Type:
    others = [_type(one) for one in info.types if not isinstance(one, inspect.NoneType)]
    if len(others) == 1:
        one = others[0]
        return Type(
            one.kind, one.word, one.choices, one.enumeration, one.item, one.shape, one.fields, True
        )
    if {one.kind for one in others} == {Kind.SCALAR, Kind.TABLE}:
        return TEXT
    raise TypeError("a shape may use Text, or one type that may be absent")
