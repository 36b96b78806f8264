"""Readings of each day in the database."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Column, Connection, Date, Float, Integer, String, Table, select

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


def save(connection: Connection, day: dt.date, readings: Mapping[str, Reading]) -> None:
    """Write the readings of a day in place of its earlier ones."""
    connection.execute(reading_table.delete().where(reading_table.c.day == day))
    rows = [
        {
            "measure": measure,
            "day": day,
            "numerator": reading.numerator,
            "denominator": reading.denominator,
            "value": reading.value,
        }
        for measure, reading in readings.items()
    ]
    if rows:
        connection.execute(reading_table.insert(), rows)


def history(connection: Connection, measure: str, days: int) -> list[tuple[dt.date, float]]:
    """Return the last days on which a measure had a value, oldest first."""
    query = (
        select(reading_table.c.day, reading_table.c.value)
        .where(reading_table.c.measure == measure, reading_table.c.value.is_not(None))
        .order_by(reading_table.c.day.desc())
        .limit(days)
    )
    return [(row.day, row.value) for row in connection.execute(query)][::-1]
