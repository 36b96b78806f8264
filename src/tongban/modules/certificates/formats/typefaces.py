"""Which characters a typeface holds, and which typefaces a text needs.

What the packaged typefaces hold is set with them on every machine, so that the same certificate looks the
same everywhere; only what they lack is looked for in others, in a fixed order.
"""

import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from tongban.kernel import characters

SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
"""The families that a document is set in; every other one stands in for what they lack."""


class Coverage:
    """The code points that a typeface holds, as ranges: a few kilobytes, asked in a microsecond."""

    def __init__(self, codes: Iterable[int]) -> None:
        self._starts, self._ends = array("I"), array("I")
        for code in sorted(codes):
            if self._ends and self._ends[-1] == code - 1:
                self._ends[-1] = code
            else:
                self._starts.append(code)
                self._ends.append(code)

    def __contains__(self, character: object) -> bool:
        """Whether it holds a character."""
        code = ord(str(character))
        place = bisect_right(self._starts, code) - 1
        return place >= 0 and code <= self._ends[place]

    def __len__(self) -> int:
        return sum(end - start + 1 for start, end in zip(self._starts, self._ends, strict=True))


class Typeface(msgspec.Struct, frozen=True, kw_only=True):
    """One typeface that documents may be set in."""

    family: str
    """Its name inside the file: by it a document asks for it."""
    path: Path
    coverage: Coverage


def lacking(text: str, typefaces: Sequence[Typeface]) -> tuple[str, ...]:
    """Return the characters of a text that no typeface holds, each once, in their order.

    What has no mark of its own (joiners, variation selectors) is never lacking: without a typeface
    that knows it the character before it is set as usual.
    """
    wanted = dict.fromkeys(characters.composed(text))
    return tuple(
        each
        for each in wanted
        if not _is_invisible(each) and not any(each in one.coverage for one in typefaces)
    )


def needed(text: str, typefaces: Sequence[Typeface]) -> tuple[Typeface, ...]:
    """Return the typefaces that a text needs: the two of every document, and the first for the rest."""
    chosen = [one for one in typefaces if one.family in (SERIF, SANS)]
    left = {each for each in characters.composed(text) if not _is_invisible(each)}
    for base in chosen:
        left = {each for each in left if each not in base.coverage}
    for one in _others(typefaces):
        if any(each in one.coverage for each in left):
            chosen.append(one)
            left = {each for each in left if each not in one.coverage}
    return tuple(chosen)


def composed(text: str, typefaces: Sequence[Typeface]) -> dict[str, str]:
    """Return which family each letter with a mark is asked of, where the first would piece it together.

    The first typeface has Z and the dot but no Ż: it would set the dot beside the letter.
    """
    first, *others = typefaces
    found = {}
    for each in dict.fromkeys(text):
        parts = unicodedata.normalize("NFD", each)
        if len(parts) == 1 or each in first.coverage:
            continue
        holder = next((one.family for one in others if each in one.coverage), None)
        if holder is not None and all(part in first.coverage for part in parts):
            found[each] = holder
    return found


def _others(typefaces: Sequence[Typeface]) -> Iterator[Typeface]:
    return (one for one in typefaces if one.family not in (SERIF, SANS))


def _is_invisible(character: str) -> bool:
    """Whether it leaves no mark: controls, line breaks, joiners, variation selectors (Cf, Cc, FE00…)."""
    code = ord(character)
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F
    return selector or unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")
