"""What one thing may still be after several statements about it: a range, or a set of words."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Final

from tongban.kernel.expressions.nodes import Order

_WIDEST_TO_LIST: Final = 400
"""How many whole numbers a range may hold to be tried one by one."""


@dataclass
class Range:
    """Numbers between two bounds, either of which may be missing or excluded."""

    whole: bool = False
    low: Fraction | None = None
    high: Fraction | None = None
    low_excluded: bool = False
    high_excluded: bool = False
    without: set[Fraction] = field(default_factory=set)

    def narrow(self, order: Order, bound: Fraction) -> None:
        """Add what a comparison with a number says."""
        match order:
            case Order.DIFFERENT:
                self.without.add(bound)
            case Order.EQUAL:
                self._raise(bound, excluded=False)
                self._lower(bound, excluded=False)
            case Order.MORE | Order.AT_LEAST:
                self._raise(bound, excluded=order is Order.MORE)
            case Order.LESS | Order.AT_MOST:
                self._lower(bound, excluded=order is Order.LESS)

    def _raise(self, bound: Fraction, *, excluded: bool) -> None:
        if self.whole:
            bound, excluded = Fraction(floor(bound) + 1 if excluded else ceil(bound)), False
        if self.low is None or bound > self.low:
            self.low, self.low_excluded = bound, excluded
        elif bound == self.low:
            self.low_excluded |= excluded

    def _lower(self, bound: Fraction, *, excluded: bool) -> None:
        if self.whole:
            bound, excluded = Fraction(ceil(bound) - 1 if excluded else floor(bound)), False
        if self.high is None or bound < self.high:
            self.high, self.high_excluded = bound, excluded
        elif bound == self.high:
            self.high_excluded |= excluded

    @property
    def empty(self) -> bool:
        """Say whether no number is left."""
        if self.low is None or self.high is None:
            return False
        if self.low > self.high:
            return True
        if self.low == self.high:
            return self.low_excluded or self.high_excluded or self.low in self.without
        if self.whole and self.high - self.low <= _WIDEST_TO_LIST:
            span = range(int(self.low), int(self.high) + 1)
            return all(Fraction(one) in self.without for one in span)
        return False

    def scaled(self, factor: Fraction) -> "Range":
        """Return the range of a multiple; ``factor`` is not 0."""
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        if factor > 0:
            return Range(
                low=low,
                high=high,
                low_excluded=self.low_excluded,
                high_excluded=self.high_excluded,
            )
        return Range(
            low=high, high=low, low_excluded=self.high_excluded, high_excluded=self.low_excluded
        )

    def plus(self, other: "Range") -> "Range":
        """Return the range of a sum."""
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Range(
            low=low,
            high=high,
            low_excluded=self.low_excluded or other.low_excluded,
            high_excluded=self.high_excluded or other.high_excluded,
        )

    def meets(self, other: "Range") -> bool:
        """Say whether some number may be in both."""
        both = Range(
            whole=self.whole or other.whole,
            low=self.low,
            high=self.high,
            low_excluded=self.low_excluded,
            high_excluded=self.high_excluded,
            without=self.without | other.without,
        )
        if other.low is not None:
            both.narrow(Order.MORE if other.low_excluded else Order.AT_LEAST, other.low)
        if other.high is not None:
            both.narrow(Order.LESS if other.high_excluded else Order.AT_MOST, other.high)
        return not both.empty


@dataclass
class Words:
    """Words that are still possible: those of a list, or all, less some."""

    only: frozenset[object] | None = None
    without: set[object] = field(default_factory=set)

    def keep(self, words: frozenset[object]) -> None:
        self.only = words if self.only is None else self.only & words

    def drop(self, words: frozenset[object]) -> None:
        self.without |= words

    @property
    def empty(self) -> bool:
        return self.only is not None and not self.only - self.without
