"""How catalogues write what an item holds (C..50, varchar(200), N8.2, 18位) and a resource's format."""

import functools
import re
from dataclasses import dataclass

from tongban.app.instance.importing.normal import tight
from tongban.app.instance.importing.targets import words_of
from tongban.kernel.numbers import NotANumber, read_integer


@dataclass(frozen=True, slots=True)
class Held:
    """What an item holds: its data type, its length and its decimal places, as far as stated."""

    type: str = ""
    length: int | None = None
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Format:
    """The format of a resource: its category, and its type where that is stated."""

    category: str
    type: str = ""


_TAIL = r"(?:位|个?字符|个?字节|个?字|chars?|bytes?)?"
_HELD = re.compile(
    r"(?P<name>[^0-9()\[\].,]{1,20}(?:2(?=\())?)"
    rf"(?:\((?P<in>[0-9]{{1,6}})(?:[,.](?P<in_after>[0-9]{{1,2}}))?{_TAIL}\)"
    rf"|(?:\.\.)?(?P<on>[0-9]{{1,6}})(?:[,.](?P<on_after>[0-9]{{1,2}}))?{_TAIL})?"
)
_LENGTH = re.compile(rf"(?:\.\.|≤|<=|最长|最大)?([0-9]{{1,6}})(?:[,.]([0-9]{{1,2}}))?{_TAIL}")
_LETTERS = frozenset({"a", "an"})
"""Letters, and letters with digits, as GB/T 39046 writes them before a length: an..200."""
_LONGEST = 60
_BETWEEN = re.compile(r"[-—/:：()、]+")


@functools.cache
def _codes(name: str) -> dict[str, str]:
    return {tight(word): code for code, words in words_of(name).items() for word in (*words, code)}


def held_in(said: str) -> Held | None:
    """Return what a cell says that an item holds: a data type, with a length or without; else None."""
    found = _HELD.fullmatch(tight(said)) if len(said) <= _LONGEST else None
    if found is None:
        return None
    length, decimals = found["in"] or found["on"], found["in_after"] or found["on_after"]
    name = found["name"]
    code = "C" if length and name in _LETTERS else _codes("data_type").get(name)
    if code is None:
        return None
    return Held(code, int(length) if length else None, int(decimals or 0))


def length_in(said: str) -> Held | None:
    """Return the length that a cell states, with the type where it says that too; else None."""
    try:
        return Held(length=read_integer(said))
    except NotANumber:
        pass
    found = _LENGTH.fullmatch(tight(said)) if len(said) <= _LONGEST else None
    if found is not None:
        return Held(length=int(found[1]), decimals=int(found[2] or 0))
    held = held_in(said)
    return held if held is not None and held.length is not None else None


def format_in(said: str) -> Format | None:
    """Return the format of a resource: 电子表格, xlsx, 电子表格（xlsx）; None unless there is one."""
    if len(said) > _LONGEST:
        return None
    whole = _codes("format").get(tight(said))
    if whole is not None:
        return Format(whole)
    first, *rest = [one for one in _BETWEEN.split(tight(said)) if one] or [""]
    category, kind = _codes("format").get(first), _codes("format_type").get(first)
    if not rest:
        return Format(kind, said.strip()) if kind is not None else None
    if category is None or len(rest) > 1 or _codes("format_type").get(rest[0]) != category:
        return None
    return Format(category, rest[0])
