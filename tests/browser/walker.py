"""A person at a browser: who they are, where they go, what they press, and what went wrong."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Response,
    expect,
)
from tests.browser.town import Town

_REFUSED_ON_PURPOSE = re.compile(r"the server responded with a status of (401|403|404|409|410|422)")
"""What Chromium writes for every answer that is not a success, also for a form shown again."""

_WAIT = 15_000
"""Milliseconds that a page or a word may take on a machine that does much else."""

expect.set_options(timeout=_WAIT)


@dataclass(kw_only=True)
class Walker:
    """One browser window in the town, and everything that should never happen in it."""

    town: Town
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", self._broke)
        self.page.on("response", self._answered)

    def leave(self) -> None:
        """Listen no longer to what happens in the window."""
        self.page.remove_listener("console", self._heard)
        self.page.remove_listener("pageerror", self._broke)
        self.page.remove_listener("response", self._answered)

    def _broke(self, error: Error) -> None:
        self._fault(f"script: {error}")

    def _fault(self, words: str) -> None:
        self.faults.append(f"{self.page.url}: {words}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _REFUSED_ON_PURPOSE.search(message.text):
            self._fault(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self._fault(f"{response.status} from {response.url}")

    # Going about ---------------------------------------------------------------------------------

    def go(self, path: str) -> None:
        """Open a page of the town."""
        self.page.goto(self.town.address + path, wait_until="domcontentloaded")

    def sign_in(self, login: str) -> None:
        """Be a demonstration account from the first page on."""
        asked = self.context.request.get(f"{self.town.address}/sign-in").text()
        token = re.findall(r'name="csrf" value="([0-9a-f]+)"', asked)[0]
        form = {"csrf": token, "account": login}
        self.context.request.post(f"{self.town.address}/demonstration/account", form=form)

    def become(self, login: str) -> None:
        """Switch to a demonstration account by the bar at the top; empty for a visitor."""
        if not self.page.url.startswith(self.town.address):
            self.go("/help")
        bar = self.page.locator("#demonstration-account")
        if login:
            name = self.town.names[login]
            bar.select_option(bar.locator("option", has_text=name).get_attribute("value"))
        else:
            bar.select_option("")
        self.press("切换")
        if login:
            expect(self.page.locator(".tb-header__actor")).to_contain_text(self.town.names[login])

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press a button that leads to another page, and wait for that page."""
        place = within if within is not None else self.page
        with self.leaving():
            place.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Follow a link, and wait for its page."""
        place = within if within is not None else self.page
        exact = isinstance(name, str)
        with self.leaving():
            place.get_by_role("link", name=name, exact=exact).first.click()

    def leaving(self) -> AbstractContextManager[object]:
        """Wait, at the end of a with statement, until another page is there."""
        return self.page.expect_navigation(wait_until="domcontentloaded")

    def another_window(self) -> "Walker":
        """Open a second window of the same browser: the same session, another page."""
        other = Walker(town=self.town, context=self.context, page=self.context.new_page())
        other.faults = self.faults
        return other

    # Looking -------------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """Where the walker is."""
        return self.page.url.removeprefix(self.town.address)

    def sees(self, *words: str) -> None:
        """Expect each of these words somewhere in the page's own part."""
        for each in words:
            expect(self.page.locator("main")).to_contain_text(each)

    def sees_not(self, *words: str) -> None:
        """Expect none of these words."""
        for each in words:
            expect(self.page.locator("main")).not_to_contain_text(each)

    def title_is(self, words: str) -> None:
        """Expect the page's heading to hold these words."""
        expect(self.page.locator("h1")).to_contain_text(words)

    def row(self, words: str) -> Locator:
        """Return the row of a table that holds these words."""
        return self.page.locator("main tbody tr", has_text=words).first

    def fact(self, label: str) -> Locator:
        """Return what stands beside a label in a list of facts."""
        key = self.page.locator(".tb-facts__key").get_by_text(label, exact=True)
        return self.page.locator("main .tb-facts__row").filter(has=key).first


class Windows:
    """Windows of one browser, used again: a new one costs as much as ten pages."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[bool, list[BrowserContext]] = {True: [], False: []}
        self._taken: dict[Page, bool] = {}
        """Windows that somebody has, and whether script runs in them."""

    def take(self, width: int, script: bool) -> Page:
        """Return an empty window that knows nothing of whoever had it before."""
        if self._free[script]:
            context = self._free[script].pop()
        else:
            context = self._browser.new_context(locale="zh-CN", java_script_enabled=script)
            context.set_default_timeout(_WAIT)
            context.new_page()
        page = context.pages[0]
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="null")
        self._taken[page] = script
        return page

    def shown(self) -> Iterator[str]:
        """Yield what stands in each window that somebody has: for whoever asks why a test failed."""
        for page in self._taken:
            yield f"{page.url}\n{page.locator('main').inner_text(timeout=1000)[:3000]}"

    def give_back(self, page: Page) -> None:
        """Forget who sat there; other windows beside it are closed."""
        context = page.context
        for beside in context.pages[1:]:
            beside.close()
        context.clear_cookies()
        page.goto("about:blank")
        self._free[self._taken.pop(page)].append(context)


Entering = Callable[..., Walker]


@contextmanager
def entering(town: Town, windows: Windows) -> Iterator[Entering]:
    """Give what lets people in: a login or nobody, how wide their screen is, whether script runs.

    At the end nothing may have gone wrong in any of their windows: no script error, no breach of
    the content security policy, no answer of 500 and above.
    """
    walkers: list[Walker] = []

    def enter(login: str = "", *, width: int = 1280, script: bool = True) -> Walker:
        page = windows.take(width, script)
        walker = Walker(town=town, context=page.context, page=page)
        walkers.append(walker)
        if login:
            walker.sign_in(login)
        return walker

    try:
        yield enter
    finally:
        for walker in walkers:
            walker.leave()
            windows.give_back(walker.page)
        faults = [fault for walker in walkers for fault in walker.faults]
        assert not faults, "\n".join([*faults, *town.complaints()])
