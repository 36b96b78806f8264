"""Unusual reading: volume, hour, refusals and relation, told once to those who look into it."""

import dataclasses
import datetime as dt
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select
from tests.builders import exchange as builders
from tests.builders.audited import attack
from tests.builders.catalog import CIVIL, LABOUR, POLICE
from tests.builders.exchange import GRANT, INSPECTED, TODAY, officer, staff, wanted
from tests.builders.identity import employed, known_as

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.kit.outbox import Outbox
from tongban.modules.exchange import actions, proven, queries
from tongban.modules.exchange.handlers import SUBSCRIPTIONS
from tongban.modules.exchange.model import Wanted
from tongban.modules.exchange.model.agreements import AgreementRequest
from tongban.modules.exchange.model.alarms import Alarm, AlarmKind, AlarmState
from tongban.modules.exchange.rules import agreements, quotas
from tongban.modules.exchange.rules import alarms as rules
from tongban.modules.exchange.store.tables import disclosures
from tongban.modules.identity import queries as people
from tongban.modules.notices import queries as boxes


class Office:
    """A city with a clerk who reads, and those who are told of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        builders.found(database, [GRANT, INSPECTED])
        self.clerk = self._hired("clerk", LABOUR, "case.review")
        self.officer = self._hired("labour-data", LABOUR, "grant.decide")
        self.provider = self._hired("civil-data", CIVIL, "grant.decide")
        self.bureau = self._hired("bureau", POLICE, "evaluation.read")

    def _hired(self, login: str, department: str, duty: str) -> Actor:
        account = employed(self.database, login, department, duty)
        with self.database.read() as reader:
            return people.actor_of(reader, account)

    def read(self, times: int = 1, **changed: Any) -> None:
        """Read, and have it judged what was unusual."""
        for _ in range(times):
            self.ask(wanted(asker=self.clerk, **changed))
        Outbox(self.database, SUBSCRIPTIONS).deliver()

    def ask(self, request: Wanted) -> None:
        with self.database.read() as reader:
            prepared = queries.prepare(reader, request)
        self.database.write(lambda unit: actions.record(unit, prepared))

    def alarms(self, actor: Actor | None = None) -> list[Alarm]:
        with self.database.read() as reader:
            return list(queries.alarms(reader, actor or self.bureau)[0])

    def told(self, actor: Actor) -> int:
        with self.database.read() as reader:
            return boxes.unread(reader, actor.account)

    def later(self, **by: float) -> None:
        clock = self.database.clock
        assert isinstance(clock, MovableClock)
        clock.advance(dt.timedelta(**by))


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_far_more_than_usual_in_an_hour_is_told_once_and_brought_up_to_date(
    office: Office,
) -> None:
    office.read(29)
    assert office.alarms() == []
    office.read(1)
    (alarm,) = office.alarms()
    assert (alarm.kind, alarm.times, alarm.usual) == (AlarmKind.VOLUME, 30, 29)
    assert (alarm.department, alarm.providers, alarm.day) == (LABOUR, (CIVIL,), TODAY)
    office.read(30)
    (alarm,) = office.alarms()
    assert alarm.times == 60
    for actor in (office.officer, office.provider, office.bureau):
        assert office.told(actor) == 1
    assert office.told(office.clerk) == 0


def test_what_an_account_reads_every_hour_of_its_weeks_is_nothing_unusual(office: Office) -> None:
    office.read(40)
    assert len(office.alarms()) == 1
    for _ in range(4):
        office.later(hours=1)
        office.read(40)
    office.later(days=7)
    office.read(119)
    assert len(office.alarms()) == 1
    office.later(hours=1)
    office.read(150)
    assert [(each.times, each.usual) for each in office.alarms()] == [(150, 120), (30, 29)]


def test_reading_outside_office_hours_is_told_but_not_the_hour_after(office: Office) -> None:
    office.later(hours=8)
    office.read()
    assert office.alarms() == []
    office.later(hours=3)
    office.read()
    (alarm,) = office.alarms()
    assert alarm.kind is AlarmKind.HOUR


def test_many_refusals_are_told(office: Office) -> None:
    for _ in range(20):
        with pytest.raises(Refusal):
            office.ask(wanted(asker=office.clerk, case_number="2026-9999"))
    Outbox(office.database, SUBSCRIPTIONS).deliver()
    (alarm,) = office.alarms()
    assert (alarm.kind, alarm.times) == (AlarmKind.REFUSALS, 20)


def test_reading_ones_own_data_is_told_with_the_entry_of_the_read(office: Office) -> None:
    office.clerk = dataclasses.replace(office.clerk, subject=builders.WANG)
    office.read(2)
    (alarm,) = office.alarms()
    assert (alarm.kind, alarm.times) == (AlarmKind.RELATION, 2)
    assert alarm.entry
    assert builders.WANG.id not in repr(alarm)
    office.clerk = dataclasses.replace(office.clerk, subject=builders.NOBODY)
    office.later(days=1)
    office.read()
    assert len(office.alarms()) == 1


def test_who_acts_for_an_organisation_still_reads_their_own_data(office: Office) -> None:
    clerk = office.clerk.account
    office.database.write(lambda unit: known_as(unit, clerk, builders.WANG.id))
    company = SubjectRef(SubjectKind.ORGANISATION, "91370200MA3XYZ1234")
    office.clerk = dataclasses.replace(office.clerk, subject=company)
    office.read()
    assert [each.kind for each in office.alarms()] == [AlarmKind.RELATION]


def test_an_alarm_is_seen_by_both_sides_and_the_bureau_and_never_by_who_read(
    office: Office,
) -> None:
    office.read(30)
    everything = frozenset({"grant.decide", "evaluation.read", "case.review"})
    reader = dataclasses.replace(office.clerk, duties=everything)
    for actor in (office.officer, office.provider, office.bureau):
        assert len(office.alarms(actor)) == 1
    for actor in (reader, officer(POLICE), staff(LABOUR, "case.review")):
        assert office.alarms(actor) == []
        with pytest.raises(Refusal) as caught:
            look(office, actor, "无")
        assert caught.value.code == "exchange.alarm_not_found"


def test_an_alarm_is_not_seen_by_the_reader_through_another_account(office: Office) -> None:
    for actor in (office.clerk, office.officer):
        account = actor.account
        office.database.write(partial(known_as, account=account, number=builders.WANG.id))
    office.read(30)
    assert office.alarms(office.officer) == []
    assert office.told(office.officer) == 0
    with pytest.raises(Refusal) as caught:
        look(office, office.officer, "无")
    assert caught.value.code == "exchange.alarm_not_found"
    assert office.told(office.provider) == len(office.alarms(office.provider)) == 1


def look(office: Office, actor: Actor, words: str) -> Alarm:
    (alarm,) = office.alarms()
    return office.database.write(lambda unit: actions.look_into(unit, actor, alarm.id, words))


def test_who_looks_into_an_alarm_says_what_they_found_once(office: Office) -> None:
    office.read(30)
    with pytest.raises(Refusal) as caught:
        look(office, office.officer, " ")
    assert caught.value.fields == {"words": "exchange.words_missing"}
    looked = look(office, office.officer, "集中核查补贴，属实。")
    assert (looked.state, looked.looked_by) == (AlarmState.LOOKED_AT, office.officer.account)
    with pytest.raises(Refusal) as caught:
        look(office, office.bureau, "再看一次")
    assert caught.value.code == "exchange.alarm_looked_at"


HOUR = dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC)


def hours(weeks_ago: int, *times: int) -> dict[dt.datetime, int]:
    """How often somebody read in the first hours of a day so many weeks before."""
    begins = HOUR - dt.timedelta(weeks=weeks_ago)
    return {begins + dt.timedelta(hours=at): each for at, each in enumerate(times, 1)}


@pytest.mark.parametrize(
    ("who", "past", "bound"),
    [
        ("staff:a", {}, 29),
        ("staff:a", hours(1, 5, 7, 6, 6, 6), 29),
        ("staff:a", hours(2, *[40] * 5), 120),
        ("staff:a", hours(2, *[400] * 5), 150),
        ("client:b", {}, 1_999),
        ("client:b", hours(3, *[10_000] * 9), 30_000),
        ("client:b", hours(2, *[10_000] * 9) | hours(1, 3, 2), 30_000),
    ],
)
def test_how_much_is_much_goes_by_the_accounts_own_past_a_floor_and_a_ceiling(
    who: str, past: dict[dt.datetime, int], bound: int
) -> None:
    assert rules.bound(who, past, HOUR) == bound


@pytest.mark.parametrize(("who", "first"), [("staff:a", 29), ("client:b", 1_999)])
def test_who_always_reads_as_much_as_is_just_usual_gets_less_than_four_times_as_far_in_a_month(
    who: str, first: int
) -> None:
    past: dict[dt.datetime, int] = {}
    reached = []
    for day in range(29):
        for hour in range(8):
            now = HOUR + dt.timedelta(days=day, hours=hour)
            past[now] = rules.bound(who, past, now)
            reached.append(past[now])
    assert reached[0] == first
    assert first < max(reached) < 4 * first


def test_nobody_is_asked_for_agreements_without_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(database)
    monkeypatch.setattr(agreements, "MOST_ASKED", 2)
    request = AgreementRequest(
        grant=INSPECTED.code,
        occasion="inspection",
        occasion_reference="J-2026-0007",
        number=1,
        until=TODAY,
    )

    def ask() -> None:
        database.write(lambda unit: actions.ask_agreement(unit, office.clerk, request))

    ask()
    ask()
    with pytest.raises(Refusal) as met:
        ask()
    assert met.value.code == "exchange.asked_too_often"
    office.later(days=1)
    request = msgspec.structs.replace(request, until=TODAY + dt.timedelta(days=1))
    ask()


def test_a_flood_of_refused_attempts_is_not_put_on_record_without_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(database)
    monkeypatch.setitem(quotas.REFUSED_AN_HOUR, ActorKind.STAFF, 3)

    def refused() -> str:
        with pytest.raises(Refusal) as met:
            office.ask(wanted(asker=office.clerk, case_number="20991231000001"))
        return met.value.code

    said = [refused() for _ in range(5)]
    assert len(set(said[:3])) == 1
    assert said[3:] == ["exchange.refused_too_often"] * 2
    with database.read() as reader:
        assert reader.connection.scalar(select(func.count()).select_from(disclosures)) == 3
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.timedelta(hours=1))
    assert refused() == said[0]


def test_an_alarm_that_somebody_closed_past_the_system_says_so_where_it_is_shown(
    office: Office,
) -> None:
    office.read(60)
    (alarm,) = [each for each in office.alarms() if each.kind is AlarmKind.VOLUME]
    with office.database.read() as reader:
        assert not proven.altered_alarm(reader, alarm)
    attack(office.database, "UPDATE exchange_alarm SET state = 'looked_at', words = '无事'")
    (closed,) = [each for each in office.alarms() if each.kind is AlarmKind.VOLUME]
    with office.database.read() as reader:
        assert proven.altered_alarm(reader, closed)
