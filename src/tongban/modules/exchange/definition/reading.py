"""How the values of an item are read: its element's rules joined with what its source declares."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from tongban.kernel.expressions import ExpressionError, evaluate, evaluate_money, parse
from tongban.modules.catalog.definition import (
    ElementDefinition,
    ElementType,
    ItemDefinition,
    MoneyUnit,
)
from tongban.modules.exchange.model import Value
from tongban.modules.exchange.rules.converting import LONGEST_TEXT, NotFitting, Reading, convert
from tongban.modules.exchange.rules.converting import written as as_written
from tongban.modules.exchange.rules.patterns import date_pattern

FEN: Mapping[MoneyUnit, int] = {
    MoneyUnit.FEN: 1,
    MoneyUnit.YUAN: 100,
    MoneyUnit.WAN_YUAN: 1_000_000,
}
"""What one of a unit is in fen."""


def reading(element: ElementDefinition, item: ItemDefinition, today: dt.date) -> Reading:
    """Return how an item's values are read on a day; bounds such as ``today`` move with it.

    What a definition says wrongly (no check saw it) reads nothing rather than something else.
    """
    written = item.written
    return Reading(
        type=element.type.value,
        fen=FEN[written.unit] if written.unit is not None else 0,
        pattern=date_pattern(written.date) if written.date else None,
        empty=frozenset(written.empty),
        codes=_codes(element, item),
        true_words=written.true_words,
        false_words=written.false_words,
        kind=element.kind,
        longest=item.length or LONGEST_TEXT,
        least=bound(element.least, element.type, today),
        most=bound(element.most, element.type, today),
        today=today,
    )


def write(
    value: Value | None, element: ElementDefinition, item: ItemDefinition, today: dt.date
) -> str | int | None:
    """Return a value as an item's source writes it. Raises ValueError where it has no word for it."""
    return as_written(value, reading(element, item, today))


def read(
    raw: object, element: ElementDefinition, item: ItemDefinition, today: dt.date
) -> Value | None:
    """Return a value that an item's source wrote; None where it holds none, or one that does not fit."""
    try:
        return convert(raw, reading(element, item, today))
    except NotFitting:
        return None


def _codes(element: ElementDefinition, item: ItemDefinition) -> dict[str, str]:
    own = {code: code for code in element.codes}
    mapped = item.written.codes
    return {word: code for word, code in mapped.items() if code in own} if mapped else own


def bound(source: str, type_: ElementType, today: dt.date) -> Value | None:
    """Return a bound of an element on a day, None where it has none."""
    if not source:
        return None
    try:
        expression = parse(source)
    except ExpressionError:
        return None
    values = {"today": today}
    if type_ is ElementType.MONEY:
        amount = evaluate_money(expression, values)
        return amount if isinstance(amount, int) else None
    value = evaluate(expression, values)
    return value if isinstance(value, int | Decimal | dt.date) else None
