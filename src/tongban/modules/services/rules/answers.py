"""Reads what people type: forgiving of form, strict of meaning. A fault is a code of this module."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from tongban.kernel.characters import (
    LOST,
    MOST_MARKS,
    compact,
    composed,
    heaped_in,
    hidden_in,
    named,
    without_noise,
)
from tongban.kernel.errors import Refusal, Wrong
from tongban.kernel.identifiers import TextKind
from tongban.kernel.money import plain_money, read_money
from tongban.kernel.numbers import NotANumber, NumberFault, read_decimal, read_integer
from tongban.kernel.text import CHINESE, Text, named_together, say
from tongban.kernel.written_dates import DateFault, NotADate, day_of, month_number, read_date
from tongban.modules.services.model import Plain, Question
from tongban.modules.services.rules import kinds, places

LONGEST_TEXT = 500
LONGEST_TYPED = 4 * LONGEST_TEXT
"""Characters of an answer as it was typed, with all that may be around it."""
LARGEST_NUMBER = 10**15
MOST_PLACES = 10
"""Places after the point of a decimal."""


class Unreadable(Exception):
    """An answer that cannot be read; ``code`` is the code of its fault."""

    def __init__(self, code: str, *, of: str = "services", **data: Text | int) -> None:
        super().__init__(code)
        self.code = Wrong(f"{of}.{code}", **data)


def read_page(
    questions: Iterable[Question], typed: Mapping[str, str], today: dt.date
) -> tuple[dict[str, Plain | None], dict[str, str]]:
    """Return the answers of a page by key, and the code of what is wrong by field."""
    answers: dict[str, Plain | None] = {}
    faults: dict[str, str] = {}
    for question in questions:
        try:
            answer = read(question, typed, today)
            if answer is None and question.required:
                raise Unreadable("answer_missing")
            _within(question, answer)
            answers[question.key] = answer
        except Unreadable as fault:
            faults[question.key] = fault.code
    return answers, faults


def read(question: Question, typed: Mapping[str, str], today: dt.date) -> Plain | None:
    """Return the answer to a question on a day, None where nothing was typed.

    Its length is bounded before anything looks at it.
    """
    if question.type == "date":
        return _date(question.key, typed)
    text = _plain(typed.get(question.key, ""))
    if not text:
        return None
    _check_seen(text)
    if question.options:
        return _option(question, text)
    if question.type == "text":
        return _text(_of_kind(question, text, today))
    return _READERS.get(question.type, _text)(text)


def _place(question: Question, text: str) -> str:
    """Return the code of the division that a name means. Refuses a name of none, or of several."""
    found = places.meant(text, question.places)
    if len(found) == 1:
        return found[0]
    if not found:
        raise _no_place(question, text)
    if len(found) > places.MOST:
        raise Unreadable("answer_place_vague")
    names = named_together(question.places[code] for code in found)
    raise Unreadable("answer_place_several", names=names)


def _no_place(question: Question, text: str) -> Unreadable:
    """Return what is wrong with a name of no place: what was not found within which."""
    code, rest = places.not_found_in(text, question.places)
    if not code:
        return Unreadable("answer_not_place")
    return Unreadable("answer_place_not_within", place=question.places[code], rest=rest)


def _of_kind(question: Question, text: str, today: dt.date) -> str:
    """Return a number or address in its plain form. Refuses what is no such thing."""
    if question.kind is TextKind.DIVISION and question.places:
        return _place(question, text)
    plain = kinds.plain(question.kind, text)
    if fact := kinds.fault_of(question.kind, plain, today):
        raise Unreadable(fact)
    return plain


def _within(question: Question, answer: Plain | None) -> None:
    """Refuse a number, amount or date beyond what may be meant."""
    dated = "_date" if question.type == "date" else ""
    if _is_less(answer, question.least):
        raise Unreadable(f"answer_below{dated}")
    if _is_less(question.most, answer):
        raise Unreadable(f"answer_above{dated}")


def _is_less(one: Plain | None, other: Plain | None) -> bool:
    if isinstance(one, dt.date) and isinstance(other, dt.date):
        return one < other
    numbers = (int, Decimal)
    return isinstance(one, numbers) and isinstance(other, numbers) and one < other


def _plain(text: str) -> str:
    """Return what was typed without what surrounds it and nobody sees."""
    if len(text) > LONGEST_TYPED:
        raise Unreadable("answer_too_long")
    return composed(without_noise(text.strip().replace("\t", " "))).strip()


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Unreadable("answer_too_long")
    return text


def _check_seen(text: str) -> None:
    """Refuse a line break, what nobody sees by name, and what was lost, whatever the answer is to be."""
    for hidden in hidden_in(text):
        raise Unreadable("answer_hidden", character=named(hidden.character))
    if LOST in text:
        raise Unreadable("answer_lost", character=LOST)
    if mark := heaped_in(text):
        raise Unreadable("answer_heaped", character=named(mark), most=MOST_MARKS)


def fault_of_words(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return the code of what is wrong with free words of several lines, empty where nothing is."""
    if len(text) > longest:
        return "services.answer_too_long"
    for hidden in hidden_in(text, several_lines=True):
        return Wrong("services.answer_hidden", character=named(hidden.character))
    if LOST in text:
        return Wrong("services.answer_lost", character=LOST)
    if mark := heaped_in(text):
        return Wrong("services.answer_heaped", character=named(mark), most=MOST_MARKS)
    return ""


def _integer(text: str) -> int:
    try:
        number = read_integer(text)
    except NotANumber as error:
        raise Unreadable(_NO_INTEGER.get(error.fault, "answer_not_whole")) from None
    if abs(number) > LARGEST_NUMBER:
        raise Unreadable("answer_too_large")
    return number


def _decimal(text: str) -> Decimal:
    try:
        number = read_decimal(text)
    except NotANumber as error:
        raise Unreadable(_NO_DECIMAL.get(error.fault, "answer_not_number")) from None
    if abs(number) > LARGEST_NUMBER:
        raise Unreadable("answer_too_large")
    if number != round(number, MOST_PLACES):
        raise Unreadable("answer_too_fine")
    return number


_NO_INTEGER = {NumberFault.COMMA: "answer_comma_whole", NumberFault.LENGTH: "answer_too_large"}
_NO_DECIMAL = {NumberFault.COMMA: "answer_comma", NumberFault.LENGTH: "answer_too_large"}


def _money(text: str) -> int:
    try:
        return read_money(text)
    except Refusal as refusal:
        raise Unreadable(_NO_MONEY.get(refusal.code, "answer_not_money")) from None


_NO_MONEY = {
    "kernel.money_comma": "answer_comma",
    "kernel.money_finer_than_fen": "answer_money_too_fine",
    "kernel.money_too_large": "answer_too_large",
}


def _boolean(text: str) -> bool:
    if text not in ("yes", "no"):
        raise Unreadable("answer_not_option")
    return text == "yes"


def _option(question: Question, text: str) -> str:
    if text not in {option.code for option in question.options}:
        raise Unreadable("answer_not_option")
    return text


def _date(key: str, typed: Mapping[str, str]) -> dt.date | None:
    """Read three fields (``key-year``, ``key-month``, ``key-day``) or one written date.

    Whoever pastes a whole date puts it into one of the three, and it is no more ambiguous there.
    """
    parts = [_plain(typed.get(f"{key}-{part}", "")) for part in ("year", "month", "day")]
    whole = _plain(typed.get(key, ""))
    filled = [part for part in parts if part]
    if not filled and not whole:
        return None
    try:
        if not filled:
            return read_date(whole)
        if len(filled) == 1:
            return _pasted(filled[0])
        if not all(parts):
            raise Unreadable("answer_date_incomplete")
        year, month, day = (
            compact(part).rstrip(words)
            for part, words in zip(parts, ("年", "月", "日号"), strict=True)
        )
        return day_of(year, month_number(month), day)
    except NotADate as error:
        raise Unreadable(f"date_{error.fault}", of="kernel") from None


def _pasted(part: str) -> dt.date:
    """Read the only box that holds anything: a whole date, else two of its parts are missing."""
    try:
        return read_date(part)
    except NotADate as error:
        if error.fault is DateFault.FORM and _is_part(part):
            raise Unreadable("answer_date_incomplete") from None
        raise


def _is_part(part: str) -> bool:
    """Whether a box holds a year, a month or a day alone, or a year with its month."""
    return _PART.fullmatch(month_number(compact(part))) is not None


_PART = re.compile(r"[0-9]{1,4}[年月日号]?|[0-9]{4}(?:[-/.]|年)[0-9]{1,2}月?", re.ASCII)


_READERS: Mapping[str, Callable[[str], Plain]] = {
    "integer": _integer,
    "decimal": _decimal,
    "money": _money,
    "boolean": _boolean,
}


def typed_of(question: Question, value: Plain | None) -> dict[str, str]:
    """Return a value as the fields of a form hold it, so that it can be shown and read again."""
    key = question.key
    if value is None:
        return {}
    if isinstance(value, str) and value in question.places:
        return {key: say(question.places[value], CHINESE)}
    if isinstance(value, bool):
        return {key: "yes" if value else "no"}
    if isinstance(value, dt.date):
        parts = {"year": value.year, "month": value.month, "day": value.day}
        return {f"{key}-{part}": str(number) for part, number in parts.items()}
    if question.type == "money" and isinstance(value, int):
        return {key: plain_money(value)}
    return {key: f"{value:f}" if isinstance(value, Decimal) else str(value)}
