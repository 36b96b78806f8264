"""A name that a certificate cannot show: the character is named where it is typed, and nothing is lost."""

import pytest
from playwright.sync_api import expect
from tests.browser.walker import Entering

pytestmark = pytest.mark.browser
NAME = "云汀市城关街道𓀀祥早餐店"
"""With a hieroglyph, which no typeface of a certificate holds on any machine."""


def test_the_character_is_named_beside_its_field_and_in_the_summary(enter: Entering) -> None:
    resident = enter("lin")
    page = resident.page
    resident.go("/services/individual-business-registration/apply")
    page.locator("main form button").last.click()
    page.locator("main input[value='own']").check()
    resident.press("继续")
    for yes in page.locator("main input[type='radio'][value='yes']").all():
        yes.check()
    resident.press("继续")
    page.locator("main a.govuk-button").last.click()
    page.locator("[name='person.phone']").fill("15400000001")
    resident.press("继续")
    page.locator("[name='form.business_name']").fill(NAME)
    page.locator("[name='form.industry'][value='catering']").check()
    page.locator("[name='form.scope']").fill("餐饮服务")
    page.locator("[name='form.employees']").fill("2")
    resident.press("继续")
    expect(page.locator(".govuk-error-summary")).to_contain_text("U+13000 𓀀")
    expect(page.locator(".govuk-error-message")).to_have_count(1)
    expect(page.locator(".govuk-error-message")).to_contain_text("U+13000 𓀀")
    expect(page.locator("[name='form.business_name']")).to_have_value(NAME)
    resident.follow("English")
    page.locator("[name='form.business_name']").fill("云汀市城关街道吉祥早餐店")
    page.locator("main form button").last.click()
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
