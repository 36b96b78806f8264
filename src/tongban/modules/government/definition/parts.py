"""The parts of an instance that government owns."""

from tongban.kit.definitions.part import Part, checks_of
from tongban.modules.government.definition import (
    CalendarDefinition,
    DepartmentDefinition,
    GovernmentDefinition,
    checks,
    checks_contacts,
    checks_languages,
)

PARTS: tuple[Part, ...] = (
    Part(
        name="government",
        shape=GovernmentDefinition,
        title={"zh": "政府", "en": "government"},
        key="",
        checks=checks_of(GovernmentDefinition, checks, checks_contacts, checks_languages),
        required=True,
    ),
    Part(
        name="calendar",
        shape=CalendarDefinition,
        title={"zh": "日历", "en": "calendar"},
        key="",
        checks=checks_of(CalendarDefinition, checks),
        required=True,
    ),
    Part(
        name="departments",
        shape=DepartmentDefinition,
        title={"zh": "部门", "en": "departments"},
        checks=checks_of(DepartmentDefinition, checks, checks_contacts),
    ),
)
