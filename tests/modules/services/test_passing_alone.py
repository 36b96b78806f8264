"""What the passing of days did is noted case by case: once, whoever else looks, and whatever another does."""

import datetime as dt
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.builders import services as builders
from tests.builders.services_web import City
from tests.modules.services.test_true_days import PROMISED, happened, sent, to, told
from tests.modules.supervision.test_actions import ruled

from tongban.kit.db import Database
from tongban.kit.lanes import OnceAMinute
from tongban.modules.services import actions, queries
from tongban.modules.services.actions import passing
from tongban.modules.services.model import Case, What
from tongban.modules.services.store import tables
from tongban.modules.supervision import actions as supervision


def _meeting(patch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Let two who come to the same place at once wait for each other there, for a second at most."""
    gate = threading.Barrier(2)
    before = getattr(module, name)

    def wait_first(*given: object, **named: object) -> object:
        with suppress(threading.BrokenBarrierError):
            gate.wait(1)
        return before(*given, **named)

    patch.setattr(module, name, wait_first)


@pytest.fixture
def late(database: Database, tmp_path: Path) -> Case:
    """A case of which the promised day is over."""
    builders.found(database, tmp_path)
    case = builders.accepted(database, builders.submitted(database))
    to(database, PROMISED + dt.timedelta(days=1))
    return case


def test_of_two_processes_that_look_at_once_one_notes_and_tells_a_missed_day(
    database: Database, late: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    _meeting(monkeypatch, passing, "tell_both")
    note = partial(actions.note_passing, number=late.number)
    with ThreadPoolExecutor(2) as two:
        noted = [each.result() for each in [two.submit(database.write, note) for _ in range(2)]]
    assert sorted(noted) == [0, 1]
    assert happened(database, late).count(What.PROMISE_MISSED) == 1
    assert told(database, late.account).count("services.notice.promised_missed") == 1


def test_of_two_processes_that_look_at_once_one_draws_and_tells_a_card(
    database: Database, late: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(database, condition="case.overdue_days > 0")
    _meeting(monkeypatch, supervision, "_tell")
    watch = partial(supervision.watch, number=late.number)
    with ThreadPoolExecutor(2) as two:
        drawn = [each.result() for each in [two.submit(database.write, watch) for _ in range(2)]]
    assert sorted(map(len, drawn)) == [0, 1]


def _faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


def test_a_case_that_cannot_be_noted_is_named_in_the_log_and_keeps_no_other_from_being_told(
    city: City, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = (builders.accepted(city.db, sent(city)) for _ in range(2))
    of_no_version = update(tables.case).where(tables.case.c.number == broken.number)
    city.db.write(
        lambda unit: unit.connection.execute(of_no_version.values(service_version=99)).rowcount
    )
    to(city.db, PROMISED + dt.timedelta(days=1))
    round_ = OnceAMinute(queries.passed, actions.note_passing)
    round_(city.house)
    assert happened(city.db, sound).count(What.PROMISE_MISSED) == 1
    (line,) = _faults(caplog)
    assert broken.number in line
    caplog.clear()
    round_(city.house)
    assert _faults(caplog) == [], "it is tried again in the next minute, not in the next second"


def test_a_round_gives_others_their_turn_after_some_and_goes_on_with_the_rest(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.kit.lanes._A_TURN", 2)
    done: list[str] = []
    round_ = OnceAMinute(lambda _: list("abcde"), lambda _, number: done.append(number))
    turns = []
    for _ in range(4):
        round_(city.house)
        turns.append("".join(done))
    assert turns == ["ab", "abcd", "abcde", "abcde"]
