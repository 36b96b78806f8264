"""The parts of an instance that government owns."""

from tongban.kit.definitions.part import Check, Part, checks_in
from tongban.modules.government.definition import (
    CalendarDefinition,
    DepartmentDefinition,
    GovernmentDefinition,
    checks,
)

CHECKS: tuple[Check, ...] = checks_in(checks)


def _of(shape: type) -> tuple[Check, ...]:
    return tuple(one for one in CHECKS if one.shape is shape)


PARTS: tuple[Part, ...] = (
    Part(
        name="government",
        shape=GovernmentDefinition,
        title={"zh": "政府", "en": "government"},
        key="",
        checks=_of(GovernmentDefinition),
    ),
    Part(
        name="calendar",
        shape=CalendarDefinition,
        title={"zh": "日历", "en": "calendar"},
        key="",
        checks=_of(CalendarDefinition),
    ),
    Part(
        name="departments",
        shape=DepartmentDefinition,
        title={"zh": "部门", "en": "departments"},
        checks=_of(DepartmentDefinition),
    ),
)
