"""An expression: what was written, its tree, and the work it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from tongban.kernel.expressions.analysis import Verdict, dead_parts, verdict_on
from tongban.kernel.expressions.checker import Checker
from tongban.kernel.expressions.evaluator import Run, Values, compiled
from tongban.kernel.expressions.nodes import Node, names_in, names_needed
from tongban.kernel.expressions.parser import parse_node
from tongban.kernel.expressions.printer import write
from tongban.kernel.expressions.problems import Problem
from tongban.kernel.expressions.values import BOOLEAN, UNKNOWN, Datum, Type, Unknown, Value, value
from tongban.kernel.money import to_fen


@dataclass(frozen=True)
class Expression:
    """A parsed expression. Two are equal when their trees are, however they were written.

    ``str(expression)`` is its plainest form.
    """

    root: Node
    source: str = field(default="", compare=False)

    def __str__(self) -> str:
        return write(self.root)

    @cached_property
    def run(self) -> Run:
        """What works it out, made at first use."""
        return compiled(self.root)


def parse(source: str) -> Expression:
    """Read an expression. Raises :class:`ExpressionError` with position, code and data."""
    return Expression(parse_node(source), source)


def names(expression: Expression) -> frozenset[str]:
    """Return the names it asks for."""
    return frozenset(names_in(expression.root))


def check(
    expression: Expression, types: Mapping[str, Type], result: Type | None = BOOLEAN
) -> list[Problem]:
    """Return what makes no sense, given the types of all names that may be used.

    ``result`` is the type the whole must have, None where any will do. ``today`` is a date without
    being declared.
    """
    checker = Checker(types)
    if result is None:
        checker.type_of(expression.root)
    else:
        checker.want(expression.root, result)
    return sorted(checker.problems, key=lambda problem: (problem.position, problem.end))


def type_of(expression: Expression, types: Mapping[str, Type]) -> Type | None:
    """Return the type of the whole, None where it has none."""
    return Checker(types).type_of(expression.root)


def evaluate(expression: Expression, values: Values) -> Value | Unknown:
    """Work it out. Never raises: what cannot be known is ``UNKNOWN``.

    A value that is missing or None is absent. A calculation is exact; a result with a fraction is a
    Decimal of 28 digits.
    """
    return value(expression.run(values))


def evaluate_money(expression: Expression, values: Values) -> int | Unknown:
    """Work out an amount: calculated exactly and rounded once, at the end, to whole fen."""
    amount: Datum = expression.run(values)
    if isinstance(amount, (int, Fraction)) and not isinstance(amount, bool):
        return to_fen(amount)
    return UNKNOWN


def holds(expression: Expression, values: Values) -> bool:
    """Say whether a condition is surely true; unknown is not."""
    return expression.run(values) is True


def missing(expression: Expression, values: Values) -> tuple[str, ...]:
    """Return the names whose value is absent, in the order they are written."""
    return tuple(name for name in names_in(expression.root) if values.get(name) is None)


def needed(expression: Expression) -> frozenset[str]:
    """Return the names without each of which the outcome is unknown, whatever the others are."""
    return names_needed(expression.root)


def verdict(expression: Expression, types: Mapping[str, Type] | None = None) -> Verdict | None:
    """Say ``never`` of a condition that cannot be true, ``always`` of one that cannot be false.

    None where neither is sure. Types make it see more: that ages are whole, that codes end.
    """
    return verdict_on(expression.root, types or {})


def useless(expression: Expression, types: Mapping[str, Type] | None = None) -> list[Problem]:
    """Return the outermost parts that can never be true, or never be false, and where they are.

    Codes: ``kernel.expression_never_true`` and ``kernel.expression_always_true``.
    """
    return dead_parts(expression.root, types or {})
