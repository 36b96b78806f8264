"""Adopt indicators, and keep each day's readings."""

from collections.abc import Sequence

from tongban.kernel.dates import local_date
from tongban.kit import jobs, shelf
from tongban.kit.db import Unit
from tongban.modules.evaluation import queries, store
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.evaluation.model import Facts
from tongban.modules.government import queries as government

PART = "evaluation"
RECOUNT = "evaluation.recount"


def adopt(unit: Unit, definitions: Sequence[IndicatorDefinition], retired: Sequence[str]) -> None:
    """Adopt indicators from an instance and retire others; their readings stay."""
    for definition in definitions:
        shelf.put(unit, PART, definition.code, 1, definition)
    for code in retired:
        shelf.retire(unit, PART, code)


def ask_recount(unit: Unit) -> None:
    """Have everything counted anew soon; many who ask meanwhile share one count."""
    if not jobs.is_queued(unit, RECOUNT):
        unit.enqueue(RECOUNT, {})


def keep_readings(unit: Unit, known: Facts) -> None:
    """Keep every measure of these facts as today's reading, and as each department's newest."""
    today = local_date(unit.now, government.profile(unit.connection).time_zone)
    store.save(unit.connection, today, queries.read_all(known))
    store.save_departments(unit.connection, queries.read_departments(known))
