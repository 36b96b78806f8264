"""The part of an instance that supervision owns."""

from tongban.kit.definitions.part import Part, checks_of
from tongban.modules.supervision.definition import SupervisionRuleDefinition, checks

PARTS: tuple[Part, ...] = (
    Part(
        name="supervision",
        shape=SupervisionRuleDefinition,
        title={"zh": "监察规则", "en": "supervision rules"},
        checks=checks_of(SupervisionRuleDefinition, checks),
    ),
)
