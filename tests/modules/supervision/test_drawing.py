"""Cards are drawn by the clock, once by each rule for each case, whoever looks."""

import datetime as dt
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from tests.builders import identity as people
from tests.builders import services as builders
from tests.builders.catalog import CIVIL

from tongban.kernel.actors import SYSTEM
from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Unit
from tongban.modules.identity import actions as identity
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.identity.model import NewStaff
from tongban.modules.notices import queries as notices
from tongban.modules.supervision import actions, queries, store
from tongban.modules.supervision.definition import SupervisionRuleDefinition

RED = SupervisionRuleDefinition(
    code="overdue",
    name="超过承诺时限",
    colour="red",
    condition="case.overdue_days > 0",
    recipient="department",
    reply_days=3,
)


@pytest.fixture
def late(database: Database, tmp_path: Path) -> Database:
    """A city with one rule and one case that is long overdue."""
    builders.found(database, tmp_path)
    database.write(lambda unit: shelf.put(unit, "supervision", RED.code, 1, RED))
    builders.accepted(database, builders.submitted(database))
    assert isinstance(database.clock, MovableClock)
    database.clock.advance(timedelta(days=120))
    return database


def test_a_case_in_time_draws_no_card(database: Database, tmp_path: Path) -> None:
    builders.found(database, tmp_path)
    database.write(lambda unit: shelf.put(unit, "supervision", RED.code, 1, RED))
    builders.accepted(database, builders.submitted(database))
    assert database.write(actions.watch) == []


def test_a_rule_draws_one_card_of_a_case_however_often_it_looks(late: Database) -> None:
    (card,) = late.write(actions.watch)
    assert (card.rule, card.colour) == ("overdue", "red")
    assert late.write(actions.watch) == []


def test_two_who_look_at_once_cannot_both_draw(late: Database) -> None:
    (card,) = late.write(actions.watch)
    again = type(card)(**{**{f: getattr(card, f) for f in card.__struct_fields__}, "id": "other"})
    with pytest.raises(IntegrityError):
        late.write(lambda unit: store.insert(unit.connection, [again]))


def test_a_card_whose_day_to_reply_the_calendar_does_not_reach_has_a_provisional_one(
    late: Database,
) -> None:
    patient = type(RED)(
        **{**{f: getattr(RED, f) for f in RED.__struct_fields__}, "reply_days": 900}
    )
    late.write(lambda unit: shelf.put(unit, "supervision", RED.code, 2, patient))
    (card,) = late.write(actions.watch)
    assert card.reply_due == dt.date(2030, 9, 4), "by weekends alone from 2028 on"


def test_a_provisional_day_to_reply_is_marked_wherever_it_is_told(late: Database) -> None:
    short = type(RED)(**{**{f: getattr(RED, f) for f in RED.__struct_fields__}, "code": "short"})
    patient = type(RED)(
        **{**{f: getattr(RED, f) for f in RED.__struct_fields__}, "reply_days": 900}
    )

    def adopt(unit: Unit) -> None:
        shelf.put(unit, "supervision", RED.code, 2, patient)
        shelf.put(unit, "supervision", short.code, 1, short)

    role = RoleDefinition(code="head", name="科长", duties=("case.decide",))
    late.write(lambda unit: people.adopt_role(unit, role))
    new = NewStaff(login="zhao.min", name="某人", department=CIVIL, roles=("head",))
    head, _ = late.write(lambda unit: identity.create_staff(unit, SYSTEM, new))
    late.write(adopt)
    drawn = {card.rule: card for card in late.write(actions.watch)}
    with late.read() as reader:
        guessed = queries.provisional(reader.connection, drawn.values())
        told = [each.message for each in notices.inbox(reader, head.id)]
    assert guessed == {drawn["overdue"].id}
    assert sorted(told) == [
        "supervision.notice.red_on",
        "supervision.notice.red_on_provisionally",
    ]
