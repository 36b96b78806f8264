"""An indicator as JSON."""

from typing import Any

from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.evaluation.model import Measured


def indicator(row: tuple[IndicatorDefinition, Measured], _: Any) -> dict[str, Any]:
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
