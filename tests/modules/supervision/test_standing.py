"""How cards stand is asked of the database, and comes to what is said of each card alone."""

import datetime as dt
from collections import Counter
from itertools import product
from pathlib import Path

import msgspec
import pytest
from tests.builders import services as builders
from tests.modules.supervision.test_rules import card

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.dates import Calendar
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.government import queries as government
from tongban.modules.supervision import queries, rules, store
from tongban.modules.supervision.model import UNANSWERED, Card, CardState, Colour

INSPECTOR = Actor(
    ActorKind.STAFF,
    account="zhou",
    name="周",
    department="data",
    duties=frozenset(("supervision.read",)),
)
DRAWN = (dt.datetime(2025, 12, 31, 12, tzinfo=dt.UTC), dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
         dt.datetime(2027, 12, 31, 17, tzinfo=dt.UTC))  # fmt: skip
"""Before the calendar begins, within it, and in the first hour after its end as its zone has it."""
DUE = (None, dt.date(2026, 1, 5), dt.date(2026, 12, 1), dt.date(2026, 12, 2), dt.date(2027, 12, 31),
       dt.date(2028, 1, 3))  # fmt: skip
DAYS = (dt.date(2026, 11, 24), dt.date(2026, 12, 1), dt.date(2026, 12, 2), dt.date(2028, 2, 1))


@pytest.fixture
def cards(database: Database, tmp_path: Path) -> list[Card]:
    """Cards of every state, drawn and due before, in and after the years that the calendar covers."""
    builders.found(database, tmp_path)
    every = product(CardState, DRAWN, DUE, (Colour.RED, Colour.YELLOW))
    made = [
        msgspec.structs.replace(
            card(state),
            id=f"{at:03}",
            case_number=f"C{at}",
            drawn_at=drawn,
            reply_due=due,
            colour=colour,
        )
        for at, (state, drawn, due, colour) in enumerate(every)
        if due is None or due > drawn.date()
    ]
    database.write(lambda unit: store.insert(unit.connection, made))
    return made


def stands(calendar: Calendar, one: Card, today: dt.date) -> str:
    return one.state_on(today, provisional=rules.is_provisional(calendar, one))


@pytest.mark.parametrize("day", DAYS)
def test_each_state_finds_the_cards_that_stand_so(
    database: Database, cards: list[Card], day: dt.date
) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.datetime.combine(day, dt.time(2), dt.UTC) - clock.now())
    with database.read() as reader:
        calendar = government.calendar(reader.connection)
        for state in queries.STATES:
            wanted = {one.id for one in cards if stands(calendar, one, day) == state}
            found, total = queries.cards(reader, INSPECTOR, state=state, size=None)
            assert ({one.id for one in found}, total) == (wanted, len(wanted)), state
            pieces = queries.every_card(reader, INSPECTOR, state=state)
            assert {one.id for piece in pieces for one in piece} == wanted
        waiting = [one for one in cards if one.state is CardState.OPEN]
        counted = Counter((one.colour.value, stands(calendar, one, day)) for one in waiting)
        assert queries.waiting_counts(reader, INSPECTOR) == counted
        if day == DAYS[-1]:
            assert any(state == UNANSWERED for _, state in counted)
