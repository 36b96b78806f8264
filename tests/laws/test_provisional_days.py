"""A day in a year whose holidays are only expected is called provisional wherever it is told.

The calendar of the demonstration expects 2027. Forty days after the story began people there read pages and
messages about days to come: every such day is reckoned with that calendar, and may still move.
"""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select
from tests.builders.once import made_once
from tests.builders.stories import SUBSIDY
from tests.laws.test_lists import DEPARTMENTS, _lived_in

from tongban.kernel.text import LANGUAGES
from tongban.kit import http, testing
from tongban.kit.house import House
from tongban.kit.settings import Settings
from tongban.modules.government import queries as government
from tongban.modules.identity import actions as sessions
from tongban.modules.identity import queries as identity
from tongban.modules.notices import queries as notices
from tongban.modules.notices.store import message
from tongban.modules.services import queries as services
from tongban.modules.supervision import queries as supervision
from tongban.modules.supervision import store as supervision_store
from tongban.modules.supervision.model import Card
from tongban.modules.supervision.store import card_table

SOURCE = Path(__file__).parents[2] / "src" / "tongban"
NOW = testing.MORNING + dt.timedelta(days=40)
_RECKONED = re.compile(r"show_date\(([\w.]*\b(?:\w*due|until|answer_by)\b)\)")
SAYS_SO_ITSELF = {
    ("services/inbox.html", "promised.due"),
    ("services/parts.html", "answer.due"),
    ("services/work_case.html", "loaded.awaited.due"),
    ("exchange/grant.html", "grant.answer_by"),
}
"""Where a sentence calls the day provisional and says why, or the mark stands right behind it."""
_DAY = {
    "zh": re.compile(r"(?P<day>20\d\d年\d+月\d+日)(?! ?\d\d:\d\d)(?: ?周.)?(?P<mark>（暂定）)?"),
    "en": re.compile(
        r"(?P<day>\d{1,2} [A-Z][a-z]+ 20\d\d)(?! ?\d\d:\d\d)(?: [A-Z][a-z]{2}\b)?"
        r"(?P<mark> \(provisional\)|, provisionally)?"
    ),
}


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A government on 3 January 2027, in which corrections wait, cases are late and cards are drawn."""
    from tongban.app.house import open_house

    once = made_once(tmp_path_factory, "lived-in", _lived_in)
    data = shutil.copytree(once, tmp_path_factory.mktemp("provisional") / "data")
    made = open_house(Settings(data=data, address="http://127.0.0.1:8000"), testing.clock_at(NOW))
    yield made
    made.db.close()


@pytest.fixture(scope="module")
def visitor(lived_in: House) -> Iterator[TestClient[Litestar]]:
    """A browser in that government."""
    from tongban.app.web import create

    application = create(lived_in, lambda: None, lambda: None)
    with TestClient(application, base_url="http://127.0.0.1:8000") as client:
        yield client


def _as_day(text: str, language: str) -> dt.date:
    if language == "zh":
        year, month, day = map(int, re.findall(r"\d+", text))
        return dt.date(year, month, day)
    return dt.datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007


def days_told(text: str, language: str, after: dt.date) -> list[tuple[dt.date, bool]]:
    """Return the days after another that a text tells, and whether it calls each provisional."""
    found = [
        (_as_day(each["day"], language), bool(each["mark"]))
        for each in _DAY[language].finditer(re.sub(r"\s+", " ", text))
    ]
    return [each for each in found if each[0] > after]


def test_no_template_writes_a_reckoned_day_without_asking_whether_it_is_provisional() -> None:
    found = {
        (str(path.relative_to(path.parents[1])), each)
        for path in SOURCE.rglob("*.html")
        for each in _RECKONED.findall(path.read_text("utf-8"))
    }
    assert found == SAYS_SO_ITSELF


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_about_a_day_that_is_only_expected_says_so(
    lived_in: House, language: str
) -> None:
    told, wrong = set(), set()
    with lived_in.db.read() as reader:
        assert government.calendar(reader.connection).provisional == {2027}
        for account in reader.connection.execute(select(message.c.account).distinct()).scalars():
            for each in notices.inbox(reader, account):
                text = " ".join(notices.words(reader, each, language))
                for _, marked in days_told(text, language, dt.date(2026, 12, 31)):
                    told.add(each.message)
                    wrong |= set() if marked else {(each.message, text)}
    assert sorted(wrong) == []
    assert {"services.notice.correction_asked"} <= told
    assert any(each.startswith("supervision.notice.") for each in told)


def _pages(house: House) -> dict[str, list[str]]:
    """Return what is looked at, by who looks: residents with cases, a clerk, an inspector."""
    with house.db.read() as reader:
        pages: dict[str, list[str]] = {}
        for login in (SUBSIDY.login, "zhou", "he"):
            account = identity.account_by_login(reader, login).id
            found = services.matters(reader, identity.actor_of(reader, account))
            numbers = [line.case.number for line in (*found.mine, *found.running)]
            pages[account] = ["/my", "/my/messages", *(f"/my/cases/{one}" for one in numbers)]
            pages[account] += [f"/my/cases/{one.case.number}/correct" for one in found.mine]
            pages[account] += [f"/my/cases/{one}/receipt" for one in numbers]
            worked = pages.setdefault("", [])
            worked += [f"/work/cases/{one}" for one in numbers]
        (clerk, *_) = identity.staff_with(reader, DEPARTMENTS["inbox"], "case.accept")
        cards = reader.connection.execute(select(card_table.c.id)).scalars()
        pages[clerk.id] = ["/work", "/supervision", *pages.pop("")]
        pages[clerk.id] += [f"/supervision/{card}" for card in cards]
    return pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_about_a_day_to_come_says_that_it_is_only_expected(
    lived_in: House, visitor: TestClient[Litestar], language: str
) -> None:
    marked_on: set[str] = set()
    wrong: set[tuple[str, str]] = set()
    for account, paths in _pages(lived_in).items():
        opened = lived_in.db.write(partial(sessions.sign_in, account=account))
        visitor.cookies.clear()
        visitor.cookies.set(http.SESSION_COOKIE, opened.token)
        for path in paths:
            answer = visitor.get(path, params={"lang": language})
            if answer.status_code == 404:
                continue  # a case or card of another department
            assert answer.status_code == 200, path
            text = re.sub(
                r"<[^>]*>", "", re.sub(r"<(script|style).*?</\1>", "", answer.text, flags=re.S)
            )
            kind = re.sub(r"\b[0-9A-Z]{16}\b|[0-9a-f-]{36}", "…", path)
            for day, marked in days_told(text, language, NOW.date()):
                if marked:
                    marked_on.add(kind)
                else:
                    wrong.add((kind, day.isoformat()))
    assert sorted(wrong) == []
    assert {"/my", "/my/cases/…", "/my/cases/…/correct", "/work", "/work/cases/…"} <= marked_on
    assert {"/supervision", "/supervision/…"} <= marked_on


def _clerk(house: House, visitor: TestClient[Litestar]) -> list[Card]:
    """Sign a clerk in who works where cards were drawn, and return the cards that they see."""
    with house.db.read() as reader:
        (clerk, *_) = identity.staff_with(reader, DEPARTMENTS["inbox"], "case.accept")
        seen, _ = supervision.cards(reader, identity.actor_of(reader, clerk.id), size=None)
    opened = house.db.write(partial(sessions.sign_in, account=clerk.id))
    visitor.cookies.clear()
    visitor.cookies.set(http.SESSION_COOKIE, opened.token)
    return seen


def test_files_of_cards_say_which_days_are_provisional_and_why(
    lived_in: House, visitor: TestClient[Litestar]
) -> None:
    """The page marked the day to reply by, its file gave it as certain."""
    (card, *_) = _clerk(lived_in, visitor)
    beyond = msgspec.structs.replace(
        card,
        id="beyond",
        rule="other",
        limit_due=dt.date(2031, 3, 4),
        reply_due=dt.date(2031, 4, 5),
    )
    lived_in.db.write(lambda unit: supervision_store.insert(unit.connection, [beyond]))
    rows = visitor.get("/supervision/export.json").json()["data"]
    why = {2027: "expected", 2031: "calendar"}
    years = set()
    for row in rows:
        for name in ("reply", "limit"):
            year = int((row[f"{name}_due"] or "0")[:4])
            years.add(year)
            assert (row[f"{name}_provisional"] or "") == why.get(year, ""), (name, year)
    assert {2026, 2027, 2031} <= years
    for path in ("/supervision", "/supervision/beyond"):
        text = visitor.get(path, params={"lang": "en"}).text
        assert "4 March 2031 (provisional)" in text, path
        assert "5 April 2031 (provisional)" in text, path
