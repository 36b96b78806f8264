"""Find conditions that can never be true, or never be false, before anybody meets them.

The condition is taken apart into the ways in which it can be true (its disjunctive form), and each
way is tried against ranges of numbers and sets of words. What is not understood is taken to be
possible, so a verdict is never wrong; it may be missing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import gcd, lcm
from typing import Final, TypeAlias
from typing import Literal as Only

from tongban.kernel.expressions.checker import Checker
from tongban.kernel.expressions.evaluator import compiled
from tongban.kernel.expressions.functions import NOT_NEGATIVE
from tongban.kernel.expressions.intervals import Range, Words
from tongban.kernel.expressions.nodes import (
    INVERSE,
    MIRROR,
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
    children,
    names_in,
)
from tongban.kernel.expressions.printer import write
from tongban.kernel.expressions.problems import Problem
from tongban.kernel.expressions.values import (
    NUMBERS,
    WHOLE,
    Datum,
    Duration,
    Sort,
    Type,
)

Verdict: TypeAlias = Only["never", "always"]

MOST_WAYS: Final = 400
"""Give up on a condition with more ways of being true than this."""

MOST_WORK: Final = 200_000
"""Give up after looking at so many statements; a fraction of a second."""

_TRUTHS: Final = frozenset((True, False))

_EVEN: Final = (Order.EQUAL, Order.AT_MOST, Order.AT_LEAST)
"""How a value compares with itself."""


@dataclass(frozen=True)
class Linear:
    """A sum of terms, each times a whole number, compared with a number."""

    terms: tuple[tuple[str, int], ...]
    order: Order
    bound: Fraction
    whole: bool


@dataclass(frozen=True)
class Worded:
    """A term that is one of some words, or none of them; truth values count as words."""

    term: str
    words: frozenset[object]
    negated: bool


@dataclass(frozen=True)
class Here:
    """A term that is present, or absent."""

    term: str
    present: bool


Fact: TypeAlias = Linear | Worded | Here
Way: TypeAlias = tuple[Fact, ...]


class _TooManyWays(Exception):
    """The condition is too large to be sure about: stop looking."""


def verdict_on(node: Node, types: Mapping[str, Type]) -> Verdict | None:
    """Say that a condition can never be true, or else that it can never be false."""
    return _Analysis(types).verdict(node)


def dead_parts(node: Node, types: Mapping[str, Type]) -> list[Problem]:
    """Tell of the outermost parts of a condition that can never be true or never be false."""
    return list(_Analysis(types).dead(node))


class _Analysis:
    """Looks at one tree, whose names have these types; other names may be anything."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        self._types = types
        self._domains: dict[str, frozenset[object]] = {}
        self._ranges: dict[str, Range] = {}
        self._checker = Checker(types, lenient=True)
        self._known: dict[tuple[int, bool], list[Way]] = {}
        self._work = 0

    def verdict(self, node: Node) -> Verdict | None:
        try:
            if not self._possible(node, wanted=True):
                return "never"
            if not self._possible(node, wanted=False):
                return "always"
        except _TooManyWays:
            return None
        return None

    def dead(self, node: Node) -> Iterator[Problem]:
        if _is_condition(node):
            found = self.verdict(node)
            if found is not None:
                fact = f"kernel.expression_{found}_true"
                yield Problem(fact, *node.span, {"text": write(node)})
                return
        for child in children(node):
            yield from self.dead(child)

    def _possible(self, node: Node, *, wanted: bool) -> bool:
        """Say whether the condition can come out as wanted for some values."""
        return any(self._consistent(way) for way in self._ways(node, wanted))

    # Taking a condition apart

    def _ways(self, node: Node, wanted: bool) -> list[Way]:
        """Return the ways in which it can come out as wanted: one consistent way is enough."""
        known = self._known.get((id(node), wanted))
        if known is None:
            known = self._known[id(node), wanted] = self._taken_apart(node, wanted)
        return known

    def _taken_apart(self, node: Node, wanted: bool) -> list[Way]:
        if not names_in(node):
            return [()] if compiled(node)({}) is wanted else []
        match node:
            case Not(operand=operand):
                return self._ways(operand, not wanted)
            case All(parts=parts):
                return self._every(parts, wanted) if wanted else self._any(parts, wanted)
            case Some(parts=parts):
                return self._any(parts, wanted) if wanted else self._every(parts, wanted)
            case Choice(then=then, condition=condition, otherwise=otherwise):
                chosen = self._product(self._ways(condition, True), self._ways(then, wanted))
                other = self._product(self._ways(condition, False), self._ways(otherwise, wanted))
                return chosen + other
            case _:
                return self._atom(node, wanted)

    def _every(self, parts: Iterable[Node], wanted: bool) -> list[Way]:
        ways: list[Way] = [()]
        for part in parts:
            ways = self._product(ways, self._ways(part, wanted))
            if len(ways) > 1:
                ways = [way for way in ways if self._consistent(way)]
        return ways

    def _product(self, some: list[Way], others: list[Way]) -> list[Way]:
        """Return every way of some together with every way of others."""
        if len(some) * len(others) > MOST_WAYS:
            raise _TooManyWays
        made = [one + other for one in some for other in others]
        self._count(sum(len(way) for way in made) // 8)
        return made

    def _count(self, statements: int) -> None:
        self._work += statements
        if self._work > MOST_WORK:
            raise _TooManyWays

    def _any(self, parts: Iterable[Node], wanted: bool) -> list[Way]:
        ways = [way for part in parts for way in self._ways(part, wanted)]
        if len(ways) > MOST_WAYS:
            raise _TooManyWays
        return ways

    def _atom(self, node: Node, wanted: bool) -> list[Way]:
        match node:
            case Comparison():
                order = node.order if wanted else INVERSE[node.order]
                return self._compared(node.left, order, node.right)
            case Among(item=item, choices=choices, negated=negated):
                return self._among(item, choices, negated is not wanted)
            case Presence(operand=operand, absent=absent):
                return self._presence(operand, present=absent is not wanted)
            case Name():
                return [(Worded(node.path, frozenset((wanted,)), False), *_here(node))]
            case Within(item=item, among=among, negated=negated):
                plain = Within(item, among, negated=False)
                return [self._opaque(plain, negated is not wanted)]
            case _:
                return [self._opaque(node, wanted)]

    def _opaque(self, node: Node, wanted: bool) -> Way:
        """Return a statement that is only known to be itself."""
        truth = Worded(write(node), frozenset((wanted,)), False)
        return (truth, *_here(node))

    def _presence(self, operand: Node, *, present: bool) -> list[Way]:
        if isinstance(operand, Name) or not present:
            return [(Here(write(operand), present),)]
        return [(Here(write(operand), present), *_here(operand))]

    def _among(self, item: Node, choices: tuple[Node, ...], wanted: bool) -> list[Way]:
        words = [
            choice.value
            for choice in choices
            if isinstance(choice, Literal) and isinstance(choice.value, str)
        ]
        if len(words) == len(choices) and self._key_of_words(item):
            return [(self._worded(item, frozenset(words), not wanted), *_here(item))]
        order = Order.EQUAL if wanted else Order.DIFFERENT
        each = [self._compared(item, order, choice) for choice in choices]
        if wanted:
            ways = [way for ways in each for way in ways]
            if len(ways) > MOST_WAYS:
                raise _TooManyWays
            return ways
        joined: list[Way] = [()]
        for ways in each:
            joined = self._product(joined, ways)
        return joined

    def _compared(self, left: Node, order: Order, right: Node) -> list[Way]:
        here = (*_here(left), *_here(right))
        if write(left) == write(right):
            return [here] if order in _EVEN else []
        worded = self._words_compared(left, order, right)
        if worded is not None:
            return [(worded, *here)]
        linear = self._linear(left, order, right)
        if linear is None:
            return [(_pair(left, order, right), *here)]
        if isinstance(linear, bool):
            return [here] if linear else []
        return [(linear, *here)]

    # Words and truth values

    def _key_of_words(self, node: Node) -> bool:
        type_ = self._checker.type_of(node)
        return not isinstance(node, Literal) and (
            type_ is None or type_.sort in (Sort.TEXT, Sort.CODE, Sort.BOOLEAN)
        )

    def _worded(self, node: Node, words: frozenset[object], negated: bool) -> Worded:
        type_ = self._checker.type_of(node)
        term = write(node)
        if type_ is not None and type_.sort is Sort.CODE and type_.codes:
            self._domains[term] = frozenset(type_.codes)
        return Worded(term, words, negated)

    def _words_compared(self, left: Node, order: Order, right: Node) -> Worded | None:
        if order not in (Order.EQUAL, Order.DIFFERENT):
            return None
        for node, other in ((left, right), (right, left)):
            if isinstance(other, Literal) and isinstance(other.value, (str, bool)):
                if not self._key_of_words(node):
                    return None
                return self._worded(node, frozenset((other.value,)), order is Order.DIFFERENT)
        return None

    # Numbers, amounts and dates

    def _linear(self, left: Node, order: Order, right: Node) -> Linear | bool | None:
        """Return left minus right as a sum compared with a number; a bare truth without names."""
        one, other = self._sum(left), self._sum(right)
        if one is None or other is None:
            return None
        terms = dict(one[0])
        for key, factor in other[0].items():
            terms[key] = terms.get(key, Fraction(0)) - factor
        terms = {key: factor for key, factor in sorted(terms.items()) if factor}
        bound = other[1] - one[1]
        if not terms:
            return _holds(order, bound)
        factors = list(terms.values())
        scale = Fraction(
            lcm(*(factor.denominator for factor in factors)),
            gcd(*(factor.numerator for factor in factors)),
        )
        if factors[0] < 0:
            scale, order = -scale, MIRROR[order]
        scaled = tuple((key, int(factor * scale)) for key, factor in terms.items())
        whole = all(self._ranges.get(key, Range()).whole for key in terms)
        return Linear(scaled, order, bound * scale, whole)

    def _sum(self, node: Node) -> tuple[dict[str, Fraction], Fraction] | None:
        """Return a number, amount or date as terms with factors, and a constant."""
        if not names_in(node):
            return _constant(compiled(node)({}))
        match node:
            case Negative(operand=operand):
                return _times(self._sum(operand), Fraction(-1))
            case Arithmetic(sign="+" | "-" as sign, left=left, right=right):
                added = self._added(left, right, Fraction(-1 if sign == "-" else 1))
                return added or self._term(node)
            case Arithmetic(sign="*" | "/"):
                return self._multiple(node) or self._term(node)
            case _:
                return self._term(node)

    def _added(
        self, left: Node, right: Node, factor: Fraction
    ) -> tuple[dict[str, Fraction], Fraction] | None:
        one, other = self._sum(left), _times(self._sum_or_days(right), factor)
        if one is None or other is None:
            return None
        terms = dict(one[0])
        for key, times in other[0].items():
            terms[key] = terms.get(key, Fraction(0)) + times
        return terms, one[1] + other[1]

    def _sum_or_days(self, node: Node) -> tuple[dict[str, Fraction], Fraction] | None:
        """As :meth:`_sum`; a duration of days alone is that number, other durations are none."""
        if not names_in(node):
            length = compiled(node)({})
            if isinstance(length, Duration):
                return None if length.years or length.months else ({}, Fraction(length.days))
        type_ = self._checker.type_of(node)
        return None if type_ is not None and type_.sort is Sort.DURATION else self._sum(node)

    def _multiple(self, node: Arithmetic) -> tuple[dict[str, Fraction], Fraction] | None:
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if names_in(other):
                continue
            factor = compiled(other)({})
            if not isinstance(factor, (int, Fraction)) or isinstance(factor, bool) or not factor:
                return None
            if node.sign == "/" and other is node.left:
                return None
            inner = self._sum(one)
            return _times(inner, Fraction(factor) if node.sign == "*" else 1 / Fraction(factor))
        return None

    def _term(self, node: Node) -> tuple[dict[str, Fraction], Fraction] | None:
        """Return a term that is not taken apart any further, noting what range it has."""
        type_ = self._checker.type_of(node)
        ordered = type_ is None or type_.sort in NUMBERS | WHOLE
        if not ordered:
            return None
        key = write(node)
        if key not in self._ranges:
            self._ranges[key] = _range_of(node, type_)
        return {key: Fraction(1)}, Fraction(0)

    # Can one way be?

    def _consistent(self, way: Way) -> bool:
        self._count(len(way) + 1)
        return (
            _presences_agree(way)
            and self._words_agree(fact for fact in way if isinstance(fact, Worded))
            and self._numbers_agree([fact for fact in way if isinstance(fact, Linear)])
        )

    def _words_agree(self, facts: Iterable[Worded]) -> bool:
        words: dict[str, Words] = {}
        for fact in facts:
            domain = _TRUTHS if fact.words & _TRUTHS else self._domains.get(fact.term)
            known = words.setdefault(fact.term, Words(only=domain))
            if fact.negated:
                known.drop(fact.words)
            else:
                known.keep(fact.words)
            if known.empty:
                return False
        return True

    def _numbers_agree(self, facts: list[Linear]) -> bool:
        ranges: dict[tuple[tuple[str, int], ...], Range] = {}
        for fact in facts:
            known = ranges.get(fact.terms)
            if known is None:
                known = ranges[fact.terms] = self._start(fact)
            known.narrow(fact.order, fact.bound)
            if known.empty:
                return False
        return all(
            len(terms) == 1 or known.meets(self._reach(terms, ranges))
            for terms, known in ranges.items()
        )

    def _start(self, fact: Linear) -> Range:
        """Return what a sum may be before anything was said about it."""
        if len(fact.terms) > 1 or fact.terms[0][1] != 1:
            return Range(whole=fact.whole)
        start = self._ranges.get(fact.terms[0][0], Range())
        return Range(whole=start.whole, low=start.low, high=start.high)

    def _reach(
        self,
        terms: tuple[tuple[str, int], ...],
        ranges: Mapping[tuple[tuple[str, int], ...], Range],
    ) -> Range:
        """Return what a sum may be, given what is known of its terms one by one."""
        total = Range(low=Fraction(0), high=Fraction(0))
        for key, factor in terms:
            alone = ranges.get(((key, 1),)) or self._ranges.get(key, Range())
            total = total.plus(alone.scaled(Fraction(factor)))
        return total


def _is_condition(node: Node) -> bool:
    return isinstance(node, (Comparison, All, Some, Not, Presence, Among, Within))


def _here(node: Node) -> tuple[Here, ...]:
    """Return the names without which a value cannot be worked out."""
    match node:
        case Name(path=path):
            return (Here(path, present=True),)
        case Arithmetic() | Negative() | Call() | Within():
            return tuple(here for child in children(node) for here in _here(child))
        case _:
            return ()


def _presences_agree(way: Way) -> bool:
    present = {fact.term for fact in way if isinstance(fact, Here) and fact.present}
    absent = {fact.term for fact in way if isinstance(fact, Here) and not fact.present}
    return not present & absent


def _pair(left: Node, order: Order, right: Node) -> Worded:
    """Return a comparison that is only known to be itself."""
    if order in (Order.EQUAL, Order.DIFFERENT):
        one, other = sorted((write(left), write(right)))
        return Worded(f"{one} = {other}", frozenset((order is Order.EQUAL,)), negated=False)
    text = write(Comparison(order, left, right))
    return Worded(text, frozenset((True,)), negated=False)


def _constant(value: Datum) -> tuple[dict[str, Fraction], Fraction] | None:
    if isinstance(value, date):
        return {}, Fraction(value.toordinal())
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return {}, Fraction(value)
    return None


def _times(
    found: tuple[dict[str, Fraction], Fraction] | None, factor: Fraction
) -> tuple[dict[str, Fraction], Fraction] | None:
    if found is None:
        return None
    return {key: times * factor for key, times in found[0].items()}, found[1] * factor


def _holds(order: Order, bound: Fraction) -> bool:
    """Say whether nothing compares so with a bound."""
    nothing = Range(low=Fraction(0), high=Fraction(0))
    nothing.narrow(order, bound)
    return not nothing.empty


def _range_of(node: Node, type_: Type | None) -> Range:
    """Return what a term may be by its type and, where it is a function, by what that gives."""
    whole = type_ is not None and type_.sort in WHOLE
    function = node.function if isinstance(node, Call) else ""
    if function in NOT_NEGATIVE:
        return Range(whole=whole, low=Fraction(0))
    most = {"month": 12, "day": 31, "year": 9999}.get(function)
    if most is not None:
        return Range(whole=True, low=Fraction(1), high=Fraction(most))
    return Range(whole=whole)
