"""The functions of the language: what they take, what they give. None of them loops or waits."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, TypeAlias, TypeGuard

from tongban.kernel import dates
from tongban.kernel.expressions.values import (
    BOOLEAN,
    DECIMAL,
    DURATION,
    INTEGER,
    UNKNOWN,
    Datum,
    Duration,
    Sort,
    Type,
    Unknown,
    number,
)

Result: TypeAlias = Callable[[Sequence[Type]], Type | None]
"""From the types of the arguments the type of the result, None where they do not fit together."""

ANY_NUMBER: Final = frozenset((Sort.INTEGER, Sort.DECIMAL))
AMOUNT: Final = ANY_NUMBER | {Sort.MONEY}
ORDERED: Final = AMOUNT | {Sort.DATE}
TEXTS: Final = frozenset((Sort.TEXT, Sort.CODE))
DATES: Final = frozenset((Sort.DATE,))
LISTS: Final = frozenset((Sort.LIST,))
INTEGERS: Final = frozenset((Sort.INTEGER,))

MOST_ARGUMENTS: Final = 20
LONGEST_SPAN: Final = 200_000
"""Years, months or days in one duration."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """One function. Arguments after the last of ``takes`` are like the last."""

    takes: tuple[frozenset[Sort], ...]
    least: int
    most: int
    gives: Result
    run: Callable[..., Datum]

    def wants(self, argument: int) -> frozenset[Sort]:
        """Return what sorts the argument of that index may be."""
        return self.takes[min(argument, len(self.takes) - 1)]


def _is_number(one: Datum) -> TypeGuard[int | Fraction]:
    return type(one) is int or type(one) is Fraction


def _always(type_: Type) -> Result:
    return lambda _types: type_


def _same(types: Sequence[Type]) -> Type | None:
    """Like the first argument, when all are of one family."""
    if all(one.sort in ANY_NUMBER for one in types):
        return INTEGER if all(one.sort is Sort.INTEGER for one in types) else DECIMAL
    return types[0] if all(one.sort is types[0].sort for one in types) else None


def _element(types: Sequence[Type]) -> Type | None:
    of = types[0].of
    return of if of is not None and of.sort in AMOUNT else None


def _count(values: Datum) -> Datum:
    return len(values) if isinstance(values, tuple) else UNKNOWN


def _sum(values: Datum) -> Datum:
    total: int | Fraction = 0
    if not isinstance(values, tuple):
        return UNKNOWN
    for one in values:
        if not _is_number(one):
            return UNKNOWN
        added = number(total + one)
        if isinstance(added, Unknown):
            return UNKNOWN
        total = added
    return total


def _extreme(choose: Callable[[Sequence[Any]], Datum]) -> Callable[..., Datum]:
    def run(*values: Datum) -> Datum:
        if all(_is_number(one) for one in values) or all(type(one) is date for one in values):
            return choose(values)
        return UNKNOWN

    return run


def _length(text: Datum) -> Datum:
    return len(text) if isinstance(text, str) else UNKNOWN


def _on_texts(ask: Callable[[str, str], bool]) -> Callable[..., Datum]:
    def run(text: Datum, part: Datum) -> Datum:
        return ask(text, part) if isinstance(text, str) and isinstance(part, str) else UNKNOWN

    return run


def _between(count: Callable[[date, date], int]) -> Callable[..., Datum]:
    def run(start: Datum, end: Datum) -> Datum:
        return count(start, end) if isinstance(start, date) and isinstance(end, date) else UNKNOWN

    return run


def _part_of_date(part: Callable[[date], int]) -> Callable[..., Datum]:
    return lambda day: part(day) if isinstance(day, date) else UNKNOWN


def _span(make: Callable[[int], Duration]) -> Callable[..., Datum]:
    def run(amount: Datum) -> Datum:
        if type(amount) is int and abs(amount) <= LONGEST_SPAN:
            return make(amount)
        return UNKNOWN

    return run


def _round(exact: Datum, places: Datum = 0) -> Datum:
    """Half away from zero (四舍五入)."""
    if not _is_number(exact):
        return UNKNOWN
    if type(places) is not int or not 0 <= places <= 6:
        return UNKNOWN
    scaled = abs(Fraction(exact)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return number(Fraction(-whole if exact < 0 else whole, 10**places))


def _whole(down: bool) -> Callable[..., Datum]:
    def run(exact: Datum) -> Datum:
        if not _is_number(exact):
            return UNKNOWN
        return math.floor(exact) if down else math.ceil(exact)

    return run


def _absolute(exact: Datum) -> Datum:
    if not _is_number(exact):
        return UNKNOWN
    return -exact if exact < 0 else exact


def _one(
    takes: frozenset[Sort], gives: Type | Result, run: Callable[..., Datum], arguments: int = 1
) -> Function:
    """Return a function of so many arguments of the same sorts."""
    result = _always(gives) if isinstance(gives, Type) else gives
    return Function(takes=(takes,), least=arguments, most=arguments, gives=result, run=run)


FUNCTIONS: Final[dict[str, Function]] = {
    "abs": _one(AMOUNT, _same, _absolute),
    "ceil": _one(ANY_NUMBER, INTEGER, _whole(down=False)),
    "contains": _one(TEXTS, BOOLEAN, _on_texts(lambda text, part: part in text), 2),
    "count": _one(LISTS, INTEGER, _count),
    "day": _one(DATES, INTEGER, _part_of_date(lambda day: day.day)),
    "days": _one(INTEGERS, DURATION, _span(lambda n: Duration(days=n))),
    "days_between": _one(DATES, INTEGER, _between(lambda a, b: (b - a).days), 2),
    "ends_with": _one(TEXTS, BOOLEAN, _on_texts(str.endswith), 2),
    "floor": _one(ANY_NUMBER, INTEGER, _whole(down=True)),
    "length": _one(TEXTS, INTEGER, _length),
    "max": Function(takes=(ORDERED,), least=2, most=MOST_ARGUMENTS, gives=_same, run=_extreme(max)),
    "min": Function(takes=(ORDERED,), least=2, most=MOST_ARGUMENTS, gives=_same, run=_extreme(min)),
    "month": _one(DATES, INTEGER, _part_of_date(lambda day: day.month)),
    "months": _one(INTEGERS, DURATION, _span(lambda n: Duration(months=n))),
    "months_between": _one(DATES, INTEGER, _between(dates.months_between), 2),
    "round": Function(
        takes=(ANY_NUMBER, INTEGERS), least=1, most=2, gives=_always(DECIMAL), run=_round
    ),
    "starts_with": _one(TEXTS, BOOLEAN, _on_texts(str.startswith), 2),
    "sum": _one(LISTS, _element, _sum),
    "year": _one(DATES, INTEGER, _part_of_date(lambda day: day.year)),
    "years": _one(INTEGERS, DURATION, _span(lambda n: Duration(years=n))),
    "years_between": _one(DATES, INTEGER, _between(dates.years_between), 2),
}

NOT_NEGATIVE: Final = frozenset(("abs", "count", "length"))
"""Functions whose number is 0 or more."""
