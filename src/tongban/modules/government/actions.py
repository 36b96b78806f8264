"""Adopt what an instance declares of its government."""

from tongban.kit import shelf
from tongban.kit.db import Unit
from tongban.modules.government.definition import (
    CalendarDefinition,
    DepartmentDefinition,
    GovernmentDefinition,
)


def adopt_profile(unit: Unit, profile: GovernmentDefinition, version: int = 1) -> None:
    """Take over what the government says of itself."""
    shelf.put(unit, "government", "government", version, profile)


def adopt_calendar(unit: Unit, calendar: CalendarDefinition, version: int = 1) -> None:
    """Take over which days are worked."""
    shelf.put(unit, "calendar", "calendar", version, calendar)


def adopt_department(unit: Unit, department: DepartmentDefinition, version: int = 1) -> None:
    """Take over one department."""
    shelf.put(unit, "departments", department.code, version, department)


def retire_department(unit: Unit, code: str) -> None:
    """Take a department out of those that act; what it did stays readable."""
    shelf.retire(unit, "departments", code)
