"""A case in the office: corrected, handed on, left behind by somebody who goes."""

import pytest
from playwright.sync_api import expect
from tests.browser import journeys, quick
from tests.browser.town import Town
from tests.browser.walker import Entering, Walker

pytestmark = pytest.mark.browser


def _ask(clerk: Walker, number: str) -> None:
    """Ask the applicant to put right where they work, and to say one thing more."""
    journeys.open_case(clerk, number)
    clerk.press("要求补正")
    clerk.press("发出补正告知")
    expect(clerk.page.locator(".govuk-error-summary")).to_contain_text("请至少列出一项")
    clerk.page.get_by_role("checkbox", name="主要工作地点").check()
    clerk.page.locator("[name='text-form.work_place']").fill("请写明街道和村或社区。")
    clerk.press("发出补正告知")
    clerk.sees("等待补正")


def test_a_correction_is_asked_for_once_and_stops_the_clock(enter: Entering, town: Town) -> None:
    resident, officer = enter("lin"), enter("hr-officer")
    number = quick.applied(town, "lin")
    _ask(officer, number)
    resident.go("/my")
    resident.sees("等我办理")
    resident.follow(journeys.NAME, resident.row(number))
    resident.sees("需要您补正", "暂停计时")
    resident.press("去补正")
    resident.sees("请写明街道和村或社区。")
    expect(resident.page.locator("[name='form.work_place']")).to_have_value("云台街道")
    resident.page.locator("[name='form.work_place']").fill("云台街道桥头社区")
    resident.press("提交补正")
    resident.sees("已收件，待受理")
    officer.go("/work")
    expect(officer.row(number)).to_contain_text("提交补正")
    journeys.open_case(officer, number)
    officer.sees("云台街道桥头社区")
    expect(officer.page.get_by_role("button", name="要求补正")).to_have_count(0)
    officer.press("受理")
    officer.sees("审查中")


def test_what_a_clerk_who_leaves_had_in_hand_is_back_in_the_inbox(
    enter: Entering, town: Town
) -> None:
    resident, leaving, head = enter("lin"), enter("hr-officer-2"), enter("hr-head")
    number = quick.applied(town, "lin")
    journeys.open_case(leaving, number)
    leaving.press("由我办理")
    leaving.sees("放回收件箱")
    head.go("/work/reassign")
    expect(head.row(number)).to_contain_text("谢文博")
    admin = enter("admin")
    admin.go("/admin/staff?q=hr-officer-2")
    admin.follow("谢文博")
    admin.follow("停用账号")
    admin.press("停用账号")
    stays = enter("hr-officer")
    journeys.until_sees(stays, f"/work?q={number}", "待领取")
    head.go("/work/reassign")
    expect(head.row(number)).to_contain_text("待领取")
    journeys.accept(stays, number)
    head.go(f"/work/cases/{number}")
    head.sees("经办人离岗或者不再有相应职责，退回部门收件箱")
    resident.go("/my")
    expect(resident.row(number)).to_contain_text("审查中")


def test_a_manager_hands_a_step_to_a_colleague(enter: Entering, town: Town) -> None:
    number = quick.applied(town, "lin")
    head = enter("hr-head")
    head.go("/work/reassign")
    row = head.row(number)
    row.locator("select").select_option(label="郭海燕")
    with head.leaving():
        row.get_by_role("button").click()
    expect(head.row(number).locator("td").nth(1)).to_contain_text("郭海燕")
    officer = enter("hr-officer")
    officer.go("/work?whose=mine")
    expect(officer.row(number)).to_contain_text("郭海燕")
