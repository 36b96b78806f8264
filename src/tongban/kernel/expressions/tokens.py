"""Cut a source into tokens, with a clear word about every character that does not belong."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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
    while position < len(source):
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


def _no_token(source: str, position: int) -> ExpressionError:
    character = source[position]
    if character in "\"'":
        return ExpressionError("text_not_closed", position, len(source), quote=character)
    return ExpressionError("character", position, position + 1, found=character)
