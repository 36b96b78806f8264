"""Who looked at a case stands in its owner's list of data uses: by post, day and number, for nobody else."""

import csv
import io
import json
import re

import msgspec
import pytest
from sqlalchemy import select
from tests.builders.audited import attack
from tests.builders.services import MARRIED_ON, STATUS
from tests.builders.services_web import City
from tests.modules.services.test_need_to_know import case, opened, with_review
from tests.modules.services.test_pages import accepted, reviewed

from tongban.kit import shelf
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.store.tables import looks
from tongban.modules.government import queries as government
from tongban.modules.government.definition import GovernmentDefinition, NamesOfStaff
from tongban.modules.identity import queries as identity

USES = "/my/data-uses"


@pytest.fixture
def looked(city: City) -> str:
    """A case that two clerks looked at, and of which a reviewer opened a value."""
    number = case(city, with_review(checks=(STATUS,)))
    for login in ("li.ping", "zhao.min"):
        city.as_staff(login).get(f"/work/cases/{number}")
    accepted(city, number)
    assert opened(city, "sun.li", number, MARRIED_ON) == 200
    return number


def told(city: City, path: str = USES) -> str:
    page = city.as_wang().get(path)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def call_staff(city: City, names: NamesOfStaff) -> None:
    with city.db.read() as reader:
        profile = government.profile(reader.connection)
        key = next(iter(shelf.every(reader.connection, "government", GovernmentDefinition)))
    changed = msgspec.structs.replace(profile, names_of_staff=names)
    city.db.write(lambda unit: shelf.put(unit, "government", key, 2, changed))


def number_of(city: City, login: str) -> str:
    with city.db.read() as reader:
        return identity.staff_number(reader, city.staff[login])


def test_the_one_whose_case_it_is_sees_department_post_and_number_and_no_name(
    city: City, looked: str
) -> None:
    page = told(city)
    for login in ("li.ping", "zhao.min"):
        assert f"受理岗（编号 {number_of(city, login)}）查看了 1 次" in page
    assert "民政审查岗" in page
    assert "答复申请人的询问：申请人来电询问办理依据" in page.replace(" ：", "：")
    assert "结婚登记日期" in page
    for name in ("李萍", "赵敏", "孙丽"):
        assert name not in page
    assert "谁看过这个办件" in told(city, f"/my/cases/{looked}")


def test_who_has_another_step_in_hand_later_that_day_has_looked_for_that_post_too(
    city: City,
) -> None:
    number = case(city, with_review(checks=(STATUS,)))
    accepted(city, number)
    reviewed(city, number)
    city.as_staff("li.ping").get(f"/work/cases/{number}")
    rows = json.loads(city.as_wang().get(f"/api{USES}?state=looked").text)["data"]
    by_post = {row["post"]: set(row["elements"]) for row in rows}
    assert {"受理", "决定"} <= set(by_post)
    assert STATUS not in by_post["受理"], (
        "acceptance is not told to have seen what a decision needs"
    )
    assert STATUS in by_post["决定"]


def test_by_setting_they_are_called_by_name_or_only_by_post(city: City, looked: str) -> None:
    call_staff(city, NamesOfStaff.NAME)
    assert "孙丽" in told(city)
    call_staff(city, NamesOfStaff.POST)
    page = told(city)
    assert "孙丽" not in page
    assert number_of(city, "li.ping") not in page
    assert "受理岗查看了 2 次" in page, "two clerks of one post are one line"


@pytest.mark.parametrize(
    ("query", "states"),
    [
        ("", {"looked", "opened", "disclosed"}),
        ("?state=looked", {"looked"}),
        ("?state=opened", {"opened"}),
        ("?state=disclosed", {"disclosed"}),
        ("?outcome=disclosed", {"disclosed"}),
        ("?until=2000-01-01", set()),
    ],
)
def test_page_csv_and_json_hold_the_same_rows_by_the_same_filters(
    city: City, looked: str, query: str, states: set[str]
) -> None:
    wang = city.as_wang()
    answer = json.loads(wang.get(f"/api{USES}{query}").text)["data"]
    rows = answer["items"] if isinstance(answer, dict) else answer
    assert {row["state"] for row in rows} == states
    lines = list(csv.reader(io.StringIO(wang.get(f"{USES}/export.csv{query}").text)))[1:]
    assert len(lines) == len(rows)
    page = wang.get(f"{USES}{query}").text
    assert all(row["id"] in page for row in rows)


def test_each_line_has_a_page_and_what_opens_its_entry(city: City, looked: str) -> None:
    wang = city.as_wang()
    rows = json.loads(wang.get(f"/api{USES}?state=opened").text)["data"]
    (row,) = rows["items"] if isinstance(rows, dict) else rows
    assert "写明原因" in wang.get(f"{USES}/{row['id']}").text
    opening = json.loads(wang.get(f"{USES}/{row['id']}/opening.json").text)
    assert opening["facts"]["words"] == "申请人来电询问办理依据"
    assert opening["facts"]["case"] == looked


def test_nobody_else_sees_them(city: City, looked: str) -> None:
    from tests.builders.services import STRANGER

    assert STRANGER.subject is not None
    with city.db.read() as reader:
        page = exchange.disclosures_about(reader, STRANGER.subject)
    assert page.total == 0


SAYS = "这里的内容与公开账本不一致"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE exchange_look SET account = 'zhao' WHERE kind = 'opened'",
        "UPDATE exchange_look SET reason = 'help' WHERE kind = 'opened'",
        "UPDATE exchange_look SET elements = '[]' WHERE kind = 'opened'",
        "UPDATE exchange_look SET entry = '' WHERE kind = 'opened'",
    ],
)
def test_a_look_that_is_not_what_its_entry_says_is_not_repeated(
    city: City, looked: str, change: str
) -> None:
    wang = city.as_wang()
    row = _opened_with_a_reason(city)
    pages = (USES, f"{USES}/{row['id']}", f"/my/cases/{looked}")
    assert [SAYS in wang.get(page).text for page in pages] == [False] * 3
    attack(city.db, change)
    assert [SAYS in wang.get(page).text for page in pages] == [True] * 3
    assert "申请人来电询问办理依据" not in told(city)
    assert "申请人来电询问办理依据" not in wang.get(pages[1]).text


def _opened_with_a_reason(city: City) -> dict[str, str]:
    rows = json.loads(city.as_wang().get(f"/api{USES}?state=opened").text)["data"]
    (row,) = rows["items"] if isinstance(rows, dict) else rows
    return dict(row)


def test_each_who_looked_has_an_entry_and_so_has_what_was_seen_besides(
    city: City, looked: str
) -> None:
    with city.db.read() as reader:
        query = select(looks.c.account, looks.c.times, looks.c.entry).order_by(looks.c.id)
        rows = reader.connection.execute(query).all()
    assert len({row.entry for row in rows}) == len(rows)
    assert all(row.entry for row in rows)
    assert len({row.account for row in rows}) == 3
