"""Adopt indicators, and keep each day's readings."""

from collections.abc import Sequence

from tongban.kernel.dates import local_date
from tongban.kit import shelf
from tongban.kit.db import Unit
from tongban.modules.evaluation import queries, rules, store
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.government import queries as government

PART = "evaluation"


def adopt(unit: Unit, definitions: Sequence[IndicatorDefinition], retired: Sequence[str]) -> None:
    """Adopt indicators from an instance and retire others; their readings stay."""
    for definition in definitions:
        shelf.put(unit, PART, definition.code, 1, definition)
    for code in retired:
        shelf.retire(unit, PART, code)


def read_today(unit: Unit) -> None:
    """Compute every measure and keep it as today's reading."""
    today = local_date(unit.now, government.profile(unit.connection).time_zone)
    known = queries.facts(unit)
    readings = {name: measure(known) for name, measure in rules.MEASURES.items()}
    store.save(unit.connection, today, readings)
