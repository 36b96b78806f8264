"""A list in a cell: where its numbers, bullets or other signs in front stand, outside of brackets.

Every kind of cell that holds several things is parted here: papers, audiences, channels, words of a list.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tongban.app.instance.importing.figures import figure
from tongban.app.instance.importing.nesting import depths
from tongban.kernel.characters import half_width

HAN = "一二三四五六七八九十"
_OPENING = "（([［【〔"


def _signs(*ranges: tuple[int, int]) -> str:
    return "".join(chr(code) for first, last in ranges for code in range(first, last + 1))


_SIGNS = (
    _signs((0x2460, 0x2473), (0x3251, 0x325F), (0x32B1, 0x32BF)),  # ① to ㊿
    _signs((0x2474, 0x2487)),  # ⑴
    _signs((0x2488, 0x249B)),  # ⒈
    _signs((0x2776, 0x277F), (0x24EB, 0x24F4)),  # ❶ to ⓴
    _signs((0x2780, 0x2789)),  # ➀
    _signs((0x278A, 0x2793)),  # ➊
    _signs((0x24F5, 0x24FE)),  # ⓵
    _signs((0x3220, 0x3229)),  # ㈠
    _signs((0x3280, 0x3289)),  # ㊀
    _signs((0x249C, 0x24B5)),  # ⒜
    _signs((0x24D0, 0x24E9)),  # ⓐ
    _signs((0x24B6, 0x24CF)),  # Ⓐ
)
"""Signs that are numbers, each family in its order from one."""
SIGNS = "".join(_SIGNS)
"""Signs that are numbers."""
_ROMAN = (_signs((0x2160, 0x216B)), _signs((0x2170, 0x217B)))
"""Numbers that stand in names too, as in Ⅰ类: they count with a sign behind."""
_NUMBER_OF = {sign: place + 1 for one in (*_SIGNS, *_ROMAN) for place, sign in enumerate(one)}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "[0-9０-９]{1,2}"
NUMBERINGS = (
    re.compile(rf"(?<![{HAN}])(?P<n>[{HAN}]{{1,3}})[、.．]"),
    re.compile(rf"[（(](?P<n>[{HAN}]{{1,3}})[)）][.．、]?"),
    re.compile(rf"(?<![0-9０-９.])(?P<n>{_DIGITS})[.．、)）:：](?![0-9０-９/])"),
    re.compile(rf"[（(](?P<n>{_DIGITS})[)）][.．、]?"),
    re.compile(rf"[\[［【〔](?P<n>{_DIGITS}|[{HAN}]{{1,3}})[\]］】〕][.．、]?"),
    re.compile(r"(?<![A-Za-z0-9])(?P<n>[A-Za-z])[.．、)）](?![A-Za-z0-9])"),
    re.compile(r"[（(](?P<n>[A-Za-z])[)）][.．、]?"),
    re.compile(
        rf"(?:申[请报]|办理|所需|提[交供])?(?:材料|资料|要件|附件)(?P<n>{_DIGITS}|[{HAN}]{{1,3}})[:：.．、]"
    ),
    re.compile(rf"第(?P<n>[{HAN}]{{1,3}})[、，,:：]"),
    *(re.compile(rf"(?P<n>[{one}])[.．、]?") for one in _SIGNS),
    *(re.compile(rf"(?P<n>[{one}])[.．、)）]") for one in _ROMAN),
)
"""Ways of numbering; each mark is one of its own kind."""
_BARE = re.compile(
    rf"(?m:^)[ \t\u3000]*(?P<n>{_DIGITS})"
    r"(?:[ \t\u3000]+(?=[^0-9 \t\n\u3000])|[-–—](?=[^0-9\n])"
    r"|(?=[\u4e00-\u9fff《“])(?![寸份张页套本个次月日年周天元人名位式]))"
)
"""A number without a sign at the beginning of a line, as in 1 申请表; 2寸照片 is none."""
_DECIMAL = re.compile(
    rf"(?<![0-9０-９.．]){_DIGITS}[.．][ ]?(?P<n>{_DIGITS})(?:[.．、)）][ ]?|[ ]|(?=[\u4e00-\u9fff《“]))"
)
"""Numbers within a chapter: 4.1 and 4.2."""
_BULLETS = "●○◎◆◇■□▲△▼▽♦❖▪▫•‣⁃◦➢➣➤➔►▶▷◈❍❏❑✦✧✪☆★※✓✔√☑"
_TELLING = "★☆※✓✔√☑□▲△*＊"
"""Bullets that may mean something of one thing in particular: 必要, 核心."""
BULLET = re.compile(rf"[{_BULLETS}\uf000-\uf0ff]")
"""A sign that stands in front of things, anywhere in a text; those of Wingdings are private ones."""
_LEADING = re.compile(
    "|".join(f"(?:{one.pattern.replace('?P<n>', '?:')})" for one in (*NUMBERINGS, BULLET))
)
_AT_LINE = re.compile(
    r"(?m:^)[ \t\u3000]*(?P<sign>[-–—－+*＊·・>→~～])(?P=sign){0,3}[ \t\u3000]*(?=\S)"
)
"""A sign that stands in front of things at the beginning of a line only."""
_LONGEST_HEAD = 400
"""Characters that are looked at of the words over a list."""
_NEAR = 20
"""Characters in front of a number in which the end of the thing before it is looked for."""
MARKS = ";；,，、。:：| \t\r\n\f\v\u00a0\u3000"
"""Signs around a thing that are none of it."""
Heads = Callable[[str, bool], bool]
"""Whether words may stand over a list, and whether over the first of a text."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in front of a thing: where the words over it begin, and where it begins and ends.

    ``number`` is one where a list begins; bullets are counted.
    """

    number: int
    head: int
    start: int
    end: int


def may_head(said: str, begins: bool) -> bool:
    """Whether words may stand over a list: nothing, or words with a colon."""
    words = said.strip()
    return begins if not words else words[-1] in ":："


def things_in(text: str) -> list[str]:
    """Return the things of a list that has numbers or bullets, with words over them; else the text."""
    marks = marks_of(text)
    if not marks or (len(marks) < 2 and BULLET.match(text) is None):
        return [text]
    places = [place for one in marks for place in (one.head, one.start, one.end)]
    ends = [*places[1:], len(text)]
    parts = [text[start:end] for start, end in zip(places, ends, strict=True)]
    found = [one.strip(MARKS) for place, one in enumerate(parts) if place % 3 != 1]
    return [one for one in found if one]


def unmarked(text: str) -> str:
    """Return a text without the one number or bullet in front of it."""
    mark = _LEADING.match(text)
    return text[mark.end() :].strip(MARKS) if mark else text


def without_bullets(text: str) -> str:
    """Return a text with each bullet of its list as a line break; as many characters as before."""
    found = list(text)
    for mark in _bulleted(text, depths(text), may_head):
        if mark.end > mark.start:
            found[mark.start : mark.end] = "\n" + " " * (mark.end - mark.start - 1)
    return "".join(found)


def marks_of(text: str, heads: Heads = may_head) -> list[Mark]:
    """Return the marks of the list that comes first in a text, none where it is no list.

    Numbers count up from one, over a hole only behind a semicolon or on a new line; where they begin
    again, words with a colon stand in front. The time is in proportion to the text.
    """
    held = depths(text)
    found = [marks for one in NUMBERINGS if (marks := _counted(text, held, one, heads))]
    weak = (_counted(text, held, one, heads) for one in (_BARE, _DECIMAL))
    found += [marks for marks in weak if len(marks) > 1]
    found += [marks] if (marks := _bulleted(text, held, heads)) else []
    return min(found, key=lambda marks: marks[0].start, default=[])


def _counted(text: str, held: list[int], numbering: re.Pattern[str], heads: Heads) -> list[Mark]:
    marks: list[Mark] = []
    for one in numbering.finditer(text):
        if held[one.start()] != (1 if one[0][0] in _OPENING else 0):
            continue
        number, last = number_of(one["n"]), marks[-1] if marks else None
        goes_on = last is not None and (
            number == last.number + 1 or (number > last.number and _ends_before(text, one.start()))
        )
        if goes_on:
            marks.append(Mark(number, one.start(), one.start(), one.end()))
        elif number == 1:
            head = _head(text, last, one.start())
            said = _words_before(text, head, one.start())
            if not numbering.match(said.strip()) and heads(said, last is None):
                marks.append(Mark(1, head, one.start(), one.end()))
    sole = len(marks) == 1 and text[: marks[0].start].strip(MARKS)
    return [] if sole and text[marks[0].start - 1] not in ":：\n" else marks


def _ends_before(text: str, place: int) -> bool:
    """Whether a thing ends for certain before a place: at a semicolon or a line break."""
    before = text[max(0, place - _NEAR) : place].rstrip(" \t\u3000")
    return before.endswith((";", "；", "\n"))


def _head(text: str, last: Mark | None, start: int) -> int:
    """Return where the words begin that may stand over a list at a place."""
    if last is None:
        return 0
    near = max(last.end, start - _LONGEST_HEAD)
    found = max(text.rfind(one, near, start) for one in ";；\n \u3000")
    return last.end if found < 0 else found + 1


def _words_before(text: str, head: int, start: int) -> str:
    """Return the words that may stand over a list; of very long ones their end."""
    return text[max(head, start - _LONGEST_HEAD) : start]


def number_of(said: str) -> int:
    """Return what a number of a list counts, 0 for what is none."""
    if said in _NUMBER_OF:
        return _NUMBER_OF[said]
    plain = half_width(said).casefold()
    return _LETTERS.find(plain) + 1 if plain in _LETTERS else figure(plain) or 0


def _bulleted(text: str, held: list[int], heads: Heads) -> list[Mark]:
    """Return the marks of a list whose things have the same sign in front, or between them."""
    places = _same_sign(text, held)
    if not places:
        return []
    first, marks = places[0], []
    before = _words_before(text, 0, first[0])
    if before.strip(MARKS) and not heads(before, False):
        marks.append(Mark(1, 0, 0, 0))
    for start, end in places:
        last = marks[-1] if marks else None
        head = _head(text, last, start)
        said = _words_before(text, head, start)
        begins = last is None or (said.strip() != "" and heads(said, False))
        marks.append(Mark(1 if begins else len(marks) + 1, head if begins else start, start, end))
    return marks


def _same_sign(text: str, held: list[int]) -> list[tuple[int, int]]:
    """Return where the first bullet of a text stands, and the same one again.

    None for a sign that may tell something, where it stands once or a line is without it.
    """
    anywhere = ((one.start(), one.end(), one[0]) for one in BULLET.finditer(text))
    lines = ((one.start("sign"), one.end(), one["sign"]) for one in _AT_LINE.finditer(text))
    found = sorted(one for one in {*anywhere, *lines} if not held[one[0]])
    for sign in dict.fromkeys(one[2] for one in found):
        same = [(start, end) for start, end, one in found if one == sign]
        if sign not in _TELLING or (len(same) > 1 and _on_every_line(text, sign)):
            return same
    return []


def _on_every_line(text: str, sign: str) -> bool:
    lines = (one for one in text.splitlines() if one.strip() and one.rstrip()[-1] not in ":：")
    return all(sign in one for one in lines)
