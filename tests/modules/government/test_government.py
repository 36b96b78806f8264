"""Who governs, when offices are open, and the pages that say so."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import web
from tests.builders.web import Browser

from tongban.kernel.dates import Calendar, is_working_day
from tongban.kernel.errors import Refusal
from tongban.kernel.identifiers import make_credit_code
from tongban.kit import shelf, testing
from tongban.kit.db import Database, Unit
from tongban.modules.government import queries, rules
from tongban.modules.government.definition import (
    CalendarDefinition,
    CalendarYear,
    Contact,
    DepartmentDefinition,
    GovernmentDefinition,
    NamedDay,
    OfficeHours,
)
from tongban.modules.government.model import Openness
from tongban.modules.government.pages import HANDLERS

CODE = make_credit_code("11", "330199", "01701044")
CALENDAR = CalendarDefinition(
    years=(
        CalendarYear(
            year=2026,
            source="国务院办公厅关于2026年部分节假日安排的通知",
            holidays=(
                NamedDay(date=date(2026, 10, 1), name={"zh": "国庆节", "en": "National Day"}),
            ),
            workdays=(NamedDay(date=date(2026, 10, 10), name="国庆节调休"),),
        ),
    )
)


def found(database: Database) -> None:
    def work(unit: Unit) -> None:
        shelf.put(
            unit,
            "government",
            "government",
            1,
            GovernmentDefinition(
                name={"zh": "云溪市", "en": "Yunxi"},
                division="330199",
                level="4",
                origin="yunxi.example/ledger",
                office_hours=OfficeHours(opens="08:30", closes="17:30"),
            ),
        )
        shelf.put(unit, "calendar", "calendar", 1, CALENDAR)
        phone = Contact(phone="0571-0000001", address="云溪大道1号")
        for department in (
            DepartmentDefinition(code="hr", name="人社局", contact=phone, credit_code=CODE),
            DepartmentDefinition(code="hr-insurance", name="社保中心", parent="hr"),
        ):
            shelf.put(unit, "departments", department.code, 1, department)

    database.write(work)


def test_before_an_instance_is_applied_nobody_governs(database: Database) -> None:
    with database.read() as reader:
        assert not queries.adopted(reader.connection)
        assert queries.departments(reader.connection) == {}
        with pytest.raises(Refusal, match="not_adopted"):
            queries.profile(reader.connection)


def test_what_is_adopted_is_read_back(database: Database) -> None:
    found(database)
    with database.read() as reader:
        assert queries.profile(reader.connection).division == "330199"
        assert queries.department(reader.connection, "hr").name == "人社局"
        assert queries.department_name(reader.connection, "gone") == "gone"
        with pytest.raises(Refusal, match="department_not_found"):
            queries.department(reader.connection, "gone")


def test_a_retired_department_no_longer_acts(database: Database) -> None:
    found(database)
    database.write(lambda unit: shelf.retire(unit, "departments", "hr-insurance"))
    with database.read() as reader:
        assert list(queries.departments(reader.connection)) == ["hr"]


def test_the_calendar_is_that_of_the_instance(database: Database) -> None:
    found(database)
    with database.read() as reader:
        calendar = queries.calendar(reader.connection)
        year = queries.year(reader.connection, 2026)
    assert not is_working_day(calendar, date(2026, 10, 1))
    assert is_working_day(calendar, date(2026, 10, 10))
    assert calendar.opens == time(8, 30)
    assert [(day.day.day, day.worked) for day in year.days] == [(1, False), (10, True)]
    assert sum(year.working_days) == 261  # 261 weekdays, one off, one worked in exchange
    with pytest.raises(Refusal, match="calendar_not_covering"):
        is_working_day(calendar, date(2027, 1, 4))
    with database.read() as reader, pytest.raises(Refusal, match="year_not_covered"):
        queries.year(reader.connection, 2027)


def test_an_instant_is_shown_in_the_governments_zone(database: Database) -> None:
    found(database)
    with database.read() as reader:
        local = queries.local(reader.connection, datetime(2026, 11, 24, 16, 30, tzinfo=UTC))
    assert (local.day, local.hour) == (25, 0)


@pytest.mark.parametrize(
    ("instant", "openness"),
    [
        (datetime(2026, 11, 24, 0, 59, tzinfo=UTC), Openness.BEFORE),
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), Openness.OPEN),
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), Openness.AFTER),
        (datetime(2026, 11, 28, 4, 0, tzinfo=UTC), Openness.CLOSED),
        (datetime(2027, 1, 4, 4, 0, tzinfo=UTC), Openness.UNKNOWN),
    ],
)
def test_offices_are_open_in_their_hours_on_working_days(
    instant: datetime, openness: Openness
) -> None:
    calendar = Calendar(covers=frozenset({2026}))
    assert rules.office_state(calendar, instant).openness is openness


def test_on_the_last_covered_day_the_next_working_day_is_not_guessed() -> None:
    calendar = Calendar(covers=frozenset({2026}))
    assert rules.office_state(calendar, datetime(2026, 12, 31, 10, 0, tzinfo=UTC)).next_day is None


_CODES = st.sampled_from("abcdef")


@given(st.dictionaries(_CODES, st.one_of(st.just(""), _CODES, st.just("unknown"))))
def test_every_department_appears_once_and_after_its_parent(parents: dict[str, str]) -> None:
    ordered = rules.in_tree_order(parents)
    codes = [code for code, _ in ordered]
    assert sorted(codes) == sorted(parents)
    for place, (code, depth) in enumerate(ordered):
        if depth:
            assert dict(ordered[:place])[parents[code]] == depth - 1


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Browser]:
    for database in testing.opened(testing.sqlite_database(tmp_path)):
        found(database)
        with web.browser(web.house(database, tmp_path), HANDLERS) as opened:
            yield opened


def test_everyone_can_see_who_governs_and_whom_to_call(visitor: Browser) -> None:
    answer = visitor.get("/about")
    assert answer.status_code == 200
    assert "0571-0000001" in answer.text
    assert "现在是办公时间" in answer.text
    assert "社保中心" in visitor.get("/about?q=社保").text
    assert "没有找到部门" in visitor.get("/about?q=没有的").text


def wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


@pytest.mark.parametrize("typed", [CODE, CODE.lower(), f" {CODE[:8]} {CODE[8:]}", wide(CODE)])
def test_a_department_is_found_by_its_credit_code_however_it_is_typed(
    visitor: Browser, typed: str
) -> None:
    found = visitor.get(f"/about?q={quote(typed)}").text
    assert "人社局" in found
    assert "没有找到部门" not in found
    assert "没有找到部门" in visitor.get(f"/about?q={CODE[::-1]}").text


def test_a_department_has_a_page_with_what_belongs_to_it(visitor: Browser) -> None:
    assert "社保中心" in visitor.get("/about/departments/hr").text
    assert "人社局" in visitor.get("/about/departments/hr-insurance").text
    assert visitor.get("/about/departments/none").status_code == 404


def test_the_calendar_names_its_source(visitor: Browser) -> None:
    answer = visitor.get("/about/calendar")
    assert "国务院办公厅关于2026年部分节假日安排的通知" in answer.text
    assert "调休上班" in answer.text
    assert "National Day" in visitor.get("/about/calendar?lang=en").text
    assert visitor.get("/about/calendar?year=2031").status_code == 404
