"""How often something was done in a day or an hour: quotas are taken where they are counted."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam

from tongban.kit.db import Often, inserting
from tongban.modules.exchange.model.quotas import Limit, LimitKind
from tongban.modules.exchange.store.tables import tallies

_TAKING: dict[tuple[str, int], Often] = {}
"""The statement that takes one of several limits at once, by database and their number."""


def take(
    connection: Connection, limits: Sequence[Limit]
) -> tuple[list[Limit], dict[LimitKind, int]]:
    """Count one more under each limit, or under none: returns those that are reached already, and how
    often there was by now under each kind.

    A limit that is reached leaves all of them as they were. Always in the same order, so that two
    who take the same limits never wait for each other in a circle.
    """
    ordered = sorted(limits, key=lambda each: (each.kind, each.who))
    spent = [each for each in ordered if each.most < 1]
    if spent:
        return spent, {}
    taken = _taken(connection, ordered)
    spent = [each for each in ordered if each.kind not in taken]
    if spent:
        for each in ordered:
            if each not in spent:
                _give_back(connection, each)
    return spent, taken


def _taken(connection: Connection, limits: Sequence[Limit]) -> dict[LimitKind, int]:
    """Count one more wherever there is room; return how often by now, by kind, where there was."""
    given = {
        f"{name}{place}": value
        for place, each in enumerate(limits)
        for name, value in (
            ("kind", each.kind), ("who", each.who), ("since", each.since),
            ("times", 1), ("most", each.most),
        )
    }  # fmt: skip
    rows = _taking(connection, len(limits)).tuples(connection, **given)
    return {LimitKind(row[0]): int(row[1]) for row in rows}


def _taking(connection: Connection, number: int) -> Often:
    key = (connection.dialect.name, number)
    found = _TAKING.get(key)
    if found is None:
        found = _TAKING[key] = Often(_statement(connection, number))
    return found


def _statement(connection: Connection, number: int) -> Any:
    names = ("kind", "who", "since", "times", "most")
    rows = [
        {name: bindparam(f"{name}{place}", type_=tallies.c[name].type) for name in names}
        for place in range(number)
    ]
    new = inserting(connection, tallies).values(rows)
    return new.on_conflict_do_update(
        index_elements=[tallies.c.kind, tallies.c.who, tallies.c.since],
        set_={"times": tallies.c.times + 1, "most": new.excluded.most},
        where=tallies.c.times < new.excluded.most,
    ).returning(tallies.c.kind, tallies.c.times)


def _give_back(connection: Connection, limit: Limit) -> None:
    connection.execute(_mine(limit).values(times=tallies.c.times - 1))


def _mine(limit: Limit) -> Any:
    return tallies.update().where(
        tallies.c.kind == limit.kind, tallies.c.who == limit.who, tallies.c.since == limit.since
    )


def forget_tallies(connection: Connection, before: dt.datetime) -> None:
    """Forget what was counted in periods that began before an instant."""
    connection.execute(tallies.delete().where(tallies.c.since < before))
