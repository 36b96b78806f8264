"""The part of an instance that services owns, and what it asks of the parts below."""

from tongban.kit.definitions.part import Part, checks_of
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.government.definition import GovernmentDefinition
from tongban.modules.services.definition import (
    checks_answers,
    checks_data,
    checks_facts,
    checks_needed,
    checks_open,
    checks_results,
    checks_reviews,
    checks_rules,
    checks_steps,
    checks_twice,
    checks_unused,
    checks_words,
)
from tongban.modules.services.model import Service

_MODULES = (
    checks_facts,
    checks_open,
    checks_steps,
    checks_reviews,
    checks_needed,
    checks_data,
    checks_rules,
    checks_results,
    checks_answers,
    checks_words,
    checks_twice,
    checks_unused,
)

PARTS: tuple[Part, ...] = (
    Part(
        name="services",
        shape=Service,
        title={"zh": "政务服务事项", "en": "services"},
        checks=(
            *checks_of(Service, *_MODULES),
            *checks_of(GrantDefinition, *_MODULES),
            *checks_of(GovernmentDefinition, *_MODULES),
        ),
    ),
)
