"""Every page of the site, as everybody who can reach it sees it, in both languages.

The crawl follows links from each kind of account's first pages. A page is opened in the browser when
it shows a part that no page of its kind showed before, so that a case in every state is looked at but
the hundredth service is not.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby

import pytest
from playwright.sync_api import Browser, expect
from tests.browser import quick, ways
from tests.browser.inspection import reading
from tests.browser.quick import Hand
from tests.browser.town import Town, setup_code, started

from tongban.kit.i18n import catalogue

pytestmark = pytest.mark.browser

PEOPLE = {
    "": ("/",),
    "lin": ("/", "/my", "/account", "/messages"),
    "sun": ("/my", "/messages"),
    "zheng": ("/my", "/messages"),
    "luo": ("/my",),
    "tang": ("/my",),
    "zhou": ("/my", "/services/old-age-allowance"),
    "he": ("/", "/my", "/account"),
    "window": ("/work", "/account"),
    "hr-officer": ("/", "/work", "/supervision", "/account"),
    "medical-officer": ("/work", "/grants/G-2026-015"),
    "hr-head": ("/work", "/work/certificates", "/supervision", "/messages"),
    "police-data": ("/", "/catalog", "/grants", "/sources"),
    "data": ("/", "/catalog", "/grants", "/reform", "/indicators"),
    "inspector": ("/", "/supervision", "/indicators"),
    "admin": ("/admin/staff", "/account", "/operations", "/setup/keys", "/setup/mail"),
}
"""Who walks through the town, and where each starts: the first page and what one would type."""

ELSEWHERE = {
    "/setup": "only before there is an administrator: test_the_first_setup_is_sound",
    "/reset-password": "behind a link that works once: test_the_way_to_a_new_password_is_sound",
    "/account/password": "for accounts with a password: test_the_way_to_a_new_password_is_sound",
    "/reset-password/done": "after that: test_the_way_to_a_new_password_is_sound",
    "/exports/{number:str}": "for lists of more than 5,000 rows: tests/kit/lists/test_long.py",
}
"""Pages that no link leads to, and which test looks at them instead."""


@dataclass(frozen=True)
class Visit:
    """Somebody at an address."""

    login: str
    path: str
    pattern: str


@dataclass(frozen=True)
class LivedIn:
    """A town in which much has happened, and pages that one reaches only by going on with a form."""

    town: Town
    forms: Mapping[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def lived_in(town: Town) -> LivedIn:
    """A town in which cases stand in every state, some late."""
    quick.granted(town, "lin")
    quick.refused(town, "sun")
    quick.withdrawn(town, "tang")
    quick.not_accepted(town, "luo")
    quick.revoked(town, quick.granted(town, "tang"))
    late = quick.applied(town, "zheng")
    quick.accepted(town, late)
    quick.days_later(town, 8)
    quick.asked_to_correct(town, "luo")
    quick.applied(town, "lin")
    waiting = quick.applied(town, "sun")
    quick.to_decision(town, waiting)
    quick.second_person_asked(town)
    quick.refused_often(town)
    quick.kept_back_read(town)
    with Hand(town, "inspector") as inspector:
        quick.until_says(inspector, "/unusual-reading", "tb-table")
        quick.until_says(inspector, "/supervision?colour=red", late)
        quick.until_says(inspector, "/archive", "tb-table")
    with Hand(town, "lin") as lin:
        quick.until_says(lin, "/my/certificates", "tb-status--done")
    forms = {
        "zhou": (
            quick.begun(town, "zhou", refusing=True),
            quick.filled(town, "zhou") + "/check",
        ),
        "tang": (quick.begun(town, "tang", last=("situation.work",)) + "/materials",),
    }
    return LivedIn(town, forms)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A government of one's own on its first day: nobody in it, nothing applied for."""
    with started(tmp_path_factory.mktemp("founded")) as running:
        yield running


@pytest.fixture(scope="module")
def hands(lived_in: LivedIn) -> Iterator[dict[str, Hand]]:
    """Everybody signed in, once."""
    with ExitStack() as stack:
        yield {login: stack.enter_context(Hand(lived_in.town, login)) for login in PEOPLE}


@pytest.fixture(scope="module")
def shown() -> ways.Shown:
    """What the pages have shown, and what was refused."""
    return ways.Shown()


@pytest.fixture(scope="module")
def visits(lived_in: LivedIn, hands: dict[str, Hand], shown: ways.Shown) -> list[Visit]:
    """Every page worth opening, and who opens it."""
    found: list[Visit] = []
    for login, hand in hands.items():
        starts = (*PEOPLE[login], *lived_in.forms.get(login, ()))
        stops = ways.reachable(hand, shown, starts)
        found += [Visit(login, stop.path, stop.pattern) for stop in stops]
        shown.visited = True
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_sound(
    language: str,
    lived_in: LivedIn,
    browser: Browser,
    hands: dict[str, Hand],
    visits: list[Visit],
) -> None:
    with reading(lived_in.town, browser, language) as reader:
        for login, there in groupby(visits, lambda visit: visit.login):
            reader.become(login, hands[login].cookies)
            for visit in there:
                reader.look(visit.path)


def test_no_link_leads_to_a_refusal(visits: list[Visit], shown: ways.Shown) -> None:
    assert len(visits) > len(ways.page_routes()) / 2
    assert shown.refused == []


def test_somebody_reaches_every_page(visits: list[Visit]) -> None:
    reached = {visit.pattern for visit in visits}
    assert ways.page_routes() - reached == set(ELSEWHERE)


FILES = {
    "": ("/services/export.csv", "/catalog/export.csv", "/catalog/elements/export.csv",
         "/grants/export.csv", "/indicators/export.csv", "/ledger/entries.csv"),
    "lin": ("/my/export.csv", "/my/certificates/export.csv", "/my/data-uses/export.csv",
            "/messages.csv"),
    "hr-head": ("/work/export.csv?whose=all", "/work/certificates/export.csv"),
    "inspector": ("/supervision/export.csv", "/archive/export.csv"),
    "admin": ("/admin/staff.csv",),
}  # fmt: skip
"""Lists that can be taken away as a file, and by whom."""
_PAGE_OF = {
    "/work/export.csv?whose=all": "/work?whose=all",
    "/ledger/entries.csv": "/ledger",
    "/messages.csv": "/messages",
    "/admin/staff.csv": "/admin/staff",
}
"""Where such a list is shown, if not at the address before its file."""
_MESSAGE_NAME = "|".join({name.partition(".")[0] for name in catalogue()})
_MESSAGE_NAME = rf"(?:{_MESSAGE_NAME})\.[a-z_]+\.[a-z_]+"


@pytest.mark.parametrize(("login", "path"), [(who, path) for who in FILES for path in FILES[who]])
def test_a_list_taken_away_has_a_line_for_each_of_its_own(
    hands: dict[str, Hand], login: str, path: str
) -> None:
    answer = hands[login].get(path)
    assert answer.status_code == 200
    head, *lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert lines
    assert {len(line) for line in lines} == {len(head)}
    said = [cell for line in (head, *lines) for cell in line]
    assert not [cell for cell in said if re.fullmatch(_MESSAGE_NAME, cell) or cell == "None"]
    shown = re.search(r"共 (\d+) 条", hands[login].get(_PAGE_OF.get(path, path[:-11])).text)
    assert shown is None or int(shown[1]) == len(lines)


@dataclass(frozen=True)
class Sent:
    """A form that somebody sends as it stands: what comes back is a page too."""

    login: str
    path: str
    form: str = "main form[method=post]"


EMPTY = (
    Sent("", "/sign-in?way=password"),
    Sent("", "/forgot-password"),
    Sent("", "/certificates/verify"),
    Sent("", "/v/AAAABBBBCCCCDDDDEEEEFFFFGG"),
    Sent("", "/nowhere"),
    Sent("lin", "/admin/staff"),
    Sent("data", "/grants/new?resource=101001/1"),
    Sent("medical-officer", "/agreements/new?grant=G-2026-015"),
    Sent("admin", "/admin/staff/new"),
)
"""Pages that come only after a form was sent empty or an address was wrong."""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_comes_after_a_mistake_is_sound(
    language: str, lived_in: LivedIn, browser: Browser, hands: dict[str, Hand], visits: list[Visit]
) -> None:
    found = {visit.pattern: visit for visit in visits}
    after = [
        Sent(found[pattern].login, found[pattern].path)
        for pattern in (
            "/apply/{draft:str}/check",
            "/apply/{draft:str}/materials",
            "/apply/{draft:str}/form/{number:int}",
            "/my/cases/{number:str}/correct",
            "/work/cases/{number:str}/correction/{step:str}",
            "/work/cases/{number:str}/not-accept/{step:str}",
            "/work/cases/{number:str}/open",
            "/work/cases/{number:str}/decide/{step:str}",
            "/work/certificates/{identifier:str}/revoke",
        )
    ]
    with reading(lived_in.town, browser, language) as reader:
        for sent in (*EMPTY, *after):
            reader.become(sent.login, hands[sent.login].cookies)
            reader.open(sent.path)
            reader.send_empty(sent.form)
            reader.inspect()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_way_to_a_new_password_is_sound(
    language: str, lived_in: LivedIn, browser: Browser, hands: dict[str, Hand]
) -> None:
    login = f"qin.{language}"
    admin = hands["admin"]
    admin.open("/admin/staff/new")
    about = {"name": "秦朗", "login": login, "department": "human-resources", "roles": "handler"}
    way = admin.link_given(admin.send("/admin/staff/new", **about))
    with reading(lived_in.town, browser, language) as reader:
        reader.become("admin", admin.cookies)
        reader.open(f"/admin/staff?q={login}")
        reader.page.locator("main tbody a").first.click()
        reader.inspect()
        reader.become("", {})
        reader.look(way)
        reader.send_empty()
        reader.inspect()
        for box in ("#password", "#again"):
            reader.page.locator(box).fill(_WORDS)
        reader.send_empty()
        reader.inspect()
        reader.open("/sign-in?way=password")
        reader.page.locator("#login").fill(login)
        reader.page.locator("#password").fill(_WORDS)
        reader.send_empty()
        reader.look("/account")
        reader.look("/account/password")
        reader.send_empty()
        reader.inspect()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_setup_is_sound(language: str, founded: Town, browser: Browser) -> None:
    with reading(founded, browser, language) as reader:
        reader.become("", {})
        for path in ("/", "/services", "/catalog", "/ledger", "/indicators", "/reform", "/setup"):
            reader.look(path)
        reader.send_empty()
        reader.inspect()
        reader.page.locator("#code").fill(setup_code(founded))
        reader.send_empty()
        reader.inspect()
        reader.send_empty()
        reader.inspect()


def test_a_receipt_on_paper_is_the_matter_itself(
    lived_in: LivedIn, browser: Browser, hands: dict[str, Hand]
) -> None:
    sun = hands["sun"]
    sun.open("/my")
    case = sun.addresses("/my/cases/")[0]
    with reading(lived_in.town, browser, "zh") as reader:
        reader.become("sun", sun.cookies)
        reader.open(f"{case}/receipt")
        reader.page.emulate_media(media="print")
        for around in (".tb-navigation", ".tb-footer", ".govuk-button", ".govuk-details"):
            expect(reader.page.locator(around).first).to_be_hidden()
        expect(reader.page.locator(".tb-demonstration__label")).to_be_visible()
        number = reader.page.locator(".tb-receipt__number")
        expect(number).to_have_text(case.rpartition("/")[2])
        expect(number).to_have_css("color", "rgb(0, 0, 0)")


_WORDS = "correct horse battery"
