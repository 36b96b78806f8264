"""How words are compared where a listing writes them in its own way, and what is only a reference."""

import functools
import re
import unicodedata

from tongban.kernel.characters import half_width

_MARKS = re.compile(r"[\s*:_\-.。、,/\\#]+")
_BRACKETS = re.compile(r"[(\[【<《「](?:[^()\[\]【】<>《》「」]*)[)\]】>》」]$")
_HEX = re.compile(r"[0-9a-f]{16,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9][0-9,. _-]*(e[+-]?[0-9]+)?", re.IGNORECASE)
_ADDRESS = re.compile(r"(https?|ftp)://|www\.", re.IGNORECASE)
_CREDIT = re.compile(r"[0-9A-Z]{18}")


def wide(text: str) -> str:
    """Return a text with full-width letters, digits and brackets as the usual ones."""
    return unicodedata.normalize("NFKC", text)


@functools.lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Return what names are compared by: no width, case, blanks or line breaks, no mark of duty."""
    return _MARKS.sub("", wide(text).casefold())


def tight(text: str) -> str:
    """Return what values are compared by: half width, no case, no blanks; every sign stays."""
    return "".join(half_width(text).casefold().split())


def lines_of(text: str) -> list[str]:
    """Return the lines that say something, without the blanks around them."""
    return [line for one in text.split("\n") if (line := one.strip())]


def without_note(text: str) -> str:
    """Return a name without a note in brackets at its end, such as （必填）."""
    return _BRACKETS.sub("", wide(text).strip().rstrip("*").strip())


@functools.lru_cache(maxsize=8192)
def written_as(cell: str) -> tuple[str, ...]:
    """Return the plain words that a header cell may be: whole, without its note, end of its path."""
    last = cell.replace(".", "/").rpartition("/")[2]
    return plain(cell), plain(without_note(cell)), plain(last)


def is_reference(text: str) -> bool:
    """Whether a text only points to something: a number, a hash, an address, a credit code."""
    said = text.strip()
    return bool(
        _HEX.fullmatch(said)
        or _NUMBER.fullmatch(said)
        or _ADDRESS.match(said)
        or (_CREDIT.fullmatch(said) and any(one.isdigit() for one in said))
    )
