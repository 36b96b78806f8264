"""Characters that nobody sees: found, named and taken out, so that a text is what it looks like.

A character is hidden when it leaves no mark of its own: controls, characters that turn the
direction of reading (UAX 9), zero-width and other default-ignorable ones (Unicode 5.21), halves of
a pair and noncharacters (23.7). Where a script needs such a character to be written rightly
(joiners in Arabic, Indic and Mongolian words, variation selectors after an ideograph) it is a
letter's business and not hidden. Every function takes time in proportion to the length of its text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class HiddenKind(StrEnum):
    """What sort of hidden character it is."""

    CONTROL = "control"  # C0, C1, line and paragraph separators
    TURNING = "turning"  # turns the direction of what follows, or marks one
    INVISIBLE = "invisible"  # zero width, fillers, tags, stray selectors
    BROKEN = "broken"  # half of a pair, noncharacter


@dataclass(frozen=True, kw_only=True, slots=True)
class Hidden:
    """One hidden character, and where it stands in its text, counted from 0."""

    character: str
    position: int
    kind: HiddenKind

    @property
    def code_point(self) -> int:
        return ord(self.character)

    @property
    def name(self) -> str:
        """The Unicode name, of a control its usual one."""
        return _name(self.character)

    @property
    def changes_meaning(self) -> bool:
        """Whether taking it out in silence could give another text than the one that was seen.

        Without a zero-width space or the marks around a copied telephone everything looks as
        before. A control, a broken character or a right-to-left override is another matter.
        """
        return self.kind in (HiddenKind.CONTROL, HiddenKind.BROKEN) or self.character == _OVERRIDE


_OVERRIDE = "\u202e"
_LINES = "\t\n\r"
_SPACES = " \\t\\n\\r\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_CONTROLS = "\\x00-\\x1f\\x7f-\\x9f\u2028\u2029"
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BROKEN = (
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
)  # fmt: skip
_JOINERS = "\u200c\u200d"
_MONGOLIAN_SELECTORS = "\u180b-\u180f"
_JAMO_FILLERS = "\u115f\u1160"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_BRAILLE_BLANK = "\u2800"
_ALWAYS = (  # default-ignorable wherever they stand, and letters that show nothing
    "\u00ad\u034f\u17b4\u17b5\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_SOMETIMES = _JOINERS + _MONGOLIAN_SELECTORS + _JAMO_FILLERS + _SELECTORS + _BRAILLE_BLANK

_UNUSUAL = re.compile(
    "[^\t\n\r -~\u00a0-\u00ac\u00ae-\u034e\u2010-\u2027\u2030-\u205e\u20a0-\u27ff"
    "\u3000-\u3163\u3165-\ud7ff\uff01-\uff9f]"
)
"""What may be hidden stands among these: a text without one, as most are, is told in one glance."""
_SUSPECT = re.compile(f"[{_CONTROLS}{_TURNING}{_BROKEN}{_ALWAYS}{_SOMETIMES}]")
_IS_CONTROL, _IS_TURNING, _IS_BROKEN, _IS_SELECTOR = (
    re.compile(f"[{each}]") for each in (_CONTROLS, _TURNING, _BROKEN, _SELECTORS)
)
_IS_MONGOLIAN_SELECTOR = re.compile(f"[{_MONGOLIAN_SELECTORS}]")
_NOT_IN_CODES = re.compile(f"[{_SPACES}{_TURNING}{_ALWAYS}{_SOMETIMES}]")

_IN_JOINING_SCRIPT = re.compile(
    "[\u0600-\u08ff"  # Arabic with its supplements, Syriac, N'Ko, Mandaic
    "\u0900-\u0dff"  # Devanagari to Sinhala
    "\u0f00-\u109f"  # Tibetan, Myanmar
    "\u1780-\u18af"  # Khmer, Mongolian, Todo, Sibe, Manchu
    "\u1980-\u1aaf"  # New Tai Lue, Buginese, Tai Tham
    "\ua840-\ua87f\ua8e0-\ua8ff\uaa60-\uaa7f"  # Phags-pa, Devanagari and Myanmar extended
    "\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefe"  # Arabic presentation forms
    "\U00011000-\U00011fff]"  # Brahmi and other historic Indic scripts
)
_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]")
_MONGOLIAN = re.compile("[\u1800-\u18af]")
_JAMO = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]")
_BRAILLE = re.compile("[\u2801-\u28ff]")
_CONTROL_NAMES = {
    "\0": "NULL",
    "\a": "BELL",
    "\b": "BACKSPACE",
    "\t": "TAB",
    "\n": "LINE FEED",
    "\v": "LINE TABULATION",
    "\f": "FORM FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}


def hidden_in(text: str, *, several_lines: bool = False) -> tuple[Hidden, ...]:
    """Return every hidden character of a text in order.

    Tabs and line breaks count as controls unless the text may have several lines.
    """
    return tuple(_find(text, several_lines))


def _find(text: str, several_lines: bool) -> Iterator[Hidden]:
    """Go through the suspects, each judged by its neighbours that are not hidden themselves."""
    if several_lines and not _UNUSUAL.search(text):
        return
    before, end = "", 0
    for found in _SUSPECT.finditer(text):
        position, character = found.start(), found[0]
        if position > end:
            before = text[position - 1]
        kind = _kind(character, before, text[position + 1 : position + 2], several_lines)
        if kind is None:
            before = character
        else:
            yield Hidden(character=character, position=position, kind=kind)
        end = position + 1


def _kind(character: str, before: str, after: str, several_lines: bool) -> HiddenKind | None:
    """Return the sort of a suspect, None where it is a letter's business or a line break."""
    if _IS_CONTROL.match(character):
        return None if several_lines and character in _LINES else HiddenKind.CONTROL
    if _IS_TURNING.match(character):
        return HiddenKind.TURNING
    if _IS_BROKEN.match(character):
        return HiddenKind.BROKEN
    return None if _is_needed(character, before, after) else HiddenKind.INVISIBLE


def _is_needed(character: str, before: str, after: str) -> bool:
    """Whether the script of its neighbours is written with it."""
    if character in _JOINERS:
        joined = character == "\u200d" and _is_picture(before) and _is_picture(after)
        return joined or _IN_JOINING_SCRIPT.match(before) is not None
    if _IS_MONGOLIAN_SELECTOR.match(character):
        return _MONGOLIAN.match(before) is not None
    if character in _JAMO_FILLERS:
        return (_JAMO.match(before) or _JAMO.match(after)) is not None
    if character == _BRAILLE_BLANK:
        return _BRAILLE.match(before) is not None
    if _IS_SELECTOR.match(character):
        pictured = character <= "\ufe0f" and _is_picture(before) and before != "\ufe0f"
        return pictured or _IDEOGRAPH.match(before) is not None
    return False


def _is_picture(character: str) -> bool:
    """Whether it may be a part of an emoji."""
    return bool(character) and (
        character == "\ufe0f" or unicodedata.category(character) in ("So", "Sk", "Sm")
    )


LOST = "\ufffd"
"""What a conversion of encodings puts where it lost a character (Unicode 23.8)."""
MOST_MARKS = 8
"""Combining marks that may follow one another; whatever is beyond is ink and no word."""


def heaped_in(text: str) -> str:
    """Return the mark with which more than ``MOST_MARKS`` stand on one letter, empty where none does.

    Hundreds of marks on a letter are drawn over each other, and no document could be read back.
    """
    if text.isascii():
        return ""
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if run > MOST_MARKS:
            return character
    return ""


def without_hidden(text: str, *, several_lines: bool = False) -> str:
    """Return the text without its hidden characters; a tab or line break leaves a space.

    Who must tell a person what was wrong asks :func:`hidden_in` first: see
    :attr:`Hidden.changes_meaning`.
    """
    return _without(text, hidden_in(text, several_lines=several_lines))


def without_noise(text: str, *, several_lines: bool = False) -> str:
    """Return the text without the hidden characters that nobody misses.

    Those that change the meaning stay, so that whoever reads the text can refuse them by name.
    """
    found = hidden_in(text, several_lines=several_lines)
    return _without(text, tuple(each for each in found if not each.changes_meaning))


def _without(text: str, found: tuple[Hidden, ...]) -> str:
    parts, start = [], 0
    for hidden in found:
        parts.append(text[start : hidden.position])
        parts.append(" " if hidden.character in "\t\n\r\u2028\u2029" else "")
        start = hidden.position + 1
    return "".join(parts) + text[start:]


_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}


def half_width(text: str) -> str:
    """Return the text with full-width Latin letters, digits, signs and spaces in half width.

    Nothing else changes: unlike NFKC it makes no 2 of a ² and no 1 of a ①.
    """
    return text.translate(_HALF_WIDTH)


def capitals(text: str) -> str:
    """Return the text with its plain small letters (a to z) in capitals, and every other sign as it is.

    ``str.upper`` makes two letters of ß and a plain S of ſ: what was never a code would become one.
    """
    return text.translate(_CAPITALS)


_CAPITALS = {code: code - 0x20 for code in range(ord("a"), ord("z") + 1)}


def compact(text: str) -> str:
    """Return a code or telephone as it is kept: half width, without spaces and invisible ones.

    Controls, broken characters and a right-to-left override stay, so that whoever judges the code
    refuses them: taking them out might make another code of what a person saw.
    """
    return _NOT_IN_CODES.sub(_keep_override, half_width(text))


def _keep_override(found: re.Match[str]) -> str:
    return _OVERRIDE if found[0] == _OVERRIDE else ""


def composed(text: str) -> str:
    """Return one spelling of letters with marks (NFC), and every ideograph as it was written.

    NFC would also make another character of the compatibility ideographs, some of which stand in
    names (U+FA0C); a run of marks is bounded by the caller, who bounds the text.
    """
    return _NOT_COMPATIBLE.sub(lambda run: unicodedata.normalize("NFC", run[0]), text)


_NOT_COMPATIBLE = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")


def named(character: str) -> str:
    """Return a character so that people can find it: ``U+20BB7 𠮷``, ``U+200B ZERO WIDTH SPACE``."""
    code = f"U+{ord(character):04X}"
    shows = not _SUSPECT.match(character) and unicodedata.category(character) not in _UNSHOWN
    return f"{code} {character if shows else _name(character)}".rstrip()


_UNSHOWN = ("Cn", "Co", "Mn", "Me", "Zs")


def _name(character: str) -> str:
    return _CONTROL_NAMES.get(character, "") or unicodedata.name(character, "")
