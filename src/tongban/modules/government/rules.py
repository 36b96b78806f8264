"""Order of departments, and whether offices are open. Time is an argument."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tongban.kernel.dates import Calendar, days_in_month, is_working_day, working_day_if_known
from tongban.kernel.errors import Refusal
from tongban.modules.government.model import OfficeState, Openness


def in_tree_order(parents: Mapping[str, str]) -> list[tuple[str, int]]:
    """Return each department with its depth, a parent before its children, else as given.

    A department whose parent is unknown, or its own ancestor, stands at the top.
    """
    children: dict[str, list[str]] = {}
    for code, parent in parents.items():
        children.setdefault(parent if _is_rooted(parent, parents) else "", []).append(code)
    ordered: list[tuple[str, int]] = []
    waiting = [(code, 0) for code in reversed(children.get("", []))]
    while waiting:
        code, depth = waiting.pop()
        ordered.append((code, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(code, []))]
    return ordered


def _is_rooted(code: str, parents: Mapping[str, str]) -> bool:
    """Whether going up from a code ends at the top."""
    seen: set[str] = set()
    while code:
        if code in seen or code not in parents:
            return False
        seen.add(code)
        code = parents[code]
    return bool(seen)


def office_state(calendar: Calendar, now: datetime) -> OfficeState:
    """Return whether offices are open now; a year not covered is said to be unknown."""
    local = now.astimezone(ZoneInfo(calendar.zone))
    today = local.date()
    try:
        working = is_working_day(calendar, today)
    except Refusal:
        return OfficeState(
            openness=Openness.UNKNOWN, today=today, opens=calendar.opens, closes=calendar.closes
        )
    openness = Openness.CLOSED
    if working and local.time() < calendar.opens:
        openness = Openness.BEFORE
    elif working and local.time() >= calendar.closes:
        openness = Openness.AFTER
    elif working:
        openness = Openness.OPEN
    return OfficeState(
        openness=openness,
        today=today,
        opens=calendar.opens,
        closes=calendar.closes,
        next_day=working_day_if_known(calendar, today, 1),
    )


def working_days_by_month(calendar: Calendar, year: int) -> tuple[int, ...]:
    """Return the number of working days of each month. Refuses a year that is not covered."""
    return tuple(
        sum(
            is_working_day(calendar, date(year, month, day))
            for day in range(1, days_in_month(year, month) + 1)
        )
        for month in range(1, 13)
    )
