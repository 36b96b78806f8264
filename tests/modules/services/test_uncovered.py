"""Beyond the calendar: work goes on, days are provisional and say so, and are fixed once it grows."""

import datetime as dt
import re
from pathlib import Path

import pytest
from tests.builders import services as builders
from tests.builders.services import LI, wang
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey

from tongban.kernel.dates import Calendar
from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.government import queries as government
from tongban.modules.government.definition import CalendarDefinition, CalendarYear
from tongban.modules.notices import queries as notices
from tongban.modules.services import actions, queries
from tongban.modules.services.model import CorrectionItem, State
from tongban.modules.services.queries.mine import Matter
from tongban.modules.services.rules import clocks

ITEM = CorrectionItem(key="form.phone", text="少一位")


@pytest.fixture(autouse=True)
def town(database: Database, tmp_path: Path) -> None:
    builders.found(database, tmp_path)


def covering(database: Database, *years: int) -> None:
    """Let the calendar cover these years and no others."""
    declared = CalendarDefinition(years=tuple(CalendarYear(year=y, source="通知") for y in years))
    database.write(lambda unit: shelf.put(unit, "calendar", "calendar", 10 + len(years), declared))


def to(database: Database, day: dt.date) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    with database.read() as reader:
        calendar = government.calendar(reader.connection)
        today = calendar.local_date(reader.now)
    clock.advance(dt.timedelta(days=(day - today).days))


def listed(database: Database) -> Matter:
    with database.read() as reader:
        found = queries.matters(reader, wang())
    (line,) = (*found.running, *found.mine)
    return line


def test_a_case_is_never_without_a_day_though_the_calendar_ends(database: Database) -> None:
    covering(database, 2026)
    to(database, dt.date(2026, 12, 31))
    case = builders.accepted(database, builders.submitted(database))
    provisional = dt.date(2027, 1, 14)
    assert (case.state, case.promised_due) == (State.REVIEWING, provisional)
    assert (listed(database).until, listed(database).not_covered) == (provisional, 2027)
    with database.read() as reader:
        (task,) = queries.inbox(reader, builders.REVIEWER, queries.InboxFilter()).tasks
    assert (task.promised.due, task.promised.provisional) == (provisional, "calendar")
    assert task.not_covered == 2027
    with database.read() as reader:
        told = notices.inbox(reader, "wang")
    assert "services.notice.accepted_provisional" in {each.message for each in told}
    covering(database, 2026, 2027)
    assert (listed(database).until, listed(database).not_covered) == (provisional, None)
    decided = builders.decided(database, builders.reviewed(database, case))
    assert decided.promised_due == dt.date(2027, 1, 14)


def test_a_correction_is_asked_for_and_gets_its_last_day_with_the_calendar(
    database: Database,
) -> None:
    covering(database, 2026)
    to(database, dt.date(2026, 12, 31))
    case = builders.submitted(database)
    database.write(
        lambda unit: actions.ask_correction(
            unit, LI, case.number, "accept", case.version, (ITEM,), 5
        )
    )
    with database.read() as reader:
        waiting = queries.own(reader, wang(), case.number).loaded.correction
    assert waiting is not None
    assert (waiting.due, waiting.days, waiting.provisional) == (dt.date(2027, 1, 7), 5, True)
    assert not clocks.is_correction_late(waiting, dt.date(2027, 6, 1))
    covering(database, 2026, 2027)
    with database.read() as reader:
        known = queries.own(reader, wang(), case.number).loaded.correction
    assert known is not None
    assert (known.due, known.provisional) == (dt.date(2027, 1, 7), False)
    assert listed(database).until == dt.date(2027, 1, 7)


def test_my_matters_and_the_inbox_reckon_by_one_clock(database: Database) -> None:
    case = builders.submitted(database)
    to(database, dt.date(2026, 12, 9))
    line = listed(database)
    with database.read() as reader:
        (task,) = queries.inbox(reader, LI, queries.InboxFilter()).tasks
        own = queries.own(reader, wang(), case.number).clocks
    assert own.pressing is not None
    assert line.until == task.promised.due == own.pressing.due == dt.date(2026, 12, 8)
    assert line.until_what == own.presses == "promised"


def test_what_rests_on_the_calendar_for_good_knows_no_day_beyond_it() -> None:
    empty = Calendar(covers=frozenset({2026}), holidays={})
    assert clocks.correction_due(empty, dt.date(2026, 12, 31), 5) is None
    case = builders.case(submitted_at=dt.datetime(2026, 12, 31, 2, tzinfo=dt.UTC))
    assert clocks.acceptance_day(empty, case, (), dt.date(2026, 12, 31)) is None


def test_silence_is_acceptance_though_the_calendar_ends_after_the_five_days() -> None:
    """Its last day was certain; that nobody can say which of the days since were worked changes nothing."""
    ending = Calendar(covers=frozenset({2026}), holidays={})
    case = builders.case(submitted_at=dt.datetime(2026, 12, 18, 2, tzinfo=dt.UTC))
    stands = clocks.as_it_stands(ending, case, (), dt.date(2027, 1, 20))
    assert (stands.state, stands.accepted_on) == (State.DEEMED, dt.date(2026, 12, 18))


def test_a_receipt_calls_provisional_just_the_days_that_the_calendar_lacks(city: City) -> None:
    covering(city.db, 2026)
    to(city.db, dt.date(2026, 12, 21))
    number = journey.applied(city)
    page = city.as_wang().get(f"/my/cases/{number}/receipt").text
    assert "2026年12月28日（暂定）" not in page
    assert "2026年12月28日" in page
    assert re.search(r"2027年1月\d+日（暂定）", page)
    assert not re.search(r"<dd[^>]*>\s*2027年1月\d+日\s*<", page)
