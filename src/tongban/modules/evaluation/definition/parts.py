"""The part of an instance that evaluation owns."""

from tongban.kit.definitions.part import Part, checks_of
from tongban.modules.evaluation.definition import IndicatorDefinition, checks

PARTS: tuple[Part, ...] = (
    Part(
        name="evaluation",
        shape=IndicatorDefinition,
        title={"zh": "指标", "en": "indicators"},
        checks=checks_of(IndicatorDefinition, checks),
    ),
)
