"""Write a tree as source in its plainest form; reading it again gives an equal tree."""

from datetime import date
from decimal import Context, Decimal
from fractions import Fraction

from tongban.kernel.expressions.nodes import (
    All,
    Among,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    Presence,
    Some,
    Within,
)
from tongban.kernel.expressions.values import Duration, Sort
from tongban.kernel.money import plain_money

_CHOICE, _SOME, _ALL, _NOT, _COMPARE, _SUM, _PRODUCT, _NEGATE, _ATOM = range(1, 10)

_DIGITS = Context(prec=60)
"""More digits than a number may be written with, so that none is lost."""


def write(node: Node) -> str:
    """Return the source of a tree, with no more parentheses than it needs."""
    return _written(node)[0]


def _inside(node: Node, least: int) -> str:
    """Write a node where only what binds at least so tightly may stand bare."""
    text, power = _written(node)
    return text if power >= least else f"({text})"


def _written(node: Node) -> tuple[str, int]:
    match node:
        case Literal():
            return write_literal(node), _ATOM
        case Name(path=path):
            return path, _ATOM
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(write(one) for one in arguments)})", _ATOM
        case Negative(operand=operand):
            return "-" + _inside(operand, _NEGATE), _NEGATE
        case Arithmetic(sign=sign, left=left, right=right):
            power = _SUM if sign in "+-" else _PRODUCT
            return f"{_inside(left, power)} {sign} {_inside(right, power + 1)}", power
        case _:
            return _condition(node)


def _condition(node: Node) -> tuple[str, int]:
    match node:
        case Not(operand=operand):
            return "not " + _inside(operand, _NOT), _NOT
        case All(parts=parts):
            return " and ".join(_inside(part, _NOT) for part in parts), _ALL
        case Some(parts=parts):
            return " or ".join(_inside(part, _ALL) for part in parts), _SOME
        case Choice(then=then, condition=condition, otherwise=otherwise):
            text = f"{_inside(then, _SOME)} if {_inside(condition, _SOME)}"
            return f"{text} else {write(otherwise)}", _CHOICE
        case _:
            return _comparison(node), _COMPARE


def _comparison(node: Node) -> str:
    match node:
        case Comparison(order=order, left=left, right=right):
            return f"{_inside(left, _SUM)} {order} {_inside(right, _SUM)}"
        case Presence(operand=operand, absent=absent):
            return f"{_inside(operand, _SUM)} is {'absent' if absent else 'present'}"
        case Among(item=item, choices=choices, negated=negated):
            listed = ", ".join(write(choice) for choice in choices)
            return f"{_inside(item, _SUM)} {'not in' if negated else 'in'} ({listed})"
        case Within(item=item, among=among, negated=negated):
            return f"{_inside(item, _SUM)} {'not in' if negated else 'in'} {among.path}"
        case _:  # every other node was written before
            raise AssertionError(node)


def write_literal(literal: Literal) -> str:
    """Return the source of a value written out."""
    value = literal.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Duration):
        return _duration(value)
    if literal.sort is Sort.MONEY and isinstance(value, int):
        return plain_money(value).removesuffix(".00") + " yuan"
    if isinstance(value, Fraction):
        exact = _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
        return f"{exact:f}"
    return str(value)


def _duration(duration: Duration) -> str:
    for unit, amount in (("year", duration.years), ("month", duration.months)):
        if amount:
            return f"{amount} {unit}{'' if amount == 1 else 's'}"
    return f"{duration.days} day{'' if duration.days == 1 else 's'}"
