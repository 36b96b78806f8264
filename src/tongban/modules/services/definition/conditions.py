"""The types of everything that a service's expressions may speak of, and what is wrong with them."""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.kernel.expressions import (
    BOOLEAN,
    DATE,
    TEXT,
    ExpressionError,
    Sort,
    Type,
    check,
    code,
    names,
    needed,
    parse,
    useless,
    verdict,
)
from tongban.kernel.text import LANGUAGES, Text
from tongban.kit.definitions.instance import Instance
from tongban.kit.i18n import field_sentence
from tongban.modules.catalog.definition import ElementDefinition, ElementType
from tongban.modules.services.model import Field, Option, Service

SORTS = ("text", "integer", "decimal", "money", "date", "boolean", "code")
Types = Mapping[str, Type]


def element_types(instance: Instance) -> dict[str, Type]:
    """Return the type of every element; asked once for an instance."""
    return instance.memo(_element_types)


def _element_types(instance: Instance) -> dict[str, Type]:
    return {key: _type_of(one) for key, one in instance.every(ElementDefinition).items()}


def _type_of(element: ElementDefinition) -> Type:
    if element.type is ElementType.CODE:
        return code(element.codes)
    return Type(sort=Sort(element.type), unit=element.unit)


def types_of(service: Service, instance: Instance) -> dict[str, Type]:
    """Return the type of every name that the service's expressions may use."""
    types = dict(element_types(instance))
    types["application.date"] = DATE
    types["applicant.name"] = types["applicant.number"] = sort_of("text")
    for situation in service.situations:
        types[f"situation.{situation.code}"] = code(_names(situation.options))
    for section in service.form:
        for field in section.fields:
            if field.element:
                continue
            if field.options:
                types[f"form.{field.code}"] = code(_names(field.options))
            else:
                types[f"form.{field.code}"] = sort_of(field.type)
    for calculation in service.calculations:
        types[f"result.{calculation.code}"] = sort_of(calculation.type)
    return types


def sort_of(kind: str) -> Type:
    """Return a plain type by its name; text where there is no such type, which is told elsewhere."""
    return Type(sort=Sort(kind) if kind in SORTS else Sort.TEXT)


def _names(options: tuple[Option, ...]) -> dict[str, Text]:
    return {option.code: option.name for option in options}


def problems(source: str, types: Types, result: Type | None = BOOLEAN) -> Iterator[Text]:
    """Yield what is wrong with an expression, each as a sentence in every language."""
    try:
        expression = parse(source)
    except ExpressionError as error:
        yield _sentence(error.code, error.data)
        return
    for problem in check(expression, types, result):
        yield _sentence(problem.code, problem.data)


def other_than_text(source: str, types: Types) -> str:
    """Return the type of an expression that makes sense and yields neither text nor a code, else ""."""
    try:
        expression = parse(source)
    except ExpressionError:
        return ""
    if check(expression, types, None):
        return ""
    return next((str(each.data["found"]) for each in check(expression, types, TEXT)), "")


def names_in(source: str) -> frozenset[str]:
    """Return the names that an expression asks for; none where it cannot be read."""
    try:
        return frozenset(names(parse(source)))
    except ExpressionError:
        return frozenset()


def needed_in(source: str) -> frozenset[str]:
    """Return the names without which nothing comes out of an expression; none where it cannot be read."""
    try:
        return needed(parse(source))
    except ExpressionError:
        return frozenset()


def verdict_of(source: str, types: Types) -> str | None:
    """Return ``never`` or ``always`` for a condition that cannot be otherwise."""
    try:
        expression = parse(source)
    except ExpressionError:
        return None
    return None if check(expression, types) else verdict(expression, types)


def verdict_where(source: str, given: str, types: Types) -> str | None:
    """Return ``never`` or ``always`` for a condition that cannot be otherwise where another is true."""
    if verdict_of(given, types) == "never":
        return None
    if verdict_of(f"({given}) and ({source})", types) == "never":
        return "never"
    return "always" if verdict_of(f"({given}) and not ({source})", types) == "never" else None


def bounds_of(service: Service, instance: Instance) -> dict[str, list[str]]:
    """Return the bounds of the names that a service speaks of, each as a condition that they meet.

    What moves with the day, such as ``today``, is left out, and an element that the form asks for with
    bounds of its own has none that always hold.
    """
    fields = [field for section in service.form for field in section.fields]
    own = {field.key for field in fields if field.least or field.most}
    every: dict[str, ElementDefinition | Field] = {
        key: one for key, one in instance.every(ElementDefinition).items() if key not in own
    }
    every |= {field.key: field for field in fields if not field.element}
    return {key: [] for key in own} | {
        key: [
            f"{key} {order} {bound}"
            for order, bound in ((">=", one.least), ("<=", one.most))
            if bound and not names_in(bound)
        ]
        for key, one in every.items()
        if one.least or one.most
    }


def dead_parts(source: str, types: Types) -> Iterator[Text]:
    """Yield the parts of a condition that can never be true, or never be false."""
    try:
        expression = parse(source)
    except ExpressionError:
        return
    if not check(expression, types):
        for problem in useless(expression, types):
            yield _sentence(problem.code, problem.data)


def _sentence(name: str, data: Mapping[str, Any]) -> Text:
    return {language: field_sentence(name, language, **data) for language in LANGUAGES}
