"""An applicant at the form: mistakes, second thoughts, and what comes back to them."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser import journeys, quick
from tests.browser.town import Town
from tests.browser.walker import Entering

pytestmark = pytest.mark.browser


def test_a_form_error_is_told_twice_and_keeps_what_was_typed(enter: Entering) -> None:
    resident = enter("zhou")
    journeys.begin(resident)
    journeys.consent(resident, refused=["公安局"])
    resident.press("继续")
    form = resident.page.locator("main form")
    journeys.fill(form)
    form.locator("[name='person.phone']").fill("")
    form.locator("[name='person.household_address']").fill("云汀市临江街道7号")
    resident.press("继续")
    summary = resident.page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(form.locator("[name='person.household_address']")).to_have_value("云汀市临江街道7号")
    expect(form.locator(".govuk-form-group--error")).to_have_count(1)
    summary.get_by_role("link").click()
    expect(form.locator("[name='person.phone']")).to_be_focused()
    form.locator("[name='person.phone']").fill(journeys.PHONE)
    resident.press("继续")
    resident.title_is("就业情况")


def test_what_was_typed_outlives_the_change_of_language(enter: Entering) -> None:
    resident = enter("zhou")
    journeys.begin(resident)
    resident.page.locator("section.tb-panel").first.get_by_role("radio").last.check()
    resident.follow("English")
    refused = resident.page.locator("section.tb-panel").first.get_by_role("radio").last
    expect(refused).to_be_checked()
    resident.follow("中文")
    journeys.consent(resident, refused=["公安局"])
    resident.press("继续")
    form = resident.page.locator("main form")
    form.locator("[name='person.phone']").fill("139")
    form.locator("[name='person.household_address']").fill("云汀市临江街道7号")
    resident.follow("English")
    expect(form.locator("[name='person.phone']")).to_have_value("139")
    expect(form.locator("[name='person.household_address']")).to_have_value("云汀市临江街道7号")
    kept = resident.page.evaluate("() => JSON.stringify([sessionStorage, localStorage])")
    assert "临江" not in kept
    resident.follow("中文")


def test_a_department_nobody_answered_for_is_asked_about_again(enter: Entering) -> None:
    resident = enter("zhou")
    journeys.begin(resident)
    first = resident.page.locator("section.tb-panel").first
    first.get_by_role("radio").last.check()
    resident.press("继续")
    expect(resident.page.locator(".govuk-error-summary")).to_contain_text(
        "请选择是否同意使用这些数据"
    )
    expect(first.get_by_role("radio").last).to_be_checked()


def test_an_application_sent_twice_is_one_case_with_one_receipt(enter: Entering) -> None:
    resident = enter("lin")
    journeys.begin(resident)
    journeys.consent(resident)
    journeys.answer(resident)
    check = resident.path
    other = resident.another_window()
    other.go(check)
    number = journeys.send(resident)
    assert journeys.send(other) == number
    other.go(check)
    assert other.path == f"/my/cases/{number}"
    other.go("/my")
    expect(other.page.locator("main tbody tr", has_text=number)).to_have_count(1)


def test_an_answer_can_be_changed_from_the_last_page(enter: Entering) -> None:
    resident = enter("lin")
    journeys.begin(resident)
    journeys.consent(resident)
    journeys.answer(resident)
    resident.follow(re.compile("^修改"), resident.fact("主要工作地点"))
    resident.page.locator("[name='form.work_place']").fill("临江街道")
    resident.press("继续")
    resident.title_is("核对并提交")
    expect(resident.fact("主要工作地点")).to_contain_text("临江街道")


def test_a_value_that_is_wrong_is_disputed_and_settled_before_anybody_decides(
    enter: Entering,
) -> None:
    resident, officer, medical = enter("lin"), enter("hr-officer"), enter("medical-officer")
    journeys.begin(resident)
    journeys.consent(resident)
    resident.follow("有误 从事工作", resident.fact("从事工作"))
    resident.page.locator("[name='person.occupation']").fill("裁缝和织补")
    resident.press("保存")
    expect(resident.fact("从事工作")).to_contain_text("您说是：裁缝和织补")
    journeys.answer(resident)
    number = journeys.send(resident)
    journeys.accept(officer, number)
    officer.sees("申请人对有的数据提出了异议")
    officer.press("以申请人所说为准")
    officer.sees("核实结果：以申请人所说为准。")
    journeys.review(officer, number)
    journeys.review(medical, number)
    head = enter("hr-head")
    journeys.approve(head, number)


def test_what_was_typed_before_consent_stays_beside_what_came_and_can_be_taken_back(
    enter: Entering,
) -> None:
    resident = enter("lin")
    journeys.begin(resident)
    journeys.consent(resident, refused=["公安局"])
    journeys.answer(resident)
    resident.follow(re.compile("^修改"), resident.fact("户籍信息"))
    journeys.consent(resident)
    resident.sees("您说的和部门登记的不一样", "两种说法会一起提交")
    address = resident.fact("户籍地址")
    expect(address).to_contain_text("您说是：云汀市城关街道文津路8号")
    journeys.answer(resident)
    expect(address).to_contain_text("您说是：云汀市城关街道文津路8号")
    resident.sees("您说的和部门登记的不一样")
    resident.follow(re.compile("^有误"), address)
    resident.press("撤回异议")
    expect(address).not_to_contain_text("您说是")


def test_an_application_can_be_withdrawn_until_it_is_decided(enter: Entering, town: Town) -> None:
    resident, officer = enter("lin"), enter("hr-officer")
    number = quick.applied(town, "lin")
    resident.go(f"/my/cases/{number}")
    resident.follow("撤回申请")
    resident.press("确认撤回")
    resident.sees("已撤回", "申请人撤回")
    officer.go(f"/work?q={number}")
    officer.sees("这个办件不在您的待办里", "已撤回")


def test_a_message_leads_to_its_case_and_is_read_afterwards(enter: Entering, town: Town) -> None:
    resident = enter("lin")
    quick.withdrawn(town, "lin")  # which leaves messages that stay unread until the end
    number = quick.applied(town, "lin")
    resident.go("/messages")
    unread = resident.page.locator(".tb-header__tools a", has_text="消息")
    expect(unread).to_have_text(re.compile(r"消息 \(\d+\)"))
    with resident.leaving():
        resident.row("的申请已收到").get_by_role("link").click()
    resident.sees(number)
    resident.press("查看详情")
    assert resident.path == f"/my/cases/{number}"
    resident.go("/messages")
    expect(resident.row("的申请已收到")).to_contain_text("已读")
    resident.press("全部标为已读")
    expect(unread).to_have_text("消息")
