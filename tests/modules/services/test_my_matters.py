"""My matters come a page at a time, however many there were: what waits on me first, what is over last."""

import datetime as dt
from functools import partial
from pathlib import Path

from tests.builders import services as builders
from tests.builders.services import WANG, wang
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey

from tongban.kit.db import Database, Unit
from tongban.modules.identity import queries as identity
from tongban.modules.services import actions, queries
from tongban.modules.services.model import Applicant, State
from tongban.modules.services.queries import mine
from tongban.modules.services.store import cases

STATES = (State.CLOSED, State.DRAFT, State.REVIEWING, State.WITHDRAWN, State.CORRECTION)
RANK = {
    State.CORRECTION: 0,
    State.REVIEWING: 1,
    State.DRAFT: 2,
    State.CLOSED: 3,
    State.WITHDRAWN: 3,
}


def plant(unit: Unit, count: int, account: str = "wang") -> None:
    """Cases of Wang's in every state, each a minute later than the one before."""
    for number in range(count):
        state = STATES[number % len(STATES)]
        at = builders.MORNING + dt.timedelta(minutes=number)
        case = builders.case(
            id=unit.new_id(),
            account=account,
            number="" if state is State.DRAFT else f"20261124001{number:04}X",
            state=state,
            created_at=at,
            submitted_at=None if state is State.DRAFT else at,
            accepted_on=builders.TODAY if state is State.REVIEWING else None,
            closed_at=at if RANK[state] == 3 else None,
        )
        cases.insert_case(unit, case, Applicant(name="王小明", subject=WANG))


def test_pages_hold_every_matter_once_in_the_order_of_the_page(
    database: Database, tmp_path: Path
) -> None:
    builders.found(database, tmp_path)
    database.write(partial(plant, count=23))
    with database.read() as reader:
        pages = [queries.matters(reader, wang(), number, 5) for number in (1, 2, 3, 4, 5)]
        behind = queries.matters(reader, wang(), 99, 5)
        whole = [line for some in mine.every_matter(reader, wang()) for line in some]
        every = cases.cases_of(reader, "wang", WANG)  # newest first
    right = [case.id for case in sorted(every, key=lambda case: RANK[case.state])]
    assert [line.case.id for page in pages for line in page.lines] == right
    assert [line.case.id for line in whole] == right
    assert {page.total for page in pages} == {23}
    assert behind.lines == pages[-1].lines


def test_the_page_leads_on_and_programs_get_the_same(city: City) -> None:
    resident = city.as_wang()
    with city.db.read() as reader:
        account = identity.account_of_person(reader, WANG.id)
    assert account is not None
    city.db.write(partial(plant, count=60, account=account.id))
    first, second = resident.get("/my").text, resident.get("/my?page=2").text
    assert "page=2" in first
    assert "page=1" in second
    assert first.count('href="/my/cases/') + first.count("/discard") == 50
    assert second.count('href="/my/cases/') + second.count("/discard") == 10
    assert len(resident.get("/api/my/cases?page=2").json()["data"]) == 10


def test_the_promised_day_of_a_case_that_is_over_stays_in_every_file(city: City) -> None:
    number = journey.approved(city)
    city.db.write(lambda unit: actions.certificate_sealed(unit, number))
    wang = city.as_wang()
    (line,) = [one for one in wang.get("/api/my/cases").json()["data"] if one["number"] == number]
    assert (line["state"], line["due"]) == ("closed", "2026-12-08")
    head, row = journey.rows_of(wang.get("/my/export.csv"))
    assert row[head.index("承诺办结日")] == "2026-12-08"


def test_a_case_that_ended_before_it_was_accepted_was_promised_no_day(
    database: Database, tmp_path: Path
) -> None:
    builders.found(database, tmp_path)
    case = builders.submitted(database)
    database.write(lambda unit: actions.withdraw(unit, wang(), case.number))
    with database.read() as reader:
        (line,) = queries.matters(reader, wang()).lines
    assert line.promised.due is None


def test_a_closed_case_keeps_its_promised_day(database: Database, tmp_path: Path) -> None:
    builders.found(database, tmp_path, builders.notice_only())
    case = builders.decided(database, builders.ready_to_decide(database))
    assert case.state is State.CLOSED
    with database.read() as reader:
        (line,) = queries.matters(reader, wang()).lines
    assert line.promised.due == case.promised_due == dt.date(2026, 12, 8)
