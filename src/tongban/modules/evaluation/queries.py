"""Ask for indicators: the facts they are computed from, and what was counted last."""

import datetime as dt
from collections.abc import Mapping

from msgspec.structs import replace
from sqlalchemy import Connection

from tongban.kernel.dates import local_date
from tongban.kit import shelf
from tongban.kit.db import Reader
from tongban.modules.evaluation import errors, rules, store
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.evaluation.model import (
    NOTHING,
    Better,
    CaseCount,
    DisclosureCount,
    Facts,
    Measured,
    Reading,
    Tally,
)
from tongban.modules.exchange import queries as exchange
from tongban.modules.government import queries as government
from tongban.modules.services.model import CaseFact

_DAYS = 90
_HEADLINE = 4


def indicators(connection: Connection) -> dict[str, IndicatorDefinition]:
    """Return the indicators this government shows, by code."""
    return shelf.every(connection, "evaluation", IndicatorDefinition)


def facts(reader: Reader) -> Facts:
    """Return what measures are computed from: the sums of what was counted, and the disclosures as now."""
    return Facts(
        cases=rules.added(store.tallies(reader.connection).values()),
        disclosures=_disclosures(reader),
    )


def _disclosures(reader: Reader) -> DisclosureCount:
    today = local_date(reader.now, government.profile(reader.connection).time_zone)
    counted = exchange.facts(reader.connection, today)
    return DisclosureCount(
        disclosed=counted.disclosures,
        readable=counted.disclosures - counted.partly_unreadable,
        consented=counted.with_consent,
        attempts=(
            counted.disclosures
            + counted.nothing_found
            + counted.unreadable
            + counted.refused
            + counted.unanswered
        ),
    )


def counted(fact: CaseFact) -> CaseCount:
    """Return a case as measures see it."""
    return CaseCount(
        service=fact.service,
        department=fact.department,
        on_time=fact.on_time,
        days_saved=fact.days_saved,
        decided=fact.decided_on is not None,
        values_fetched=fact.values_fetched,
        values_asked=fact.values_asked,
        values_missing=fact.values_missing,
        corrections=fact.corrections,
    )


def read_all(known: Facts) -> dict[str, Reading]:
    """Compute every measure from the facts."""
    return {name: measure.compute(known) for name, measure in rules.MEASURES.items()}


def read_departments(tallies: Mapping[str, Tally]) -> dict[str, dict[str, Reading]]:
    """Compute every measure for each department from its cases."""
    none = DisclosureCount(disclosed=0, readable=0, consented=0, attempts=0)
    return {
        department: read_all(Facts(cases=tally, disclosures=none))
        for department, tally in tallies.items()
    }


def measured(reader: Reader) -> list[tuple[IndicatorDefinition, Measured]]:
    """Return every indicator with its newest reading, in the order declared."""
    readings = store.latest(reader.connection, _today(reader))
    return [
        (definition, _measured(definition, readings))
        for definition in indicators(reader.connection).values()
        if definition.of in rules.MEASURES
    ]


def _measured(definition: IndicatorDefinition, readings: Mapping[str, Reading]) -> Measured:
    reading = readings.get(definition.of, NOTHING)
    better = rules.MEASURES[definition.of].better
    return Measured(
        code=definition.code,
        reading=reading,
        reached=rules.reached(reading.value, definition.target, better),
        better=better,
    )


def one(reader: Reader, code: str) -> tuple[IndicatorDefinition, Measured]:
    """Return one indicator with how it went; refuses a code that is not shown."""
    connection, today = reader.connection, _today(reader)
    definition = indicators(connection).get(code)
    if definition is None or definition.of not in rules.MEASURES:
        raise errors.indicator_not_found()
    history = tuple(store.history(connection, definition.of, today, _DAYS))
    found = _measured(definition, store.latest(connection, today))
    return definition, replace(found, history=history)


def counted_on(reader: Reader) -> dt.date | None:
    """Return the local date of the newest count, None before anything was counted."""
    return store.newest_day(reader.connection, _today(reader))


def _today(reader: Reader) -> dt.date:
    """Return today's local date; before a government runs nothing was counted, and any day does."""
    profile = government.profile_if_any(reader.connection)
    return local_date(reader.now, profile.time_zone if profile else "UTC")


def days_to_count(reader: Reader) -> list[str]:
    """Return today's local date where a government runs and not all that is to be counted was, today.

    What waits though nobody was asked to count it is among that: of two who do so at the same moment, one
    may see the other's count as still to begin.
    """
    profile = government.profile_if_any(reader.connection)
    if profile is None:
        return []
    today = local_date(reader.now, profile.time_zone)
    counted = store.newest_day(reader.connection, today) == today
    done = counted and store.is_all_counted(reader.connection, today)
    return [] if done else [today.isoformat()]


def cases_to_count(reader: Reader) -> int:
    """Return how many cases something or the day may have changed since they were counted."""
    today = local_date(reader.now, government.profile(reader.connection).time_zone)
    return store.waiting(reader.connection, today)


def by_department(connection: Connection, definition: IndicatorDefinition) -> dict[str, Reading]:
    """Return an indicator's reading for each department that has something to count."""
    return store.of_departments(connection, definition.of)


def better(definition: IndicatorDefinition) -> Better:
    """Return in which direction an indicator gets better."""
    return rules.MEASURES[definition.of].better


def is_share(definition: IndicatorDefinition) -> bool:
    """Whether an indicator is a part of a whole, and written in per cent."""
    return rules.MEASURES[definition.of].is_share


def figure(definition: IndicatorDefinition, value: float | None) -> float | None:
    """Return a value as the number that :func:`shown` writes: a share in per cent, else as it is."""
    if value is None:
        return None
    return float(shown(definition, value).rstrip("%"))


def shown(definition: IndicatorDefinition, value: float | None) -> str:
    """Write a value: a share in per cent, anything else with one decimal; empty without one."""
    if value is None:
        return ""
    return f"{value:.1%}" if is_share(definition) else f"{value:.1f}"


def headline(reader: Reader) -> list[tuple[IndicatorDefinition, str]]:
    """Return the first indicators that have a value, for the front door."""
    found = [
        (definition, shown(definition, result.reading.value))
        for definition, result in measured(reader)
        if result.reading.value is not None
    ]
    return found[:_HEADLINE]
