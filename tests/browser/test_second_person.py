"""Asking a second person, agreeing, and looking into what was unusual, as clerks and officers do it."""

import pytest
from playwright.sync_api import Browser
from tests.browser import quick
from tests.browser.inspection import reading
from tests.browser.town import Town
from tests.browser.walker import Entering

from tongban.app.demonstration import stories

pytestmark = pytest.mark.browser

READ = "/api/exchange/resources/101001/1"


def _read(clerk: quick.Hand) -> int:
    return clerk.ask(
        READ,
        subject=stories.SUN,
        elements=["person.name"],
        purpose="G-2026-015",
        occasion="inspection",
        occasion_reference="JC-2026-0012",
    )


def test_a_clerk_asks_an_officer_agrees_and_so_much_more_is_read(
    town: Town, enter: Entering
) -> None:
    with quick.Hand(town, "medical-officer") as clerk:
        assert [_read(clerk) for _ in range(21)] == [200] * 20 + [403]
        asking = enter("medical-officer", width=360)
        asking.go("/grants/G-2026-015")
        asking.follow("请另一个人同意多查几次")
        asking.page.get_by_label("医保基金监督检查").check()
        asking.page.get_by_label("卷宗编号").fill("JC-2026-0012")
        asking.page.get_by_label("要查询多少次").fill("2")
        asking.press("提交")
        asking.sees("等数据管理员答复")
        officer = enter("police-data")
        officer.go("/messages")
        officer.follow("有人请您同意不凭办件多查几次")
        officer.go(asking.path)
        officer.sees("医保基金监督检查", "JC-2026-0012", "宋雨桐")
        officer.press("同意")
        officer.sees("已同意", "石磊")
        assert [_read(clerk) for _ in range(3)] == [200, 200, 403]
    officer.go(asking.path)
    officer.sees("次数已用完")


def test_what_was_unusual_is_looked_into_by_the_provider_and_not_shown_to_the_reader(
    town: Town, enter: Entering
) -> None:
    quick.refused_often(town)
    with quick.Hand(town, "police-data") as waiting:
        quick.until_says(waiting, "/unusual-reading", "多次被拒绝")
    officer = enter("police-data", width=360)
    officer.go("/grants")
    officer.follow("异常查询")
    officer.follow("多次被拒绝")
    officer.sees("宋雨桐", "待了解")
    assert stories.SUN not in officer.page.content()
    officer.press("记下来")
    officer.sees("请写明了解到的情况")
    officer.page.get_by_label("了解到的情况").fill("系统接口没有传办件编号，已改正。")
    officer.press("记下来")
    officer.sees("已了解", "已改正")
    with quick.Hand(town, "medical-officer") as reader:
        assert reader.get("/unusual-reading").status_code == 403


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_both_are_sound(town: Town, with_fonts: Browser, language: str) -> None:
    path = quick.second_person_asked(town)
    with (
        quick.Hand(town, "medical-officer") as clerk,
        quick.Hand(town, "police-data") as officer,
        reading(town, with_fonts, language) as reader,
    ):
        reader.become("medical-officer", clerk.cookies)
        reader.look("/grants/G-2026-015")
        reader.look("/agreements/new?grant=G-2026-015")
        reader.look(path)
        reader.become("police-data", officer.cookies)
        reader.look(path)
        reader.look("/agreements")
        reader.look("/unusual-reading")
        officer.open("/unusual-reading")
        for alarm in set(officer.addresses("/unusual-reading/")):
            reader.look(alarm)
