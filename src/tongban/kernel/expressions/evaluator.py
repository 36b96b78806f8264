"""Work out a tree: no exceptions, no loops, three truth values (strong Kleene logic).

A tree becomes a closure once and is then run for each set of values. What is absent, of the wrong
type, out of range or divided by nothing is unknown, and unknown spreads except where the outcome
does not depend on it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Any, Final, TypeAlias, TypeGuard

from tongban.kernel import dates
from tongban.kernel.errors import Refusal
from tongban.kernel.expressions.functions import FUNCTIONS
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
    Order,
    Presence,
    Some,
    Within,
)
from tongban.kernel.expressions.values import UNKNOWN, Datum, Duration, Unknown, datum, number

Values: TypeAlias = Mapping[str, object]
Run: TypeAlias = Callable[[Values], Datum]

_NUMBERS: Final[frozenset[type]] = frozenset((int, Fraction))
_EQUATABLE: Final = frozenset((int, Fraction, str, bool, date))
_ORDERABLE: Final = frozenset((int, Fraction, date))
_ORDERINGS: Final[dict[Order, Callable[[Any, Any], bool]]] = {
    Order.LESS: lt,
    Order.AT_MOST: le,
    Order.MORE: gt,
    Order.AT_LEAST: ge,
}


def compiled(node: Node) -> Run:
    """Return what works out the tree for a set of values."""
    match node:
        case Literal(value=value):
            return lambda _values: value
        case Name(path=path):
            return lambda values: datum(values.get(path))
        case Comparison():
            return _comparison(node)
        case All(parts=parts):
            return _joined(parts, neutral=True)
        case Some(parts=parts):
            return _joined(parts, neutral=False)
        case Not(operand=operand):
            return _not(compiled(operand))
        case Among() | Within() | Presence() | Choice():
            return _question(node)
        case Arithmetic() | Negative() | Call():
            return _calculation(node)


def _question(node: Among | Within | Presence | Choice) -> Run:
    match node:
        case Presence(operand=operand, absent=absent):
            run = compiled(operand)
            return lambda values: (run(values) is UNKNOWN) is absent
        case Among(item=item, choices=choices, negated=negated):
            return _among(compiled(item), tuple(compiled(one) for one in choices), negated)
        case Within(item=item, among=among, negated=negated):
            return _within(compiled(item), compiled(among), negated)
        case Choice(then=then, condition=condition, otherwise=otherwise):
            return _choice(compiled(then), compiled(condition), compiled(otherwise))


def _calculation(node: Arithmetic | Negative | Call) -> Run:
    match node:
        case Negative(operand=operand):
            run = compiled(operand)
            return lambda values: _negative(run(values))
        case Arithmetic(sign=sign, left=left, right=right):
            first, second, apply = compiled(left), compiled(right), _SIGNS[sign]
            return lambda values: apply(first(values), second(values))
        case Call(function=function, arguments=arguments):
            return _call(function, tuple(compiled(one) for one in arguments))


def equal(one: Datum, other: Datum) -> bool | Unknown:
    """Say whether two values are equal; unknown where one is, or where they cannot be compared."""
    kind, other_kind = type(one), type(other)
    if kind is other_kind:
        return one == other if kind in _EQUATABLE else UNKNOWN
    if kind in _NUMBERS and other_kind in _NUMBERS:
        return one == other
    return UNKNOWN


def _comparison(node: Comparison) -> Run:
    first, second = compiled(node.left), compiled(node.right)
    if node.order is Order.EQUAL:
        return lambda values: equal(first(values), second(values))
    if node.order is Order.DIFFERENT:
        return lambda values: _negated(equal(first(values), second(values)))
    holds = _ORDERINGS[node.order]

    def run(values: Values) -> Datum:
        one, other = first(values), second(values)
        kind, other_kind = type(one), type(other)
        if kind is other_kind:
            return holds(one, other) if kind in _ORDERABLE else UNKNOWN
        if kind in _NUMBERS and other_kind in _NUMBERS:
            return holds(one, other)
        return UNKNOWN

    return run


def _negated(truth: Datum) -> Datum:
    if truth is True:
        return False
    return True if truth is False else UNKNOWN


def _not(run: Run) -> Run:
    return lambda values: _negated(run(values))


def _joined(parts: tuple[Node, ...], *, neutral: bool) -> Run:
    """``and`` when true is neutral, ``or`` when false is."""
    runs = tuple(compiled(part) for part in parts)
    deciding = not neutral

    def run(values: Values) -> Datum:
        outcome: Datum = neutral
        for part in runs:
            truth = part(values)
            if truth is deciding:
                return deciding
            if truth is not neutral:
                outcome = UNKNOWN
        return outcome

    return run


def _among(item: Run, choices: tuple[Run, ...], negated: bool) -> Run:
    def run(values: Values) -> Datum:
        one = item(values)
        found = _any_equal(one, tuple(choice(values) for choice in choices))
        return _negated(found) if negated else found

    return run


def _within(item: Run, among: Run, negated: bool) -> Run:
    def run(values: Values) -> Datum:
        one, listed = item(values), among(values)
        found = _any_equal(one, listed) if isinstance(listed, tuple) else UNKNOWN
        return _negated(found) if negated else found

    return run


def _any_equal(one: Datum, others: tuple[Datum, ...]) -> bool | Unknown:
    outcome: bool | Unknown = UNKNOWN if isinstance(one, Unknown) else False
    for other in others:
        same = equal(one, other)
        if same is True:
            return True
        if same is UNKNOWN:
            outcome = UNKNOWN
    return outcome


def _choice(then: Run, condition: Run, otherwise: Run) -> Run:
    def run(values: Values) -> Datum:
        truth = condition(values)
        if truth is True:
            return then(values)
        return otherwise(values) if truth is False else UNKNOWN

    return run


def _is_number(one: Datum) -> TypeGuard[int | Fraction]:
    return type(one) in _NUMBERS


def _negative(one: Datum) -> Datum:
    if _is_number(one):
        return -one
    if isinstance(one, Duration):
        return Duration(-one.years, -one.months, -one.days)
    return UNKNOWN


def _call(function: str, arguments: tuple[Run, ...]) -> Run:
    work = FUNCTIONS[function].run

    def run(values: Values) -> Datum:
        given = [argument(values) for argument in arguments]
        for one in given:
            if one is UNKNOWN:
                return UNKNOWN
        return work(*given)

    return run


def _add(one: Datum, other: Datum) -> Datum:
    if _is_number(one) and _is_number(other):
        return number(one + other)
    if isinstance(other, Duration):
        if type(one) is date:
            return moved(one, other)
        if isinstance(one, Duration):
            years, months = one.years + other.years, one.months + other.months
            return Duration(years, months, one.days + other.days)
    return UNKNOWN


def _subtract(one: Datum, other: Datum) -> Datum:
    return _add(one, _negative(other))


def moved(day: date, by: Duration) -> Datum:
    """Move a date by years and months first and then by days; unknown beyond the calendar."""
    try:
        return dates.add_days(dates.add_months(day, by.years * 12 + by.months), by.days)
    except Refusal:
        return UNKNOWN


def _multiply(one: Datum, other: Datum) -> Datum:
    if _is_number(one) and _is_number(other):
        return number(one * other)
    return UNKNOWN


def _divide(one: Datum, other: Datum) -> Datum:
    if _is_number(one) and _is_number(other) and other != 0:
        return number(Fraction(one) / Fraction(other))
    return UNKNOWN


_SIGNS: Final[dict[str, Callable[[Datum, Datum], Datum]]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
}
