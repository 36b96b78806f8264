"""What the passing of days did is noted case by case: once, whoever else looks, and whatever another does."""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Hashable, Sequence
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
from tongban.kit.lanes import OfChanged, OnceAMinute, Round
from tongban.modules.services import actions, queries
from tongban.modules.services.actions import passing
from tongban.modules.services.model import Case, What
from tongban.modules.services.store import tables
from tongban.modules.supervision import actions as supervision
from tongban.modules.supervision.store import drawn


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
    told = [one for one in caplog.records if one.name == "tongban.lanes"]
    return [one.getMessage() for one in told if one.levelno >= logging.ERROR]


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


def noting() -> Round:
    """The round that notes what a day brings."""
    return OfChanged(queries.judged, queries.passed, actions.note_passing)


def watching() -> Round:
    """The round that draws cards."""
    return OfChanged(supervision.keys, supervision.cases_with_cards_due, supervision.watch)


@pytest.mark.parametrize(
    ("round_", "breaks"),
    [
        (noting, _no_version),
        (noting, _no_known_outcome),
        (noting, _no_readable_notice),
        (watching, _no_version),
        (watching, _no_known_outcome),
        (watching, _no_known_step),
        (watching, _no_readable_notice),
    ],
)
def test_a_case_that_cannot_be_judged_is_named_in_the_log_and_keeps_no_other_from_its_turn(
    round_: Callable[[], Round],
    breaks: Callable[[str], Executable],
    city: City,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ruled(city.db, condition="case.overdue_days > 0")
    before, broken, after = (builders.accepted(city.db, sent(city)) for _ in range(3))
    city.db.write(lambda unit: unit.connection.execute(breaks(broken.number)).rowcount)
    to(city.db, PROMISED + dt.timedelta(days=1))
    turn = round_()
    turn(city.house)
    for sound in (before, after):
        if round_ is noting:
            assert happened(city.db, sound).count(What.PROMISE_MISSED) == 1
        else:
            with city.db.read() as reader:
                assert len(drawn(reader.connection, [sound.number])) == 1
    (line,) = _faults(caplog)
    assert broken.number in line
    caplog.clear()
    turn(city.house)
    assert _faults(caplog) == [], "it is tried again in the next minute, not in the next second"


def test_a_round_gives_others_their_turn_when_its_time_is_over_and_goes_on_with_the_rest(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.kit.lanes._HALF_A_SECOND", 0)
    done: list[str] = []
    round_ = OnceAMinute(lambda _: list("abc"), lambda _, number: done.append(number))
    turns = []
    for _ in range(4):
        more = round_(city.house)
        turns.append(("".join(done), more))
    assert turns == [("a", True), ("ab", True), ("abc", False), ("abc", False)]


class _Looking:
    """A round over things whose keys and faults the test sets, and what it looked at and did."""

    def __init__(self) -> None:
        self.keys: dict[str, int] = {}
        self.faulty: set[str] = set()
        self.looked: list[str] = []
        self.done: list[str] = []
        self.turn = OfChanged(lambda _: dict(self.keys), self._find, self._do)

    def _find(self, _: Reader, some: Sequence[str]) -> list[str]:
        self.looked += some
        return [one for one in some if self.keys[one] > 0]

    def _do(self, _: Unit, one: str) -> None:
        if one in self.faulty:
            raise ValueError
        self.done.append(one)


def test_a_round_looks_only_at_what_changed_since_it_last_looked(city: City) -> None:
    looking = _Looking()
    looking.keys = {"a": 0, "b": 1, "c": 0}
    looking.turn(city.house)
    assert (looking.looked, looking.done) == (list("abc"), ["b"])
    looking.keys |= {"c": 2}
    looking.turn(city.house)
    assert looking.looked == list("abc"), "the minute is the same"
    to(city.db, PROMISED)
    looking.turn(city.house)
    assert (looking.looked, looking.done) == (list("abcc"), ["b", "c"])


def test_a_round_looks_again_in_the_next_minute_at_what_could_not_be_done(city: City) -> None:
    looking = _Looking()
    looking.keys, looking.faulty = {"a": 1, "b": 1}, {"a"}
    looking.turn(city.house)
    assert looking.done == ["b"]
    looking.faulty = set()
    to(city.db, PROMISED)
    looking.turn(city.house)
    assert (looking.looked, looking.done) == (list("aba"), ["b", "a"])


def test_a_round_over_many_looks_at_some_in_a_turn_and_goes_on_in_the_next(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.kit.lanes._A_TURN", 2)
    looking = _Looking()
    looking.keys = dict.fromkeys("abcde", 0)
    for seen in ("ab", "abcd", "abcde", "abcde"):
        looking.turn(city.house)
        assert looking.looked == list(seen)


def test_a_round_over_many_does_what_it_has_time_for_and_loses_and_repeats_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.kit.lanes._HALF_A_SECOND", 0)
    monkeypatch.setattr("tongban.kit.lanes._A_TURN", 3)
    looking = _Looking()
    looking.keys, looking.faulty = {"a": 1, "b": 1, "c": 0, "d": 1, "e": 1}, {"b"}
    turns = []
    for _ in range(6):
        more = looking.turn(city.house)
        turns.append(("".join(looking.done), more))
    assert turns == [
        ("a", True), ("a", True), ("ad", True), ("ade", False), ("ade", False), ("ade", False),
    ]  # fmt: skip
    assert looking.looked == list("abcde"), "what was found due is not looked for again"
    looking.faulty = set()
    to(city.db, PROMISED)
    looking.turn(city.house)
    assert looking.done == list("adeb"), "what could not be done is tried in the next minute"


def test_the_time_in_which_a_round_looks_counts_to_its_turn(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("tongban.kit.lanes.time.monotonic", lambda: now[0])
    done: list[str] = []

    def find(_: Reader, some: Sequence[str]) -> Sequence[str]:
        now[0] += 0.4
        return some

    def do(_: Unit, one: str) -> None:
        now[0] += 0.06
        done.append(one)

    round_ = OfChanged(lambda _: dict.fromkeys("abcd", 1), find, do)
    assert round_(city.house)
    assert done == ["a", "b"], "0.4 s went into looking"
    assert not round_(city.house)
    assert done == list("abcd"), "the next turn has half a second for what is left"


def test_supervision_looks_again_at_a_case_that_was_written_on_a_new_day_and_by_new_rules(
    city: City,
) -> None:
    ruled(city.db, condition="case.overdue_days > 0")
    case, other = (builders.accepted(city.db, sent(city)) for _ in range(2))

    def keys() -> dict[str, Hashable]:
        with city.db.read() as reader:
            return supervision.keys(reader)

    before = keys()
    assert keys() == before
    builders.reviewed(city.db, case)
    after = keys()
    assert (after[case.number] == before[case.number], after[other.number]) == (
        False,
        before[other.number],
    )
    ruled(city.db, condition="case.overdue_days > 1")
    ruled_anew = keys()
    assert after[other.number] != ruled_anew[other.number]
    to(city.db, PROMISED)
    assert ruled_anew[other.number] != keys()[other.number]
