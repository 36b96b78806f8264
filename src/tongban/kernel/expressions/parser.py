"""Read an expression: a Pratt parser with bounds on length, depth and number of parts."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeVar

from tongban.kernel.expressions.functions import FUNCTIONS
from tongban.kernel.expressions.nodes import (
    All,
    Among,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    Order,
    Presence,
    Some,
    Span,
    Within,
    children,
)
from tongban.kernel.expressions.problems import ExpressionError, nearest
from tongban.kernel.expressions.tokens import Lexeme, Token, tokens
from tongban.kernel.expressions.values import Duration, Sort

DEEPEST: Final = 64
"""Levels of nesting, parentheses included."""

MOST_NODES: Final = 1000
"""Parts in one expression."""

_CHOICE, _SOME, _ALL, _NOT, _COMPARE, _SUM, _PRODUCT, _NEGATE = range(1, 9)

_ORDERS: Final = frozenset(order.value for order in Order)
_UNITS: Final = {
    "day": "days",
    "days": "days",
    "month": "months",
    "months": "months",
    "year": "years",
    "years": "years",
    "yuan": "yuan",
    "fen": "fen",
}

_Kind = TypeVar("_Kind", bound=Node)


def parse_node(source: str) -> Node:
    """Read a source into a tree or raise :class:`ExpressionError`."""
    parser = _Parser(tokens(source))
    if parser.ended():
        raise ExpressionError("empty", 0, len(source))
    node = parser.expression(0)
    if not parser.ended():
        raise parser.unexpected()
    return node


class _Parser:
    """Reads tokens from left to right; ``token`` is the next one not read."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._next = 0
        self._level = 0
        self._nodes = 0
        self._depths: dict[int, int] = {}
        self._kept: list[Node] = []

    @property
    def token(self) -> Token:
        return self._tokens[self._next]

    def ended(self) -> bool:
        return self.token.lexeme is Lexeme.END

    def _take(self) -> Token:
        token = self.token
        if token.lexeme is not Lexeme.END:
            self._next += 1
        return token

    def _at(self, *texts: str) -> bool:
        return self.token.lexeme in (Lexeme.SIGN, Lexeme.WORD) and self.token.text in texts

    def _want(self, text: str) -> Token:
        if not self._at(text):
            raise self._refused("expected", wanted=text)
        return self._take()

    def _refused(self, fact: str, **data: str) -> ExpressionError:
        token = self.token
        if token.lexeme is Lexeme.END:
            return ExpressionError(f"{fact}_end", token.position, token.end, **data)
        return ExpressionError(fact, token.position, token.end, found=token.text, **data)

    def unexpected(self) -> ExpressionError:
        return self._refused("unexpected")

    def _made(self, node: _Kind) -> _Kind:
        """Keep count of a new node; refuse a tree too large or too deep."""
        depth = 1 + max((self._depths[id(child)] for child in children(node)), default=0)
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise ExpressionError("too_large", *node.span, most=MOST_NODES)
        if depth > DEEPEST:
            raise ExpressionError("too_deep", *node.span, deepest=DEEPEST)
        self._depths[id(node)] = depth
        self._kept.append(node)
        return node

    def _since(self, start: int) -> Span:
        return (start, self._tokens[self._next - 1].end)

    def expression(self, power: int) -> Node:
        """Read as long as what follows binds more tightly than ``power``."""
        self._level += 1
        if self._level > DEEPEST:
            raise ExpressionError("too_deep", self.token.position, self.token.end, deepest=DEEPEST)
        left = self._prefix()
        while power < self._power():
            left = self._infix(left)
        self._level -= 1
        return left

    def _power(self) -> int:
        token = self.token
        if token.lexeme is Lexeme.WORD:
            if token.text == "not":
                return _COMPARE if self._tokens[self._next + 1].text == "in" else 0
            words = {"if": _CHOICE, "or": _SOME, "and": _ALL, "in": _COMPARE, "is": _COMPARE}
            return words.get(token.text, 0)
        if token.lexeme is Lexeme.SIGN:
            if token.text in _ORDERS:
                return _COMPARE
            return {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}.get(token.text, 0)
        return 0

    # What an expression begins with

    def _prefix(self) -> Node:
        token = self.token
        match token.lexeme:
            case Lexeme.NUMBER:
                return self._number()
            case Lexeme.TEXT:
                self._take()
                span = (token.position, token.end)
                return self._made(Literal(token.text, Sort.TEXT, span))
            case Lexeme.DATE:
                return self._date()
            case Lexeme.NAME:
                return self._name()
            case _:
                return self._sign_or_word()

    def _sign_or_word(self) -> Node:
        start = self.token.position
        if self._at("("):
            self._take()
            inner = self.expression(0)
            self._want(")")
            return inner
        if self._at("-"):
            self._take()
            operand = self.expression(_NEGATE - 1)
            return self._made(Negative(operand, self._since(start)))
        if self._at("not"):
            self._take()
            operand = self.expression(_NOT - 1)
            return self._made(Not(operand, self._since(start)))
        if self._at("true", "false"):
            word = self._take()
            return self._made(Literal(word.text == "true", Sort.BOOLEAN, self._since(start)))
        if self._at("if"):
            raise self._refused("if_first")
        raise self._refused("expected_value")

    def _number(self) -> Literal:
        token = self._take()
        whole, _, rest = token.text.partition(".")
        if len(whole) > 1 and whole[0] == "0":
            raise ExpressionError(
                "leading_zero", token.position, token.end, suggestion=f'"{token.text}"'
            )
        if len(whole) > 20 or len(rest) > 10:
            raise ExpressionError("number_too_large", token.position, token.end)
        exact = Fraction(Decimal(token.text))
        unit = _UNITS.get(self.token.text, "") if self.token.lexeme is Lexeme.NAME else ""
        if unit:
            self._take()
            return self._made(_measured(exact, unit, self._since(token.position)))
        span = (token.position, token.end)
        if exact.denominator == 1:
            return self._made(Literal(exact.numerator, Sort.INTEGER, span))
        return self._made(Literal(exact, Sort.DECIMAL, span))

    def _date(self) -> Literal:
        token = self._take()
        try:
            day = date.fromisoformat(token.text)
        except ValueError:
            raise ExpressionError(
                "date_not_real", token.position, token.end, found=token.text
            ) from None
        return self._made(Literal(day, Sort.DATE, (token.position, token.end)))

    def _name(self) -> Node:
        token = self._take()
        if not self._at("("):
            return self._made(Name(token.text, (token.position, token.end)))
        function = FUNCTIONS.get(token.text)
        if function is None:
            meant = nearest(token.text, FUNCTIONS)
            fact = "function_meant" if meant else "function_unknown"
            known = ", ".join(FUNCTIONS)
            raise ExpressionError(
                fact, token.position, token.end, name=token.text, suggestion=meant, known=known
            )
        arguments = self._listed()
        if not function.least <= len(arguments) <= function.most:
            raise ExpressionError(
                "arguments",
                *self._since(token.position),
                name=token.text,
                least=function.least,
                most=function.most,
                found=len(arguments),
            )
        return self._made(Call(token.text, arguments, self._since(token.position)))

    def _listed(self) -> tuple[Node, ...]:
        """Read ``(a, b, …)``, at least one."""
        self._want("(")
        listed = [self.expression(0)]
        while self._at(","):
            self._take()
            listed.append(self.expression(0))
        self._want(")")
        return tuple(listed)

    # What goes on from what has been read

    def _infix(self, left: Node) -> Node:
        token = self.token
        if token.text in ("and", "or"):
            return self._joined(left)
        if token.text == "if":
            return self._choice(left)
        if self._power() == _COMPARE:
            made = self._compared(left)
            if self._power() == _COMPARE:
                raise self._refused("chained")
            return made
        self._take()
        right = self.expression(self._tightness(token.text))
        return self._made(Arithmetic(token.text, left, right, self._since(left.span[0])))

    @staticmethod
    def _tightness(sign: str) -> int:
        return _SUM if sign in "+-" else _PRODUCT

    def _joined(self, left: Node) -> Node:
        word = self.token.text
        parts = [left]
        while self._at(word):
            self._take()
            parts.append(self.expression(_ALL if word == "and" else _SOME))
        span = self._since(left.span[0])
        return self._made(All(tuple(parts), span) if word == "and" else Some(tuple(parts), span))

    def _choice(self, then: Node) -> Node:
        self._take()
        condition = self.expression(_CHOICE)
        self._want("else")
        otherwise = self.expression(0)
        return self._made(Choice(then, condition, otherwise, self._since(then.span[0])))

    def _compared(self, left: Node) -> Node:
        start = left.span[0]
        if self._at("is"):
            return self._presence(left)
        negated = self._at("not")
        if negated:
            self._take()
        if self._at("in"):
            self._take()
            return self._member(left, negated)
        order = Order(self._take().text)
        right = self.expression(_COMPARE)
        return self._made(Comparison(order, left, right, self._since(start)))

    def _presence(self, left: Node) -> Node:
        self._take()
        turned = self._at("not")
        if turned:
            self._take()
        if not self._at("absent", "present"):
            raise self._refused("expected_presence")
        absent = (self._take().text == "absent") is not turned
        return self._made(Presence(left, absent, self._since(left.span[0])))

    def _member(self, left: Node, negated: bool) -> Node:
        start = left.span[0]
        if self._at("("):
            choices = self._listed()
            return self._made(Among(left, choices, negated, self._since(start)))
        token = self.token
        if token.lexeme is not Lexeme.NAME:
            raise self._refused("expected_list")
        self._take()
        name = self._made(Name(token.text, (token.position, token.end)))
        return self._made(Within(left, name, negated, self._since(start)))


def _measured(exact: Fraction, unit: str, span: Span) -> Literal:
    """Return a duration or an amount of money."""
    if unit in ("yuan", "fen"):
        fen = exact * 100 if unit == "yuan" else exact
        if fen.denominator != 1:
            raise ExpressionError("money_finer_than_fen", *span)
        return Literal(fen.numerator, Sort.MONEY, span)
    if exact.denominator != 1 or exact > 99_999:
        raise ExpressionError("duration_not_whole", *span)
    return Literal(Duration(**{unit: exact.numerator}), Sort.DURATION, span)
