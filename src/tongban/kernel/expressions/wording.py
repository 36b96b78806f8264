"""Put expressions and explanations into words, Chinese or English, with phrases from outside.

``t(name, **data)`` looks up a phrase in the message catalogue, as ``kit.i18n.translator`` gives it.
All phrases are in the group ``kernel.expression``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final, TypeAlias

from tongban.kernel.expressions.checker import TODAY, Checker
from tongban.kernel.expressions.explain import Explanation, Sentence, plain
from tongban.kernel.expressions.expression import Expression
from tongban.kernel.expressions.nodes import (
    MIRROR,
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
    Within,
    names_in,
)
from tongban.kernel.expressions.values import UNKNOWN, Datum, Duration, Sort, Type, Unknown
from tongban.kernel.money import show_money, to_fen
from tongban.kernel.text import CHINESE, Text, say

Phrases: TypeAlias = Callable[..., str]

_ORDERS: Final = {
    Order.EQUAL: "equal",
    Order.DIFFERENT: "different",
    Order.LESS: "less",
    Order.AT_MOST: "at_most",
    Order.MORE: "more",
    Order.AT_LEAST: "at_least",
}
_SIGNS: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_TOUCHING: Final = re.compile(
    r"(?<=[\u3400-\u9fff])(?<![年月])(?=[0-9A-Za-z¥])|(?<=[0-9A-Za-z])(?=[\u3400-\u9fff])(?![年月日])"
)
_PLACES: Final = 6
"""Decimal places of a number shown."""


@dataclass(frozen=True)
class Told:
    """An explanation in words: one sentence, and the same for each part.

    ``requirement`` is what is asked (年龄不小于 60 岁), ``actual`` what is the case (实际 58 岁);
    both are empty for a group of clauses.
    """

    sentence: str
    outcome: Datum
    requirement: str = ""
    actual: str = ""
    parts: tuple["Told", ...] = ()


def tell(explanation: Explanation, language: str, names: Mapping[str, Text], t: Phrases) -> Told:
    """Put an explanation into words; a name without words stands as it is written."""
    return _Teller(_Words(language, names, t, explanation.types)).told(explanation)


def describe(
    expression: Expression,
    language: str,
    names: Mapping[str, Text],
    t: Phrases,
    types: Mapping[str, Type] | None = None,
) -> str:
    """Put an expression itself into words: 年龄不小于 60，并且户籍所在地为本市."""
    words = _Words(language, names, t, types or {})
    return words.spaced(words.statement(plain(expression.root)))


class _Words:
    """Says expressions and values in one language."""

    def __init__(
        self, language: str, names: Mapping[str, Text], t: Phrases, types: Mapping[str, Type]
    ) -> None:
        self._language = language
        self._names = names
        self._t = t
        self._checker = Checker(types, lenient=True)

    def phrase(self, key: str, **data: str | int) -> str:
        return self._t(f"kernel.expression.{key}", **data)

    def spaced(self, text: str) -> str:
        """In Chinese, set off numbers and Latin letters by a space, but not inside dates."""
        return _TOUCHING.sub(" ", text) if self._language == CHINESE else text

    def type_of(self, node: Node) -> Type | None:
        return self._checker.type_of(node)

    def name(self, path: str) -> str:
        words = say(self._names.get(path), self._language)
        if words:
            return words.rstrip("。.？?")  # of a declaration, a question: it stands in a sentence
        return self.phrase("today") if path == TODAY else path

    def joined(self, key: str, items: Sequence[str]) -> str:
        return self.phrase(key).join(items)

    # Values

    def shown(self, one: Datum, type_: Type | None) -> str:
        """Return a value as people write it."""
        if isinstance(one, Unknown):
            return self.phrase("no_value")
        if isinstance(one, bool):
            return self.phrase("yes" if one else "no")
        if isinstance(one, (int, Fraction)):
            return self._number(one, type_)
        if isinstance(one, date):
            return self._date(one)
        if isinstance(one, tuple):
            of = None if type_ is None else type_.of
            listed = self.joined("comma", [self.shown(item, of) for item in one])
            return listed or self.phrase("nothing")
        if isinstance(one, Duration):
            return self._duration(one)
        label = say(type_.codes.get(one), self._language) if type_ is not None else ""
        return self.phrase("label", text=label) if label else one

    def _number(self, exact: int | Fraction, type_: Type | None) -> str:
        if type_ is not None and type_.sort is Sort.MONEY:
            return show_money(to_fen(exact))
        scaled = to_fen(Fraction(exact) * 10**_PLACES)
        whole, rest = divmod(abs(scaled), 10**_PLACES)
        digits = f"{whole}.{rest:0{_PLACES}d}".rstrip("0").rstrip(".")
        unit = say(type_.unit, self._language) if type_ is not None else ""
        return f"{'-' if scaled < 0 else ''}{digits}{' ' if unit else ''}{unit}"

    def _date(self, day: date) -> str:
        month = self.phrase(f"month_{day.month}")
        return self.phrase("date", year=day.year, month=month, day=day.day)

    def _duration(self, duration: Duration) -> str:
        parts = [
            self.phrase(f"{unit}_one" if amount == 1 else f"{unit}_many", count=amount)
            for unit, amount in (
                ("years", duration.years),
                ("months", duration.months),
                ("days", duration.days),
            )
            if amount
        ]
        return self.joined("and_length", parts) or self.phrase("days_many", count=0)

    # What is calculated

    def term(self, node: Node, beside: Type | None = None) -> str:
        """Say what is calculated; a value written out is said like what it is compared with."""
        match node:
            case Literal(value=one):
                return self.shown(one, beside or self.type_of(node))
            case Name(path=path):
                return self.name(path)
            case Negative(operand=operand):
                return f"−{self._bracketed(operand)}"
            case Arithmetic():
                return self._arithmetic(node)
            case Call():
                return self._call(node)
            case Choice(then=then, condition=condition, otherwise=otherwise):
                return self.phrase(
                    "choice_term",
                    condition=self.statement(condition),
                    then=self.term(then),
                    otherwise=self.term(otherwise),
                )
            case _:
                return self.statement(node)

    def _bracketed(self, node: Node) -> str:
        text = self.term(node)
        simple = isinstance(node, (Literal, Name, Call))
        return text if simple else self.phrase("bracketed", text=text)

    def _arithmetic(self, node: Arithmetic) -> str:
        type_ = self.type_of(node.right)
        if type_ is not None and type_.sort is Sort.DURATION:
            key = "later" if node.sign == "+" else "earlier"
            length = self._bracketed(node.right)
            return self.phrase(key, date=self._bracketed(node.left), length=length)
        first = isinstance(node.left, Arithmetic) and (node.sign in "+-" or node.left.sign in "*/")
        left = self.term(node.left) if first else self._bracketed(node.left)
        return f"{left} {_SIGNS[node.sign]} {self._bracketed(node.right)}"

    def _call(self, node: Call) -> str:
        words = [self.term(argument) for argument in node.arguments]
        listed = self.joined("comma", words)
        second = words[1] if len(words) > 1 else "0"
        if node.function in ("min", "max") and len(words) == 2:
            return self.phrase(f"{node.function}_of_two", a=words[0], b=second)
        return self.phrase(f"call_{node.function}", a=words[0], b=second, all=listed)

    # What is said to be so

    def statement(self, node: Node) -> str:
        """Say a condition."""
        match node:
            case All(parts=parts):
                return self.joined("and", [self._part(part) for part in parts])
            case Some(parts=parts):
                return self.joined("or", [self._part(part) for part in parts])
            case Comparison():
                return self._comparison(node)
            case Presence(operand=operand, absent=absent):
                return self.phrase("absent" if absent else "present", name=self.term(operand))
            case Among(item=item, choices=choices, negated=negated):
                type_ = self.type_of(item)
                listed = self.joined("comma", [self.term(one, type_) for one in choices])
                key = "not_among" if negated else "among"
                return self.phrase(key, item=self.term(item), all=listed)
            case Within(item=item, among=among, negated=negated):
                key = "not_within" if negated else "within"
                return self.phrase(key, item=self.term(item), all=self.name(among.path))
            case _:
                return self._plain_statement(node)

    def _plain_statement(self, node: Node) -> str:
        match node:
            case Literal(value=bool() as truth):
                return self.phrase("always" if truth else "never")
            case Name(path=path):
                return self.phrase("true", name=self.name(path))
            case Not(operand=Name(path=path)):
                return self.phrase("false", name=self.name(path))
            case Not(operand=operand):
                return self.phrase("not", statement=self.statement(operand))
            case Choice(then=then, condition=condition, otherwise=otherwise):
                return self.phrase(
                    "choice",
                    condition=self.statement(condition),
                    then=self.statement(then),
                    otherwise=self.statement(otherwise),
                )
            case _:
                return self.term(node)

    def _part(self, node: Node) -> str:
        text = self.statement(node)
        grouped = isinstance(node, (All, Some, Choice))
        return self.phrase("bracketed", text=text) if grouped else text

    def _comparison(self, node: Comparison) -> str:
        left, order, right = node.left, node.order, node.right
        if names_in(right) and not names_in(left):
            left, order, right = right, MIRROR[order], left
        type_ = self.type_of(left) or self.type_of(right)
        dated = type_ is not None and type_.sort is Sort.DATE
        key = _ORDERS[order] + ("_date" if dated else "")
        other = self.type_of(right)
        return self.phrase(key, left=self.term(left, other), right=self.term(right, type_))


class _Teller:
    """Says explanations."""

    def __init__(self, words: _Words) -> None:
        self._words = words

    def told(self, explanation: Explanation) -> Told:
        match explanation.sentence:
            case Sentence.ALL | Sentence.SOME:
                return self._group(explanation)
            case Sentence.CHOICE:
                return self._chosen(explanation)
            case Sentence.CALCULATION:
                return self._calculated(explanation)
            case Sentence.CLAUSE:
                return self._clause(explanation)

    def _group(self, explanation: Explanation) -> Told:
        """Tell what matters: of ``and`` what fails, of ``or`` what holds, else what is open."""
        parts = tuple(self.told(part) for part in explanation.parts)
        word = _outcome(explanation.outcome)
        same = [part.sentence for part in parts if _outcome(part.outcome) == word]
        sentence = self._words.phrase(
            f"{explanation.sentence}_{word}",
            count=len(same),
            total=len(parts),
            parts=self._words.joined("next_sentence", same),
        )
        return Told(self._words.spaced(sentence), explanation.outcome, parts=parts)

    def _chosen(self, explanation: Explanation) -> Told:
        condition, *chosen = (self.told(part) for part in explanation.parts)
        if chosen:
            sentence = self._words.phrase(
                "choice_told", condition=condition.sentence, chosen=chosen[0].sentence
            )
        else:
            sentence = self._words.phrase("choice_undecided", condition=condition.sentence)
        text = self._words.spaced(sentence)
        return Told(text, explanation.outcome, parts=(condition, *chosen))

    def _calculated(self, explanation: Explanation) -> Told:
        type_ = self._words.type_of(explanation.node)
        if isinstance(explanation.outcome, Unknown):
            result = self._words.phrase("not_calculated")
        else:
            shown = self._words.shown(explanation.outcome, type_)
            result = self._words.phrase("calculated", value=shown)
        actual = "" if isinstance(explanation.node, Name) else self._values(explanation)
        return self._line(explanation, self._words.term(explanation.node), actual, result)

    def _clause(self, explanation: Explanation) -> Told:
        requirement = self._words.statement(explanation.node)
        outcome = self._words.phrase(_outcome(explanation.outcome))
        told = self._line(explanation, requirement, self._actual(explanation), outcome)
        short = self._said_once(explanation, requirement)
        if not short:
            return told
        sentence = self._words.phrase("said_once", statement=short, outcome=outcome)
        return replace(told, sentence=self._words.spaced(sentence))

    def _said_once(self, explanation: Explanation, requirement: str) -> str:
        """Return what says the value and the requirement at once; empty where they differ."""
        match explanation.node:
            case Name(path=path) | Not(operand=Name(path=path)):
                value = explanation.values[path]
                return "" if value is UNKNOWN else self._said(path, value)
            case Comparison(order=Order.EQUAL) | Presence() if explanation.outcome is True:
                return "" if explanation.asked is None else requirement
            case _:
                return ""

    def _said(self, path: str, value: Datum) -> str:
        shown = self._words.phrase("plain_yes" if value is True else "plain_no")
        return self._words.phrase("said", name=self._words.name(path), value=shown)

    def _line(self, explanation: Explanation, asked: str, actual: str, outcome: str) -> Told:
        key = "clause" if actual else "bare_clause"
        sentence = self._words.phrase(key, requirement=asked, actual=actual, outcome=outcome)
        spaced = self._words.spaced
        return Told(spaced(sentence), explanation.outcome, spaced(asked), spaced(actual))

    def _actual(self, explanation: Explanation) -> str:
        """Tell the values a clause rests on; a value measured alone needs no name."""
        asked, measured = explanation.asked, explanation.measured
        if isinstance(explanation.node, Presence):
            present = not isinstance(measured, Unknown)
            return self._words.phrase("actually_present" if present else "actually_absent")
        if asked is None or isinstance(measured, Unknown):
            return self._values(explanation)
        shown = self._words.shown(measured, self._words.type_of(asked))
        actual = self._words.phrase("actual", value=shown)
        if isinstance(asked, Name):
            return actual
        return self._words.joined("comma_clause", [self._values(explanation), actual])

    def _values(self, explanation: Explanation) -> str:
        return self._words.joined(
            "comma_clause", [self._value(path, one) for path, one in explanation.values.items()]
        )

    def _value(self, path: str, one: Datum) -> str:
        name = self._words.name(path)
        if one is UNKNOWN:
            return self._words.phrase("absent", name=name)
        shown = self._words.shown(one, self._words.type_of(Name(path)))
        return self._words.phrase("is", name=name, value=shown)


def _outcome(outcome: Datum) -> str:
    if outcome is True:
        return "met"
    return "not_met" if outcome is False else "undecided"
