"""What a page shows of a row is held against its entry when it is shown, and it says where they differ."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from tests.builders import services as builders
from tests.builders import services_web, web
from tests.builders.audited import SEALED, attack
from tests.builders.services_web import City
from tests.builders.web import Browser

from tongban.kit.db import Unit
from tongban.modules.certificates import actions as certificates
from tongban.modules.certificates import queries as issued
from tongban.modules.certificates.pages import HANDLERS as CERTIFICATES
from tongban.modules.exchange.pages import HANDLERS as EXCHANGE
from tongban.modules.services import actions
from tongban.modules.services.model import Case
from tongban.modules.services.pages import HANDLERS as SERVICES
from tongban.modules.supervision import actions as supervision
from tongban.modules.supervision import store as cards
from tongban.modules.supervision.model import Card, CardState, Colour
from tongban.modules.supervision.pages import HANDLERS as SUPERVISION

SAYS = "与公开账本不一致"
LINE = "这一行与公开账本不一致，显示的是账本条目里的内容。"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    """The small city with the pages of four modules, where a case was approved and its result issued."""
    with services_web.opened(tmp_path) as small:
        pages = (*SERVICES, *EXCHANGE, *CERTIFICATES, *SUPERVISION)
        with web.browser(small.house, pages) as browser:
            small.browser = browser
            yield small


@pytest.fixture
def case(city: City) -> Case:
    """Wang's case, filed by Wang at the browser's account, approved, its certificate sealed."""
    account = _account_of_wang(city)
    found = builders.decided(city.db, builders.ready_to_decide(city.db))
    with city.db.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE services_case SET account = '{account}'")
    with city.db.read() as reader:
        (one,) = issued.of_case(reader, found.number)
    city.db.write(lambda unit: certificates.seal(unit, one.id, SEALED))
    city.db.write(lambda unit: actions.certificate_sealed(unit, found.number))
    return found


def _account_of_wang(city: City) -> str:
    city.as_wang()
    with city.db.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT id FROM identity_account WHERE kind = 'resident'"
        ).scalar_one()
    return str(found)


def text_of(browser: Browser, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def asked(city: City, look: Callable[[], object]) -> int:
    """How many questions a page asks the database."""
    count = 0

    def one_more(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(city.db.engine, "before_cursor_execute", one_more)
    try:
        look()
    finally:
        event.remove(city.db.engine, "before_cursor_execute", one_more)
    return count


def test_a_line_of_data_uses_that_was_changed_says_what_its_entry_says(
    city: City, case: Case
) -> None:
    wang = city.as_wang()
    assert SAYS not in text_of(wang, "/my/data-uses")
    attack(
        city.db,
        "UPDATE exchange_disclosure SET department = 'somebody-else' WHERE resource = '306010/1'",
    )
    shown = text_of(wang, "/my/data-uses")
    assert shown.count(LINE) == 1
    assert "somebody-else" not in shown.partition('id="results"')[2]
    line = _first(city, "SELECT id FROM exchange_disclosure WHERE resource = '306010/1'")
    one = text_of(wang, f"/my/data-uses/{line}")
    assert LINE in one
    assert "/ledger/entries/" in one


def test_a_line_whose_entry_is_not_there_shows_nothing_of_it(city: City, case: Case) -> None:
    attack(city.db, "UPDATE exchange_disclosure SET entry = 'gone' WHERE resource = '306010/1'")
    shown = text_of(city.as_wang(), "/my/data-uses")
    assert "账本里也没有它的条目" in shown
    assert "婚姻" not in shown


def test_a_case_that_was_changed_says_so_to_the_resident_and_to_the_clerk(
    city: City, case: Case
) -> None:
    attack(city.db, "UPDATE services_decision SET outcome = 'refused'")
    assert SAYS in text_of(city.as_wang(), f"/my/cases/{case.number}")
    assert "报告审计部门" in text_of(city.as_staff("li.ping"), f"/work/cases/{case.number}")


def test_a_case_that_nobody_touched_says_nothing_of_it(city: City) -> None:
    case = builders.accepted(city.db, builders.submitted(city.db))
    assert SAYS not in text_of(city.as_staff("li.ping"), f"/work/cases/{case.number}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE services_case SET promised_due = '2030-01-01'",
        "UPDATE services_case SET entry = ''",
        "DELETE FROM services_opening",
    ],
)
def test_a_deadline_that_was_moved_is_said_on_the_clerks_page(city: City, statement: str) -> None:
    case = builders.accepted(city.db, builders.submitted(city.db))
    attack(city.db, statement)
    assert SAYS in text_of(city.as_staff("li.ping"), f"/work/cases/{case.number}")


def test_the_line_of_a_history_that_was_changed_is_marked_and_one_that_lacks_is_counted(
    city: City,
) -> None:
    case = builders.accepted(city.db, builders.submitted(city.db))
    attack(city.db, "UPDATE services_happening SET actor = 'zhao' WHERE what = 'accepted'")
    clerk = city.as_staff("li.ping")
    assert text_of(clerk, f"/work/cases/{case.number}").count("与账本不一致</strong>") == 1
    attack(city.db, "DELETE FROM services_happening WHERE what = 'accepted'")
    assert "账本里还有 1 条经过" in text_of(clerk, f"/work/cases/{case.number}")


def test_a_certificate_that_was_changed_says_so_to_its_holder_its_issuer_and_whoever_verifies_it(
    city: City, case: Case
) -> None:
    with city.db.read() as reader:
        (one,) = issued.of_case(reader, case.number)
    pages = (
        (city.as_wang, f"/my/certificates/{one.id}"),
        (lambda: city.as_staff("li.ping"), f"/work/certificates/{one.id}"),
        (city.as_nobody, f"/v/{one.code}"),
    )
    for who, path in pages:
        assert SAYS not in text_of(who(), path), path
    attack(city.db, "UPDATE certificates_certificate SET state = 'revoked', revoked_basis = 'x'")
    for who, path in pages:
        assert SAYS in text_of(who(), path), path


def test_a_grant_that_was_revived_says_so(city: City) -> None:
    staff = city.as_staff("zhou.jun")
    assert SAYS not in text_of(staff, "/grants/population-for-subsidy")
    attack(city.db, "UPDATE exchange_grant SET ends = '2999-12-31'")
    assert SAYS in text_of(staff, "/grants/population-for-subsidy")


def test_a_card_that_was_answered_by_nobody_says_so(city: City) -> None:
    def draw(unit: Unit) -> str:
        card = Card(
            id=unit.new_id(),
            rule="slow",
            colour=Colour.RED,
            case_number="2026112400100017",
            service=builders.SUBSIDY,
            department=builders.LABOUR,
            handler="",
            drawn_at=builders.MORNING,
            reply_due=builders.TODAY,
            state=CardState.OPEN,
        )
        drawn = supervision.put_on_record(unit, card)
        cards.insert(unit.connection, [drawn])
        return drawn.id

    card = city.db.write(draw)
    staff = city.as_staff("qian.wei")
    assert SAYS not in text_of(staff, f"/supervision/{card}")
    attack(city.db, "UPDATE supervision_card SET state = 'replied', words = '已办'")
    assert SAYS in text_of(staff, f"/supervision/{card}")


def test_holding_a_page_of_lines_against_their_entries_costs_the_same_however_many_there_are(
    city: City, case: Case
) -> None:
    wang = city.as_wang()
    text_of(wang, "/my/data-uses")  # what is asked once of definitions is asked
    few = asked(city, lambda: text_of(wang, "/my/data-uses"))
    for _ in range(3):
        builders.submitted(city.db)
    assert asked(city, lambda: text_of(wang, "/my/data-uses")) == few


def _first(city: City, query: str) -> str:
    with city.db.engine.connect() as connection:
        return str(_scalar(connection, query))


def _scalar(connection: Connection, query: str) -> object:
    return connection.exec_driver_sql(query).scalar_one()
