"""The page of a source: what could not be read, what is in doubt now, and the command that shows more."""

import sqlite3

import pytest
from playwright.sync_api import Browser
from tests.browser import quick
from tests.browser.inspection import reading
from tests.browser.town import Town
from tests.browser.walker import Entering

from tongban.app.demonstration import stories

pytestmark = pytest.mark.browser

_LINES_OF_OPTION = """() => {
  const walker = document.createTreeWalker(document.querySelector("main pre"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const place = node.textContent.indexOf("--data");
    if (place < 0) continue;
    const range = document.createRange();
    range.setStart(node, place);
    range.setEnd(node, place + "--data".length);
    return new Set([...range.getClientRects()].map(each => Math.round(each.top))).size;
  }
  return 0;
}"""
"""On how many lines the name of the option stands."""


def _change(town: Town, file: str, *statements: str) -> None:
    """Let a department change its own database."""
    with sqlite3.connect(town.data / "sources" / file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_source_shows_what_could_not_be_read_and_what_is_in_doubt_now(
    town: Town, enter: Entering
) -> None:
    _change(
        town,
        "tax.db",
        f"UPDATE contribution SET pension_paid_12 = '9360.005' WHERE resident_id = '{stories.LIN}'",
        "UPDATE income SET resident_id = resident_id || '  '",
    )
    quick.begun(town, "lin")
    inspector = enter("inspector", width=360)
    inspector.go("/sources/tax")
    inspector.sees("有不足一分的零头")
    assert inspector.page.evaluate(_LINES_OF_OPTION) == 1
    assert "前后带空格" not in inspector.page.content()
    inspector.follow("现在抽看")
    inspector.sees("抽查的标识没有一个查得到")
    inspector.sees("前后带空格")
    inspector.sees("读不全")
    inspector.sees("没有发现问题")
    told = inspector.page.content()
    assert "9360.005" not in told
    assert stories.LIN not in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_a_source_that_was_looked_at_is_sound(
    town: Town, with_fonts: Browser, language: str
) -> None:
    with (
        quick.Hand(town, "inspector") as inspector,
        reading(town, with_fonts, language) as reader,
    ):
        reader.become("inspector", inspector.cookies)
        reader.look("/sources/tax?look=now")
        reader.look("/sources/tax")


def test_a_source_that_is_away_is_said_to_be_and_is_not_looked_at(
    town: Town, enter: Entering
) -> None:
    (town.data / "sources" / "credit.db").rename(town.data / "sources" / "gone.db")
    inspector = enter("inspector")
    inspector.go("/sources/credit")
    inspector.sees("credit.db")
    assert inspector.page.get_by_role("link", name="现在抽看").count() == 0
