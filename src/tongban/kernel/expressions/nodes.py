"""The tree of an expression. Two trees are equal when they say the same, wherever they stand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from tongban.kernel.expressions.values import Duration, Sort

Span: TypeAlias = tuple[int, int]
"""Where in the source it stands: offset of the first character and one past the last."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out; a number is an int or an exact fraction, money is fen."""

    value: str | int | Fraction | date | bool | Duration
    sort: Sort
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A value asked for: an element, a field, a situation or ``today``."""

    path: str
    span: Span = field(default=(0, 0), compare=False)


class Order(StrEnum):
    """How two values are compared."""

    EQUAL = "="
    DIFFERENT = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


INVERSE = {
    Order.EQUAL: Order.DIFFERENT,
    Order.DIFFERENT: Order.EQUAL,
    Order.LESS: Order.AT_LEAST,
    Order.AT_LEAST: Order.LESS,
    Order.MORE: Order.AT_MOST,
    Order.AT_MOST: Order.MORE,
}
"""What holds exactly when the other does not."""

MIRROR = {
    Order.EQUAL: Order.EQUAL,
    Order.DIFFERENT: Order.DIFFERENT,
    Order.LESS: Order.MORE,
    Order.MORE: Order.LESS,
    Order.AT_MOST: Order.AT_LEAST,
    Order.AT_LEAST: Order.AT_MOST,
}
"""The same with its sides exchanged."""


@dataclass(frozen=True, slots=True)
class Comparison:
    order: Order
    left: "Node"
    right: "Node"
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``sign`` is one of ``+ - * /``."""

    sign: str
    left: "Node"
    right: "Node"
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    operand: "Node"
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Node"
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """``and``: two parts or more."""

    parts: tuple["Node", ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Some:
    """``or``: two parts or more."""

    parts: tuple["Node", ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """``is absent`` or ``is present``: the only question that absence answers."""

    operand: "Node"
    absent: bool
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Among:
    """``in`` choices written out."""

    item: "Node"
    choices: tuple["Node", ...]
    negated: bool
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """``in`` a list that is a value."""

    item: "Node"
    among: Name
    negated: bool
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """``then if condition else otherwise``."""

    then: "Node"
    condition: "Node"
    otherwise: "Node"
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple["Node", ...]
    span: Span = field(default=(0, 0), compare=False)


Node: TypeAlias = (
    Literal
    | Name
    | Comparison
    | Arithmetic
    | Negative
    | Not
    | All
    | Some
    | Presence
    | Among
    | Within
    | Choice
    | Call
)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below, in the order they are written."""
    match node:
        case Literal() | Name():
            return ()
        case Comparison(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case Negative(operand=one) | Not(operand=one) | Presence(operand=one):
            return (one,)
        case All(parts=parts) | Some(parts=parts) | Call(arguments=parts):
            return parts
        case Among(item=item, choices=choices):
            return (item, *choices)
        case Within(item=item, among=among):
            return (item, among)
        case Choice(then=then, condition=condition, otherwise=otherwise):
            return (then, condition, otherwise)


def walk(node: Node) -> Iterator[Node]:
    """Give the node and everything below it, in the order it is written."""
    yield node
    for child in children(node):
        yield from walk(child)


def names_in(node: Node) -> tuple[str, ...]:
    """Return the names in a tree, each once, in the order they are written."""
    return tuple(dict.fromkeys(one.path for one in walk(node) if isinstance(one, Name)))


def names_needed(node: Node) -> frozenset[str]:
    """Return the names without each of which nothing comes out, whatever the others are."""
    match node:
        case Name(path=path):
            return frozenset({path})
        case Presence():
            return frozenset()
        case All(parts=parts) | Some(parts=parts):  # one part can decide it
            return frozenset.intersection(*map(names_needed, parts))
        case Choice(condition=condition, then=then, otherwise=otherwise):
            either = names_needed(then) & names_needed(otherwise)
            return names_needed(condition) | either
        case Among(item=item):  # one that is among them is, whatever the others are
            return names_needed(item)
        case _:
            return frozenset().union(*map(names_needed, children(node)))
