"""Cases that are named are found by their numbers, however many run beside them."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from tongban.kit import testing
from tongban.kit.db import Database
from tongban.modules.services.model import What
from tongban.modules.services.store import cases

TODAY = dt.date(2026, 11, 24)
ASKED: dict[str, Callable[[Connection, Sequence[str]], object]] = {
    "running": cases.running_cases,
    "received": cases.received,
    "past their day": lambda connection, numbers: cases.past_due(
        connection, "promised_due", TODAY, What.PROMISE_MISSED, numbers
    ),
    "without a correction": lambda connection, numbers: cases.unanswered(
        connection, TODAY, What.CORRECTION_MISSED, numbers
    ),
}


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """Only SQLite takes the wrong index: PostgreSQL knows how many cases run."""
    yield from testing.opened(testing.sqlite_database(tmp_path))


@pytest.mark.parametrize("asked", ASKED)
def test_some_cases_are_found_by_their_numbers_and_not_among_all_that_run(
    sqlite: Database, asked: str
) -> None:
    said: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        said.append((statement, parameters))

    with sqlite.engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", note)
        ASKED[asked](connection, [f"n{number}" for number in range(200)])
        ((statement, parameters),) = said
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        (found,) = [row[3] for row in plan if "services_case USING" in row[3]]
    assert found.endswith("(number=?)")
