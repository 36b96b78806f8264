"""The pages of services, as a resident, a clerk and a manager meet them."""

import csv
import datetime as dt
import io
import re
from datetime import timedelta

import httpx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import MetaData, select, text, update
from tests.builders import lists
from tests.builders import services as builders
from tests.builders.exchange import MARRIED_ON, WANG
from tests.builders.services import STATUS, SUBSIDY
from tests.builders.services_web import STAFF, City

from tongban.kernel.case_numbers import case_number
from tongban.kit import seals
from tongban.kit.clock import MovableClock
from tongban.kit.lists import Kind
from tongban.kit.sheets import csv_lines
from tongban.modules.identity.store import accounts
from tongban.modules.services.model import Field, Section
from tongban.modules.services.store import tables


def draft_of(answer: httpx.Response) -> str:
    found = re.search(r"/apply/([0-9a-f-]{36})", str(answer.url))
    assert found is not None, answer.url
    return f"/apply/{found.group(1)}"


def number_in(answer: httpx.Response) -> str:
    found = re.search(r"/my/cases/(\w+)", str(answer.url))
    assert found is not None, answer.url
    return found.group(1)


def seen_in(answer: httpx.Response) -> str:
    found = re.search(r'name="seen" value="(\d+)"', answer.text)
    assert found is not None
    return found.group(1)


def summed_up(answer: httpx.Response) -> list[str]:
    """Return the lines of the summary of errors."""
    return re.findall(r'<a href="#[^"]+">([^<]+)</a>', answer.text)


def fact(answer: httpx.Response, label: str) -> str:
    """Return what stands beside a label in a list of facts."""
    _, _, rest = answer.text.partition(f'<dt class="tb-facts__key">{label}</dt>')
    return re.sub(r"<[^>]+>", " ", rest.partition("</dd>")[0]).strip()


def begun(city: City) -> str:
    wang = city.as_wang()
    wang.get(f"/services/{SUBSIDY}/apply")
    return draft_of(wang.send(f"/services/{SUBSIDY}/apply"))


def applied(city: City, *, allow: str = "yes", months: str = "6", base: str = "") -> str:
    """Walk the whole way, or on from a draft, and return the case's number."""
    base = base or begun(city)
    wang = city.browser
    wang.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    wang.send(f"{base}/data", **{"need-1": allow})
    wang.get(f"{base}/form/1")
    wang.send(f"{base}/form/1", **{"form.phone": "13800000000", STATUS: "20"})
    wang.send(f"{base}/form/2", **{"form.months": months})
    if allow == "no":
        key = builders.MARRIED_ON
        fields = {f"{key}-year": "2019", f"{key}-month": "5", f"{key}-day": "20"}
        wang.send(f"{base}/form/3", **fields)
    check = wang.get(f"{base}/check")
    assert check.status_code == 200
    return number_in(wang.send(f"{base}/check", seen=seen_in(check), declared="yes"))


def accepted(city: City, number: str) -> None:
    clerk = city.as_staff("li.ping")
    page = clerk.get(f"/work/cases/{number}")
    clerk.send(f"/work/cases/{number}/accept/accept", seen=seen_in(page))


def reviewed(city: City, number: str) -> None:
    reviewer = city.as_staff("sun.li")
    reviewer.get(f"/work/cases/{number}")
    reviewer.send(f"/work/cases/{number}/review/review", outcome="passed", opinion="")


def approved(city: City) -> str:
    """Apply and have it approved; return the case's number."""
    number = applied(city)
    accepted(city, number)
    reviewed(city, number)
    clerk = city.as_staff("li.ping")
    path = f"/work/cases/{number}/decide/decide"
    clerk.send(path, seen=seen_in(clerk.get(path)), outcome="approved")
    return number


def rows_of(answer: httpx.Response) -> list[list[str]]:
    """Return the lines of a file for spreadsheets."""
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_visitor_finds_the_service_by_searching(city: City) -> None:
    city.as_wang()
    answer = city.as_nobody().get("/services?q=社保补贴")
    assert answer.status_code == 200
    assert f"/services/{SUBSIDY}" in answer.text
    assert "可在线申请" in answer.text


def test_nothing_found_says_what_to_do_next(city: City) -> None:
    answer = city.as_nobody().get("/services?q=不存在的词语")
    assert "没有找到符合条件的事项" in answer.text


def test_the_guide_says_which_papers_are_not_needed(city: City) -> None:
    answer = city.as_nobody().get(f"/services/{SUBSIDY}")
    assert "不用提供" in answer.text
    assert "民政局" in answer.text
    assert "10 个工作日" in answer.text


def test_the_guide_of_a_listed_service_says_what_is_not_stated(city: City) -> None:
    bare = builders.Service(code="bare", name="名录", department="human-resources")
    city.db.write(lambda unit: builders.adopt(unit, {"bare": bare}))
    answer = city.as_nobody().get("/services/bare")
    absent = [
        line.partition("未提供：")[2].partition("<")[0].split("、")
        for line in answer.text.splitlines()
        if "未提供：" in line
    ]
    assert absent == [
        "办成后得到什么、谁可以办、需要什么、怎样办理、设定依据、不服怎么办".split("、"),
        "法定时限、承诺时限、到现场次数、收费、办件类型、事项类型、办理形式".split("、")
        + "行使层级、办理地点、办理时间、咨询电话、监督投诉、实施编码".split("、"),
    ]
    assert "开始申请" not in answer.text


def test_an_unknown_service_is_not_found(city: City) -> None:
    assert city.as_nobody().get("/services/nothing").status_code == 404


def test_applying_needs_signing_in(city: City) -> None:
    assert city.as_nobody().get(f"/services/{SUBSIDY}/apply").status_code == 401


def test_a_resident_applies_from_search_to_receipt(city: City) -> None:
    base = begun(city)
    wang = city.browser
    question = wang.get(base)
    assert "您怎样就业" in question.text
    data = wang.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    assert "政府已经掌握的信息" in data.text
    assert "公安局" in data.text
    found = wang.send(f"{base}/data", **{"need-1": "yes"})
    assert "已婚" in found.text
    assert fact(found, "姓名") == "王小明"
    first = wang.get(f"{base}/form/1")
    assert "联系电话" in first.text
    assert "婚姻状况" not in first.text
    second = wang.send(f"{base}/form/1", **{"form.phone": "13800000000"})
    assert "申请月数" in second.text
    check = wang.send(f"{base}/form/2", **{"form.months": "6"})
    assert "核对并提交" in check.text
    assert "13800000000" in check.text
    receipt = wang.send(f"{base}/check", seen=seen_in(check), declared="yes")
    assert "申请已提交" in receipt.text
    assert number_in(receipt) in receipt.text
    assert "2026年12月1日" in receipt.text
    assert "2026年12月15日" in receipt.text
    assert "周末，不计" in receipt.text
    number = number_in(receipt)
    assert fact(wang.get(f"/my/cases/{number}"), "姓名") == "王小明"
    assert fact(city.as_staff("li.ping").get(f"/work/cases/{number}"), "姓名") == "王小明"


def test_refusing_consent_asks_instead_and_the_application_goes_on(city: City) -> None:
    number = applied(city, allow="no")
    answer = city.browser.get(f"/my/cases/{number}")
    assert answer.status_code == 200
    assert "您填写的" in answer.text


def test_a_date_pasted_into_one_box_is_taken_apart_and_every_date_shows_an_example(
    city: City,
) -> None:
    base, wang = begun(city), city.browser
    wang.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    wang.send(f"{base}/data", **{"need-1": "no"})
    wang.get(f"{base}/form/1")
    wang.send(f"{base}/form/1", **{"form.phone": "13800000000", STATUS: "20"})
    asked = wang.get(f"{base}/form/3").text
    assert "您选择了自己填写这一项。" in asked
    assert "例如 2026 3 5" in asked
    key = builders.MARRIED_ON
    refused = wang.send(f"{base}/form/3", **{f"{key}-year": "2019年5月", f"{key}-month": ""})
    assert refused.status_code == 422
    assert 'value="2019年5月"' in refused.text
    assert "例如 2026年3月5日" in refused.text
    wang.send(f"{base}/form/3", **{f"{key}-year": "2019年5月20日", f"{key}-month": ""})
    kept = wang.get(f"{base}/form/3").text
    for part in ("2019", "5", "20"):
        assert f'value="{part}"' in kept


def test_what_was_typed_is_kept_when_something_is_wrong(city: City) -> None:
    base = begun(city)
    wang = city.browser
    wang.send(f"{base}/situation/1", **{"situation.kind": "hourly"})
    wang.send(f"{base}/data", **{"need-1": "yes"})
    wang.get(f"{base}/form/2")
    answer = wang.send(f"{base}/form/2", **{"form.months": "很多", "form.hours": "24"})
    assert answer.status_code == 422
    assert 'value="很多"' in answer.text
    assert 'value="24"' in answer.text
    assert 'href="#form.months"' in answer.text
    assert "请填写整数" in answer.text
    assert summed_up(answer) == ["申请月数：请填写整数，例如 6"]


def test_silence_is_not_consent(city: City) -> None:
    base = begun(city)
    city.browser.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    answer = city.browser.send(f"{base}/data")
    assert answer.status_code == 422
    assert summed_up(answer) == ["民政局：请选择是否同意使用这些数据"]


def test_sending_needs_the_declaration(city: City) -> None:
    base = begun(city)

    wang = city.browser
    wang.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    wang.send(f"{base}/data", **{"need-1": "yes"})
    wang.send(f"{base}/form/1", **{"form.phone": "1"})
    check = wang.send(f"{base}/form/2", **{"form.months": "6"})
    answer = wang.send(f"{base}/check", seen=seen_in(check))
    assert answer.status_code == 422
    assert "请阅读并勾选声明" in answer.text


def test_a_draft_waits_under_my_matters_and_goes_on_where_it_was_left(city: City) -> None:
    base = begun(city)
    city.browser.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    answer = city.browser.get("/my")
    assert "尚未提交的申请" in answer.text
    assert str(city.browser.get(base).url).endswith("/data")


def test_a_wrong_value_is_pointed_out_and_settled_by_the_clerk(city: City) -> None:
    number = applied(city)
    wang = city.browser
    page = wang.get(f"/my/cases/{number}")
    found = re.search(rf'href="(/apply/[0-9a-f-]+/found/{STATUS})"', page.text)
    assert found is not None
    wang.get(found.group(1))
    after = wang.send(found.group(1), **{STATUS: "10", "note": "已离婚"})
    assert "您说是：" in after.text
    accepted(city, number)
    clerk = city.as_staff("li.ping")
    assert "有异议" in clerk.get(f"/work/cases/{number}").text
    reviewed(city, number)
    clerk = city.as_staff("li.ping")
    clerk.get(f"/work/cases/{number}/decide/decide")
    page = clerk.send(f"/work/cases/{number}/settle/{STATUS}", found="source")
    assert "以部门数据为准" in page.text


def test_settling_a_value_keeps_the_review_that_was_half_typed(city: City) -> None:
    number = applied(city)
    wang = city.as_wang()
    (path,) = set(
        re.findall(rf"/apply/[0-9a-f-]+/found/{STATUS}", wang.get(f"/my/cases/{number}").text)
    )
    wang.get(path)
    assert summed_up(wang.send(path, **{STATUS: "20"})) == [
        "婚姻状况：和部门登记的一样；如果登记没有错，不用更正"
    ]
    wang.send(path, **{STATUS: "10", "note": "已离婚"})
    accepted(city, number)
    reviewer = city.as_staff("sun.li")
    page = reviewer.get(f"/work/cases/{number}")
    settle = f"/work/cases/{number}/settle/{STATUS}"
    assert f'form="review" formaction="{settle}"' in page.text
    typed = {"found": "claim", "outcome": "objected", "opinion": "还要核对离婚证"}
    after = reviewer.send(settle, seen=seen_in(page), **typed)
    assert "核实结果：以申请人所说为准。" in after.text
    assert "还要核对离婚证</textarea>" in after.text


def test_what_was_typed_in_lines_is_shown_in_lines(city: City) -> None:
    number = applied(city)
    clerk = city.as_staff("li.ping")
    path = f"/work/cases/{number}/correction/accept"
    clerk.get(path)
    clerk.send(path, days="10", other="一、少一位\n二、<b>单位</b>")
    told = city.as_wang().get(f"/my/cases/{number}").text
    assert '<span class="tb-prose">一、少一位\n二、&lt;b&gt;单位&lt;/b&gt;</span>' in told
    city.browser.get(f"/my/cases/{number}/correct")
    after = city.browser.send(f"/my/cases/{number}/correct", answer="甲\n乙").text
    assert '您的说明：</strong><span class="tb-prose">甲\n乙</span>' in after


def test_a_clerk_sees_the_case_accepts_reviews_and_approves(city: City) -> None:
    number = applied(city)
    inbox = city.as_staff("li.ping").get("/work")
    assert number in inbox.text
    assert "新" in inbox.text
    accepted(city, number)
    page = city.browser.get(f"/work/cases/{number}")
    assert "当前没有需要您办理的环节" in page.text
    reviewed(city, number)
    clerk = city.as_staff("li.ping")
    page = clerk.get(f"/work/cases/{number}/decide/decide")
    assert "建议准予" in page.text
    assert "《补贴办法（演示规则）》第三条" in page.text
    answer = clerk.send(
        f"/work/cases/{number}/decide/decide", seen=seen_in(page), outcome="approved"
    )
    assert "已准予" in answer.text


def test_a_refusal_keeps_what_was_typed_until_it_is_complete(city: City) -> None:
    number = applied(city)
    accepted(city, number)
    reviewed(city, number)
    clerk = city.as_staff("li.ping")
    page = clerk.get(f"/work/cases/{number}/decide/decide")
    path = f"/work/cases/{number}/decide/decide"
    answer = clerk.send(path, seen=seen_in(page), outcome="refused", reason="缴费中断")
    assert answer.status_code == 422
    assert "缴费中断" in answer.text
    assert "必须写明依据的条款" in answer.text
    complete = {"clause": "第三条", "reason": "缴费中断", "remedy": "复议", "contact": "李萍"}
    answer = clerk.send(path, seen=seen_in(page), outcome="refused", **complete)
    assert "不予" in answer.text
    own = city.as_wang().get(f"/my/cases/{number}")
    for words in ("第三条", "缴费中断", "复议", "李萍"):
        assert words in own.text


def test_an_applicant_is_told_before_sending_which_conditions_are_not_met(city: City) -> None:
    base = begun(city)
    wang = city.browser
    wang.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    wang.send(f"{base}/data", **{"need-1": "yes"})
    wang.get(f"{base}/form/1")
    wang.send(f"{base}/form/1", **{"form.phone": "13800000000", STATUS: "20"})
    wang.send(f"{base}/form/2", **{"form.months": "2"})
    check = wang.get(f"{base}/check")
    assert "有 1 项条件可能不符合" in check.text
    assert "至少三个月" in check.text
    assert "您仍然可以提交" in check.text
    wang.send(f"{base}/form/2", **{"form.months": "6"})
    assert "可能不符合" not in wang.get(f"{base}/check").text


def test_who_was_granted_before_is_told_and_so_is_the_clerk(city: City) -> None:
    first = approved(city)
    wang = city.as_wang()
    start = wang.get(f"/services/{SUBSIDY}/apply")
    assert "您以前获准过这个事项" in start.text
    assert first in start.text
    second = applied(city)
    clerk = city.as_staff("li.ping")
    page = clerk.get(f"/work/cases/{second}")
    assert "申请人以前获准过这个事项" in page.text
    assert f"/work/cases/{first}" in page.text
    assert "以前获准过" not in clerk.get(f"/work/cases/{first}").text


def test_only_who_decides_is_told_that_the_decision_is_theirs(city: City) -> None:
    number = applied(city, months="2")
    clerk = city.as_staff("li.ping")
    page = clerk.get(f"/work/cases/{number}")
    assert "另有 1 条依据由其他环节判断" in page.text
    assert "决定由您作出" not in page.text
    accepted(city, number)
    reviewed(city, number)
    assert "决定由您作出" in city.as_staff("li.ping").get(f"/work/cases/{number}").text


def test_what_one_sees_in_a_list_can_be_taken_away_as_a_file(city: City) -> None:
    number = applied(city)
    begun(city)
    own = rows_of(city.as_wang().get("/my/export.csv"))
    assert [row[0] for row in own] == ["办件编号", number, ""]
    assert own[1][2] == "已收件，待受理"
    assert own[2][2] == "未提交"
    clerk = city.as_staff("li.ping")
    inbox = rows_of(clerk.get("/work/export.csv"))
    assert [row[0] for row in inbox] == ["办件编号", number]
    assert "王小明" in inbox[1]
    assert len(rows_of(clerk.get("/work/export.csv?whose=mine"))) == 1
    assert city.as_nobody().get("/work/export.csv").status_code == 401


def _texts(answer: httpx.Response) -> list[list[str]]:
    """Return the cells of a workbook; a number or a date among them would be no text."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [
        [cell for cell in row if isinstance(cell, str)]
        for row in book.get_sheet_by_index(0).to_python()
    ]


def test_the_button_of_my_matters_and_of_the_inbox_gives_a_workbook(city: City) -> None:
    number = applied(city)
    page = city.as_wang().get("/my").text
    assert re.search(r'<a href="/my/export.xlsx"[^>]*class="govuk-button[^>]*>\s*导出 Excel', page)
    assert "CSV（供程序使用）" in page
    assert _texts(city.browser.get("/my/export.xlsx"))[1][0] == number
    clerk = city.as_staff("li.ping")
    assert re.search(r'<a href="/work/export.xlsx"[^>]*>\s*导出 Excel', clerk.get("/work").text)
    assert _texts(clerk.get("/work/export.xlsx"))[1][0] == number


def test_four_hundred_case_numbers_of_a_day_are_texts_in_a_workbook_and_exact_in_csv() -> None:
    day = dt.date(2026, 11, 30)
    numbers = [case_number(day, 3, sequence) for sequence in range(1, 401)]
    digits = sum(number.isdigit() for number in numbers)
    assert digits == 110  # so many a spreadsheet would have rounded
    found = lists.cells(lists.workbook([[number] for number in numbers], Kind.IDENTIFIER))
    assert [row[0] for row in found] == numbers
    assert csv_lines([[number] for number in numbers]).decode().split() == numbers


def test_approving_against_the_rules_asks_why_at_its_own_field(city: City) -> None:
    number = applied(city, months="2")
    accepted(city, number)
    reviewed(city, number)
    clerk = city.as_staff("li.ping")
    path = f"/work/cases/{number}/decide/decide"
    page = clerk.get(path)
    assert "建议不予" in page.text
    assert "经审查，不符合下列条件：至少三个月" in page.text
    answer = clerk.send(path, seen=seen_in(page), outcome="approved")
    assert answer.status_code == 422
    assert 'href="#reason_against"' in answer.text
    typed = {"outcome": "approved", "reason_against": "第三个月已补缴"}
    assert "已准予" in clerk.send(path, seen=seen_in(page), **typed).text


def decided_second(city: City) -> httpx.Response:
    """What a clerk is answered who refuses what another has just approved."""
    number = applied(city)
    accepted(city, number)
    reviewed(city, number)
    path = f"/work/cases/{number}/decide/decide"
    seen = seen_in(city.as_staff("zhao.min").get(path))
    first = city.as_staff("li.ping")
    first.get(path)
    first.send(path, seen=seen, outcome="approved")
    second = city.as_staff("zhao.min")
    second.get("/work")
    typed = {"clause": "第三条", "reason": "理由甲", "remedy": "复议", "contact": "赵敏"}
    answer = second.send(path, seen=seen, outcome="refused", **typed)
    assert answer.status_code == 409
    return answer


def test_the_second_of_two_clerks_is_told_who_decided_and_loses_nothing(city: City) -> None:
    answer = decided_second(city)
    assert "李萍已于" in answer.text


def test_a_correction_is_asked_for_once_and_answered(city: City) -> None:
    number = applied(city)
    clerk = city.as_staff("li.ping")
    path = f"/work/cases/{number}/correction/accept"
    clerk.get(path)
    empty = clerk.send(path, days="15")
    assert empty.status_code == 422
    silent = clerk.send(path, days="15", **{"item-form.phone": "yes"})
    assert summed_up(silent) == ["联系电话：请写明这一项有什么问题"]
    fields = {"item-form.phone": "yes", "text-form.phone": "少一位", "other": "请说明单位"}
    asked = clerk.send(path, days="10", **fields)
    assert "等待补正" in asked.text
    wang = city.as_wang()
    mine = wang.get("/my")
    assert "等我办理" in mine.text
    told = wang.get(f"/my/cases/{number}")
    assert all(words in told.text for words in ("联系电话：少一位", "请说明单位"))
    page = wang.get(f"/my/cases/{number}/correct")
    assert "少一位" in page.text
    wrong = wang.send(f"/my/cases/{number}/correct", **{"form.phone": "13900000000"})
    assert wrong.status_code == 422
    assert "13900000000" in wrong.text
    assert summed_up(wrong) == ["您的说明：请填写或选择这一项"]
    fields = {"form.phone": "13900000000", "answer": "没有单位"}
    after = wang.send(f"/my/cases/{number}/correct", **fields)
    assert "已收件，待受理" in after.text
    clerk = city.as_staff("li.ping")
    page = clerk.get(f"/work/cases/{number}")
    assert "13900000000" in page.text
    assert "没有单位" in page.text
    assert "要求补正" not in re.findall(r'class="govuk-button[^>]*>([^<]*)<', page.text)


def test_a_correction_that_comes_too_late_is_told_and_given_back(city: City) -> None:
    number = applied(city)
    clerk = city.as_staff("li.ping")
    fields = {"item-form.phone": "yes", "text-form.phone": "少一位"}
    clerk.get(f"/work/cases/{number}/correction/accept")
    clerk.send(f"/work/cases/{number}/correction/accept", days="10", **fields)
    wang = city.as_wang()
    wang.get(f"/my/cases/{number}/correct")
    elsewhere = city.as_wang()
    elsewhere.get(f"/my/cases/{number}/withdraw")
    elsewhere.send(f"/my/cases/{number}/withdraw")
    typed = {"form.phone": "13900000000", "answer": "没有单位"}
    late = wang.send(f"/my/cases/{number}/correct", **typed)
    assert late.status_code == 409
    said = late.text[late.text.index("您刚才写的内容") :]
    assert "13900000000" in said
    assert "没有单位" in said


def test_a_late_case_says_so_to_its_applicant(city: City) -> None:
    number = applied(city)
    clock = city.db.clock
    assert isinstance(clock, MovableClock)
    clock.advance(timedelta(days=9))
    deemed = city.as_wang().get(f"/my/cases/{number}")
    assert "依法视为受理" in deemed.text
    assert "办结，还剩" in deemed.text
    clock.advance(timedelta(days=60))
    wang = city.as_wang()
    late = wang.get(f"/my/cases/{number}")
    assert "办结，已超期" in late.text
    assert "还剩" not in late.text
    assert "办结，已超期" in wang.get("/my").text


def test_who_will_see_what_is_fetched_is_said_before_anybody_agrees(city: City) -> None:
    base = begun(city)
    city.browser.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    assert "这次申请由人力资源和社会保障局、民政局办理" in city.browser.get(f"{base}/data").text


def test_deleting_a_draft_asks_first(city: City) -> None:
    base = begun(city)
    wang = city.browser
    assert f'href="{base}/discard"' in wang.get("/my").text
    page = wang.get(f"{base}/discard")
    assert "不能恢复" in page.text
    assert "还没有办件" in wang.send(f"{base}/discard").text
    assert wang.get(f"{base}/discard").status_code == 404


def test_withdrawing_asks_first(city: City) -> None:
    number = applied(city)
    page = city.browser.get(f"/my/cases/{number}/withdraw")
    assert "确认撤回" in page.text
    answer = city.browser.send(f"/my/cases/{number}/withdraw")
    assert "已撤回" in answer.text
    receipt = city.browser.get(f"/my/cases/{number}/receipt").text
    assert "已撤回" in receipt
    assert "接下来" not in receipt
    seen = city.as_staff("li.ping").get(f"/work/cases/{number}").text
    assert not any(words in seen for words in ("承诺办结", "规则的建议", "已完成"))
    assert "没有办理，办件已经结束" in seen
    assert "承诺办结" not in receipt
    inbox = city.browser.get(f"/work?q={number}").text
    assert f'href="/work/cases/{number}"' in inbox
    assert "没有找到" in city.browser.get("/work?q=202611240019999X").text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2026112400", "位数不对"),
        ("202611240019999X", "校验码）对不上"),
        ("470101199003078031", "这是公民身份号码"),
        ("王小虎", "已经办结的，请按完整的办件编号查找"),
    ],
)
def test_a_clerk_who_looks_for_what_no_case_can_be_called_is_told_so(
    city: City, typed: str, told: str
) -> None:
    clerk = city.as_staff("li.ping")
    clerk.get("/work")
    assert told in clerk.send("/work", q=typed).text


def test_a_clerk_who_acts_on_a_withdrawn_case_is_told_so(city: City) -> None:
    number = applied(city)
    clerk = city.as_staff("li.ping")
    seen = seen_in(clerk.get(f"/work/cases/{number}"))
    city.as_wang().get(f"/my/cases/{number}/withdraw")
    city.browser.send(f"/my/cases/{number}/withdraw")
    clerk = city.as_staff("li.ping")
    clerk.get("/work")
    answer = clerk.send(f"/work/cases/{number}/accept/accept", seen=seen)
    assert answer.status_code == 409
    assert "申请人撤回" in answer.text


def test_the_inbox_tells_what_changed_since_last_time(city: City) -> None:
    number = applied(city)
    clerk = city.as_staff("li.ping")
    clerk.get(f"/work/cases/{number}")
    assert "没有变化" in clerk.get("/work").text
    clock = city.db.clock
    assert isinstance(clock, MovableClock)
    clock.advance(timedelta(minutes=1))
    fields = {"item-form.phone": "yes", "text-form.phone": "少一位"}
    clerk.get(f"/work/cases/{number}/correction/accept")
    clerk.send(f"/work/cases/{number}/correction/accept", days="10", **fields)
    clock.advance(timedelta(minutes=1))
    wang = city.as_wang()
    wang.get(f"/my/cases/{number}/correct")
    wang.send(f"/my/cases/{number}/correct", **{"form.phone": "13900000000"})
    assert "提交补正" in city.as_staff("li.ping").get("/work").text


def test_a_manager_hands_a_step_to_a_colleague(city: City) -> None:
    number = applied(city)
    clerk = city.as_staff("li.ping")
    clerk.get(f"/work/cases/{number}")
    clerk.send(f"/work/cases/{number}/take/accept")
    manager = city.as_staff("qian.wei")
    page = manager.get("/work/reassign")
    assert "李萍" in page.text
    path = f"/work/cases/{number}/reassign/accept"
    assert manager.send(path, to=city.staff["sun.li"]).status_code == 422
    assert "赵敏" in manager.send(path, to=city.staff["zhao.min"]).text
    refused = city.as_staff("li.ping")
    seen = seen_in(city.as_staff("zhao.min").get(f"/work/cases/{number}"))
    refused = city.as_staff("li.ping")
    refused.get(f"/work/cases/{number}")
    answer = refused.send(f"/work/cases/{number}/accept/accept", seen=seen)
    assert answer.status_code == 409
    assert "赵敏" in answer.text


@pytest.mark.parametrize("path", ["/work", "/work/reassign"])
def test_work_is_for_those_with_a_duty(city: City, path: str) -> None:
    assert city.as_wang().get(path).status_code == 403
    assert city.as_staff("zhou.jun").get(path).status_code == 403


def test_a_case_of_another_department_is_not_found_even_by_its_number(city: City) -> None:
    number = applied(city)
    assert city.as_staff("sun.li").get(f"/work/cases/{number}").status_code == 404


def test_every_page_can_be_read_in_english(city: City) -> None:
    number = applied(city)
    wang = city.browser
    wang.client.cookies.set("tongban_language", "en")
    for path in ("/services", f"/services/{SUBSIDY}", "/my", f"/my/cases/{number}"):
        answer = wang.get(path)
        assert answer.status_code == 200
        assert "services." not in re.sub(r'href="[^"]*"', "", answer.text)
    assert "Received" in wang.get(f"/my/cases/{number}/receipt").text


def test_programs_read_services_and_ones_own_cases(city: City) -> None:
    number = applied(city)
    api = city.browser.client
    listed = api.get("/api/services?q=补贴").json()
    assert [line["code"] for line in listed["data"]] == [SUBSIDY]
    guide = api.get(f"/api/services/{SUBSIDY}").json()["data"]
    assert guide["materials"][0]["replaced_by_data"] is True
    mine = api.get("/api/my/cases").json()["data"]
    assert mine[0]["number"] == number
    assert mine[0]["waits_on"] == ["human-resources"]
    city.as_nobody()
    assert api.get("/api/my/cases").status_code == 401


def test_cases_are_found_by_name_through_a_form_and_by_number_through_an_address(
    city: City,
) -> None:
    case = builders.submitted(city.db)
    clerk = city.as_staff("li.ping")
    for address in ("/work?q=王小明", "/work?q=王"):
        assert case.number not in clerk.get(address).text
    found = clerk.send("/work", q="王小明")
    assert (found.status_code, str(found.url).endswith("/work")) == (200, True)
    assert f"/work/cases/{case.number}" in found.text
    assert 'hx-push-url="false"' in found.text
    assert f"/work/cases/{case.number}" in clerk.get(f"/work?q={case.number}").text
    assert case.number not in clerk.send("/work", q="没有这个人").text


# Nothing typed is lost ---------------------------------------------------------------------------


def test_the_applicant_finds_the_way_to_the_case_that_runs(city: City) -> None:
    once = builders.definition(version=2, most_open=1)
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: once}))
    number = applied(city)
    shown = city.browser.get(f"/services/{SUBSIDY}/apply")
    refused = city.browser.send(f"/services/{SUBSIDY}/apply")
    assert (shown.status_code, refused.status_code) == (200, 409)
    for answer in (shown, refused):
        assert f'href="/my/cases/{number}"' in answer.text
        assert "已有一件正在办理" in answer.text


def test_whoever_is_second_with_a_review_sees_their_words_again(city: City) -> None:
    number = applied(city)
    accepted(city, number)
    page = city.as_staff("sun.li").get(f"/work/cases/{number}")
    old = seen_in(page)
    path = f"/work/cases/{number}/review/review"
    city.browser.send(f"/work/cases/{number}/take/review", seen=old)
    again = city.browser.send(path, seen=old, outcome="objected", opinion="登记的日期不对")
    assert again.status_code == 409
    assert "登记的日期不对" in again.text
    assert seen_in(again) != old
    city.browser.send(path, outcome="passed", opinion="")
    lost = city.browser.send(path, outcome="objected", opinion="登记已经撤销")
    assert lost.status_code == 409
    assert "您刚才写的内容" in lost.text
    assert "登记已经撤销" in lost.text


def test_not_accepting_shows_what_it_lacks_and_tells_the_applicant_everything(city: City) -> None:
    number = applied(city)
    clerk = city.as_staff("li.ping")
    path = f"/work/cases/{number}/not-accept/accept"
    page = clerk.get(path)
    assert "行政复议" in page.text
    assert "李萍 0600-5550101" in page.text
    lacking = clerk.send(path, reason="不属于本部门", remedy="行政复议", contact="李萍")
    assert lacking.status_code == 422
    assert "不属于本部门" in lacking.text
    clerk.send(
        path, clause="许可法第三十二条", reason="不属于本部门", remedy="复议", contact="李萍"
    )
    told = city.as_wang().get(f"/my/cases/{number}").text
    for words in ("许可法第三十二条", "不属于本部门", "复议", "李萍", "/ledger/entries/"):
        assert words in told
    shown = city.as_staff("li.ping").get(f"/work/cases/{number}").text
    assert "许可法第三十二条" in shown


def test_a_refused_reassignment_says_so_at_its_line(city: City) -> None:
    number = applied(city)
    manager = city.as_staff("qian.wei")
    seen = seen_in(manager.get(f"/work/cases/{number}"))
    answer = manager.send(
        f"/work/cases/{number}/reassign/accept", to=city.staff["sun.li"], seen=seen
    )
    assert answer.status_code == 422
    assert "请选择本部门有相应职责的人员" in answer.text
    assert f"/work/cases/{number}/reassign/accept" in answer.text


def test_what_must_be_verified_is_said_and_confirmed_on_the_page(city: City) -> None:
    number = applied(city, allow="no")
    accepted(city, number)
    reviewed(city, number)
    clerk = city.as_staff("li.ping")
    path = f"/work/cases/{number}/decide/decide"
    page = clerk.get(path)
    assert "建议核实后准予" in page.text
    assert "申请人自述，未经核实" in page.text
    lacking = clerk.send(path, outcome="approved")
    assert lacking.status_code == 422
    assert "请先核实申请人自述的内容" in lacking.text
    done = clerk.send(path, outcome="approved", verified="yes")
    assert "核实申请人自述的内容" in done.text


def _with_a_day_for_the_married(city: City) -> str:
    """Ask for the day of the marriage of those alone who are married; return a fresh draft of it."""
    plain = builders.definition()
    day = Field(code="since", name="登记日期", element=MARRIED_ON, when=f'{STATUS} = "20"')
    form = (*plain.form, Section(title="婚姻", fields=(day,)))
    changed = builders.definition(version=2, form=form)
    city.db.write(lambda unit: builders.adopt(unit, {changed.code: changed}))
    return begun(city)


@pytest.mark.parametrize(("status", "promised"), [("20", True), ("10", False)])
def test_a_page_promises_no_question_that_is_not_asked(
    city: City, status: str, promised: bool
) -> None:
    city.sources.rows[WANG.id] |= {"status": status, "married_on": "2019-02-30"}
    base = _with_a_day_for_the_married(city)
    wang = city.browser
    wang.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    found = wang.send(f"{base}/data", **{"need-1": "yes"})
    assert "部门的记录读不出来" in found.text
    assert ("后面会请您填写" in found.text) is promised
    assert ("这次办理不用填写" in found.text) is not promised
    wang.send(f"{base}/form/1", **{"form.phone": "13800000000"})
    after = wang.send(f"{base}/form/2", **{"form.months": "6"})
    assert ("登记日期" in after.text) is promised


def test_a_value_that_was_moved_in_the_database_is_refused_and_not_shown(city: City) -> None:
    """Whoever has the database copies another's value into a case of their own."""
    city.as_wang()
    mine, theirs = applied(city), applied(city)
    value, case = tables.value, tables.case
    with city.db.engine.begin() as connection:
        numbers = connection.execute(select(case.c.number, case.c.id))
        ids = {row.number: row.id for row in numbers}
        one = select(value.c.content).where(
            value.c.case_id == ids[theirs], value.c.key == "form.phone"
        )
        of_mine = (value.c.case_id == ids[mine]) & (value.c.key == "form.phone")
        moved = update(value).where(of_mine).values(content=one.scalar_subquery())
        assert connection.execute(moved).rowcount == 1
    answer = city.as_wang().client.get(f"/my/cases/{mine}")
    assert answer.status_code == 503
    assert "tongban doctor" in answer.text
    assert "13800000000" not in answer.text
    assert city.browser.client.get(f"/my/cases/{theirs}").status_code == 200
    with city.db.read() as reader:
        assert [str(cell) for cell in seals.unopened(reader)] == [
            f"services_value.content ({ids[mine]}, form.phone)"
        ]


def test_no_table_holds_anything_of_anybody_in_the_clear(city: City) -> None:
    city.as_wang()
    approved(city)
    city.db.write(lambda unit: accounts.set_address(unit, city.staff["li.ping"], "li@city.example"))
    marks = ("王小明", WANG.id, "13800000000", "li@city.example", *(name for _, name, *_ in STAFF))
    found = set()
    with city.db.engine.connect() as connection:
        made = MetaData()
        made.reflect(connection)
        for table in made.sorted_tables:
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
                for column, held in row.items():
                    said = held.decode("utf-8", "replace") if isinstance(held, bytes) else str(held)
                    found |= {(f"{table.name}.{column}", mark) for mark in marks if mark in said}
    assert found == set()
