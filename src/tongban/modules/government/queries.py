"""Ask who governs here, and when."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tongban.kernel.dates import Calendar
from tongban.kernel.realms import Realm
from tongban.kernel.text import CHINESE, Text, order_of, say
from tongban.kit import shelf
from tongban.kit.db import Reader
from tongban.modules.government import errors, rules
from tongban.modules.government.definition import (
    CalendarDefinition,
    CalendarYear,
    DepartmentDefinition,
    GovernmentDefinition,
    divisions,
)
from tongban.modules.government.model import (
    REALM,
    OfficeState,
    RealmMark,
    RunFor,
    SpecialDay,
    Year,
)

_ASKED_FROM = 10
"""Month from which next year's calendar is asked for."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def profile(connection: Connection) -> GovernmentDefinition:
    """Return what the government says of itself. Refuses when no instance was applied yet."""
    found = profile_if_any(connection)
    if found is None:
        raise errors.not_adopted()
    return found


def profile_if_any(connection: Connection) -> GovernmentDefinition | None:
    """Return what the government says of itself, or None before an instance was applied."""
    return next(iter(shelf.every(connection, "government", GovernmentDefinition).values()), None)


def adopted(connection: Connection) -> bool:
    """Whether an instance was applied."""
    return profile_if_any(connection) is not None


def claimed(connection: Connection) -> Realm | None:
    """Return what the database was marked for; None where it never was."""
    found = shelf.every(connection, REALM, RealmMark).get(REALM)
    return None if found is None else found.realm


def realm(reader: Reader) -> Realm:
    """Return what the government is run for: what its data folder says, whatever stands in the database.

    Else somebody with the database in hand makes a demonstration of a real government, whose visitors
    are whom they choose to be.
    """
    folder = reader.ports.find(RunFor)
    return folder.realm if folder is not None else realm_in(reader.connection)


def realm_in(connection: Connection) -> Realm:
    """Return what a database says it is for; one from before there were marks says it itself."""
    found = claimed(connection)
    if found is not None:
        return found
    said = profile_if_any(connection)
    return realm_of(said) if said is not None else Realm.REAL


def realm_of(said: GovernmentDefinition) -> Realm:
    """Return what a government's own definition says it is: a trial is never declared."""
    return Realm.DEMONSTRATION if said.demonstration else Realm.REAL


def places(connection: Connection) -> dict[str, Text]:
    """Return what divisions down to counties are called, by code of six digits, this one first."""
    found = profile_if_any(connection)
    own: dict[str, Text] = {found.division[:6]: found.name} if found else {}
    others = divisions.full_names()
    return {**own, **{code: name for code, name in others.items() if code not in own}}


def departments(connection: Connection) -> dict[str, DepartmentDefinition]:
    """Return the departments by code."""
    return shelf.every(connection, "departments", DepartmentDefinition)


def department(connection: Connection, code: str) -> DepartmentDefinition:
    """Return a department. Refuses a code that is not declared."""
    found = departments(connection).get(code)
    if found is None:
        raise errors.department_not_found(code)
    return found


def department_name(connection: Connection, code: str, language: str = CHINESE) -> str:
    """Return a department's name, or its code when it is no longer declared."""
    found = departments(connection).get(code)
    return say(found.name, language) if found else code


def department_words(connection: Connection, code: str) -> Text:
    """Return a department's name in all its languages, or its code when it is not declared."""
    found = departments(connection).get(code)
    return found.name if found else code


def department_names(connection: Connection, language: str = CHINESE) -> dict[str, str]:
    """Return what departments are called, by code, in the order in which names are looked up."""
    names = {code: say(one.name, language) for code, one in departments(connection).items()}
    return dict(sorted(names.items(), key=lambda named: order_of(named[1])))


def tree(connection: Connection, language: str = CHINESE) -> list[tuple[DepartmentDefinition, int]]:
    """Return the departments with their depth, a parent before its children, else by name."""
    known = departments(connection)
    by_name = {code: known[code].parent for code in department_names(connection, language)}
    return [(known[code], depth) for code, depth in rules.in_tree_order(by_name)]


def calendar(connection: Connection) -> Calendar:
    """Return which days are worked, and the office hours. Refuses before an instance was applied.

    Years that the instance's calendar does not declare are not covered.
    """
    return calendar_from(profile(connection), _calendar(connection))


def calendar_from(government: GovernmentDefinition, declared: CalendarDefinition) -> Calendar:
    """Return the calendar that these definitions make, whether or not they are adopted."""
    return Calendar(
        covers=frozenset(year.year for year in declared.years),
        holidays={d.date: d.name for year in declared.years for d in year.holidays},
        workdays={d.date: d.name for year in declared.years for d in year.workdays},
        provisional=frozenset(year.year for year in declared.years if year.provisional),
        weekend=frozenset(_WEEKDAYS.index(name) for name in declared.weekend),
        opens=time.fromisoformat(government.office_hours.opens),
        closes=time.fromisoformat(government.office_hours.closes),
        zone=government.time_zone,
    )


def calendar_as_of(connection: Connection, instant: datetime) -> Calendar:
    """Return the calendar that was adopted at a moment: by it was said what was said then."""
    declared = shelf.as_of(connection, "calendar", CalendarDefinition, instant)
    return calendar_from(profile(connection), declared or _calendar(connection))


def year_to_ask_for(connection: Connection, today: date) -> int | None:
    """Return the year whose calendar is missing and wanted: this one, and from October the next.

    The State Council publishes the holidays of a year in the autumn before; days promised in the
    last quarter reach into it.
    """
    known = years(connection)
    if today.year not in known:
        return today.year
    return today.year + 1 if today.month >= _ASKED_FROM and today.year + 1 not in known else None


def local(connection: Connection, instant: datetime) -> datetime:
    """Return an instant in the government's time zone."""
    return instant.astimezone(zone(connection))


def zone(connection: Connection) -> ZoneInfo:
    """Return the government's time zone."""
    return ZoneInfo(profile(connection).time_zone)


def office_state(connection: Connection, now: datetime) -> OfficeState:
    """Return whether offices are open now."""
    return rules.office_state(calendar(connection), now)


def years(connection: Connection) -> list[int]:
    """Return the years that the calendar covers."""
    return sorted(year.year for year in _calendar(connection).years)


def year(connection: Connection, number: int) -> Year:
    """Return a year's special days with their source. Refuses a year that is not covered."""
    found = next((y for y in _calendar(connection).years if y.year == number), None)
    if found is None:
        raise errors.year_not_covered(number)
    return Year(
        year=number,
        source=found.source,
        days=tuple(sorted(_special_days(found), key=lambda day: day.day)),
        working_days=rules.working_days_by_month(calendar(connection), number),
    )


def _special_days(found: CalendarYear) -> list[SpecialDay]:
    off = [SpecialDay(day=day.date, name=day.name, worked=False) for day in found.holidays]
    return off + [SpecialDay(day=day.date, name=day.name, worked=True) for day in found.workdays]


def _calendar(connection: Connection) -> CalendarDefinition:
    found = shelf.every(connection, "calendar", CalendarDefinition)
    return next(iter(found.values()), CalendarDefinition())
