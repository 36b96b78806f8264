"""What a row becomes: a definition under its key, or an end with its reason; and what is known before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from tongban.app.instance.importing.normal import plain
from tongban.app.instance.importing.rows import Row, Say
from tongban.kernel.text import Text
from tongban.kit.definitions.instance import Instance
from tongban.modules.government.definition import DepartmentDefinition

S = TypeVar("S", bound=Struct)
Values = dict[str, Any]
"""A definition by the dotted ways of its keys."""


@dataclass(slots=True)
class Built:
    """A row that becomes a definition."""

    line: int
    key: str
    name: str
    values: Values


@dataclass(frozen=True, slots=True)
class Ended:
    """A row that becomes nothing, and why."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Builder(Protocol):
    """Turns the rows of one kind of listing into definitions, in two rounds over them."""

    ways: tuple[str, ...]
    """Every way that a definition may have, in the order in which they are written."""

    def survey(self, row: Row) -> None:
        """Look at a row in the first round, before any is built."""

    def build(self, row: Row, say: Say) -> Built | Ended:
        """Return what a row becomes."""

    def merge(self, before: Built, after: Built) -> bool:
        """Take what a row of the same key adds into the one before; whether it adds anything."""

    def added(self) -> Mapping[str, Values]:
        """Return the departments that the listing names and the instance lacks, by code."""


def names_of(text: Text) -> list[str]:
    """Return a text in each of its languages."""
    return [text] if isinstance(text, str) else list(text.values())


class Known:
    """What the instance has already: definitions by key, and by what a listing may call them."""

    def __init__(self, instance: Instance, earlier: frozenset[str]) -> None:
        """``earlier`` are files that this import replaces: what they hold does not count as known."""
        self.instance = instance
        self._earlier = earlier
        self.departments: dict[str, str] = {}
        self.credit_codes: dict[str, str] = {}
        """Credit code of a department by its code, where it has one."""
        for code, department in self.every(DepartmentDefinition).items():
            for name in (code, department.credit_code, *names_of(department.name)):
                if name:
                    self.departments.setdefault(plain(name), code)
            self.credit_codes[code] = department.credit_code

    def every(self, shape: type[S]) -> dict[str, S]:
        """Return the definitions of a shape that stay."""
        held = self.instance.held(shape)
        return {
            key: value
            for key, value in self.instance.every(shape).items()
            if held.origins[key][0] not in self._earlier
        }

    def department(self, said: str) -> str:
        """Return the code of the department that a cell names: by name, code or credit code."""
        return self.departments.get(plain(said), "")

    def names(self, shape: type[S]) -> dict[str, str]:
        """Return the keys of the definitions of a shape by plain name and key."""
        found: dict[str, str] = {}
        for key, value in self.every(shape).items():
            for name in (key, *names_of(getattr(value, "name", key))):
                found.setdefault(plain(name), key)
        return found

    def place(self, shape: type[Struct], key: str) -> str:
        """Return file and line of a definition that stays, empty where there is none."""
        origin = self.instance.held(shape).origins.get(key)
        if origin is None or origin[0] in self._earlier:
            return ""
        return f"{origin[0]}:{origin[2]}"
