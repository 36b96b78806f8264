"""Cut a source into tokens, with a clear word about every character that does not belong."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from tongban.kernel.characters import half_width
from tongban.kernel.expressions.problems import ExpressionError

LONGEST_SOURCE: Final = 10_000
"""Characters in one expression."""


class Lexeme(StrEnum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    NAME = "name"
    WORD = "word"  # a reserved word
    SIGN = "sign"
    END = "end"


RESERVED: Final = frozenset(
    ("and", "or", "not", "in", "is", "absent", "present", "if", "else", "true", "false")
)

_TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+)
    |(?P<wrong>==|&&|\|\||<>|=>|=<|[（），＝＜＞＋－＊／！％“”‘’「」\[\]{}&|!%;:：；](?!=)|！=)
    |(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9A-Za-z_]))
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<sign><=|>=|!=|[≤≥≠×÷=<>+\-*/(),])
    """,
    re.VERBOSE | re.DOTALL,
)

_MEANT: Final = {
    "==": "=",
    "&&": "and",
    "||": "or",
    "&": "and",
    "|": "or",
    "!": "not",
    "<>": "!=",
    "！=": "!=",
    "=>": ">=",
    "=<": "<=",
    "（": "(",
    "）": ")",
    "[": "(",
    "]": ")",
    "{": "(",
    "}": ")",
    "，": ",",
    "＝": "=",
    "＜": "<",
    "＞": ">",
    "＋": "+",
    "－": "-",
    "＊": "*",
    "／": "/",
    "！": "not",
    "“": '"',
    "”": '"',
    "「": '"',
    "」": '"',
    "‘": "'",
    "’": "'",
}

_SAID: Final = {
    "且": "and",
    "并且": "and",
    "而且": "and",
    "或": "or",
    "或者": "or",
    "不": "not",
    "非": "not",
    "元": "yuan",
    "年": "years",
    "月": "months",
    "个月": "months",
    "日": "days",
    "天": "days",
    "是": "true",
    "否": "false",
    "大于": ">",
    "小于": "<",
    "等于": "=",
    "不等于": "!=",
    "大于等于": ">=",
    "小于等于": "<=",
    "不大于": "<=",
    "不小于": ">=",
}
"""What a Chinese word of a condition is written as."""
_IDEOGRAPHS: Final = re.compile("[\u4e00-\u9fff]{1,8}")
_WIDE_NUMBER: Final = re.compile("[0-9.]*[０-９][０-９．0-9.]*")
_COUNTED: Final = re.compile(r"(?<![\w.])([0-9]{1,9}(?:\.[0-9]{1,6})?)[ ]*(%|％|万元|亿元|周岁|岁)")
"""A number with what no expression has: the number says what to write."""
_TIMES: Final = {"%": "0.01", "％": "0.01", "万元": "10000", "亿元": "100000000"}

_SAME: Final = {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/"}
_ESCAPES: Final = {"\\": "\\", '"': '"', "'": "'", "n": "\n"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the source; of a text ``text`` is what stands between the quotes."""

    lexeme: Lexeme
    text: str
    position: int
    end: int


def tokens(source: str) -> list[Token]:
    """Cut the source into tokens, the last of which is the end."""
    if len(source) > LONGEST_SOURCE:
        raise ExpressionError("too_long", LONGEST_SOURCE, len(source), longest=LONGEST_SOURCE)
    found: list[Token] = []
    position = 0
    counted = {match.start(2): match for match in _COUNTED.finditer(source)}
    while position < len(source):
        if position in counted:
            raise _counted(counted[position])
        match = _TOKEN.match(source, position)
        if match is None:
            raise _no_token(source, position)
        if match.lastgroup != "space":
            found.append(_token(match))
        position = match.end()
    found.append(Token(Lexeme.END, "", position, position))
    return found


def _token(match: re.Match[str]) -> Token:
    text, position, end = match.group(), match.start(), match.end()
    if match.lastgroup == "wrong":
        if text in _MEANT:
            raise ExpressionError("sign_meant", position, end, found=text, suggestion=_MEANT[text])
        raise ExpressionError("character", position, end, found=text)
    lexeme = Lexeme(match.lastgroup or "")
    if lexeme is Lexeme.NAME and text in RESERVED:
        return Token(Lexeme.WORD, text, position, end)
    if lexeme is Lexeme.NAME and text.isupper() and text.lower() in RESERVED:
        raise ExpressionError("sign_meant", position, end, found=text, suggestion=text.lower())
    if lexeme is Lexeme.TEXT:
        return Token(lexeme, _unescaped(text, position), position, end)
    return Token(lexeme, _SAME.get(text, text), position, end)


def _unescaped(quoted: str, position: int) -> str:
    def escape(match: re.Match[str]) -> str:
        meant = _ESCAPES.get(match[1])
        if meant is None:
            at = position + 1 + match.start()
            raise ExpressionError("escape", at, at + 2, found=match[0])
        return meant

    return re.sub(r"\\(.)", escape, quoted[1:-1], flags=re.DOTALL)


def _counted(match: re.Match[str]) -> ExpressionError:
    """Say what 40%, 3万元 or 60周岁 is written as."""
    times = _TIMES.get(match[2])
    number = match[1] if times is None else f"{Decimal(match[1]) * Decimal(times):f}"
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return _meant(match, f"{number} yuan" if match[2] in ("万元", "亿元") else number)


def _meant(match: re.Match[str], suggestion: str) -> ExpressionError:
    return ExpressionError(
        "sign_meant", match.start(), match.end(), found=match[0], suggestion=suggestion
    )


def _said(word: re.Match[str]) -> ExpressionError:
    """Say what a Chinese word is written as, or that it has no place here."""
    if word[0] in _SAID:
        return _meant(word, _SAID[word[0]])
    return ExpressionError("character", word.start(), word.start() + 1, found=word[0][0])


def _no_token(source: str, position: int) -> ExpressionError:
    character = source[position]
    if character in "\"'":
        return ExpressionError("text_not_closed", position, len(source), quote=character)
    if number := _WIDE_NUMBER.match(source, position):
        return _meant(number, half_width(number[0]))
    if word := _IDEOGRAPHS.match(source, position):
        return _said(word)
    return ExpressionError("character", position, position + 1, found=character)
