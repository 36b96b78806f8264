"""A correction after two reviews: both reviewers see old and new, one confirms, one looks again."""

import pytest
from playwright.sync_api import expect
from tests.browser import journeys, quick
from tests.browser.town import Town
from tests.browser.walker import Entering

pytestmark = pytest.mark.browser


def _corrected(town: Town, number: str) -> None:
    """The head asks for a correction when everything is reviewed, and the resident answers it."""
    with quick.Hand(town, "hr-head") as head:
        path = f"/work/cases/{number}/correction/decide"
        head.open(path)
        wrong = {"item-form.work_place": "yes", "text-form.work_place": "请写明街道和村或社区。"}
        head.send(path, days="15", **wrong)
    with quick.Hand(town, "lin") as resident:
        path = f"/my/cases/{number}/correct"
        resident.open(path)
        resident.send(path, **{"form.work_place": "云台街道桥头社区"})


def test_who_reviewed_before_the_correction_confirms_or_looks_again_before_a_decision(
    enter: Entering, town: Town
) -> None:
    number = quick.applied(town, "lin")
    quick.to_decision(town, number)
    _corrected(town, number)

    head = enter("hr-head")
    journeys.open_case(head, number)
    head.sees("补正前", "云台街道", "补正后", "云台街道桥头社区", "请写明街道和村或社区。")
    head.sees("参保审查", "就业审查", "待确认")
    expect(head.page.get_by_role("button", name="作出决定")).to_have_count(0)

    insurance = enter("medical-officer")
    insurance.go("/messages")
    insurance.sees("请确认“参保审查”的意见")
    insurance.go("/work")
    expect(insurance.row(number)).to_contain_text("内容改变后待确认")
    journeys.open_case(insurance, number)
    insurance.sees("内容有改变，请再看一遍", "主要工作地点", "***")
    insurance.sees_not("云台街道桥头社区")
    insurance.press("意见不变")
    insurance.sees("已确认意见不变")

    employment = enter("hr-officer")
    journeys.open_case(employment, number)
    employment.press("重新审查")
    employment.sees("审查中", "正在重新审查")
    head.go(f"/work/cases/{number}")
    head.sees("正在重新审查")
    expect(head.page.get_by_role("button", name="作出决定")).to_have_count(0)
    employment.page.get_by_role("radio", name="通过", exact=True).check()
    employment.press("完成审查")
    employment.sees("已重新审查")

    head.go(f"/work/cases/{number}")
    head.press("作出决定")
    head.sees("补正前", "云台街道桥头社区", "已重新审查", "已确认意见不变")
    headings = head.page.get_by_role("heading", level=2).all_inner_texts()
    assert headings.index("补正") < headings.index("规则的建议"), "what changed, then what follows"
    head.page.get_by_role("radio", name="准予", exact=True).check()
    expect(head.page.get_by_role("button", name="确认决定")).to_be_visible()
