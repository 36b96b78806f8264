"""The one place where what a source writes becomes a value of an element, and back.

A value is read as it is declared to be written, exactly, or not at all: never rounded, shortened,
or taken for something near. Money is counted in whole numbers, never in floats.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tongban.kernel.characters import LOST, heaped_in, hidden_in, without_noise
from tongban.kernel.identifiers import Fault, TextKind, text_fault
from tongban.kernel.numbers import NotANumber, read_decimal
from tongban.modules.exchange.model import TooLong, Unfit, Value
from tongban.modules.exchange.model.bits import Bits
from tongban.modules.exchange.model.floats import Single
from tongban.modules.exchange.rules.patterns import DatePattern, date_pattern

TRUE_WORDS = ("1", "true", "t", "y", "yes", "是")
FALSE_WORDS = ("0", "false", "f", "n", "no", "否")
LONGEST_TEXT = 2_000
"""Characters of a text whose item says no length."""
LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON reads as written (RFC 8259, 6)."""

_ISO = "YYYY-MM-DD"
_MIDNIGHT = re.compile(r"(.{10})[ T]00:00(?::00(?:\.0+)?)?", re.ASCII)
_PLAIN = re.compile(r"[ -~\u00a1-\u00ac\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e]*")
"""Texts as most are, in which nothing can be hidden: told apart at once."""
_BLANKS = " \u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""Blanks of any width (Unicode category Zs), with which a column of fixed width fills up."""
_SEEN = re.compile(r"[!-~\u4e00-\u9fff]")
"""Characters with which a text cannot be blank: told apart at once."""
_PLACEHOLDERS = frozenset(
    {dt.date.min, dt.date.max, dt.date(1753, 1, 1), dt.date(1899, 12, 30), dt.date(1899, 12, 31),
     dt.date(1900, 1, 1)}
)  # fmt: skip
"""What is written where no day is known: the ends of what databases hold (0001-01-01, 9999-12-31; 1753-01-01
of SQL Server's ``datetime``), and the noughts of their counting, which an empty text becomes (1900-01-01 of
SQL Server, 1899-12-30 of OLE and Access, 1899-12-31 of spreadsheets)."""
_FLOAT_DIGITS = 15
"""Digits that a float is certain to hold (IEEE 754 binary64)."""
_SINGLE_DIGITS = 6
"""The same of one of half the length (binary32), as ``real`` of PostgreSQL is."""
_MOST_DIGITS = 60
_WHOLE_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How values of one item are read: what its element is, and how its source writes it."""

    type: str
    fen: int = 0
    """For money: the fen that one stands for; 0 where nobody says."""
    pattern: DatePattern | None = None
    empty: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)
    """For a code: each word of the source, and the code that it means."""
    true_words: tuple[str, ...] = ()
    false_words: tuple[str, ...] = ()
    kind: TextKind = TextKind.ANY
    longest: int = LONGEST_TEXT
    least: Value | None = None
    most: Value | None = None
    today: dt.date = dt.date.max
    """Nobody is born after it, whatever a resident number says."""


class NotFitting(ValueError):
    """What a source holds is no value of the element: why, and never what."""

    def __init__(self, reason: Unfit) -> None:
        super().__init__(reason.value)
        self.reason = reason


def convert(raw: Any, how: Reading) -> Value | None:
    """Return the value that a source wrote; None where it holds nothing.

    ``raw`` is what the source's driver gives. Raises :class:`NotFitting`.
    """
    if isinstance(raw, str):
        raw = raw.strip(_BLANKS)
    if isinstance(raw, TooLong):
        raise NotFitting(Unfit.TOO_LONG)
    if raw is None or raw == "" or (how.empty and _plainly(raw) in how.empty):
        return None
    if isinstance(raw, str) and _is_blank(raw):
        return None
    value = _READERS[how.type](raw, how)
    if isinstance(value, dt.date) and _is_placeholder(value, how):
        raise NotFitting(Unfit.PLACEHOLDER)
    if _is_less(value, how.least) or _is_less(how.most, value):
        raise NotFitting(Unfit.OUT_OF_RANGE)
    return value


def _is_blank(text: str) -> bool:
    """Whether nobody sees anything in a text, just as forms take it for no answer."""
    return _SEEN.search(text) is None and not without_noise(text, several_lines=True).strip()


def _is_placeholder(day: dt.date, how: Reading) -> bool:
    """Whether a day stands for an unknown one: its element's bounds do not say that it may be meant."""
    return day in _PLACEHOLDERS and day not in (how.least, how.most)


def _plainly(raw: Any) -> str:
    """Return what a marker of emptiness is compared with: ``-1`` also where it is kept as -1.00."""
    if isinstance(raw, bool):
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, Decimal) and _is_short(raw) and raw == int(raw):
        return str(int(raw))
    if isinstance(raw, dt.date):
        return raw.isoformat()[:10]
    return raw if isinstance(raw, str) else str(raw)


def _is_short(number: Decimal) -> bool:
    """Whether a number has so few digits before its point that all can be written out."""
    return number.is_finite() and number.adjusted() <= _MOST_DIGITS


def _is_less(one: Value | None, other: Value | None) -> bool:
    if isinstance(one, dt.date) and isinstance(other, dt.date):
        return one < other
    numbers = (int, Decimal)
    return isinstance(one, numbers) and isinstance(other, numbers) and one < other


# Words ------------------------------------------------------------------------------------------


def _word(raw: Any) -> str:
    """Return a text; of a number only one that can be written in one way."""
    if isinstance(raw, str | Bits):
        return str(raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    if isinstance(raw, Decimal) and raw.is_finite() and raw.as_tuple().exponent == 0:
        return str(raw)
    raise NotFitting(Unfit.WRONG_TYPE)


def _text(raw: Any, how: Reading) -> str:
    text = _word(raw)
    if len(text) > how.longest:
        raise NotFitting(Unfit.TOO_LONG)
    if not _PLAIN.fullmatch(text) and hidden_in(text):
        raise NotFitting(Unfit.HIDDEN_CHARACTER)
    if LOST in text or heaped_in(text):
        raise NotFitting(Unfit.UNREADABLE_CHARACTER)
    fault = text_fault(how.kind, text, today=how.today)
    if fault is Fault.LOWER_CASE:
        return text.upper()
    if fault is not None:
        raise NotFitting(Unfit.ILL_SHAPED)
    return text


def _code(raw: Any, how: Reading) -> str:
    code = how.codes.get(_word(raw))
    if code is None:
        raise NotFitting(Unfit.NOT_IN_CODE_LIST)
    return code


def _boolean(raw: Any, how: Reading) -> bool:
    if isinstance(raw, bool):
        return raw
    word = _word(raw)
    if not how.true_words:
        word = word.lower()
    if word in (how.true_words or TRUE_WORDS):
        return True
    if word in (how.false_words or FALSE_WORDS):
        return False
    raise NotFitting(Unfit.WRITTEN_OTHERWISE)


# Numbers ----------------------------------------------------------------------------------------


def _number(raw: Any) -> Decimal:
    """Return a number exactly as it is written; of a float its shortest writing, if it is sure."""
    if isinstance(raw, str):
        number = _number_in(raw)
    elif isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise NotFitting(Unfit.WRONG_TYPE)
    else:
        number = raw if isinstance(raw, Decimal) else Decimal(repr(raw))
    if not number.is_finite():
        raise NotFitting(Unfit.WRONG_TYPE)
    return _bounded(number, _sure_digits(raw))


def _sure_digits(raw: Any) -> int:
    """Return how many digits of a number are certain to be those that were put in."""
    if isinstance(raw, Single):
        return _SINGLE_DIGITS
    return _FLOAT_DIGITS if isinstance(raw, float) else _MOST_DIGITS


def _number_in(text: str) -> Decimal:
    try:
        return read_decimal(text)
    except NotANumber:
        raise NotFitting(Unfit.WRITTEN_OTHERWISE) from None


def _bounded(number: Decimal, digits: int) -> Decimal:
    """Return a number of which no digit is made up, and whose digits can be counted."""
    if not number:
        return Decimal(0)
    if number.adjusted() >= _WHOLE_DIGITS:
        raise NotFitting(Unfit.OUT_OF_RANGE)
    if len(number.as_tuple().digits) > digits or number.adjusted() < -_MOST_DIGITS:
        raise NotFitting(Unfit.AMBIGUOUS)
    return number


def _times(number: Decimal, unit: int) -> int | None:
    """Return so many units of a number, None where that is no whole number; exact, without a float."""
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # finite, as every number here
    whole = int("".join(map(str, digits))) * unit
    shift: int = 10 ** abs(exponent)
    if exponent < 0 and whole % shift:
        return None
    whole = whole * shift if exponent >= 0 else whole // shift
    return -whole if sign else whole


def _integer(raw: Any, _: Reading) -> int:
    return _whole(raw, 1, Unfit.WRONG_TYPE)


def _money(raw: Any, how: Reading) -> int:
    if not how.fen:
        raise NotFitting(Unfit.UNIT_UNKNOWN)
    fen = _whole(raw, how.fen, Unfit.FRACTION_OF_FEN)
    if type(raw) is float and abs(fen) >= 10**_FLOAT_DIGITS:
        raise NotFitting(Unfit.AMBIGUOUS)  # of so much a float keeps no fen apart
    return fen


def _whole(raw: Any, unit: int, otherwise: Unfit) -> int:
    whole = raw * unit if type(raw) is int else _times(_number(raw), unit)
    if whole is None:
        raise NotFitting(otherwise)
    if abs(whole) > LARGEST:
        raise NotFitting(Unfit.OUT_OF_RANGE)
    return whole


def _decimal(raw: Any, _: Reading) -> Decimal:
    return _number(raw)


# Dates ------------------------------------------------------------------------------------------


def _date(raw: Any, how: Reading) -> dt.date:
    if isinstance(raw, dt.datetime):
        return _day_of(raw, how)
    if isinstance(raw, dt.date):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise NotFitting(Unfit.WRONG_TYPE)
    text = str(raw)
    if how.pattern is None and (midnight := _MIDNIGHT.fullmatch(text)):
        text = midnight[1]
    try:
        day = (how.pattern or date_pattern(_ISO)).read(text)
    except ValueError:
        raise NotFitting(Unfit.IMPOSSIBLE_DATE) from None
    if day is None:
        raise NotFitting(Unfit.WRITTEN_OTHERWISE)
    return day


def _day_of(moment: dt.datetime, how: Reading) -> dt.date:
    """Return the day of a moment: at midnight, or where a time of day is declared.

    A moment with a time zone is the evening of one day here and the morning of the next there.
    """
    timed = how.pattern is not None and how.pattern.timed
    if moment.tzinfo is not None or (moment.time() != dt.time() and not timed):
        raise NotFitting(Unfit.AMBIGUOUS)
    return moment.date()


_READERS: Mapping[str, Callable[[Any, Reading], Value]] = {
    "text": _text,
    "code": _code,
    "integer": _integer,
    "money": _money,
    "decimal": _decimal,
    "date": _date,
    "boolean": _boolean,
}


# The way back -----------------------------------------------------------------------------------


def written(value: Value | None, how: Reading) -> str | int | None:
    """Return a value as the source would write it: what :func:`convert` reads as the same value.

    Raises ValueError for a code that the source has no word for, and money without a unit.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        words = (how.true_words or TRUE_WORDS) if value else (how.false_words or FALSE_WORDS)
        return words[0] if how.true_words else int(value)
    if isinstance(value, dt.date):
        return (how.pattern or date_pattern(_ISO)).write(value)
    if how.type == "money" and isinstance(value, int):
        return _money_written(value, how.fen)
    if how.type == "code":
        return _word_for(str(value), how)
    return f"{value:f}" if isinstance(value, Decimal) else value


def _money_written(fen: int, unit: int) -> str | int:
    if unit == 0:
        raise ValueError("nothing says in which unit the source writes money")
    places = len(str(unit)) - 1
    return f"{Decimal(fen).scaleb(-places):f}" if places else fen


def _word_for(code: str, how: Reading) -> str:
    for word, meant in how.codes.items():
        if meant == code:
            return word
    raise ValueError("the source has no word for this code")
