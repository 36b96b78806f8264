"""An indicator as JSON."""

from typing import Any, TypedDict

from tongban.kernel.text import Text
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.evaluation.model import Measured


class IndicatorObject(TypedDict):
    """An indicator: its two counts, what they make, and its target; null without anything to count."""

    code: str
    name: Text
    of: str
    numerator: int
    denominator: int
    value: float | None
    target: float | None
    reached: bool | None
    better: str


def indicator(row: tuple[IndicatorDefinition, Measured], _: Any) -> IndicatorObject:
    """Return an indicator with its counts, value and target."""
    definition, result = row
    return {
        "code": definition.code,
        "name": definition.name,
        "of": definition.of,
        "numerator": result.reading.numerator,
        "denominator": result.reading.denominator,
        "value": result.reading.value,
        "target": definition.target,
        "reached": result.reached,
        "better": result.better.value,
    }
