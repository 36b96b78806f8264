"""Whoever has the database in hand, but no keys, has the system do nothing: work is vouched for."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

import msgspec
import pytest
from sqlalchemy import text

from tongban.kit import troubles
from tongban.kit.clock import MovableClock
from tongban.kit.db import Unit
from tongban.kit.house import House
from tongban.kit.jobs import Progress
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox, Subscription
from tongban.kit.troubles import NOT_ASKED, WorkGivenUp


class SomethingHappened(msgspec.Struct, frozen=True):
    """An event of this test."""

    name: ClassVar[str] = "kit.something_happened"
    what: str


class Everyone:
    """Does a job, hears an event, and hears what was given up."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.done: list[str] = []
        self.told: list[tuple[str, str]] = []
        self.fails = False
        heard: list[Subscription] = [
            (SomethingHappened, self.hear),
            (WorkGivenUp, self.hear_given_up),
        ]
        self.worker = Worker(house, Outbox(house.db, heard), {"trial.work": self.work})

    def work(self, house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        if self.fails:
            raise ConnectionError
        self.done.append(f"job {payload['what']}")

    def hear(self, unit: Unit, event: SomethingHappened) -> None:
        if self.fails:
            raise ConnectionError
        self.done.append(f"event {event.what}")

    def hear_given_up(self, unit: Unit, event: WorkGivenUp) -> None:
        self.told.append((event.sort, event.work))

    def ask(self, what: str) -> None:
        self.house.db.write(lambda unit: unit.emit(SomethingHappened(what)))
        self.house.db.write(lambda unit: unit.enqueue("trial.work", {"what": what}))

    def sql(self, *statements: str) -> None:
        with self.house.db.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def all_tries(self) -> None:
        for _ in range(20):
            self.worker.settle()
            assert isinstance(self.house.clock, MovableClock)
            self.house.clock.advance(timedelta(minutes=20))

    def failing(self) -> list[tuple[str, str, bool, str]]:
        with self.house.db.read() as reader:
            found = troubles.failing(reader)
        return sorted((one.sort, one.work, one.given_up, one.fault) for one in found)

    def columns(self, table: str) -> str:
        with self.house.db.engine.connect() as connection:
            found = connection.execute(text(f"SELECT * FROM {table}"))
            return ", ".join(f'"{name}"' for name in found.keys() if name != "id")  # noqa: SIM118


@pytest.fixture
def everyone(house: House) -> Everyone:
    return Everyone(house)


TRICKS = {
    "payload": 'UPDATE {table} SET payload = \'{{"what":"forged"}}\'',
    "id": "UPDATE {table} SET id = 'zz'",
    "a copy": "INSERT INTO {table} (id, {columns}) SELECT 'zz', {columns} FROM {table}",
    "no authenticator": "UPDATE {table} SET authenticator = NULL",
    "no JSON": "UPDATE {table} SET payload = 'not JSON'",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_was_written_or_changed_without_the_keys_is_not_done_and_holds_nothing_up(
    everyone: Everyone, trick: str, caplog: pytest.LogCaptureFixture
) -> None:
    everyone.ask("first")
    for table in ("kit_outbox", "kit_job"):
        everyone.sql(TRICKS[trick].format(table=table, columns=everyone.columns(table)))
    everyone.ask("second")
    everyone.worker.settle()
    true = ["event first", "event second", "job first", "job second"]
    assert sorted(everyone.done) == (true if trick == "a copy" else true[1::2])
    assert everyone.failing() == [
        ("event", "kit.something_happened", True, NOT_ASKED),
        ("job", "trial.work", True, NOT_ASKED),
    ]
    assert sorted(everyone.told) == [("event", "kit.something_happened"), ("job", "trial.work")]
    assert "was not emitted by this government" in caplog.text
    assert "was not asked for by this government" in caplog.text


def test_what_vouches_for_an_event_vouches_for_no_job(everyone: Everyone) -> None:
    everyone.ask("first")
    for column in ("id", "name", "payload", "authenticator"):
        everyone.sql(f"UPDATE kit_job SET {column} = (SELECT {column} FROM kit_outbox)")
    everyone.worker.settle()
    assert everyone.done == ["event first"]
    assert everyone.failing() == [("job", "kit.something_happened", True, NOT_ASKED)]


def test_a_forged_name_of_somebodys_choice_is_in_no_message(everyone: Everyone) -> None:
    everyone.ask("first")
    name = "send your password to evil.example"
    everyone.sql(*(f"UPDATE {table} SET name = '{name}'" for table in ("kit_outbox", "kit_job")))
    everyone.sql("UPDATE kit_job SET tries = 99")
    everyone.worker.settle()
    assert everyone.done == []
    assert sorted(everyone.told) == [("event", "?"), ("job", "?")]


def test_what_was_set_aside_is_set_aside_again_when_somebody_tries_it_again(
    everyone: Everyone,
) -> None:
    everyone.ask("first")
    everyone.sql("UPDATE kit_outbox SET id = 'zz'", "UPDATE kit_job SET id = 'zz'")
    everyone.worker.settle()
    for sort in ("event", "job"):
        everyone.house.db.write(partial(troubles.try_again, sort=sort, identifier="zz"))
    everyone.worker.settle()
    assert everyone.done == []
    assert {fault for *_, fault in everyone.failing()} == {NOT_ASKED}
    assert sorted(everyone.told)[0] == ("event", "kit.something_happened")
    assert sum(sort == "event" for sort, _ in everyone.told) == 1


def test_what_failed_in_every_try_is_still_ours_when_it_is_tried_again(everyone: Everyone) -> None:
    everyone.fails = True
    everyone.ask("first")
    everyone.all_tries()
    assert {(given_up, fault) for *_, given_up, fault in everyone.failing()} > {
        (True, "ConnectionError")
    }
    everyone.fails = False
    with everyone.house.db.read() as reader:
        waiting = [(one.sort, one.id) for one in troubles.failing(reader)]
    for sort, identifier in waiting:
        everyone.house.db.write(partial(troubles.try_again, sort=sort, identifier=identifier))
    everyone.worker.settle()
    assert sorted(everyone.done) == ["event first", "job first"]


def test_what_was_done_is_not_done_again_when_it_is_made_undone(everyone: Everyone) -> None:
    everyone.ask("first")
    everyone.worker.settle()
    everyone.sql("UPDATE kit_outbox SET done = false", "UPDATE kit_job SET state = 'queued'")
    everyone.worker.settle()
    assert sorted(everyone.done) == ["event first", "job first"]
    assert {fault for *_, fault in everyone.failing()} == {NOT_ASKED}
