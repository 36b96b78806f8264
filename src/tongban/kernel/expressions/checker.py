"""Does an expression make sense: are its names known, do its types fit together?"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

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
    Within,
    children,
)
from tongban.kernel.expressions.printer import write
from tongban.kernel.expressions.problems import Problem, nearest
from tongban.kernel.expressions.values import (
    BOOLEAN,
    DATE,
    DECIMAL,
    DURATION,
    INTEGER,
    MONEY,
    NUMBERS,
    TEXT,
    WORDS,
    Sort,
    Type,
    family,
)

TODAY: Final = "today"
"""The one name that needs no declaration: the date of the decision, given as a value."""

_PLAIN: Final = {
    Sort.TEXT: TEXT,
    Sort.INTEGER: INTEGER,
    Sort.DECIMAL: DECIMAL,
    Sort.MONEY: MONEY,
    Sort.DATE: DATE,
    Sort.BOOLEAN: BOOLEAN,
    Sort.DURATION: DURATION,
}
_COMPARABLE: Final = frozenset((Sort.INTEGER, Sort.DECIMAL, Sort.MONEY, Sort.DATE))
_EQUATABLE: Final = _COMPARABLE | WORDS | {Sort.BOOLEAN}


class Checker:
    """Finds the type of every node; ``problems`` says where that was not possible.

    A node whose type is not known for a reason already told has none, and causes no further
    problem; an unknown name is told once. With ``lenient`` an undeclared name is no problem: that
    is how types are guessed for explaining.
    """

    def __init__(self, types: Mapping[str, Type], *, lenient: bool = False) -> None:
        self._types = types
        self._lenient = lenient
        self._told_of: set[str] = set()
        self.problems: list[Problem] = []

    def type_of(self, node: Node) -> Type | None:
        """Return the type of a node."""
        match node:
            case Literal(sort=sort):
                return _PLAIN[sort]
            case Name():
                return self._name(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Negative(operand=operand):
                return self._negative(node, operand)
            case Call():
                return self._call(node)
            case Choice():
                return self._choice(node)
            case _:
                self._condition(node)
                return BOOLEAN

    def want(self, node: Node, wanted: Type) -> None:
        """Ask that the whole be of a type."""
        type_ = self.type_of(node)
        if type_ is None or fits(type_, wanted):
            return
        bare = wanted.sort is Sort.MONEY and type_.sort in (Sort.INTEGER, Sort.DECIMAL)
        fact = "result_no_unit" if bare else "result"
        self._tell(fact, node, found=str(type_), wanted=str(wanted))

    def _tell(self, fact: str, node: Node, **data: str | int) -> None:
        self.problems.append(Problem(f"kernel.expression_{fact}", *node.span, data))

    def _name(self, node: Name) -> Type | None:
        type_ = self._types.get(node.path)
        if type_ is not None:
            return type_
        if node.path == TODAY:
            return DATE
        if not self._lenient and node.path not in self._told_of:
            self._told_of.add(node.path)
            meant = nearest(node.path, self._types)
            if meant:
                self._tell("name_meant", node, name=node.path, suggestion=meant)
            else:
                self._tell("name_unknown", node, name=node.path)
        return None

    def _condition(self, node: Node) -> None:
        match node:
            case All() | Some() | Not():
                for part in children(node):
                    self._boolean(part)
            case Comparison():
                self._comparison(node)
            case Presence(operand=operand):
                self.type_of(operand)
            case Among(item=item, choices=choices):
                type_ = self.type_of(item)
                for choice in choices:
                    self._alike(node, type_, self.type_of(choice), item, choice)
            case Within():
                self._within(node)
            case _:  # every other node has a type of its own
                raise AssertionError(node)

    def _boolean(self, node: Node) -> None:
        type_ = self.type_of(node)
        if type_ is not None and type_.sort is not Sort.BOOLEAN:
            self._tell("not_boolean", node, found=str(type_), text=write(node))

    def _comparison(self, node: Comparison) -> None:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if not self._alike(node, left, right, node.left, node.right):
            return
        known = left or right
        if known is None:
            return
        if node.order in (Order.EQUAL, Order.DIFFERENT):
            allowed = known.sort in _EQUATABLE
        else:
            allowed = known.sort in _COMPARABLE
        if not allowed:
            self._tell("not_comparable", node, sign=str(node.order), found=str(known))

    def _alike(
        self, whole: Node, one: Type | None, other: Type | None, left: Node, right: Node
    ) -> bool:
        """Ask that two values can be compared; say what was probably meant where they cannot."""
        if one is None or other is None:
            return True
        if family(one) == family(other):
            return self._in_codes(one, right) and self._in_codes(other, left)
        for type_, node in ((one, right), (other, left)):
            meant = _meant(type_, node)
            if meant:
                self._tell(
                    "written_otherwise", node, text=write(node), type=str(type_), suggestion=meant
                )
                return False
        self._tell("types_differ", whole, left=str(one), right=str(other))
        return False

    def _in_codes(self, type_: Type, node: Node) -> bool:
        """Ask that a text written out be in the list of codes it is compared with."""
        if not (type_.sort is Sort.CODE and type_.codes and isinstance(node, Literal)):
            return True
        word = str(node.value)
        if word in type_.codes:
            return True
        meant = nearest(word, type_.codes) or _code_named(type_, word)
        fact = "code_meant" if meant else "code_unknown"
        known = ", ".join(list(type_.codes)[:12])
        self._tell(fact, node, found=word, suggestion=meant, known=known)
        return False

    def _within(self, node: Within) -> None:
        item, among = self.type_of(node.item), self.type_of(node.among)
        if among is None:
            return
        if among.sort is not Sort.LIST:
            self._tell("not_a_list", node.among, name=node.among.path, found=str(among))
        else:
            self._alike(node, item, among.of, node.item, node.among)

    def _arithmetic(self, node: Arithmetic) -> Type | None:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if left is None or right is None:
            return None
        type_ = combined(node.sign, left, right)
        if type_ is None:
            days = node.sign == "-" and left.sort is Sort.DATE and right.sort is Sort.DATE
            if days:
                suggestion = f"days_between({write(node.right)}, {write(node.left)})"
                self._tell("dates_subtracted", node, suggestion=suggestion)
            else:
                self._tell("operands", node, sign=node.sign, left=str(left), right=str(right))
        return type_

    def _negative(self, node: Negative, operand: Node) -> Type | None:
        type_ = self.type_of(operand)
        if type_ is None or type_.sort in NUMBERS | {Sort.MONEY, Sort.DURATION}:
            return type_
        self._tell("operand", node, sign="-", found=str(type_))
        return None

    def _call(self, node: Call) -> Type | None:
        function = FUNCTIONS[node.function]
        types = [self.type_of(argument) for argument in node.arguments]
        sound = True
        for index, (argument, type_) in enumerate(zip(node.arguments, types, strict=True)):
            wants = function.wants(index)
            if type_ is not None and type_.sort not in wants:
                sound = False
                self._tell(
                    "argument",
                    argument,
                    name=node.function,
                    number=index + 1,
                    found=str(type_),
                    wanted=", ".join(sorted(wants)),
                )
        known: Sequence[Type] = [type_ for type_ in types if type_ is not None]
        if not sound or len(known) < len(types):
            return None
        given = function.gives(known)
        if given is None:
            listed = ", ".join(str(type_) for type_ in known)
            self._tell("arguments_differ", node, name=node.function, found=listed)
        return given

    def _choice(self, node: Choice) -> Type | None:
        self._boolean(node.condition)
        then, otherwise = self.type_of(node.then), self.type_of(node.otherwise)
        if then is None or otherwise is None:
            return then or otherwise
        if family(then) != family(otherwise):
            self._tell("types_differ", node, left=str(then), right=str(otherwise))
            return None
        if then.sort is otherwise.sort:
            return then
        return TEXT if then.sort in WORDS else DECIMAL


def fits(type_: Type, wanted: Type) -> bool:
    """Say whether a value of a type may stand where another is wanted."""
    if family(type_) != family(wanted):
        return False
    return not (wanted.sort is Sort.INTEGER and type_.sort is Sort.DECIMAL)


def combined(sign: str, left: Type, right: Type) -> Type | None:
    """Return the type of a sum, difference, product or quotient, None where there is none."""
    one, other = left.sort, right.sort
    if one in NUMBERS and other in NUMBERS:
        whole = one is other is Sort.INTEGER and sign != "/"
        return INTEGER if whole else DECIMAL
    if sign in "+-":
        if one is other and one in (Sort.MONEY, Sort.DURATION):
            return left
        return DATE if one is Sort.DATE and other is Sort.DURATION else None
    if one is Sort.MONEY and other in NUMBERS:
        return MONEY
    if sign == "*":
        return MONEY if one in NUMBERS and other is Sort.MONEY else None
    return DECIMAL if one is other is Sort.MONEY else None


def _meant(type_: Type, node: Node) -> str:
    """Return how a value written out was probably meant beside a value of another type."""
    if not isinstance(node, Literal):
        return ""
    text = str(node.value) if isinstance(node.value, str) else write(node)
    if node.sort in NUMBERS:
        if type_.sort is Sort.MONEY:
            return f"{text} yuan"
        return f'"{text}"' if type_.sort in WORDS else ""
    if node.sort is not Sort.TEXT:
        return ""
    if type_.sort is Sort.DATE and _is_date(text):
        return text
    if type_.sort in NUMBERS and re.fullmatch(r"(0|[1-9][0-9]*)(\.[0-9]+)?", text):
        return text
    return text if type_.sort is Sort.BOOLEAN and text in ("true", "false") else ""


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _code_named(type_: Type, word: str) -> str:
    """Return the code that has this name, where somebody wrote the name instead of the code."""
    for code, name in type_.codes.items():
        if word == name or (isinstance(name, Mapping) and word in name.values()):
            return code
    return ""
