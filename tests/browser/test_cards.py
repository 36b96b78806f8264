"""Days pass and nobody decides: the card turns yellow, then red, and somebody answers for it."""

import pytest
from playwright.sync_api import expect
from tests.browser import journeys, quick
from tests.browser.town import Town
from tests.browser.walker import Entering, Walker, Windows, entering

pytestmark = pytest.mark.browser


def _next_working_day(walker: Walker) -> None:
    now = walker.page.locator(".tb-demonstration__now time")
    before = now.get_attribute("datetime")
    walker.press("进到下一个工作日")
    expect(now).not_to_have_attribute("datetime", str(before))


@pytest.fixture(scope="module")
def late(town: Town, windows: Windows) -> str:
    """A case that one department then left lying: days later it has a yellow and a red card."""
    number = quick.applied(town, "lin")
    quick.accepted(town, number)
    quick.reviewed(town, number, "medical-officer", "insurance-review")
    with entering(town, windows) as enter:
        inspector = enter("inspector")
        inspector.go("/supervision")
        inspector.sees("没有监察牌")
        for _ in range(3):
            _next_working_day(inspector)
        journeys.until_sees(inspector, "/supervision?colour=yellow", number)
        inspector.go("/supervision?colour=red")
        inspector.sees("没有符合条件的监察牌")
        for _ in range(5):
            _next_working_day(inspector)
        journeys.until_sees(inspector, "/supervision?colour=red", number)
    return number


def _open_card(walker: Walker, colour: str, number: str) -> None:
    """Open the first card of that colour that the case was given."""
    walker.go(f"/supervision?colour={colour}&status=")
    with walker.leaving():
        walker.page.locator("main tbody tr", has_text=number).last.get_by_role("link").click()
    walker.title_is(number)


def test_the_clerk_sees_in_the_inbox_that_the_case_is_late(late: str, enter: Entering) -> None:
    officer = enter("hr-officer")
    officer.go("/work")
    expect(officer.row(late)).to_contain_text("已超期")
    expect(officer.row(late)).to_contain_text("2026年12月3日")


def test_a_card_says_by_which_rule_it_was_drawn(late: str, enter: Entering) -> None:
    inspector = enter("inspector")
    _open_card(inspector, "red", late)
    inspector.sees("红牌", "超过承诺时限未办结", "云汀市政务服务电子监察办法（演示规则）第十条")
    _open_card(inspector, "yellow", late)
    inspector.sees("黄牌", "环节超期")


def test_the_department_answers_a_card_and_the_inspector_withdraws_it(
    late: str, enter: Entering
) -> None:
    head, inspector = enter("hr-head"), enter("inspector")
    head.go("/messages")
    head.sees(late)
    _open_card(head, "red", late)
    head.press("提交回复")
    expect(head.page.locator(".govuk-error-summary")).to_contain_text("请写明情况或理由")
    head.page.get_by_label("说明情况和措施").fill("经办人请假，已转由同事当日办理。")
    head.press("提交回复")
    head.sees("已回复", "经办人请假，已转由同事当日办理。")
    expect(head.page.get_by_role("button", name="撤回此牌")).to_have_count(0)

    _open_card(inspector, "red", late)
    inspector.sees("经办人请假")
    inspector.page.get_by_label("撤回理由").fill("情况属实，不予追究。")
    inspector.press("撤回此牌")
    inspector.sees("已撤回", "情况属实，不予追究。")


def test_another_department_does_not_see_the_card(late: str, enter: Entering) -> None:
    officer = enter("housing-officer")
    officer.go("/supervision")
    officer.sees_not(late)


def test_the_resident_sees_by_how_much_the_promise_was_broken(late: str, enter: Entering) -> None:
    resident = enter("lin")
    resident.go(f"/my/cases/{late}")
    resident.sees("已超期")
