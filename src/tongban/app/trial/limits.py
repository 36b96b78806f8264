"""The values at which a service decides differently: what its conditions compare each name with."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from tongban.kernel.expressions import ExpressionError, names, parse
from tongban.kernel.expressions.expression import Expression
from tongban.kernel.expressions.nodes import Among, Comparison, Literal
from tongban.modules.services.model import Service

Limits = Mapping[str, frozenset[Any]]
"""By element, the values that conditions compare it with."""


def limits_in(services: Iterable[Service]) -> Limits:
    """Return what the conditions of these services compare each name with."""
    found: dict[str, set[Any]] = {}
    for source in _sources(services):
        try:
            expression = parse(source)
        except ExpressionError:
            continue
        for part in _comparisons(expression.root):
            values = {_plain(one.value) for one in _every(part, Literal)}
            for name in names(Expression(part)):
                found.setdefault(name, set()).update(values)
    return {name: frozenset(values) for name, values in found.items()}


def _sources(services: Iterable[Service]) -> Iterator[str]:
    for service in services:
        yield from (rule.condition for rule in service.rules)
        yield from (need.when for need in service.needs if need.when)
        yield from (one.value for one in service.calculations)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


def _comparisons(node: Any) -> Iterator[Any]:
    yield from _every(node, Comparison)
    yield from _every(node, Among)


def _every(node: Any, kind: type[Any]) -> Iterator[Any]:
    """Yield every part of a tree that is of a kind."""
    if isinstance(node, kind):
        yield node
    for one in dataclasses.fields(node) if dataclasses.is_dataclass(node) else ():
        value = getattr(node, one.name)
        for each in value if isinstance(value, tuple) else (value,):
            if dataclasses.is_dataclass(each):
                yield from _every(each, kind)
