"""The sums that events keep equal a count of every case, whatever happened, in whatever order."""

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from tests.builders import services as builders
from tests.builders import web
from tests.builders.evaluation import figures, recounted, settled

from tongban.kernel.errors import Refusal
from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Unit
from tongban.kit.house import House
from tongban.modules.evaluation import actions as counting
from tongban.modules.evaluation import queries, rules, store
from tongban.modules.evaluation.model import Tally
from tongban.modules.government.definition import GovernmentDefinition
from tongban.modules.services import actions
from tongban.modules.services.model import Case, CorrectionItem, Settled
from tongban.modules.services.store import tables

ITEM = (CorrectionItem(key="form.phone", text="少一位"),)
PHONE = {"form.phone": "13900000000"}


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """A small city in which nothing happened yet."""
    builders.found(database, tmp_path)
    return web.house(database, tmp_path)


def later(house: House, days: int) -> None:
    clock = house.db.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.timedelta(days=days))


def _asked(unit: Unit, case: Case) -> Case:
    now = builders.seen(unit, case)
    return actions.ask_correction(unit, builders.REVIEWER, case.number, "review", now, ITEM, 5)


def _disputed(unit: Unit, case: Case) -> None:
    claim = {builders.STATUS: "10"}
    actions.dispute(unit, builders.wang(), case.id, builders.STATUS, claim)
    now = builders.seen(unit, case)
    actions.settle(unit, builders.REVIEWER, case.number, builders.STATUS, now, Settled.CLAIM)


DONE: Mapping[str, Callable[[Database, Case], object]] = {
    "accepted": builders.accepted,
    "reviewed": builders.reviewed,
    "decided": lambda database, case: database.write(
        lambda unit: actions.decide(
            unit, builders.LI, case.number, "decide", builders.seen(unit, case), builders.APPROVE
        )
    ),
    "asked for a correction": lambda database, case: database.write(lambda u: _asked(u, case)),
    "corrected": lambda database, case: database.write(
        lambda unit: actions.supply_correction(unit, builders.wang(), case.number, PHONE)
    ),
    "lapsed": lambda database, case: database.write(
        lambda unit: actions.lapse(
            unit, builders.REVIEWER, case.number, "review", builders.seen(unit, case)
        )
    ),
    "withdrawn": lambda database, case: database.write(
        lambda unit: actions.withdraw(unit, builders.wang(), case.number)
    ),
    "disputed": lambda database, case: database.write(lambda unit: _disputed(unit, case)),
}
"""What may be done to a case; where it may not be done now, nothing happens."""

STEPS = st.lists(
    st.tuples(st.just("submitted"), st.booleans())
    | st.tuples(st.just("days"), st.integers(1, 40))
    | st.tuples(st.sampled_from(sorted(DONE)), st.integers(0, 5)),
    min_size=4,
    max_size=14,
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_the_sums_equal_a_count_of_every_case_whatever_happened(
    house: House, steps: list[tuple[str, int]]
) -> None:
    cases: list[Case] = []
    for what, how in steps:
        if what == "submitted" or not cases:
            cases.append(builders.submitted(house.db, allow=bool(how)))
        elif what == "days":
            figures(house)
            later(house, how)
        else:
            with suppress(Refusal):
                DONE[what](house.db, cases[how % len(cases)])
    figures(house)


def test_an_event_counts_its_case_and_no_other(house: House) -> None:
    case = builders.submitted(house.db)
    builders.submitted(house.db)
    figures(house)
    house.db.write(lambda unit: store.enqueue(unit.connection, case.id))
    assert house.db.write(counting.count_some) == 1
    assert house.db.write(counting.count_some) == 0


def test_a_new_day_counts_running_cases_and_no_decided_one(house: House) -> None:
    builders.decided(house.db, builders.ready_to_decide(house.db))
    builders.submitted(house.db)
    figures(house)
    with house.db.read() as reader:
        assert queries.cases_to_count(reader) == 0
    later(house, 1)
    with house.db.read() as reader:
        assert queries.cases_to_count(reader) == 1


def test_a_government_that_was_there_before_is_counted_in_pieces_that_a_stop_does_not_lose(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        builders.submitted(house.db)
    figures(house)
    before = figures(house)

    def forget(unit: Unit) -> None:
        for table in (store.case_table, store.tally_table, store.progress_table, store.queue_table):
            unit.connection.execute(delete(table))

    house.db.write(forget)
    monkeypatch.setattr(counting, "PIECE", 2)
    assert [house.db.write(counting.count_some) for _ in range(2)] == [2, 2]
    with house.db.read() as reader:
        counted = select(func.count()).select_from(store.case_table)
        assert reader.connection.execute(counted).scalar_one() == 4
    assert figures(house) == before


def test_what_is_counted_twice_at_a_time_adds_once(house: House) -> None:
    case = builders.submitted(house.db)
    figures(house)
    for _ in range(3):
        house.db.write(lambda unit: store.enqueue(unit.connection, case.id))
        house.db.write(counting.count_some)
    with house.db.read() as reader:
        assert store.tallies(reader.connection) == recounted(reader)


def _outcome(house: House, case: Case, words: str | None) -> None:
    """Write what no case can have come to, so that it cannot be read; or mend it."""
    own = update(tables.case).where(tables.case.c.id == case.id).values(outcome=words)
    house.db.write(lambda unit: unit.connection.execute(own).rowcount)


def test_a_case_that_cannot_be_read_keeps_no_other_from_being_counted(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    known = builders.submitted(house.db)
    other = builders.accepted(house.db, builders.submitted(house.db))
    figures(house)
    new = builders.submitted(house.db)
    _outcome(house, new, "?")
    _outcome(house, known, "?")
    for case in (new, known, other):
        house.db.write(lambda unit, case=case: counting.count_again(unit, case.id))  # type: ignore[misc]
    house.db.write(lambda unit: _asked(unit, other))
    settled(house)
    with house.db.read() as reader:
        assert queries.cases_to_count(reader) == 0
        tally = store.tallies(reader.connection)[other.department]
    assert (tally.cases, tally.corrected) == (2, 1)
    assert f"{known.number} could not be counted" in caplog.text
    assert other.number not in caplog.text
    _outcome(house, new, None)
    _outcome(house, known, None)
    later(house, 1)
    assert figures(house)["corrections_share"].denominator == 3


def test_a_case_that_is_no_longer_there_is_taken_out_of_the_sums_once(house: House) -> None:
    case = builders.submitted(house.db)
    builders.submitted(house.db)
    figures(house)
    gone = delete(tables.case).where(tables.case.c.id == case.id)
    house.db.write(lambda unit: unit.connection.execute(gone).rowcount)
    later(house, 1)
    assert [house.db.write(counting.count_some) for _ in range(2)] == [2, 0]
    figures(house)


def test_what_waits_and_nobody_was_asked_to_count_is_counted_within_a_minute(house: House) -> None:
    case = builders.submitted(house.db)
    figures(house)
    # As it is left where another process ended its count while this one thought it still to begin.
    house.db.write(lambda unit: store.enqueue(unit.connection, case.id))
    settled(house)
    with house.db.read() as reader:
        assert queries.cases_to_count(reader) == 0
        assert queries.days_to_count(reader) == []
        assert store.tallies(reader.connection) == recounted(reader)


def test_definitions_are_adopted_before_or_after_some_are_counted_and_not_meanwhile(
    house: House,
) -> None:
    builders.submitted(house.db)
    figures(house)
    begun, adopted = threading.Event(), threading.Event()

    def adopt() -> None:
        begun.wait()
        house.db.write(counting.follow_definitions)
        adopted.set()

    def count(unit: Unit) -> None:
        store.held_progress(unit.connection)
        begun.set()
        assert not adopted.wait(0.3)

    thread = threading.Thread(target=adopt)
    thread.start()
    house.db.write(count)
    assert adopted.wait(60)
    thread.join()


def test_an_adopted_definition_has_the_days_of_undecided_cases_counted_again(house: House) -> None:
    builders.submitted(house.db)
    builders.decided(house.db, builders.ready_to_decide(house.db))
    figures(house)
    house.db.write(counting.follow_definitions)
    with house.db.read() as reader:
        assert queries.cases_to_count(reader) == 1
    settled(house)
    with house.db.read() as reader:
        assert queries.cases_to_count(reader) == 0


def test_days_of_another_time_zone_are_counted_of_decided_cases_too(house: House) -> None:
    builders.decided(house.db, builders.ready_to_decide(house.db))
    before = figures(house)["average_days_saved"]
    with house.db.read() as reader:
        (now,) = shelf.every(reader.connection, "government", GovernmentDefinition).items()
    key, here = now
    there = msgspec.structs.replace(here, time_zone="America/New_York")
    house.db.write(lambda unit: shelf.put(unit, "government", key, 2, there))
    house.db.write(counting.count_all_again)
    # Half past nine in the morning is the evening before over there.
    assert figures(house)["average_days_saved"].numerator == before.numerator + 1


SUMS = st.builds(
    lambda numbers: Tally(**dict(zip(rules.FIELDS, numbers, strict=True))),
    st.tuples(*[st.integers(-9, 9) for _ in rules.FIELDS]),
)


@given(whole=SUMS, part=SUMS)
def test_what_is_taken_out_and_put_in_again_changes_no_sum(whole: Tally, part: Tally) -> None:
    assert rules.added([rules.less(whole, part), part]) == whole


def test_true_last_days_of_decided_cases_come_into_the_figures(house: House) -> None:
    case = builders.decided(house.db, builders.ready_to_decide(house.db))
    before = figures(house)["average_days_saved"]
    assert case.statutory_due is not None
    unknown = replace(builders.CALENDAR, covers=frozenset())
    longer = {case.statutory_due: "假"}
    known = replace(builders.CALENDAR, holidays={**builders.CALENDAR.holidays, **longer})
    house.db.write(lambda unit: actions.fix_days_of_decided(unit, unknown, known))
    settled(house)
    assert figures(house)["average_days_saved"].numerator > before.numerator
