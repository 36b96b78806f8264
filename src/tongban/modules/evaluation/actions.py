"""Have indicators counted, and keep each day's readings."""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tongban.kernel.dates import local_date
from tongban.kit import jobs
from tongban.kit.db import Unit
from tongban.kit.lanes import faulty_among
from tongban.modules.evaluation import queries, rules, store
from tongban.modules.evaluation.formats import digest_of
from tongban.modules.evaluation.model import Reading, Tally
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue
from tongban.modules.services import queries as services
from tongban.modules.services.model import CaseFact

RECOUNT = "evaluation.recount"
PIECE = 100
"""Cases counted in one unit of work: so few that nobody waits for it."""
_DAY = dt.timedelta(days=1)
_DAYS_AT_ONCE = 100
"""Days whose readings are logged in one unit of work: more than were ever left over."""
_log = logging.getLogger("tongban.evaluation")


def ask_recount(unit: Unit) -> None:
    """Have what changed counted soon; many who ask meanwhile share one count."""
    if not jobs.is_queued(unit, RECOUNT):
        unit.enqueue(RECOUNT, {})


def count_again(unit: Unit, case: str) -> None:
    """Have a case counted again, by its internal id: something happened to it."""
    store.enqueue(unit.connection, case)
    ask_recount(unit)


def follow_definitions(unit: Unit) -> None:
    """Have every case without a decision counted again: with the calendar its days may have moved.

    Not while some are being counted: what is written anew at that moment would be passed over.
    """
    store.held_progress(unit.connection)
    store.count_undecided_again(unit.connection, _today(unit))
    ask_recount(unit)


def count_all_again(unit: Unit) -> None:
    """Have every case that ever came in counted again: on which days things happened is another now."""
    store.held_progress(unit.connection)
    store.save_progress(unit.connection, store.Progress(up_to="", complete=False))
    ask_recount(unit)


def count_day(unit: Unit, day: str) -> None:
    """Have a day counted, unless all of it was meanwhile or that day is over."""
    if day in queries.days_to_count(unit):
        ask_recount(unit)


def count_some(unit: Unit) -> int:
    """Count some of the cases to be counted; returns how many. Once none is left, the readings are kept.

    First those to which something happened, then those that the day may have changed, then those that
    were there before anything was counted this way.
    """
    connection = unit.connection
    progress = store.held_progress(connection)
    found = store.take(connection, PIECE) or store.to_count_on(connection, _today(unit), PIECE)
    if not found and not progress.complete:
        found = services.came_in_after(connection, progress.up_to, PIECE)
        up_to = found[-1] if found else progress.up_to
        store.save_progress(connection, store.Progress(up_to=up_to, complete=not found))
    if found:
        _count(unit, found)
    else:
        _keep_readings(unit)
    return len(found)


def _count(unit: Unit, cases: Sequence[str]) -> None:
    """Put what cases add today in place of what they added, and the difference on the sums."""
    connection, today = unit.connection, _today(unit)
    before = store.counted(connection, cases)
    facts, faulty = _facts(unit, cases)
    now = {fact.id: _counted(fact, today) for fact in facts}
    now |= {case: _as_before(case, before.get(case), today) for case in faulty}
    store.put(connection, cases, now.values())
    departments = {one.department for one in (*before.values(), *now.values())}
    for department in sorted(departments):
        old = rules.added(_own(before, department))
        new = rules.added(_own(now, department))
        if new != old:
            store.add(connection, department, rules.less(new, old))


def _facts(unit: Unit, cases: Sequence[str]) -> tuple[list[CaseFact], list[str]]:
    """Return the facts of cases, and which have none because they cannot be judged; these are logged."""
    found: list[CaseFact] = []
    faulty = faulty_among(cases, lambda some: found.extend(services.facts(unit, some)))
    for case in faulty:
        number = services.number_of(unit.connection, case)
        _log.error("%s could not be counted and the others are", number)
    return found, faulty


def _as_before(case: str, before: store.CountedCase | None, today: dt.date) -> store.CountedCase:
    """Return a case that cannot be judged as it was counted last, nothing if never; tried again tomorrow."""
    nothing = store.CountedCase(
        case=case, department="", decided=False, count_again_on=None, tally=Tally()
    )
    return replace(before or nothing, count_again_on=today + _DAY)


def _own(cases: dict[str, store.CountedCase], department: str) -> list[Tally]:
    return [one.tally for one in cases.values() if one.department == department]


def _counted(fact: CaseFact, today: dt.date) -> store.CountedCase:
    """Return what a case adds; while it is neither decided nor over, the next day may change that."""
    decided = fact.decided_on is not None
    return store.CountedCase(
        case=fact.id,
        department=fact.department,
        decided=decided,
        count_again_on=None if decided or fact.closed_on is not None else today + _DAY,
        tally=rules.tally(queries.counted(fact)),
    )


def _keep_readings(unit: Unit) -> None:
    """Keep every measure as today's reading, and as each department's newest."""
    tallies = store.tallies(unit.connection)
    today = _today(unit)
    store.save(unit.connection, today, queries.read_all(queries.facts(unit)))
    settle_days(unit, today, _DAYS_AT_ONCE)
    if store.is_settled(unit.connection, today):  # by a clock that stood ahead and was put right
        _settle(unit, [today])
    store.save_departments(unit.connection, queries.read_departments(tallies))


def settle_days(unit: Unit, before: dt.date, most: int) -> int:
    """Log the readings of some days that are over, each in one digest; returns how many."""
    days = store.days_to_settle(unit.connection, before, most)
    _settle(unit, days)
    return len(days)


def _settle(unit: Unit, days: Sequence[dt.date]) -> None:
    for day, readings in store.readings_of(unit.connection, days).items():
        entry = ledger.append(
            unit, NewEntry(kind=EntryKind.READINGS, public=shown_on_record(day, readings))
        )
        store.settle(unit.connection, day, entry)


def shown_on_record(day: dt.date, readings: Mapping[str, Reading]) -> dict[str, PublicValue]:
    """Return what the entry about a day's readings shows: all of it, in one digest."""
    written = day.isoformat()
    return {"day": written, "readings": digest_of(written, readings), "measures": len(readings)}


def _today(unit: Unit) -> dt.date:
    return local_date(unit.now, government.profile(unit.connection).time_zone)
