"""Deciding: by a person, with reasons, and only once."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser import journeys, quick
from tests.browser.town import Town
from tests.browser.walker import Entering

pytestmark = pytest.mark.browser


def test_a_refusal_is_a_persons_with_clause_reason_remedy_and_contact(
    enter: Entering, town: Town
) -> None:
    resident = enter("sun")
    number = quick.applied(town, "sun")
    resident.go(f"/my/cases/{number}")
    resident.sees("已收件，待受理")
    resident.sees_not("不予批准")
    quick.to_decision(town, number)
    resident.go(f"/my/cases/{number}")
    resident.sees("待决定")
    resident.sees_not("不予批准")
    head = enter("hr-head")
    journeys.start_deciding(head, number)
    head.sees("建议不予", "不符合", "实际 7 个月")
    for choice in ("准予", "不予"):
        expect(head.page.get_by_role("radio", name=choice, exact=True)).not_to_be_checked()
    head.page.get_by_role("radio", name="不予", exact=True).check()
    head.page.get_by_label("理由", exact=True).fill("")
    head.press("确认决定")
    expect(head.page.locator(".govuk-error-summary")).to_contain_text("不予批准必须说明理由")
    expect(head.page.get_by_label("依据的条款")).to_have_value(re.compile("第四条第三项"))
    head.page.get_by_label("理由", exact=True).fill("近12个月只缴费7个月，不满12个月。")
    head.press("确认决定")
    head.sees("不予批准，已办结")

    resident.go(f"/my/cases/{number}")
    resident.sees("不予批准您的申请。", "近12个月只缴费7个月，不满12个月。", "第四条第三项")
    resident.sees("梁国栋", "0600-5550110", "行政复议", "行政诉讼")
    resident.follow("在公开账本中查验这项决定")
    resident.sees_not("孙建平", "只缴费7个月")


def test_approving_against_the_proposal_needs_a_reason(enter: Entering, town: Town) -> None:
    number = quick.applied(town, "sun")
    quick.to_decision(town, number)
    head = enter("hr-head")
    journeys.start_deciding(head, number)
    head.page.get_by_role("radio", name="准予", exact=True).check()
    head.press("确认决定")
    expect(head.page.locator(".govuk-error-summary")).to_contain_text("规则没有建议准予，请说明")


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(
    enter: Entering, town: Town
) -> None:
    number = quick.applied(town, "lin")
    quick.to_decision(town, number)
    first, second = enter("hr-head"), enter("hr-head")
    for head in (first, second):
        journeys.start_deciding(head, number)
        head.page.get_by_role("radio", name="准予", exact=True).check()
    second.page.get_by_role("radio", name="不予", exact=True).check()
    second.page.get_by_label("理由", exact=True).fill("材料需要再核实。")
    first.press("确认决定")
    first.sees("准予")
    second.press("确认决定")
    expect(second.page.locator(".govuk-error-summary")).to_contain_text("您的决定没有执行")
    resident = enter("lin")
    resident.go(f"/my/cases/{number}")
    resident.sees("准予您的申请。")


def test_of_two_clerks_who_accept_at_once_the_second_is_told(enter: Entering, town: Town) -> None:
    number = quick.applied(town, "lin")
    first, second = enter("hr-officer"), enter("hr-officer-2")
    for clerk in (first, second):
        journeys.open_case(clerk, number)
    first.press("受理")
    first.sees("审查中")
    second.press("受理")
    expect(second.page.locator("main")).to_contain_text(re.compile("没有执行|已经变化"))
