"""A list on a phone: short rows that say the state, and unfold without script; whole on a wide screen."""

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.town import Town

pytestmark = pytest.mark.browser
_BROKEN = """() => [...document.querySelectorAll('td[data-label]')].filter(cell => {
  const probe = document.createElement('span');
  probe.textContent = cell.dataset.label.split(/\\s+/).sort((a, b) => b.length - a.length)[0];
  probe.style.cssText = 'position:absolute; white-space:nowrap; font:inherit';
  cell.append(probe);
  const column = parseFloat(getComputedStyle(cell).gridTemplateColumns);
  const wide = probe.getBoundingClientRect().width;
  probe.remove();
  return column && wide > column + 1;
}).map(cell => cell.dataset.label)"""


def test_a_row_on_a_phone_says_how_it_stands_and_unfolds_without_script(
    town: Town, browser: Browser
) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=False, locale="en"
    )
    page = context.new_page()
    page.goto(f"{town.address}/grants")
    row = page.locator("main tbody tr").first
    state, purpose = row.locator("td").last, row.locator("td").nth(2)
    expect(state).to_be_visible()
    expect(purpose).to_be_hidden()
    box = row.bounding_box()
    assert box
    assert box["height"] < 240
    row.locator("summary").click()
    expect(purpose).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("main tbody tr").nth(1).locator("td").nth(2)).to_be_visible()
    context.close()


def test_a_wide_screen_shows_all_of_a_row(town: Town, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{town.address}/grants")
    row = page.locator("main tbody tr").first
    expect(row.locator("td").nth(2)).to_be_visible()
    expect(row.locator("summary")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_name_of_a_column_never_breaks_inside_a_word(
    town: Town, browser: Browser, language: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(f"{town.address}/language/{language}?to=/catalog")
    for path in ("/catalog", "/catalog/elements", "/grants", "/indicators", "/ledger", "/about"):
        page.goto(town.address + path)
        page.evaluate(
            "() => document.querySelectorAll('details').forEach(one => (one.open = true))"
        )
        assert (path, page.evaluate(_BROKEN)) == (path, [])
    context.close()
