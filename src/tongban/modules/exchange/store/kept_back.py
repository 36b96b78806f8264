"""What persons do not see yet of the reads about them, for whoever oversees reading."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from tongban.modules.exchange.model.occasions import KeptBackReads
from tongban.modules.exchange.store.tables import disclosures

_FILE = (
    disclosures.c.shown_on,
    disclosures.c.department,
    disclosures.c.grant_code,
    disclosures.c.occasion,
    disclosures.c.occasion_reference,
)
"""Reads of one file that appear on one day are one line."""


def kept_back(
    connection: Connection, today: dt.date, department: str, limit: int | None, offset: int
) -> tuple[list[KeptBackReads], int]:
    """Return a stretch of what is kept back on a local date, what appears first at the top, and how many
    lines there are; of one department where one is named."""
    lines = _lines(today, department).subquery()
    total = connection.execute(select(func.count()).select_from(lines)).scalar_one()
    query = select(disclosures, lines.c.times).join(lines, lines.c.first == disclosures.c.id)
    stretch = query.order_by(disclosures.c.shown_on, disclosures.c.id).limit(limit).offset(offset)
    return [_reads(row) for row in connection.execute(stretch)], total


def departments_keeping_back(connection: Connection, today: dt.date) -> list[str]:
    """Return whose reads are kept back on a local date."""
    query = select(disclosures.c.department).where(disclosures.c.shown_on > today).distinct()
    return sorted(connection.execute(query).scalars())


def _lines(today: dt.date, department: str) -> Select[str, int]:
    query = select(func.min(disclosures.c.id).label("first"), func.count().label("times"))
    kept = query.where(disclosures.c.shown_on > today).group_by(*_FILE)
    return kept.where(disclosures.c.department == department) if department else kept


def _reads(row: Row[Any]) -> KeptBackReads:
    return KeptBackReads(
        department=row.department,
        grant=row.grant_code,
        occasion=row.occasion,
        occasion_name=row.occasion_name,
        reference=row.occasion_reference,
        times=row.times,
        clause=row.kept_back_by,
        shown_on=row.shown_on,
        first=row.id,
    )
