"""A file as it was written: values with the line and column at which each stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(slots=True)
class Scalar:
    """One word or sentence. ``plain`` is false where it was written in quotes or as a block."""

    text: str
    line: int
    column: int
    plain: bool = True

    @property
    def absent(self) -> bool:
        """Whether nothing was written: ``key:`` or ``key: null``."""
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(slots=True)
class Sequence:
    """A list."""

    line: int
    column: int
    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys with their values; ``keys`` has the place of each key."""

    line: int
    column: int
    values: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)


Node: TypeAlias = Scalar | Sequence | Mapping
Step = str | int
Path = tuple[Step, ...]


def plain(node: Node) -> Any:
    """Return the values alone, every scalar as the text it was written with."""
    if isinstance(node, Scalar):
        return None if node.absent else node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.values.items()}


def place_of(node: Node, path: Path) -> tuple[int, int]:
    """Return line and column of what a path leads to, or of the nearest thing on the way there."""
    line, column = node.line, node.column
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.values:
            line, column = node.keys[step]
            node = node.values[step]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            line, column = node.line, node.column
        else:
            break
    return line, column


def entries(node: Node) -> Iterator[Node]:
    """Return the definitions of a file: a list holds several, anything else is one."""
    if isinstance(node, Sequence):
        yield from node.items
    else:
        yield node
