"""Explain an outcome: which clauses hold, which do not, and with what values.

:func:`explain` works out a tree of facts without words; :mod:`tongban.kernel.expressions.wording`
puts it into a language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.expressions.checker import Checker
from tongban.kernel.expressions.evaluator import Values, compiled
from tongban.kernel.expressions.expression import Expression
from tongban.kernel.expressions.nodes import (
    INVERSE,
    All,
    Among,
    Choice,
    Comparison,
    Literal,
    Name,
    Node,
    Not,
    Presence,
    Some,
    Within,
    names_in,
)
from tongban.kernel.expressions.values import (
    UNKNOWN,
    Datum,
    Sort,
    Type,
    Unknown,
    Value,
    datum,
    value,
)


class Sentence(StrEnum):
    """What kind of statement a part of an explanation is."""

    ALL = "all"
    SOME = "some"
    CLAUSE = "clause"
    CHOICE = "choice"
    CALCULATION = "calculation"


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """How one part came out.

    ``outcome`` is True, False, ``UNKNOWN`` or the value of a calculation. ``node`` is the statement
    without ``not`` around it (``not a < b`` is told as ``a >= b``). ``values`` are the names it
    asks for with their values, ``UNKNOWN`` where absent. ``asked`` is what a clause measures
    against something fixed, if it does, and ``measured`` what that came to. Of a choice the parts
    are the condition and what then applies.
    """

    sentence: Sentence
    node: Node
    outcome: Datum
    values: Mapping[str, Datum]
    types: Mapping[str, Type]
    parts: tuple["Explanation", ...] = ()
    asked: Node | None = None
    measured: Datum = UNKNOWN

    @property
    def value(self) -> Value | Unknown:
        """The outcome as a value."""
        return value(self.outcome)

    def clauses(self) -> tuple["Explanation", ...]:
        """Return every single clause below, in the order they are written."""
        if not self.parts:
            return (self,)
        return tuple(clause for part in self.parts for clause in part.clauses())


def explain(
    expression: Expression, values: Values, types: Mapping[str, Type] | None = None
) -> Explanation:
    """Work an expression out and keep how. Never raises.

    Types, where given, make amounts, units and names of codes appear as what they are.
    """
    declared = types or {}
    root = plain(expression.root)
    type_ = Checker(declared, lenient=True).type_of(root)
    condition = type_ is not None and type_.sort is Sort.BOOLEAN
    return _Explainer(values, declared).part(root, condition=condition)


class _Explainer:
    def __init__(self, values: Values, types: Mapping[str, Type]) -> None:
        self._values = values
        self._types = types

    def part(self, node: Node, *, condition: bool) -> Explanation:
        match node:
            case All(parts=parts):
                told = tuple(self.part(one, condition=True) for one in parts)
                return self._told(Sentence.ALL, node, told)
            case Some(parts=parts):
                told = tuple(self.part(one, condition=True) for one in parts)
                return self._told(Sentence.SOME, node, told)
            case Choice():
                return self._choice(node, condition=condition)
            case _:
                return self._told(Sentence.CLAUSE if condition else Sentence.CALCULATION, node)

    def _choice(self, node: Choice, *, condition: bool) -> Explanation:
        asked = self.part(node.condition, condition=True)
        if not isinstance(asked.outcome, bool):
            return self._told(Sentence.CHOICE, node, (asked,))
        chosen = node.then if asked.outcome else node.otherwise
        return self._told(Sentence.CHOICE, node, (asked, self.part(chosen, condition=condition)))

    def _told(
        self, sentence: Sentence, node: Node, parts: tuple[Explanation, ...] = ()
    ) -> Explanation:
        asked = _asked(node) if sentence is Sentence.CLAUSE else None
        return Explanation(
            sentence=sentence,
            node=node,
            outcome=compiled(node)(self._values),
            values={path: datum(self._values.get(path)) for path in names_in(node)},
            types=self._types,
            parts=parts,
            asked=asked,
            measured=UNKNOWN if asked is None else compiled(asked)(self._values),
        )


def _asked(node: Node) -> Node | None:
    """Return what a clause measures against something fixed, None where it does not."""
    match node:
        case Name():
            return node
        case Not(operand=Name() as name):
            return name
        case Presence(operand=operand):
            return operand
        case Comparison(left=left, right=right):
            if names_in(left) and names_in(right):
                return None
            return left if names_in(left) else right
        case Among(item=item, choices=choices):
            return None if any(names_in(choice) for choice in choices) else item
        case _:
            return None


def plain(node: Node) -> Node:
    """Return a condition that says the same without ``not``, as far as there is one."""
    match node:
        case Not(operand=operand):
            return _denied(operand)
        case All(parts=parts, span=span):
            return All(tuple(plain(part) for part in parts), span)
        case Some(parts=parts, span=span):
            return Some(tuple(plain(part) for part in parts), span)
        case Choice(then=then, condition=condition, otherwise=otherwise, span=span):
            return Choice(plain(then), plain(condition), plain(otherwise), span)
        case _:
            return node


def _denied(node: Node) -> Node:
    """Return what is true when the node is false, false when it is true, else unknown."""
    match node:
        case Not(operand=operand):
            return plain(operand)
        case All(parts=parts, span=span):
            return Some(tuple(_denied(part) for part in parts), span)
        case Some(parts=parts, span=span):
            return All(tuple(_denied(part) for part in parts), span)
        case Comparison(order=order, left=left, right=right, span=span):
            return Comparison(INVERSE[order], left, right, span)
        case Presence(operand=operand, absent=absent, span=span):
            return Presence(operand, not absent, span)
        case Among(item=item, choices=choices, negated=negated, span=span):
            return Among(item, choices, not negated, span)
        case Within(item=item, among=among, negated=negated, span=span):
            return Within(item, among, not negated, span)
        case Literal(value=bool() as truth, sort=sort, span=span):
            return Literal(not truth, sort, span)
        case _:
            return Not(node, node.span)
