"""Have indicators counted, and keep each day's readings."""

from tongban.kernel.dates import local_date
from tongban.kit import jobs
from tongban.kit.db import Unit
from tongban.modules.evaluation import queries, store
from tongban.modules.evaluation.model import Facts
from tongban.modules.government import queries as government

RECOUNT = "evaluation.recount"


def ask_recount(unit: Unit) -> None:
    """Have everything counted anew soon; many who ask meanwhile share one count."""
    if not jobs.is_queued(unit, RECOUNT):
        unit.enqueue(RECOUNT, {})


def count_day(unit: Unit, day: str) -> None:
    """Have everything counted for a day, unless it was meanwhile or that day is over."""
    if day in queries.days_to_count(unit):
        ask_recount(unit)


def keep_readings(unit: Unit, known: Facts) -> None:
    """Keep every measure of these facts as today's reading, and as each department's newest."""
    today = local_date(unit.now, government.profile(unit.connection).time_zone)
    store.save(unit.connection, today, queries.read_all(known))
    store.save_departments(unit.connection, queries.read_departments(known))
