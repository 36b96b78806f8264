"""Readings in the database: of each day for the whole, and the newest for each department."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Float,
    Integer,
    Row,
    String,
    Table,
    func,
    select,
)

from tongban.kit.db import metadata
from tongban.modules.evaluation.model import Reading

reading_table = Table(
    "evaluation_reading",
    metadata,
    Column("measure", String(80), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("numerator", Integer, nullable=False),
    Column("denominator", Integer, nullable=False),
    Column("value", Float),
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


def save(connection: Connection, day: dt.date, readings: Mapping[str, Reading]) -> None:
    """Write the readings of a day in place of its earlier ones."""
    connection.execute(reading_table.delete().where(reading_table.c.day == day))
    rows = [{"measure": name, "day": day, **asdict(one)} for name, one in readings.items()]
    if rows:
        connection.execute(reading_table.insert(), rows)


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


def latest(connection: Connection) -> dict[str, Reading]:
    """Return the newest reading of every measure; none before anything was counted."""
    newest = select(func.max(reading_table.c.day)).scalar_subquery()
    query = select(reading_table).where(reading_table.c.day == newest)
    return {row.measure: _reading(row) for row in connection.execute(query)}


def newest_day(connection: Connection) -> dt.date | None:
    """Return the day of the newest readings."""
    newest: dt.date | None = connection.execute(select(func.max(reading_table.c.day))).scalar()
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


def history(connection: Connection, measure: str, days: int) -> list[tuple[dt.date, float]]:
    """Return the last days on which a measure had a value, oldest first."""
    query = (
        select(reading_table.c.day, reading_table.c.value)
        .where(reading_table.c.measure == measure, reading_table.c.value.is_not(None))
        .order_by(reading_table.c.day.desc())
        .limit(days)
    )
    return [(row.day, row.value) for row in connection.execute(query)][::-1]
