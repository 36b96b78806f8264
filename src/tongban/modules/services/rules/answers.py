"""Reads what people type: forgiving of form, strict of meaning. A fault is a code of this module."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation

from tongban.kernel.errors import Refusal
from tongban.kernel.money import plain_money, read_money
from tongban.modules.services.model import Plain, Question
from tongban.modules.services.rules import kinds

LONGEST_TEXT = 500
LARGEST_NUMBER = 10**15
_ISO = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?")


class Unreadable(Exception):
    """An answer that cannot be read; ``code`` is the code of its fault."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = f"services.{code}"


def read_page(
    questions: Iterable[Question], typed: Mapping[str, str]
) -> tuple[dict[str, Plain | None], dict[str, str]]:
    """Return the answers of a page by key, and the code of what is wrong by field."""
    answers: dict[str, Plain | None] = {}
    faults: dict[str, str] = {}
    for question in questions:
        try:
            answer = read(question, typed)
            if answer is None and question.required:
                raise Unreadable("answer_missing")
            _within(question, answer)
            answers[question.key] = answer
        except Unreadable as fault:
            faults[question.key] = fault.code
    return answers, faults


def read(question: Question, typed: Mapping[str, str]) -> Plain | None:
    """Return the answer to a question, None where nothing was typed."""
    if question.type == "date":
        return _date(question.key, typed)
    text = _plain(typed.get(question.key, ""))
    if not text:
        return None
    if question.options:
        return _option(question, text)
    if question.type == "text":
        return _text(_of_kind(question, text))
    return _READERS.get(question.type, _text)(text)


def _of_kind(question: Question, text: str) -> str:
    """Return a number or address in its plain form. Refuses what is no such thing."""
    plain = kinds.plain(question.kind, text)
    if fact := kinds.fault_of(question.kind, plain):
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
    return unicodedata.normalize("NFC", text).strip()


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Unreadable("answer_too_long")
    if not all(character in "\r\n" or _is_writable(character) for character in text):
        raise Unreadable("answer_unreadable")
    return text


def _is_writable(character: str) -> bool:
    """Whether it is a character: no control, half of a pair, or noncharacter (Unicode 23.7).

    Nor one that turns the direction of what follows (UAX 9): the clerk would read something else.
    """
    code = ord(character)
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    turning = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    return not noncharacter and not turning and unicodedata.category(character) not in ("Cc", "Cs")


def _integer(text: str) -> int:
    plain = _half_width(text)
    if not re.fullmatch(r"[+-]?[0-9]{1,16}", plain):
        raise Unreadable("answer_not_whole")
    number = int(plain)
    if abs(number) > LARGEST_NUMBER:
        raise Unreadable("answer_too_large")
    return number


def _decimal(text: str) -> Decimal:
    plain = _half_width(text)
    if not re.fullmatch(r"[+-]?[0-9]{1,16}(\.[0-9]{1,10})?", plain):
        raise Unreadable("answer_not_number")
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise Unreadable("answer_not_number") from None


def _money(text: str) -> int:
    try:
        return read_money(unicodedata.normalize("NFKC", text))
    except Refusal:
        raise Unreadable("answer_not_money") from None


def _boolean(text: str) -> bool:
    if text not in ("yes", "no"):
        raise Unreadable("answer_not_option")
    return text == "yes"


def _option(question: Question, text: str) -> str:
    if text not in {option.code for option in question.options}:
        raise Unreadable("answer_not_option")
    return text


def _date(key: str, typed: Mapping[str, str]) -> dt.date | None:
    """Read three fields (``key-year``, ``key-month``, ``key-day``) or one written date."""
    parts = [
        _half_width(typed.get(f"{key}-{part}", "")).rstrip("年月日")
        for part in ("year", "month", "day")
    ]
    if not any(parts):
        whole = _half_width(typed.get(key, ""))
        if not whole:
            return None
        found = _ISO.fullmatch(whole)
        if found is None:
            raise Unreadable("answer_not_date")
        parts = list(found.groups())
    if not all(parts):
        raise Unreadable("answer_date_incomplete")
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise Unreadable("answer_not_date")
    try:
        day = dt.date(*(int(part) for part in parts))
    except ValueError:
        raise Unreadable("answer_no_such_date") from None
    if day.year < 1900:
        raise Unreadable("answer_no_such_date")
    return day


_READERS: Mapping[str, Callable[[str], Plain]] = {
    "integer": _integer,
    "decimal": _decimal,
    "money": _money,
    "boolean": _boolean,
}


def typed_of(question_type: str, key: str, value: Plain | None) -> dict[str, str]:
    """Return a value as the fields of a form hold it, so that it can be shown and read again."""
    if value is None:
        return {}
    if isinstance(value, bool):
        return {key: "yes" if value else "no"}
    if isinstance(value, dt.date):
        parts = {"year": value.year, "month": value.month, "day": value.day}
        return {f"{key}-{part}": str(number) for part, number in parts.items()}
    if question_type == "money" and isinstance(value, int):
        return {key: plain_money(value)}
    return {key: f"{value:f}" if isinstance(value, Decimal) else str(value)}
