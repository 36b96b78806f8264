"""Conditions and calculations of a service, asked of the one expression language of the product."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from tongban.kernel.expressions import (
    Expression,
    Sort,
    Type,
    Unknown,
    evaluate,
    evaluate_money,
    names,
    parse,
)
from tongban.kernel.text import Text
from tongban.modules.services.model import Element, Lookup, Option, Plain, Service


@lru_cache(maxsize=4096)
def parsed(source: str) -> Expression:
    """Return an expression; what a definition says was checked before it was adopted."""
    return parse(source)


def holds(condition: str, values: Lookup) -> bool | None:
    """Say whether a condition is true, false, or not known."""
    truth = evaluate(parsed(condition), values)
    return truth if isinstance(truth, bool) else None


def keys_of(source: str) -> tuple[str, ...]:
    """Return the values that an expression asks for, in alphabetical order."""
    return tuple(sorted(names(parsed(source))))


def work_out(source: str, values: Lookup, kind: str = "") -> Plain | None:
    """Work out a value; None where something it rests on is not known.

    Money is rounded once, at the end, to whole fen; a whole number half away from zero.
    """
    if kind == Sort.MONEY:
        amount = evaluate_money(parsed(source), values)
        return None if isinstance(amount, Unknown) else amount
    value = evaluate(parsed(source), values)
    if isinstance(value, (Unknown, tuple)):
        return None
    if kind == Sort.INTEGER and isinstance(value, Decimal):
        return int(value.to_integral_value(ROUND_HALF_UP))
    return value


def types_of(service: Service, elements: Mapping[str, Element]) -> dict[str, Type]:
    """Return the types of everything that the service's expressions may ask for."""
    found = {code: type_of_element(element) for code, element in elements.items()}
    for situation in service.situations:
        found[f"situation.{situation.code}"] = _code(
            {option.code: option.name for option in situation.options}
        )
    for section in service.form:
        for field in section.fields:
            if not field.element:
                found[field.key] = _type_of(field.type, field.options)
    for calculation in service.calculations:
        found[f"result.{calculation.code}"] = Type(sort=Sort(calculation.type))
    found["application.date"] = Type(sort=Sort.DATE)
    found["applicant.name"] = found["applicant.number"] = Type(sort=Sort.TEXT)
    return found


def type_of_element(element: Element) -> Type:
    """Return the type of an element's values."""
    if element.type == Sort.CODE:
        return Type(sort=Sort.CODE, codes=element.codes)
    return Type(sort=Sort(element.type), unit=element.unit, codes=element.places)


def _type_of(kind: str, options: tuple[Option, ...]) -> Type:
    if options:
        return _code({option.code: option.name for option in options})
    return Type(sort=Sort(kind or "text"))


def _code(codes: Mapping[str, Text]) -> Type:
    return Type(sort=Sort.CODE, codes=codes)
