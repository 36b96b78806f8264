"""How often no source answered: one row for each resource, never one for an attempt."""

import datetime as dt

from sqlalchemy import Connection, func, select

from tongban.kit.db import inserting
from tongban.modules.exchange.store.tables import unanswered


def count_unanswered(connection: Connection, resource: str, at: dt.datetime) -> None:
    """Count one more."""
    new = inserting(connection, unanswered).values(
        resource=resource, times=1, first_at=at, last_at=at
    )
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[unanswered.c.resource],
            set_={"times": unanswered.c.times + 1, "last_at": at},
        )
    )


def unanswered_times(connection: Connection) -> int:
    """Return how many attempts were not answered, of all resources together."""
    return int(
        connection.execute(select(func.coalesce(func.sum(unanswered.c.times), 0))).scalar_one()
    )
