"""What a listing can become, and what its columns are called: columns.toml and the keys of a shape."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from msgspec import Struct

from tongban.kit.definitions.types import Kind, Type, Word, shape_type
from tongban.modules.catalog.definition import ResourceDefinition
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.identity.definition import AccountDefinition
from tongban.modules.services.model import Service


@dataclass(frozen=True, slots=True)
class Key:
    """Something a column can hold: a key of the shape by its dotted way, or what helps to fill one."""

    name: str
    sort: str
    """How its cells are read (cells.py)."""
    names: tuple[str, ...] = ()
    """What its column is called, the preferred name first."""
    personal: bool = False
    kind: Type | None = None
    """Its type in the shape; None for what only helps."""


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of listing."""

    name: str
    shape: type[Struct]
    needed: tuple[tuple[str, ...], ...]
    """Without one of each group of keys a listing cannot be understood."""
    keys: Mapping[str, Key] = field(default_factory=dict)
    """Those that have names; :meth:`key` knows the others of the shape too."""

    def key(self, name: str) -> Key | None:
        """Return a key by name, None where there is none such."""
        if name in self.keys:
            return self.keys[name]
        kind = type_at(self.shape, name)
        return None if kind is None else Key(name, _sort_of(kind), kind=kind)

    def all_names(self) -> list[str]:
        """Return the names of every key that a map may use."""
        named = list(self.keys)
        return named + [one for one in _ways(shape_type(self.shape)) if one not in self.keys]


def type_at(shape: type[Struct], way: str) -> Type | None:
    """Return the type of the key at a dotted way; a language of a text is a text."""
    kind: Type | None = shape_type(shape)
    for step in way.split("."):
        if kind is None:
            return None
        if kind.kind is Kind.SHAPE:
            kind = kind.fields[step].type if step in kind.fields else None
        elif kind.kind is not Kind.TEXT or len(step) != 2:
            return None
    return kind


def _ways(kind: Type, before: str = "") -> list[str]:
    found: list[str] = []
    for name, one in kind.fields.items():
        found.append(before + name)
        if one.type.kind is Kind.SHAPE:
            found += _ways(one.type, f"{before}{name}.")
    return found


_SORTS = {
    Word.TEXT: "words",
    Word.CHOICE: "choice",
    Word.INTEGER: "integer",
    Word.NUMBER: "words",
    Word.BOOLEAN: "boolean",
    Word.DATE: "date",
}


def _sort_of(kind: Type) -> str:
    if kind.kind is Kind.TEXT:
        return "lines"
    if kind.kind is Kind.SCALAR:
        return _SORTS[kind.word]
    if kind.kind is Kind.LIST and kind.item is not None and kind.item.kind is Kind.SCALAR:
        return "list"
    return "json"


@functools.cache
def _table() -> dict[str, Any]:
    path = resources.files("tongban.app.instance.importing") / "columns.toml"
    return tomllib.loads(path.read_text("utf-8"))


def words_of(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return what cells of a sort say, by the code that they become."""
    return {code: tuple(words) for code, words in _table()["words"][name].items()}


def _target(name: str, shape: type[Struct], *needed: tuple[str, ...]) -> Target:
    keys = {
        key: Key(
            key,
            one["sort"],
            tuple(one["names"]),
            one.get("personal", False),
            type_at(shape, key),
        )
        for key, one in _table()[name].items()
    }
    return Target(name, shape, needed, keys)


SERVICES, DEPARTMENTS, STAFF, RESOURCES, GRANTS = (
    "services",
    "departments",
    "staff",
    "resources",
    "grants",
)


@functools.cache
def targets() -> Mapping[str, Target]:
    """Return every kind of listing by name."""
    known = (
        _target(SERVICES, Service, ("name", "main_item", "sub_item"), ("department",)),
        _target(DEPARTMENTS, DepartmentDefinition, ("name",)),
        _target(STAFF, AccountDefinition, ("name",), ("login",), ("department",), ("roles",)),
        _target(RESOURCES, ResourceDefinition, ("name",), ("provider",)),
        _target(
            GRANTS, GrantDefinition, ("resource",), ("department",), ("items",), ("purpose",),
            ("starts",), ("ends",), ("basis",),
        ),
    )  # fmt: skip
    return {one.name: one for one in known}
