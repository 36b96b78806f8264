"""Readings in the database, and what they are added up from.

Readings: of each day for the whole, and the newest for each department. Counts: what each case adds
(``evaluation_case``), the sums of each department (``evaluation_tally``), and the cases that have to
be counted again (``evaluation_queue``; those of a day by ``count_again_on``).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import asdict
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Float,
    Integer,
    Row,
    Select,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from tongban.kit.db import chunks, inserting, metadata, values_of
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.evaluation.model import Reading, Tally

reading_table = Table(
    "evaluation_reading",
    metadata,
    Column("measure", String(80), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("numerator", Integer, nullable=False),
    Column("denominator", Integer, nullable=False),
    Column("value", Float),
)

day_table = Table(
    "evaluation_day",
    metadata,
    # A day that is over, and the ledger entry that holds the digest of its readings.
    Column("day", Date, primary_key=True),
    Column("entry", String(36), nullable=False, index=True),
)

department_table = Table(
    "evaluation_department",
    metadata,
    Column("measure", String(80), primary_key=True),
    Column("department", String(100), primary_key=True),
    Column("numerator", Integer, nullable=False),
    Column("denominator", Integer, nullable=False),
    Column("value", Float),
)


def _sums() -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in Tally.__struct_fields__]


case_table = Table(
    "evaluation_case",
    metadata,
    Column("case_id", String(36), primary_key=True),
    Column("department", String(100), nullable=False),
    Column("decided", Boolean, nullable=False),
    # The next day that may change what it adds; none once it is decided or over.
    Column("count_again_on", Date, index=True),
    *_sums(),
)

tally_table = Table(
    "evaluation_tally",
    metadata,
    Column("department", String(100), primary_key=True),
    *_sums(),
)

queue_table = Table(
    "evaluation_queue",
    metadata,
    Column("case_id", String(36), primary_key=True),
)

progress_table = Table(
    "evaluation_progress",
    metadata,
    # One row: up to which internal id the cases that were there before have been counted.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("counted_up_to", String(36), nullable=False),
    Column("complete", Boolean, nullable=False),
)


class CountedCase(msgspec.Struct, frozen=True, kw_only=True):
    """What a case adds to the sums of its department, and when that may change by itself."""

    case: str
    """Internal id."""
    department: str
    decided: bool
    count_again_on: dt.date | None
    tally: Tally


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the cases that were there before have been counted, in the order of internal ids."""

    up_to: str
    complete: bool


# Counts ------------------------------------------------------------------------------------------


def held_progress(connection: Connection) -> Progress:
    """Return how far it is counted; until the end of the transaction nobody else counts."""
    first = inserting(connection, progress_table).values(id=1, counted_up_to="", complete=False)
    connection.execute(first.on_conflict_do_nothing())
    row = connection.execute(select(progress_table).with_for_update()).one()
    return Progress(up_to=row.counted_up_to, complete=row.complete)


def save_progress(connection: Connection, progress: Progress) -> None:
    """Note how far it is counted."""
    values = {"counted_up_to": progress.up_to, "complete": progress.complete}
    connection.execute(update(progress_table).values(**values))


def enqueue(connection: Connection, case: str) -> None:
    """Have a case counted again soon; once more is no more."""
    row = inserting(connection, queue_table).values(case_id=case)
    connection.execute(row.on_conflict_do_nothing())


def take(connection: Connection, limit: int) -> list[str]:
    """Return some cases that are to be counted again, taken off the queue.

    Whoever counts them reads them afterwards: what happens meanwhile queues them anew.
    """
    own = queue_table.c.case_id
    taken = list(connection.execute(select(own).order_by(own).limit(limit)).scalars())
    for some in chunks(taken):
        connection.execute(delete(queue_table).where(own.in_(some)))
    return taken


def _due(today: dt.date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Cases whose day has come, and those beyond tomorrow: they were counted by a clock that stood ahead.

    Two stretches of an index, asked one after the other: joined by OR, PostgreSQL walks all of it.
    """
    again = case_table.c.count_again_on
    return again <= today, again > today + dt.timedelta(days=1)


def to_count_on(connection: Connection, today: dt.date, limit: int) -> list[str]:
    """Return some cases that a day may have changed."""
    found: list[str] = []
    for due in _due(today):
        query = select(case_table.c.case_id).where(due).order_by(case_table.c.count_again_on)
        found += connection.execute(query.limit(limit - len(found))).scalars()
    return found


def waiting(connection: Connection, today: dt.date) -> int:
    """Return how many cases are to be counted again."""
    of_day = [select(func.count()).select_from(case_table).where(due) for due in _due(today)]
    queued = select(func.count()).select_from(queue_table)
    return sum(int(connection.execute(one).scalar_one()) for one in (*of_day, queued))


def is_all_counted(connection: Connection, today: dt.date) -> bool:
    """Whether no case is to be counted, neither again nor for the first time."""
    by_day = [select(case_table.c.case_id).where(due) for due in _due(today)]
    unfinished = connection.execute(select(progress_table.c.complete)).scalar() is not True
    waits = (select(queue_table.c.case_id), *by_day)
    return not unfinished and all(connection.execute(one.limit(1)).first() is None for one in waits)


def count_undecided_again(connection: Connection, today: dt.date) -> None:
    """Have every case without a decision counted again: its limits may have moved."""
    undecided = case_table.c.decided.is_(False)
    connection.execute(update(case_table).where(undecided).values(count_again_on=today))


def counted(connection: Connection, cases: Sequence[str]) -> dict[str, CountedCase]:
    """Return what cases add at present, by internal id; those never counted are not among them."""
    query = select(case_table)
    return {
        row.case_id: CountedCase(
            case=row.case_id,
            department=row.department,
            decided=row.decided,
            count_again_on=row.count_again_on,
            tally=_tally(row),
        )
        for some in chunks(cases)
        for row in connection.execute(query.where(case_table.c.case_id.in_(some)))
    }


def put(connection: Connection, before: Sequence[str], cases: Iterable[CountedCase]) -> None:
    """Write what cases add in place of what ``before`` added, which are internal ids."""
    for some in chunks(before):
        connection.execute(delete(case_table).where(case_table.c.case_id.in_(some)))
    rows = [
        {
            "case_id": one.case,
            "department": one.department,
            "decided": one.decided,
            "count_again_on": one.count_again_on,
            **asdict(one.tally),
        }
        for one in cases
    ]
    for piece in chunks(rows):
        connection.execute(insert(case_table), list(piece))


def add(connection: Connection, department: str, more: Tally) -> None:
    """Add to the sums of a department."""
    nought = inserting(connection, tally_table).values(department=department, **asdict(Tally()))
    connection.execute(nought.on_conflict_do_nothing())
    values = {name: tally_table.c[name] + number for name, number in asdict(more).items()}
    own = tally_table.c.department == department
    connection.execute(update(tally_table).where(own).values(**values))


def tallies(connection: Connection) -> dict[str, Tally]:
    """Return the sums of every department that has cases."""
    query: Select[Any] = select(tally_table).where(tally_table.c.cases > 0)
    rows = connection.execute(query.order_by(tally_table.c.department))
    return {row.department: _tally(row) for row in rows}


def _tally(row: Row[Any]) -> Tally:
    return Tally(**{name: getattr(row, name) for name in Tally.__struct_fields__})


# Readings ----------------------------------------------------------------------------------------


def save(connection: Connection, day: dt.date, readings: Mapping[str, Reading]) -> None:
    """Write the readings of a day in place of its earlier ones."""
    connection.execute(reading_table.delete().where(reading_table.c.day == day))
    rows = [{"measure": name, "day": day, **asdict(one)} for name, one in readings.items()]
    if rows:
        connection.execute(reading_table.insert(), rows)


def days_to_settle(connection: Connection, before: dt.date, most: int) -> list[dt.date]:
    """Return some days before one that have readings and no ledger entry, oldest first."""
    own = reading_table.c.day
    settled = select(day_table.c.day).where(day_table.c.day == own).exists()
    query = select(own).where(own < before, ~settled).distinct().order_by(own).limit(most)
    return list(connection.execute(query).scalars())


def settle(connection: Connection, day: dt.date, entry: str) -> None:
    """Note which ledger entry holds the digest of a day's readings."""
    new = inserting(connection, day_table).values(day=day, entry=entry)
    connection.execute(
        new.on_conflict_do_update(index_elements=[day_table.c.day], set_={"entry": entry})
    )


def is_settled(connection: Connection, day: dt.date) -> bool:
    """Whether a ledger entry holds the digest of a day's readings."""
    query = select(day_table.c.day).where(day_table.c.day == day)
    return connection.execute(query).first() is not None


def days_by_entry(
    connection: Connection, after: str | None, until: str | None
) -> Iterator[list[tuple[dt.date, str]]]:
    """Return days and their entries in pieces, in the order of entries: see ``streams.between``."""
    for rows in in_pieces(connection, between(select(day_table), day_table.c.entry, after, until)):
        yield [(row.day, row.entry) for row in rows]


def last_settled(connection: Connection) -> dt.date | None:
    """Return the latest day whose readings a ledger entry holds."""
    found: dt.date | None = connection.execute(select(func.max(day_table.c.day))).scalar()
    return found


def entries_of_days(connection: Connection, days: Sequence[dt.date]) -> dict[str, str]:
    """Return the ledger entries of days, by the day as it is written."""
    entries = values_of(connection, day_table.c.day, day_table.c.entry, days)
    return {day.isoformat(): entry for day, entry in entries.items()}


def readings_of(
    connection: Connection, days: Sequence[dt.date]
) -> dict[dt.date, dict[str, Reading]]:
    """Return the readings of days, by day and measure."""
    found: dict[dt.date, dict[str, Reading]] = {day: {} for day in days}
    own = reading_table.c
    for some in chunks(days):
        query = select(reading_table).where(own.day.in_(some)).order_by(own.day, own.measure)
        for row in connection.execute(query):
            found[row.day][row.measure] = _reading(row)
    return found


def save_departments(connection: Connection, readings: Mapping[str, Mapping[str, Reading]]) -> None:
    """Write the readings of every department, by department and measure, in place of all others."""
    connection.execute(department_table.delete())
    rows = [
        {"measure": name, "department": department, **asdict(one)}
        for department, measures in readings.items()
        for name, one in measures.items()
    ]
    if rows:
        connection.execute(department_table.insert(), rows)


def latest(connection: Connection, today: dt.date) -> dict[str, Reading]:
    """Return the newest reading of every measure; none before anything was counted.

    A reading of a day to come was kept by a clock that stood ahead: it counts for nothing before that day.
    """
    query = select(reading_table).where(reading_table.c.day == newest_day(connection, today))
    return {row.measure: _reading(row) for row in connection.execute(query)}


def newest_day(connection: Connection, today: dt.date) -> dt.date | None:
    """Return the day of the newest readings that are of no day to come."""
    query = select(func.max(reading_table.c.day)).where(reading_table.c.day <= today)
    newest: dt.date | None = connection.execute(query).scalar()
    return newest


def of_departments(connection: Connection, measure: str) -> dict[str, Reading]:
    """Return a measure's newest reading of every department that has something to count."""
    query = (
        select(department_table)
        .where(department_table.c.measure == measure, department_table.c.denominator > 0)
        .order_by(department_table.c.department)
    )
    return {row.department: _reading(row) for row in connection.execute(query)}


def _reading(row: Row[Any]) -> Reading:
    return Reading(numerator=row.numerator, denominator=row.denominator, value=row.value)


def history(
    connection: Connection, measure: str, today: dt.date, days: int
) -> list[tuple[dt.date, float]]:
    """Return the last days up to today on which a measure had a value, oldest first."""
    own = reading_table.c
    query = (
        select(own.day, own.value)
        .where(own.measure == measure, own.value.is_not(None), own.day <= today)
        .order_by(reading_table.c.day.desc())
        .limit(days)
    )
    return [(row.day, row.value) for row in connection.execute(query)][::-1]
