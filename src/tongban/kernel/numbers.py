"""Numbers as people and files write them: what is read means exactly the digits that were written.

Accepted are digits in half or full width, a sign, one point, and groups of three parted by a comma
(``1,000``, ``1，000``) or a space as GB/T 15835 has it. Everything else is refused with the reason:
``80,5`` may be a decimal comma, ``80²`` is no 802, ``1_000`` and ``1e3`` are spellings of programs.
"""

import re
from decimal import Decimal
from enum import StrEnum

from tongban.kernel.characters import half_width, hidden_in, without_noise

LONGEST_NUMBER = 64
"""No number is written with more characters; longer texts are refused before they are looked at."""


class NumberFault(StrEnum):
    """Why a text is no number."""

    EMPTY = "empty"
    COMMA = "comma"  # commas or spaces that do not part groups of three
    FRACTION = "fraction"  # a part after the point where a whole number is wanted
    CHARACTERS = "characters"
    LENGTH = "length"


class NotANumber(ValueError):
    """A text that cannot be read as a number; ``fault`` says why."""

    def __init__(self, fault: NumberFault) -> None:
        super().__init__(f"no number: {fault}")
        self.fault = fault


_GROUPED = re.compile(r"[1-9][0-9]{0,2}([, ])[0-9]{3}(?:\1[0-9]{3})*", re.ASCII)
_WHOLE = re.compile(r"[0-9]+(?:[, ][0-9]+)*", re.ASCII)
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")


def read_decimal(text: str) -> Decimal:
    """Return the number exactly as written. Raises :class:`NotANumber`, which is a ValueError."""
    if len(text) > LONGEST_NUMBER:
        raise NotANumber(NumberFault.LENGTH)
    sign, plain = _sign_and_rest(_plain(text))
    whole, point, rest = plain.partition(".")
    if point and not (rest.isascii() and rest.isdigit()):
        raise NotANumber(NumberFault.COMMA if "," in rest else NumberFault.CHARACTERS)
    return Decimal(sign + _digits(whole) + point + rest)


def read_integer(text: str) -> int:
    """Return the whole number exactly as written. Raises :class:`NotANumber`."""
    number = read_decimal(text)
    if "." in half_width(text):
        raise NotANumber(NumberFault.FRACTION)
    return int(number)


def _plain(text: str) -> str:
    """Return the text in half width, without what surrounds it. Refuses what hides inside."""
    stripped = without_noise(text.strip())
    if hidden_in(stripped):
        raise NotANumber(NumberFault.CHARACTERS)
    plain = _SPACES.sub(" ", half_width(stripped)).strip().replace(_MINUS, "-")
    if not plain:
        raise NotANumber(NumberFault.EMPTY)
    return plain


_MINUS = "\u2212"


def _sign_and_rest(plain: str) -> tuple[str, str]:
    if plain[0] in "+-":
        return plain[0], plain[1:].lstrip()
    return "", plain


def _digits(whole: str) -> str:
    """Return the digits before the point without the marks of groups."""
    if whole.isascii() and whole.isdigit():
        return whole
    if _GROUPED.fullmatch(whole):
        return whole.replace(",", "").replace(" ", "")
    raise NotANumber(NumberFault.COMMA if _WHOLE.fullmatch(whole) else NumberFault.CHARACTERS)
