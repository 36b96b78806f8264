"""Whoever typed too many wrong passwords reads until when they wait and what they can do meanwhile."""

import pytest
from playwright.sync_api import Browser
from tests.browser.inspection import Reader
from tests.browser.town import Town

pytestmark = pytest.mark.browser

_SAID = {
    "zh": ("从这里登录要等一等", "约 1 分钟", "以前登录过的浏览器"),
    "en": ("has to wait", "in about 1 minute", "a browser in which you signed in before"),
}


@pytest.mark.parametrize("language", sorted(_SAID))
def test_a_wait_is_told_with_its_time_at_both_widths(
    town: Town, browser: Browser, language: str
) -> None:
    with browser.new_context() as context:
        reader = Reader(town, context, language)
        reader.become("", {})
        for _ in range(6):
            reader.open("/sign-in?way=password")
            reader.page.locator("#login").fill(f"zhao.{language}")
            reader.page.locator("#password").fill("what was it")
            reader.send_empty("main form[action='/sign-in']")
        reader.inspect()
        summary = reader.page.locator(".govuk-error-summary").inner_text()
    assert reader.faults == []
    for words in _SAID[language]:
        assert words in summary
