"""What letters pages are really set in: what the browser computed, and the font it then took."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser import quick
from tests.browser.quick import Hand
from tests.browser.town import Town

pytestmark = pytest.mark.browser

_CHINESE_FIRST = "PingFang SC"
_ENGLISH_FIRST = "Segoe UI"
_INK, _BLUE, _WHITE = "rgb(26, 36, 51)", "rgb(23, 80, 158)", "rgb(255, 255, 255)"
_MEASURED = """selector => [...document.querySelectorAll(selector)]
  .filter(node => node.checkVisibility({visibilityProperty: true}))
  .map(node => {
    const style = getComputedStyle(node);
    return {
      about: node.outerHTML.slice(0, 100),
      families: style.fontFamily,
      size: parseFloat(style.fontSize),
      line: parseFloat(style.lineHeight),
      color: style.color,
    };
  })"""


@dataclass(frozen=True)
class Place:
    """A page, and who looks at it."""

    login: str
    path: str


@pytest.fixture(scope="module")
def places(town: Town) -> dict[str, Place]:
    """The kinds of page: to find one's way, to fill in, to read, to work through, to keep."""
    form = quick.begun(town, "tang", refusing=True)
    number = quick.applied(town, "lin")
    return {
        "home": Place("", "/"),
        "service": Place("", f"/services/{quick.SERVICE}"),
        "form": Place("tang", form + "/form/1"),
        "case": Place("lin", f"/my/cases/{number}"),
        "inbox": Place("hr-officer", "/work?whose=all"),
        "catalog": Place("", "/catalog"),
    }


def _opened(browser: Browser, town: Town, place: Place, language: str, width: int = 1280) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900})
    cookies = {"tongban_language": language}
    if place.login:
        with Hand(town, place.login) as hand:
            cookies |= hand.cookies
    for name, value in {**cookies, "tongban_language": language}.items():
        context.add_cookies([{"name": name, "value": value, "url": town.address}])
    page = context.new_page()
    page.goto(town.address + place.path, wait_until="load")
    return page


def _families(text: str) -> list[str]:
    return [name.strip().strip('"') for name in text.split(",")]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["home", "service", "form", "case", "inbox", "catalog"])
def test_every_word_is_set_in_the_letters_of_its_language(
    town: Town, browser: Browser, places: dict[str, Place], kind: str, language: str
) -> None:
    page = _opened(browser, town, places[kind], language)
    first = {"zh": _CHINESE_FIRST, "en": _ENGLISH_FIRST}[language]
    mine = ":not([lang|=zh]):not([lang|=zh] *)" if language == "en" else ""
    words = page.evaluate(_MEASURED, ", ".join(f"body {tag}{mine}" for tag in _TAGS))
    assert len(words) > 20
    for word in words:
        families = _families(word["families"])
        assert families[0] == first, word
        assert families[-1] == "sans-serif", word
    for word in page.evaluate(_MEASURED, "body [lang|=zh]") if language == "en" else ():
        assert _families(word["families"])[0] == _CHINESE_FIRST, word
    page.context.close()


_TAGS = ("p", "a", "li", "h1", "h2", "h3", "td", "th", "dt", "dd", "label", "legend", "button",
         "input:not([type=radio], [type=checkbox], [type=hidden])", "select", "textarea",
         "summary")  # fmt: skip
"""Everything that holds words, those parts that a browser sets in letters of its own among them."""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 360])
def test_words_are_large_and_dark_enough_on_representative_pages(
    town: Town, browser: Browser, places: dict[str, Place], language: str, width: int
) -> None:
    for place in places.values():
        page = _opened(browser, town, place, language, width)
        (title,) = page.evaluate(_MEASURED, "h1")
        assert title["size"] >= 24, title
        (body,) = page.evaluate(_MEASURED, "body")
        assert body["color"] == _INK, body
        for word in page.evaluate(_MEASURED, "main p, main td, main dd, main label, main input"):
            assert word["size"] >= 14, word
        for word in page.evaluate(_MEASURED, "main p.govuk-body"):
            assert word["size"] >= 16, word
            assert word["line"] / word["size"] >= 1.6, word
        for button in page.evaluate(_MEASURED, "main .govuk-button"):
            assert button["color"] in {_WHITE, _BLUE}, button
        page.context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_font_taken_is_one_of_those_asked_for(
    town: Town, with_fonts: Browser, places: dict[str, Place], language: str
) -> None:
    for place in places.values():
        page = _opened(with_fonts, town, place, language)
        page.evaluate("() => document.fonts.ready")
        taken = _taken(page, "h1") | _taken(page, "main p") | _taken(page, "main a")
        assert taken
        (body,) = page.evaluate(_MEASURED, "body")
        asked = tuple(_families(body["families"])[:-1])  # the last is any that the machine likes
        assert all(name.startswith(asked) for name in taken), (place, taken)
        page.context.close()


def _taken(page: Page, selector: str) -> set[str]:
    """Return the fonts that the browser drew an element's letters with."""
    tools = page.context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root: Any = tools.send("DOM.getDocument", {"depth": -1})["root"]["nodeId"]
    found = tools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    if not found:
        return set()
    fonts = tools.send("CSS.getPlatformFontsForNode", {"nodeId": found})["fonts"]
    tools.detach()
    return {font["familyName"] for font in fonts}
