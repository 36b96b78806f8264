"""Ask for indicators: computed now, from what the modules below know."""

from sqlalchemy import Connection

from tongban.kernel.dates import local_date
from tongban.kit import shelf
from tongban.kit.db import Reader
from tongban.modules.evaluation import errors, rules, store
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.evaluation.model import CaseCount, DisclosureCount, Facts, Measured
from tongban.modules.exchange import queries as exchange
from tongban.modules.government import queries as government
from tongban.modules.services import queries as services
from tongban.modules.services.model import CaseFact

_DAYS = 90
_HEADLINE = 4


def indicators(connection: Connection) -> dict[str, IndicatorDefinition]:
    """Return the indicators this government shows, by code."""
    return shelf.every(connection, "evaluation", IndicatorDefinition)


def facts(reader: Reader) -> Facts:
    """Return what measures are computed from, as it is now."""
    today = local_date(reader.now, government.profile(reader.connection).time_zone)
    counted = exchange.facts(reader.connection, today)
    return Facts(
        cases=tuple(_counted(fact) for fact in services.facts(reader)),
        disclosures=DisclosureCount(
            disclosed=counted.disclosures,
            consented=counted.with_consent,
            attempts=counted.disclosures + counted.nothing_found + counted.refused,
        ),
    )


def _counted(fact: CaseFact) -> CaseCount:
    saved = None
    if fact.decided_on is not None and fact.statutory_due is not None:
        saved = (fact.statutory_due - fact.decided_on).days
    return CaseCount(
        service=fact.service,
        department=fact.department,
        decided=fact.decided_on is not None,
        on_time=fact.on_time,
        days_saved=saved,
        values_fetched=fact.values_fetched,
        values_asked=fact.values_asked,
        corrections=fact.corrections,
    )


def measured(reader: Reader) -> list[tuple[IndicatorDefinition, Measured]]:
    """Return every indicator with its reading and history, in the order declared."""
    known = facts(reader)
    return [
        (definition, _measure(reader, definition, known))
        for definition in indicators(reader.connection).values()
        if definition.of in rules.MEASURES
    ]


def _measure(reader: Reader, definition: IndicatorDefinition, known: Facts) -> Measured:
    reading = rules.MEASURES[definition.of](known)
    return Measured(
        code=definition.code,
        reading=reading,
        reached=rules.reached(reading.value, definition.target, definition.better),
        history=tuple(store.history(reader.connection, definition.of, _DAYS)),
    )


def one(reader: Reader, code: str) -> tuple[IndicatorDefinition, Measured]:
    """Return one indicator; refuses a code that is not shown."""
    definition = indicators(reader.connection).get(code)
    if definition is None or definition.of not in rules.MEASURES:
        raise errors.indicator_not_found()
    return definition, _measure(reader, definition, facts(reader))


def by_department(reader: Reader, code: str) -> list[tuple[str, int, int, float | None]]:
    """Return an indicator for each department that has cases: code, counts and value."""
    definition, _ = one(reader, code)
    known = facts(reader)
    none = DisclosureCount(disclosed=0, consented=0, attempts=0)
    lines = []
    for department in sorted({case.department for case in known.cases}):
        mine = tuple(case for case in known.cases if case.department == department)
        reading = rules.MEASURES[definition.of](Facts(cases=mine, disclosures=none))
        if reading.denominator:
            lines.append((department, reading.numerator, reading.denominator, reading.value))
    return lines


def shown(definition: IndicatorDefinition, value: float | None) -> str:
    """Write a value: a share in per cent, anything else with one decimal; empty without one."""
    if value is None:
        return ""
    return f"{value:.1%}" if definition.of in rules.SHARES else f"{value:.1f}"


def headline(reader: Reader) -> list[tuple[IndicatorDefinition, str]]:
    """Return the first indicators that have a value, for the front door."""
    found = [
        (definition, shown(definition, result.reading.value))
        for definition, result in measured(reader)
        if result.reading.value is not None
    ]
    return found[:_HEADLINE]
