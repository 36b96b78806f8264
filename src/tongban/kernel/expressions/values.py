"""Types and values of the language: what an element may hold, and what is not known."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Context, Decimal, InvalidOperation
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.money import read_money
from tongban.kernel.numbers import read_decimal
from tongban.kernel.text import Text
from tongban.kernel.written_dates import read_date, read_iso_date


class Sort(StrEnum):
    """What sort of value it is; an element's type has the same name."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"  # integer fen
    DATE = "date"
    BOOLEAN = "boolean"
    CODE = "code"
    LIST = "list"
    DURATION = "duration"  # only inside an expression; no element is one


@dataclass(frozen=True, kw_only=True)
class Type:
    """The type of a value: of a code its list of codes, of a list what it is a list of.

    ``unit`` is only shown (个月, kilometres); it takes no part in checking.
    """

    sort: Sort
    codes: Mapping[str, Text] = field(default_factory=dict, hash=False)
    of: "Type | None" = None
    unit: Text = field(default="", compare=False)

    def __str__(self) -> str:
        return f"list of {self.of}" if self.sort is Sort.LIST and self.of else str(self.sort)


TEXT: Final = Type(sort=Sort.TEXT)
INTEGER: Final = Type(sort=Sort.INTEGER)
DECIMAL: Final = Type(sort=Sort.DECIMAL)
MONEY: Final = Type(sort=Sort.MONEY)
DATE: Final = Type(sort=Sort.DATE)
BOOLEAN: Final = Type(sort=Sort.BOOLEAN)
DURATION: Final = Type(sort=Sort.DURATION)


def code(codes: Mapping[str, Text]) -> Type:
    """Return the type of a code out of a list; an empty list knows nothing and allows all."""
    return Type(sort=Sort.CODE, codes=codes)


def list_of(type_: Type) -> Type:
    """Return the type of a list."""
    return Type(sort=Sort.LIST, of=type_)


NUMBERS: Final = frozenset((Sort.INTEGER, Sort.DECIMAL))
WORDS: Final = frozenset((Sort.TEXT, Sort.CODE))
WHOLE: Final = frozenset((Sort.INTEGER, Sort.MONEY, Sort.DATE))


def family(type_: Type) -> str:
    """Return what may be compared with each other: numbers, texts with codes, else the sort."""
    if type_.sort in NUMBERS:
        return "number"
    return "text" if type_.sort in WORDS else str(type_.sort)


class Unknown(Enum):
    """The third truth value, and the value of what is absent."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("unknown is neither true nor false: ask `is True` or `is UNKNOWN`")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as people say it; a month is no fixed number of days."""

    years: int = 0
    months: int = 0
    days: int = 0


Value: TypeAlias = str | int | Decimal | date | bool | tuple["Value", ...]
"""What comes in and out. Money is integer fen; a number with a fraction is a Decimal."""

Datum: TypeAlias = str | int | Fraction | date | bool | Duration | Unknown | tuple["Datum", ...]
"""What is calculated with: exact, so that no rounding happens on the way."""

LARGEST_NUMBER: Final = 10**30
"""Numbers beyond this, either way, are unknown."""

FINEST_NUMBER: Final = 10**120
"""Fractions with a larger denominator are unknown; it bounds the work of one calculation."""

_ROUNDING: Final = Context(prec=28, traps=[])


def number(exact: int | Fraction) -> "int | Fraction | Unknown":
    """Return the number in its plainest form, unknown where it is out of range."""
    if isinstance(exact, Fraction):
        if exact.denominator > FINEST_NUMBER:
            return UNKNOWN
        if exact.denominator == 1:
            exact = exact.numerator
    return exact if -LARGEST_NUMBER < exact < LARGEST_NUMBER else UNKNOWN


def datum(raw: object) -> Datum:
    """Take a value in; what is no value of the language is unknown. Never raises."""
    kind = type(raw)
    if kind is bool or kind is str or kind is date:
        return raw  # type: ignore[return-value]  # the type was just looked at
    if raw is None:
        return UNKNOWN
    if isinstance(raw, (list, tuple)):
        return tuple(UNKNOWN if isinstance(one, (list, tuple)) else datum(one) for one in raw)
    if isinstance(raw, int):
        return number(int(raw))
    if isinstance(raw, str):
        return str.__str__(raw)
    return _fraction(raw)


def _fraction(raw: object) -> Datum:
    if isinstance(raw, Fraction):
        return number(raw)
    if isinstance(raw, float):
        raw = Decimal(repr(float(raw)))
    if isinstance(raw, Decimal) and raw.is_finite():
        exponent = raw.as_tuple().exponent
        if isinstance(exponent, int) and exponent >= -30 and raw.adjusted() <= 30:
            return number(Fraction(raw))
        return 0 if raw == 0 else UNKNOWN
    return UNKNOWN


def value(result: Datum) -> Value | Unknown:
    """Give a value out: a fraction becomes a Decimal of 28 digits, a duration has no value."""
    if isinstance(result, Fraction):
        numerator, denominator = Decimal(result.numerator), Decimal(result.denominator)
        return _ROUNDING.divide(numerator, denominator)
    if isinstance(result, Duration):
        return UNKNOWN
    if isinstance(result, tuple):
        given = (value(one) for one in result)
        return tuple(one for one in given if not isinstance(one, Unknown))
    return result


# Reading what sources, forms and files hold -----------------------------------------------------

_YES: Final = frozenset(("true", "yes", "1", "是", "y", "t"))
_NO: Final = frozenset(("false", "no", "0", "否", "n", "f"))
_MIDNIGHT: Final = re.compile(r"(?<=[0-9日号])[ T]00:00(?::00(?:\.0+)?)?$", re.ASCII)
"""A time of day that says nothing, as databases write it behind a day."""


def value_not_of_type(type_: Type) -> Refusal:
    return Refusal("kernel.value_not_of_type", Kind.INVALID, type=str(type_))


def read_value(type_: Type, raw: object) -> Value | None:
    """Read what a source, a form or a file holds as a value of the type; None where it is blank.

    Dates are read as everywhere (``written_dates.read_date``), midnight behind them or not. Money is
    an amount in yuan as text and fen as a number. Refuses what is not of the type, without repeating it.
    """
    if isinstance(raw, str):
        raw = raw.strip()
    if raw is None or raw == "":
        return None
    try:
        read = _READERS[type_.sort](type_, raw)
    except (ValueError, InvalidOperation, Refusal):
        read = None
    if read is None:
        raise value_not_of_type(type_)
    return read


def _read_text(type_: Type, raw: object) -> Value | None:
    if type_.codes and str(raw) not in type_.codes:
        return None
    return str(raw) if isinstance(raw, (str, int)) and not isinstance(raw, bool) else None


def _read_integer(_type: Type, raw: object) -> Value | None:
    exact = _exact(raw)
    return int(exact) if exact is not None and exact == int(exact) else None


def _read_decimal(_type: Type, raw: object) -> Value | None:
    return _exact(raw)


def _exact(raw: object) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float, Decimal)):
        return None
    if isinstance(raw, str):
        exact = read_decimal(raw)
    else:
        exact = Decimal(repr(raw) if isinstance(raw, float) else raw)
    return exact if exact.is_finite() and not isinstance(datum(exact), Unknown) else None


def _read_money(_type: Type, raw: object) -> Value | None:
    return read_money(raw) if isinstance(raw, str) else _read_integer(_type, raw)


def _read_date(_type: Type, raw: object) -> Value | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = _MIDNIGHT.sub("", str(raw))
    try:
        return read_iso_date(text)  # as programs write it: also 9999-12-31, for no end
    except ValueError:
        return read_date(text)


def _read_boolean(_type: Type, raw: object) -> Value | None:
    word = str(raw).casefold()
    if word in _YES:
        return True
    return False if word in _NO else None


def _read_list(type_: Type, raw: object) -> Value | None:
    if not isinstance(raw, (list, tuple)) or type_.of is None:
        return None
    read = (read_value(type_.of, one) for one in raw)
    return tuple(one for one in read if one is not None)


_READERS: Final[dict[Sort, Callable[[Type, object], Value | None]]] = {
    Sort.TEXT: _read_text,
    Sort.CODE: _read_text,
    Sort.INTEGER: _read_integer,
    Sort.DECIMAL: _read_decimal,
    Sort.MONEY: _read_money,
    Sort.DATE: _read_date,
    Sort.BOOLEAN: _read_boolean,
    Sort.LIST: _read_list,
    Sort.DURATION: lambda _type, _raw: None,
}
