"""What a day may have changed is asked of an index, however many cases wait for tomorrow."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, event, insert
from sqlalchemy.engine import Engine

from tongban.kit.db import Database, Unit
from tongban.modules.evaluation import store

TODAY = dt.date(2026, 11, 24)
MANY = 2_000


def _row(number: int, again: dt.date) -> dict[str, Any]:
    sums = dict.fromkeys(store.tally_table.c.keys(), 0)
    return {**sums, "case_id": f"{number:036}", "department": "d", "decided": False} | {
        "count_again_on": again
    }


def _waiting(unit: Unit) -> None:
    days = [TODAY + dt.timedelta(days=1)] * MANY + [TODAY, TODAY + dt.timedelta(days=2)]
    rows = [_row(number, day) for number, day in enumerate(days)]
    unit.connection.execute(insert(store.case_table), rows)


def _asked(connection: Connection) -> list[tuple[str, Any]]:
    """Return every question about cases of a day, with its parameters."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "count_again_on" in statement:
            asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert store.to_count_on(connection, TODAY, 5) == [f"{n:036}" for n in (MANY, MANY + 1)]
        assert store.to_count_on(connection, TODAY, 1) == [f"{MANY:036}"]
        assert store.waiting(connection, TODAY) == 2
        assert not store.is_all_counted(connection, TODAY)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return asked


def test_no_case_that_waits_for_tomorrow_is_looked_at_to_find_those_of_today(
    database: Database,
) -> None:
    database.write(_waiting)
    with database.engine.begin() as connection:
        is_server = connection.dialect.name == "postgresql"
        if is_server:  # what it does with many rows, whatever it knows of them
            for way in ("seqscan", "bitmapscan"):
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        asked = _asked(connection)
        assert asked
        how = "EXPLAIN (ANALYZE, COSTS OFF)" if is_server else "EXPLAIN QUERY PLAN"
        for statement, parameters in asked:
            plan = str(connection.exec_driver_sql(f"{how} {statement}", parameters).fetchall())
            assert "Removed by Filter" not in plan, plan
            assert "SCAN evaluation_case" not in plan, plan
