"""A reviewer sees what the review needs, opens one value more with a reason, and the resident sees that."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser import journeys, quick
from tests.browser.town import Town
from tests.browser.walker import Entering

pytestmark = pytest.mark.browser


def test_a_reviewer_sees_what_they_need_and_opens_more_with_a_reason_that_the_resident_sees(
    enter: Entering, town: Town
) -> None:
    number = quick.applied(town, "lin")
    with quick.Hand(town, "hr-officer") as officer:
        officer.open(f"/work/cases/{number}")
        seen = officer.inputs("hidden")["seen"]
        officer.send(f"/work/cases/{number}/accept/accept", seen=seen)

    medical = enter("medical-officer")
    journeys.open_case(medical, number)
    medical.sees("医疗保险险种", "条依据由其他环节判断")
    medical.sees("申请哪项保险的补贴？", "养老保险和医疗保险")
    medical.sees_not("云台街道")
    opens = medical.page.get_by_role("link", name="打开 主要工作地点")
    expect(opens).to_be_hidden()  # what is hidden is one line until somebody unfolds it
    medical.page.locator("summary", has_text=re.compile("没有显示的 [0-9]+ 项")).first.click()
    opens.click()
    expect(medical.page.get_by_role("checkbox", name="主要工作地点")).to_be_checked()
    medical.press("打开并记录")
    expect(medical.page.locator(".govuk-error-summary")).to_contain_text("请选择原因")
    medical.page.get_by_role("radio", name="申请内容有疑点，需要核实").check()
    medical.page.locator("[name='words']").fill("工作地点和参保地不在一处")
    medical.press("打开并记录")
    medical.sees("云台街道", "今天之内可见")

    resident = enter("lin")
    resident.go(f"/my/cases/{number}")
    resident.sees("谁看过这个办件", "参保审查岗", "写明原因打开", "工作地点和参保地不在一处")
    resident.go("/my/data-uses?state=opened")
    resident.sees("医疗保障局", "主要工作地点", "申请内容有疑点，需要核实")
    with resident.leaving():
        resident.page.locator("#results").get_by_role("link", name="医疗保障局").first.click()
    resident.sees("没有列出的内容，这个岗位当时看不到。", number)
