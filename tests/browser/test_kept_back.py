"""An inspection that a law keeps back: the auditor sees it at once, the resident from the stated day on."""

import pytest
from playwright.sync_api import Browser
from tests.browser import quick
from tests.browser.inspection import reading
from tests.browser.town import Town
from tests.browser.walker import Entering

pytestmark = pytest.mark.browser
FILE = "JC-2026-0031"
PERSON = "孙建平"


def test_the_auditor_sees_it_meanwhile_and_the_resident_from_its_day_on(
    town: Town, enter: Entering
) -> None:
    quick.kept_back_read(town)
    resident = enter("sun")
    resident.go("/my/data-uses")
    resident.sees("法律规定调查期间暂不告知本人的查询", "还没有人用过您的数据")
    resident.sees_not(FILE)

    auditor = enter("inspector", width=360)
    auditor.go("/grants")
    auditor.follow("暂缓告知的查询")
    auditor.sees("医疗保障局", "医保基金监督检查", FILE, "未经确认")
    auditor.sees_not(PERSON)

    quick.days_later(town, 3)
    resident.go("/my/data-uses")
    resident.sees_not(FILE)
    quick.days_later(town, 1)
    resident.go("/my/data-uses")
    resident.sees(FILE, "医保基金监督检查", "才显示", "未经确认")
    with resident.leaving():
        resident.page.locator("#results").get_by_role("link", name="医疗保障局").first.click()
    resident.sees("这次查询依法暂缓告知，到这一天才显示")
    auditor.go("/kept-back")
    auditor.sees("现在没有暂缓告知的查询")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_both_are_sound(town: Town, with_fonts: Browser, language: str) -> None:
    quick.kept_back_read(town)
    with (
        quick.Hand(town, "inspector") as auditor,
        quick.Hand(town, "sun") as resident,
        quick.Hand(town, "medical-officer") as clerk,
        reading(town, with_fonts, language) as reader,
    ):
        assert clerk.get("/kept-back").status_code == 403
        reader.become("inspector", auditor.cookies)
        reader.look("/kept-back")
        reader.look("/grants/G-2026-015")
        reader.become("sun", resident.cookies)
        reader.look("/my/data-uses")
        resident.open("/my/data-uses")
        for line in set(resident.addresses("/my/data-uses/")):
            reader.look(line)
