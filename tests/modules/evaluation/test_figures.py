"""The figures of a city that runs: what is overdue is in them, a day after as well as at once."""

import datetime as dt
from pathlib import Path

import pytest
from tests.builders import exchange, web
from tests.builders import services as builders
from tests.builders.evaluation import figures, settled

from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.kit.house import House
from tongban.modules.evaluation import queries, rules
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.evaluation.model import Reading
from tongban.modules.services import actions
from tongban.modules.services.model import CorrectionItem
from tongban.modules.services.store import values as kept_values

ON_TIME = IndicatorDefinition(code="on-time", name="按时办结率", of="cases_on_time_share", target=1)


@pytest.fixture
def running(database: Database, tmp_path: Path) -> House:
    """A small city with one indicator, a case decided in time, and one that only runs."""
    builders.found(database, tmp_path)
    database.write(lambda unit: shelf.put(unit, "evaluation", "on-time", 1, ON_TIME))
    builders.decided(database, builders.ready_to_decide(database))
    builders.accepted(database, builders.submitted(database))
    return web.house(database, tmp_path)


def later(house: House, days: int) -> None:
    clock = house.db.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.timedelta(days=days))


def test_a_limit_that_passes_moves_the_figure_without_any_event(running: House) -> None:
    settled(running)
    with running.db.read() as reader:
        assert queries.one(reader, "on-time")[1].reading.value == 1
    later(running, 30)
    settled(running)
    with running.db.read() as reader:
        _, measured = queries.one(reader, "on-time")
        parts = queries.by_department(reader.connection, ON_TIME)
    assert (measured.reading.numerator, measured.reading.denominator) == (1, 2)
    assert measured.reached is False
    assert parts[builders.LABOUR].value == 0.5


def test_nothing_is_counted_twice_on_a_day_on_which_nothing_happens(running: House) -> None:
    settled(running)
    with running.db.read() as reader:
        assert queries.days_to_count(reader) == []
    later(running, 1)
    with running.db.read() as reader:
        assert len(queries.days_to_count(reader)) == 1


def test_what_is_done_to_a_running_case_flatters_no_figure(running: House) -> None:
    """The worsenings that have a verb, each done to the same city through its real action."""
    case = builders.accepted(running.db, builders.submitted(running.db))
    item = (CorrectionItem(key="form.phone", text="少一位"),)
    later(running, 30)
    steps = (
        lambda unit: actions.ask_correction(
            unit, builders.REVIEWER, case.number, "review", case.version, item, 5
        ),
        lambda unit: actions.withdraw(unit, builders.wang(), case.number),
    )
    before = figures(running)
    for step in steps:
        running.db.write(step)
        after = figures(running)
        for name, measure in rules.MEASURES.items():
            assert not rules.flatters(before[name], after[name], measure.better), name
        before = after
    assert (before["cases_on_time_share"].numerator, before["cases_on_time_share"].denominator) == (
        1,
        3,
    )


def test_a_source_that_does_not_answer_is_an_attempt_that_brought_nothing(
    database: Database, tmp_path: Path
) -> None:
    sources = builders.found(database, tmp_path)
    house = web.house(database, tmp_path)
    builders.submitted(database)
    before = figures(house)["data_answered_share"]
    sources.down = True
    builders.submitted(database, allow=False)
    after = figures(house)["data_answered_share"]
    assert before.value is not None
    assert after.value is not None
    assert after.denominator > before.denominator
    assert after.value < before.value


def test_a_value_that_the_applicant_had_to_put_right_was_not_supplied_by_a_department(
    database: Database, tmp_path: Path
) -> None:
    from tongban.modules.services.model import Settled

    builders.found(database, tmp_path)
    house = web.house(database, tmp_path)
    case = builders.accepted(database, builders.submitted(database))
    before = figures(house)["values_fetched_share"]
    claim = {builders.STATUS: "10"}
    database.write(
        lambda unit: actions.dispute(unit, builders.wang(), case.id, builders.STATUS, claim)
    )
    database.write(
        lambda unit: actions.settle(
            unit,
            builders.REVIEWER,
            case.number,
            builders.STATUS,
            builders.seen(unit, case),
            Settled.CLAIM,
        )
    )
    after = figures(house)["values_fetched_share"]
    assert after.numerator == before.numerator - 1
    assert after.denominator == before.denominator
    with database.read() as reader:
        counts = kept_values.origin_counts(reader.connection, [case.id])
    assert sum(counts[case.id].values()) >= after.denominator


WORSE_DATA = {
    "nothing can be read": {"status": "离异", "married_on": "2019-02-30"},
    "a part cannot be read": {"married_on": "2019-02-30"},
    "away": None,
}
"""What becomes of the marriage register before Wang applies once more."""


@pytest.mark.parametrize("how", WORSE_DATA)
def test_data_that_come_worse_move_their_figures_and_none_the_better_way(
    database: Database, tmp_path: Path, how: str
) -> None:
    """Where all was well before, so that a figure that left the bad ones out would stay at 100 %."""
    sources = builders.found(database, tmp_path)
    house = web.house(database, tmp_path)
    builders.submitted(database)
    before = figures(house)
    row = WORSE_DATA[how]
    if row is None:
        sources.down = True
    else:
        sources.rows[exchange.WANG.id] |= row
    builders.submitted(database)
    after = figures(house)
    for name, measure in rules.MEASURES.items():
        assert not rules.flatters(before[name], after[name], measure.better), name
    for name in ("data_answered_share", "values_fetched_share"):
        assert _value(after[name]) < _value(before[name]), name
        assert after[name].denominator > before[name].denominator, name
    assert before["data_answered_share"].value == 1


def _value(reading: Reading) -> float:
    assert reading.value is not None
    return reading.value


def test_a_value_that_cannot_be_read_and_that_nobody_is_made_to_give_stays_needed(
    database: Database, tmp_path: Path
) -> None:
    sources = builders.found(database, tmp_path)
    house = web.house(database, tmp_path)
    sources.rows[exchange.WANG.id] |= {"married_on": "2019-02-30"}
    builders.submitted(database)
    reading = figures(house)["values_fetched_share"]
    # The name and the status came; the day of the marriage was neither readable nor given. Asked
    # were the telephone and the months.
    assert (reading.numerator, reading.denominator) == (2, 5)


def test_a_clock_that_stood_ahead_and_was_put_right_leaves_no_figure(running: House) -> None:
    settled(running)
    with running.db.read() as reader:
        right, today = queries.one(reader, "on-time")[1], queries.counted_on(reader)
    ahead = running.db.clock
    later(running, 30)
    settled(running)
    running.db.clock = MovableClock(start=ahead.now() - dt.timedelta(days=30))
    try:
        with running.db.read() as reader:  # at once, before anything is counted again
            assert queries.one(reader, "on-time")[1] == right
            assert queries.counted_on(reader) == today
            assert queries.headline(reader)[0][1] == "100.0%"
            assert queries.cases_to_count(reader) == 1
        figures(running)
        with running.db.read() as reader:
            assert queries.one(reader, "on-time")[1] == right
            assert queries.by_department(reader.connection, ON_TIME)[builders.LABOUR].value == 1
            assert queries.cases_to_count(reader) == 0
    finally:
        running.db.clock = ahead
