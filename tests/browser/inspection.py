"""What is asked of every page, whoever reads it and in whichever language."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from tests.browser.town import Town
from tests.builders.english import translated

from tongban.kit.i18n import catalogue

_AXE = Axe()
_ASKED = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,
}
_WIDE, _NARROW = 1280, 320
PICTURES = os.environ.get("TONGBAN_TEST_PICTURES", "")
"""A folder for pictures of every page that is looked at, for people to look at too; empty: none."""
_PICTURED = (360, 1280)
_NUMBER = count(1)
_HAN = re.compile(r"[\u3400-\u9fff\u3001-\u301f\uff01-\uff5e]")
"""Chinese characters, and the marks that stand between them."""
_UNFINISHED = re.compile(r"\bNone\b|\bundefined\b|\bNaN\b|\[object|\{\{|\{%|\{[a-z_]+\}")
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")
_MACHINE_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d")
_UNFOLDED = "() => document.querySelectorAll('details').forEach(part => (part.open = true))"
_LOOKED_AT = """() => {
  const html = document.documentElement;
  const shown = node => node.checkVisibility({visibilityProperty: true});
  const words = [], chinese = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement, text = node.textContent.trim();
    if (!text || parent.closest("script, style, noscript, textarea") || !shown(parent)) continue;
    if (parent.closest("[lang]").lang.startsWith("zh") && parent.closest("[lang]") !== html)
      chinese.push(text);
    else
      words.push([text, Boolean(parent.closest("pre, code"))]);
  }
  for (const node of document.querySelectorAll("[aria-label], [title], [alt], [placeholder]"))
    for (const name of ["aria-label", "title", "alt", "placeholder"])
      if (node.getAttribute(name) && !node.closest("[lang^=zh]:not(html)"))
        words.push([node.getAttribute(name), false]);
  const wide = [...document.querySelectorAll("body *")]
    .filter(node => shown(node) && node.getBoundingClientRect().right > html.clientWidth + 1)
    .slice(-3).map(node => node.outerHTML.slice(0, 120));
  const main = document.querySelector("main");
  return {
    published: location.pathname.startsWith("/ledger/entries/"),
    lang: html.lang, title: document.title, words, chinese,
    headings: document.querySelectorAll("h1").length,
    empty: [...main.querySelectorAll("h1, h2, h3, th, dt, a, button, p, li, label, legend")]
      .filter(node => shown(node) && !node.innerText.trim() && !node.querySelector("svg, img, input"))
      .map(node => node.outerHTML.slice(0, 120)),
    overflow: html.scrollWidth > html.clientWidth ? wide : [],
  };
}"""


@cache
def _message_names() -> str:
    """Return a pattern for the names of messages, which nobody should read."""
    first = "|".join(sorted({name.partition(".")[0] for name in catalogue()}))
    return rf"\b(?:{first})\.[a-z_]+\.[a-z_]+\b"


class Reader:
    """One browser window that becomes one person after another and notes what is wrong."""

    def __init__(self, town: Town, context: BrowserContext, language: str) -> None:
        self.town = town
        self.language = language
        self.faults: list[str] = []
        self._context = context
        self._who = ""
        self._width = _WIDE
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))

    def _note(self, words: str) -> None:
        path = self.page.url.removeprefix(self.town.address)
        self.faults.append(f"{self._who or 'a visitor'} at {path} ({self.language}): {words}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self._note(f"console: {message.text}")

    def become(self, who: str, cookies: Mapping[str, str]) -> None:
        """Be somebody, by the cookies of their session."""
        self._who = who
        self._context.clear_cookies()
        for name, value in {**cookies, "tongban_language": self.language}.items():
            self._context.add_cookies([{"name": name, "value": value, "url": self.town.address}])

    def open(self, path: str) -> None:
        """Open a page."""
        answer = self.page.goto(self.town.address + path, wait_until="load")
        if answer is None or answer.status >= 500:
            self._note("the server failed")

    def look(self, path: str) -> None:
        """Open a page and note what is wrong with it."""
        self.open(path)
        self.inspect()

    def send_empty(self, form: str = "main form[method=post]") -> None:
        """Send the form of the page as it stands; a page without one is left as it is."""
        buttons = self.page.locator(f"{form} button[type=submit]")
        if buttons.count():
            with self.page.expect_navigation(wait_until="load"):
                buttons.last.click()

    def inspect(self) -> None:
        """Note what is wrong with the page that is open, at both widths.

        It begins at the width at which the page before ended: each page is laid out anew once.
        Axe looks at every page, at the width at which it ends. What is folded is unfolded first, for
        nobody looks at what is hidden.
        """
        if PICTURES:
            self._take_pictures()
        self.page.evaluate(_UNFOLDED)
        first, second = self._width, _NARROW if self._width == _WIDE else _WIDE
        for width in (first, second):
            seen = self._measured(width)
            for each in seen["overflow"]:
                self._note(f"wider than the window at {width} px: {each}")
        for fault in _faults(seen, self.language):
            self._note(fault)
        self._run_axe()

    def _take_pictures(self) -> None:
        where = re.sub(r"\W+", "-", self.page.url.removeprefix(self.town.address)).strip("-")
        name = f"{self.language}-{next(_NUMBER):03}-{self._who or 'visitor'}-{where[:60]}"
        for width in _PICTURED:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
        self._width = _WIDE

    def _measured(self, width: int) -> dict[str, Any]:
        if width != self._width:
            self.page.set_viewport_size({"width": width, "height": 900})
            self._width = width
        self.page.wait_for_selector("main", state="attached")
        seen: dict[str, Any] = self.page.evaluate(_LOOKED_AT)
        return seen

    def _run_axe(self) -> None:
        for violation in _AXE.run(self.page, options=_ASKED).response["violations"]:
            where = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            self._note(f"axe {violation['id']} ({violation['impact']}): {where}")


@contextmanager
def reading(town: Town, browser: Browser, language: str) -> Iterator[Reader]:
    """Give a window to read pages in; at the end nothing may have been wrong with any."""
    context = browser.new_context(viewport={"width": _WIDE, "height": 900})
    reader = Reader(town, context, language)
    try:
        yield reader
    finally:
        context.close()
    assert not reader.faults, "\n".join([f"{len(reader.faults)} faults", *reader.faults])


def _faults(seen: dict[str, Any], language: str) -> Iterator[str]:
    yield from _frame_faults(seen, language)
    yield from _word_faults(seen["words"])
    yield from _chinese_faults(seen) if language == "en" else _english_faults(seen)


def _frame_faults(seen: dict[str, Any], language: str) -> Iterator[str]:
    wanted = {"zh": "zh-Hans", "en": "en"}[language]
    if seen["lang"] != wanted:
        yield f"lang is {seen['lang']!r}, not {wanted!r}"
    if seen["headings"] != 1:
        yield f"{seen['headings']} headings of the first level"
    if not seen["title"].partition(" – ")[0].strip():
        yield f"no title: {seen['title']!r}"
    yield from (f"empty: {each}" for each in seen["empty"])


def _word_faults(words: Sequence[tuple[str, bool]]) -> Iterator[str]:
    for text, code in words:
        if not code and re.search(_message_names(), text):
            yield f"the name of a message: {text!r}"
        if not code and _CODE.fullmatch(text):
            yield f"a code instead of its name: {text!r}"
        if not code and (_UNFINISHED.search(text) or _MACHINE_TIME.search(text)):
            yield f"not for people: {text!r}"


def _chinese_faults(seen: dict[str, Any]) -> Iterator[str]:
    """In an English page Chinese stands only where the matter has no English, and is marked so."""
    title = seen["title"].partition(" – ")[0]
    if _HAN.search(title) and translated(title):
        yield f"Chinese title: {title!r}"
    for text, _ in seen["words"]:
        if _HAN.search(text):
            yield f"Chinese that no lang marks: {text!r}"
    for text in () if seen["published"] else seen["chinese"]:  # an entry shows what was published
        if translated(text):
            yield f"Chinese although there is English for it: {text!r}"


def _english_faults(seen: dict[str, Any]) -> Iterator[str]:
    """In a Chinese page nothing stands in English that the catalogue says in Chinese."""
    for text, code in seen["words"]:
        if not code and text.strip() in _only_english():
            yield f"English although there is Chinese for it: {text!r}"


@cache
def _only_english() -> frozenset[str]:
    chinese = {texts["zh"] for texts in catalogue().values()}
    return frozenset({"Error:"} | {texts["en"] for texts in catalogue().values()} - chinese)
