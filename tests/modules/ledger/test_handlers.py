"""What the ledger's round says in the log: once, and what to do."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.builders.ledger import Forgery, slip_in

from tongban.kit.house import House
from tongban.modules.ledger import handlers


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.WARNING, "tongban.ledger"):
        yield caplog


def test_what_is_set_aside_is_said_each_time_there_is_more(
    house: House, said: pytest.LogCaptureFixture
) -> None:
    round_ = handlers.Sequencing()
    for _ in range(2):
        slip_in(house.db, Forgery(None, datetime(2024, 1, 1, tzinfo=UTC), None))
        round_(house)
        round_(house)
    assert [message.partition(" (")[0] for message in said.messages] == [
        "1 entries are refused a number",
        "2 entries are refused a number",
    ]


def test_a_mark_that_is_gone_is_said_once_and_anew_when_it_goes_again(
    house: House, said: pytest.LogCaptureFixture
) -> None:
    round_ = handlers.Sequencing()
    mark = house.settings.keys / "ledger.mark"
    kept = mark.read_bytes()
    for _ in range(2):
        mark.unlink()
        round_(house)
        round_(house)
        mark.write_bytes(kept)
        round_(house)
    assert len(said.messages) == 2
    assert all("ledger.mark_missing" in message for message in said.messages)
