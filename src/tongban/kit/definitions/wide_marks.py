"""Marks that an input method for Chinese writes where YAML wants the plain one, told in words.

A full-width colon, comma or bracket, a tab or an ideographic space as indentation: YAML reads them
as letters of a word or not at all, and its own complaint names neither the mark nor, often, the
line. A mark is called the cause only where the file reads further once it is mended.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

ROUNDS = 10
LONGEST_TRIED_AGAIN = 200_000
"""Characters of a file that is read once more for each mark; of a longer one the first is told."""

_NAMES = {
    "：": ("全角冒号“：”", "the full-width colon “：”"),
    "，": ("全角逗号“，”", "the full-width comma “，”"),
    "、": ("顿号“、”", "the enumeration comma “、”"),
    "＃": ("全角井号“＃”", "the full-width hash “＃”"),
    "－": ("全角减号“－”", "the full-width hyphen “－”"),
    "—": ("破折号“—”", "the dash “—”"),
    "｛": ("全角大括号“｛”", "the full-width brace “｛”"),
    "｝": ("全角大括号“｝”", "the full-width brace “｝”"),
    "［": ("全角方括号“［”", "the full-width bracket “［”"),
    "］": ("全角方括号“］”", "the full-width bracket “］”"),
    "【": ("方头括号“【”", "the black bracket “【”"),
    "】": ("方头括号“】”", "the black bracket “】”"),
    "\t": ("制表符（Tab）", "a tab"),
    "\u3000": ("全角空格", "an ideographic space"),
    "\u00a0": ("不换行空格", "a no-break space"),
    ":": ("冒号后面没有空格的“:”", "the colon “:” without a space after it"),
    "-": ("后面没有空格的“-”", "the hyphen “-” without a space after it"),
}
_INSTEAD = {
    "：": ": ",
    "，": ", ",
    "、": ", ",
    "＃": "#",
    "－": "- ",
    "—": "- ",
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
    "\t": "  ",
    "\u3000": "  ",
    "\u00a0": " ",
    ":": ": ",
    "-": "- ",
}
_WORDS = {
    ": ": ("半角冒号“:”，后面空一格", "a plain colon “:” and a space"),
    ", ": ("半角逗号“,”，后面空一格", "a plain comma “,” and a space"),
    "#": ("半角井号“#”", "a plain hash “#”"),
    "- ": ("半角减号“-”，后面空一格", "a plain hyphen “-” and a space"),
    "  ": ("半角空格，每缩进一层用两个", "plain spaces, two for each level"),
    " ": ("半角空格，每缩进一层用两个", "plain spaces, two for each level"),
}
_LINE = re.compile(
    r"(?P<indent>[ ]*(?:-[ ]+)*[\t\u3000\u00a0][ \t\u3000\u00a0]*)"
    r"|(?P<start>[ ]*(?:[＃－]|—+|-(?=[A-Za-z_])))"
)
_KEY = re.compile(
    r"(?:^[ \t\u3000\u00a0]*(?:[-－][ ]*)*|[{,，｛][ ]*)[A-Za-z_][\w.\-]*(：|:(?=[^\s/:]))[ ]?"
)
_COMMA = re.compile(r"(，)[ ]?(?=[A-Za-z_][\w.\-]*[ ]*[:：])")
_BRACKET = re.compile("[｛｝［］【】]")
_WRITTEN_KEY = re.compile(r"[\s－]*[“]?[A-Za-z_][\w.\-]*[ ]*(：)|(?:[\u3000\u00a0]+|([－｛［]))")


@dataclass(frozen=True, slots=True)
class WideMark:
    """A mark, its line and column counted from 1, and where it stands in the text."""

    mark: str
    line: int
    column: int
    position: int

    @property
    def said(self) -> dict[str, str]:
        """What the finding's sentence needs."""
        return said(self.mark)


def said(mark: str) -> dict[str, str]:
    """Return the names of a mark and of what to write instead, in both languages."""
    instead = _INSTEAD[mark]
    zh, en = _WORDS.get(instead, (f"半角的“{instead}”", f"a plain “{instead}”"))
    mark_zh, mark_en = _NAMES[mark]
    return {"mark_zh": mark_zh, "mark_en": mark_en, "instead_zh": zh, "instead_en": en}


def causes(text: str, failed: Callable[[str], int]) -> list[WideMark]:
    """Return the marks that keep a text from being read, in its order.

    ``failed`` gives the line, from 1, at which reading a text fails, and 0 where it does not.
    """
    found: list[WideMark] = []
    line = failed(text)
    for _ in range(ROUNDS if len(text) <= LONGEST_TRIED_AGAIN else 1):
        marks = list(_around(text, line))
        mended, further = _tried(text, marks, line, failed) if marks else (text, line)
        if further and further <= line:
            break
        found += marks
        text, line = mended, further
        if not line:
            break
    return _at_first(found)


def _tried(
    text: str, marks: list[WideMark], line: int, failed: Callable[[str], int]
) -> tuple[str, int]:
    """Return the text with its marks mended, and where reading it fails then.

    An ideographic space may stand for one plain space or, being as wide, for two.
    """
    mended = _mended(text, marks, " ")
    further = failed(mended)
    if further and further <= line and any(one.mark in "\t\u3000" for one in marks):
        mended = _mended(text, marks, "  ")
        further = failed(mended)
    return mended, further


def _at_first(found: list[WideMark]) -> list[WideMark]:
    """Keep the first mark of each kind on a line."""
    kept: dict[tuple[int, str], WideMark] = {}
    for one in sorted(found, key=lambda mark: (mark.line, mark.column)):
        kept.setdefault((one.line, one.mark), one)
    return list(kept.values())


def _around(text: str, line: int) -> Iterator[WideMark]:
    """Return the marks of the line at which reading failed and of those just before."""
    start = 0
    for number, words in enumerate(text.split("\n"), 1):
        if line - 2 <= number <= line + 1:
            for place in sorted(set(_of_line(words))):
                yield WideMark(words[place], number, place + 1, start + place)
        start += len(words) + 1


def _of_line(words: str) -> Iterator[int]:
    if words.lstrip().startswith("#"):
        return
    if led := _LINE.match(words):
        if led["indent"]:
            yield from (i for i, one in enumerate(led["indent"]) if one not in " -")
        else:
            yield led.end() - 1
    for pattern in (_KEY, _COMMA):
        yield from (one.start(1) for one in pattern.finditer(words))
    if not words.lstrip().startswith(("|", ">")):
        yield from (one.start() for one in _BRACKET.finditer(words))


def _mended(text: str, marks: list[WideMark], space: str) -> str:
    pieces, last = [], 0
    for one in marks:
        instead = space if one.mark in "\t\u3000" else _INSTEAD[one.mark]
        pieces += [text[last : one.position], instead]
        last = one.position + 1
    return "".join([*pieces, text[last:]])


def in_key(key: str) -> str:
    """Return the mark that made a key of more than a key, nothing where none did."""
    found = _WRITTEN_KEY.match(key)
    if found is None:
        return ""
    return found[1] or found[2] or key[0]


def around_list(words: str) -> str:
    """Return the wide bracket that a word begins with, as in ［甲］, nothing where none does."""
    return words[0] if words[:1] in ("［", "【", "｛") else ""


_QUOTES = re.compile(r"“[^“”]*”|‘[^‘’]*’|＂[^＂]*＂|„[^„“”]*[“”]|「[^「」]*」|『[^『』]*』")


def quoted(words: str) -> bool:
    """Whether all of a word stands in quotes that are none for YAML."""
    return _QUOTES.fullmatch(words) is not None


_PARTED = re.compile(r"[\w.\-·]{1,20}(?:([，、])[\w.\-·]{1,20})+")


def parting(words: str) -> str:
    """Return the mark that seems to part short words of a list and does not."""
    found = _PARTED.fullmatch(words)
    return found[1] if found is not None else ""
