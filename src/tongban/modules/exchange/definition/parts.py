"""The parts of an instance that exchange owns, and what it asks of the catalogue's."""

from tongban.kit.definitions.part import Part, checks_of
from tongban.modules.catalog.definition import ResourceDefinition
from tongban.modules.exchange.definition import (
    GrantDefinition,
    SourceDefinition,
    checks,
    checks_subjects,
    checks_without_case,
    checks_writing,
)

PARTS: tuple[Part, ...] = (
    Part(
        name="sources",
        shape=SourceDefinition,
        title={"zh": "数据源", "en": "sources"},
        checks=checks_of(SourceDefinition, checks),
    ),
    Part(
        name="grants",
        shape=GrantDefinition,
        title={"zh": "共享授权", "en": "grants"},
        checks=(
            *checks_of(GrantDefinition, checks),
            *checks_of(GrantDefinition, checks_without_case),
            *checks_of(ResourceDefinition, checks),
            *checks_of(ResourceDefinition, checks_subjects),
            *checks_of(ResourceDefinition, checks_writing),
        ),
    ),
)
