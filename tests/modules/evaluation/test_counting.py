"""Indicators follow what happens: counted by a job, shared by many events, open to departments."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.builders import services as builders
from tests.builders import web

from tongban.kernel.errors import Refusal
from tongban.kit import shelf
from tongban.kit.db import Database
from tongban.kit.db.unit import jobs
from tongban.kit.house import House
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox
from tongban.modules.evaluation import actions, handlers, queries
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.evaluation.model import NOTHING

ON_TIME = IndicatorDefinition(code="on-time", name="按时办结率", of="cases_on_time_share", target=1)
FETCHED = IndicatorDefinition(code="fetched", name="信息免填率", of="values_fetched_share")


@pytest.fixture
def running(database: Database, tmp_path: Path) -> House:
    """A small city with two indicators."""
    builders.found(database, tmp_path)
    database.write(lambda unit: shelf.put(unit, "evaluation", "on-time", 1, ON_TIME))
    database.write(lambda unit: shelf.put(unit, "evaluation", "fetched", 1, FETCHED))
    return web.house(database, tmp_path)


def worker(house: House) -> Worker:
    return Worker(house, Outbox(house.db, handlers.SUBSCRIPTIONS), handlers.JOBS)


def queued(database: Database) -> int:
    with database.read() as reader:
        query = select(func.count()).select_from(jobs).where(jobs.c.name == actions.RECOUNT)
        return int(reader.connection.execute(query).scalar_one())


def test_before_anything_happened_an_indicator_has_no_value(running: House) -> None:
    with running.db.read() as reader:
        found = queries.measured(reader)
        assert queries.headline(reader) == []
        assert queries.by_department(reader.connection, ON_TIME) == {}
    assert {measured.reading for _, measured in found} == {NOTHING}
    assert {measured.reached for _, measured in found} == {None}


def test_a_decided_case_moves_the_indicators_of_all_and_of_its_department(running: House) -> None:
    builders.decided(running.db, builders.ready_to_decide(running.db))
    worker(running).settle()
    with running.db.read() as reader:
        _, measured = queries.one(reader, "on-time")
        parts = queries.by_department(reader.connection, ON_TIME)
        shown = queries.headline(reader)
    assert (measured.reading.numerator, measured.reading.denominator) == (1, 1)
    assert measured.reached is True
    assert [value for _, value in measured.history] == [1.0]
    assert parts == {builders.LABOUR: measured.reading}
    assert ("按时办结率", "100.0%") in [(one.name, value) for one, value in shown]


def test_many_events_share_one_count(running: House) -> None:
    for _ in range(3):
        builders.submitted(running.db)
    box = Outbox(running.db, handlers.SUBSCRIPTIONS)
    assert box.deliver() >= 3
    assert queued(running.db) == 1
    worker(running).settle()
    builders.submitted(running.db)
    box.deliver()
    assert queued(running.db) == 2, "what happens after a count asks for another"


def test_counting_twice_changes_nothing(running: House) -> None:
    builders.submitted(running.db)
    worker(running).settle()
    with running.db.read() as reader:
        before = queries.measured(reader)
    running.db.write(actions.ask_recount)
    worker(running).settle()
    with running.db.read() as reader:
        assert queries.measured(reader) == before


def test_an_indicator_that_is_not_shown_is_not_found(running: House) -> None:
    with running.db.read() as reader, pytest.raises(Refusal, match=r"indicator_not_found"):
        queries.one(reader, "corrections")
