"""What the passing of days did is noted case by case: once, whoever else looks, and whatever another does."""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Executable, insert, select, update
from tests.builders import services as builders
from tests.builders.services_web import City
from tests.modules.services.test_true_days import PROMISED, happened, sent, to, told
from tests.modules.supervision.test_actions import ruled

from tongban.kit.db import Database, Reader, Unit
from tongban.kit.lanes import OnceAMinute
from tongban.modules.services import actions, queries
from tongban.modules.services.actions import passing
from tongban.modules.services.model import Case, What
from tongban.modules.services.store import tables
from tongban.modules.supervision import actions as supervision
from tongban.modules.supervision.store import drawn

Round = tuple[Callable[[Reader], Sequence[str]], Callable[[Unit, str], object]]
"""What a round finds, and what it does about each."""


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


def _no_version(number: str) -> Executable:
    return update(tables.case).where(tables.case.c.number == number).values(service_version=99)


def _no_known_outcome(number: str) -> Executable:
    return update(tables.case).where(tables.case.c.number == number).values(outcome="maybe")


def _no_known_step(number: str) -> Executable:
    own = select(tables.case.c.id).where(tables.case.c.number == number).scalar_subquery()
    its_open_one = (tables.step.c.case_id == own) & (tables.step.c.state == "open")
    return update(tables.step).where(its_open_one).values(step="gone")


def _no_readable_notice(number: str) -> Executable:
    own = select(tables.case.c.id).where(tables.case.c.number == number).scalar_subquery()
    at = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    notice = {"asked_at": at, "asked_by": "", "asked_on": at.date(), "days": 5}
    return insert(tables.correction).values(
        case_id=own, from_state="reviewing", items=b"no seal", **notice
    )


NOTING: Round = (queries.passed, actions.note_passing)
WATCHING: Round = (supervision.cases_with_cards_due, supervision.watch)


@pytest.mark.parametrize(
    ("round_", "breaks"),
    [
        (NOTING, _no_version),
        (NOTING, _no_known_outcome),
        (NOTING, _no_readable_notice),
        (WATCHING, _no_version),
        (WATCHING, _no_known_outcome),
        (WATCHING, _no_known_step),
        (WATCHING, _no_readable_notice),
    ],
)
def test_a_case_that_cannot_be_judged_is_named_in_the_log_and_keeps_no_other_from_its_turn(
    round_: Round,
    breaks: Callable[[str], Executable],
    city: City,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ruled(city.db, condition="case.overdue_days > 0")
    before, broken, after = (builders.accepted(city.db, sent(city)) for _ in range(3))
    city.db.write(lambda unit: unit.connection.execute(breaks(broken.number)).rowcount)
    to(city.db, PROMISED + dt.timedelta(days=1))
    turn = OnceAMinute(*round_)
    turn(city.house)
    for sound in (before, after):
        if round_ is NOTING:
            assert happened(city.db, sound).count(What.PROMISE_MISSED) == 1
        else:
            with city.db.read() as reader:
                assert len(drawn(reader.connection, [sound.number])) == 1
    (line,) = _faults(caplog)
    assert broken.number in line
    caplog.clear()
    turn(city.house)
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
