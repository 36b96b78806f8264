"""A real browser, a town served for each file of tests, and as many people as a test needs."""

import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, sync_playwright
from tests.browser.inspection import PICTURES
from tests.browser.town import Town, copied, served
from tests.browser.walker import Entering, Windows, entering

_CHROMIUM = Path("/usr/bin/chromium")
_SHELL = Path("/usr/bin/chromium-headless-shell")
"""The same browser without the parts that need a screen; Debian builds both from one source. A page
takes half the processor time in it, a new window a quarter: it is taken where it is there."""

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WORDS_ONLY = [
    "--blink-settings=imagesEnabled=false",  # pictures change no word
    "--disable-remote-fonts",  # a hundred small files that change no word
]


@pytest.fixture(scope="module")
def town(demonstration_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of this file's own, fresh, on a Tuesday morning."""
    with served(copied(demonstration_data, tmp_path_factory.mktemp("town"))) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Without one these tests are left out, but never where CI says so."""
    chromium = _SHELL if _SHELL.exists() else _CHROMIUM
    if not chromium.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("no browser: apt-get install chromium-headless-shell")
        pytest.skip("no browser: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        arguments = _ARGUMENTS if PICTURES else _ARGUMENTS + _WORDS_ONLY
        opened = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def with_fonts(browser: Browser) -> Iterator[Browser]:
    """The same browser, fetching the packaged fonts as people's browsers do."""
    chromium = _SHELL if _SHELL.exists() else _CHROMIUM
    opened = browser.browser_type.launch(executable_path=chromium, args=_ARGUMENTS)
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def windows(browser: Browser) -> Windows:
    """The windows that people sit down at."""
    return Windows(browser)


@pytest.fixture
def enter(town: Town, windows: Windows) -> Iterator[Entering]:
    """Let somebody sit down at a browser of their own: ``enter("lin")``, ``enter()`` a visitor."""
    with entering(town, windows) as one:
        yield one


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Say with a failure what stood in the windows."""
    report = yield
    windows = getattr(item, "funcargs", {}).get("windows")
    if report.when == "call" and report.failed and windows is not None:
        with suppress(Error):
            report.sections += [("window", words) for words in windows.shown()]
    return report
