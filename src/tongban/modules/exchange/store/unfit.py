"""How often a source held what fits no element: one row for each reason, never one for a read."""

import datetime as dt

from sqlalchemy import Connection, select

from tongban.kit.db import inserting
from tongban.modules.exchange.model import Unfit, UnfitCount
from tongban.modules.exchange.store.tables import unfit

_KEY = (unfit.c.source, unfit.c.resource, unfit.c.element, unfit.c.reason)


def count_unfit(
    connection: Connection, source: str, resource: str, element: str, reason: Unfit, at: dt.datetime
) -> None:
    """Count one more."""
    new = inserting(connection, unfit).values(
        source=source,
        resource=resource,
        element=element,
        reason=reason.value,
        times=1,
        first_at=at,
        last_at=at,
    )
    connection.execute(
        new.on_conflict_do_update(
            index_elements=list(_KEY), set_={"times": unfit.c.times + 1, "last_at": at}
        )
    )


def last_unfit(connection: Connection, source: str) -> dt.datetime | None:
    """Return when a source was last found to hold what does not fit, None where it never was."""
    query = select(unfit.c.last_at).where(unfit.c.source == source)
    return connection.execute(query.order_by(unfit.c.last_at.desc()).limit(1)).scalar()


def unfit_counts(connection: Connection) -> list[UnfitCount]:
    """Return what was counted, the latest first."""
    rows = connection.execute(select(unfit).order_by(unfit.c.last_at.desc(), *_KEY))
    return [
        UnfitCount(
            source=row.source,
            resource=row.resource,
            element=row.element,
            reason=Unfit(row.reason),
            count=row.times,
            first_at=row.first_at,
            last_at=row.last_at,
        )
        for row in rows
    ]
