"""Everything that matters is done with a browser that runs no script."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser import journeys, quick
from tests.browser.town import Town
from tests.browser.walker import Entering

pytestmark = pytest.mark.browser

_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_a_resident_applies_without_script(enter: Entering) -> None:
    resident = enter(script=False)
    resident.become("lin")
    resident.go("/services?q=社保补贴")
    resident.follow(journeys.NAME)
    resident.press("开始申请")
    number = journeys.apply(resident, refused=["公安局", "财政局"])
    resident.sees("最晚受理日期", "为什么是这一天")
    expect(resident.page.get_by_role("button", name="打印")).to_have_count(0)
    resident.page.get_by_role("button", name="查看办理进度").click()
    resident.sees(number, "已收件，待受理")
    expect(resident.page.get_by_role("button", name="打印")).to_have_count(0)


def test_an_error_without_script_keeps_what_was_typed(enter: Entering) -> None:
    resident = enter("lin", script=False)
    journeys.begin(resident)
    journeys.consent(resident)
    resident.press("继续")
    resident.page.locator("[name='person.phone']").fill("1" * 3000)
    resident.press("继续")
    expect(resident.page.locator(".govuk-error-summary")).to_contain_text(
        "联系电话：内容太长，请缩短"
    )
    expect(resident.page.locator("[name='person.phone']")).to_have_value("1" * 3000)


def test_a_paper_is_uploaded_and_taken_back_without_script(enter: Entering, tmp_path: Path) -> None:
    paper = tmp_path / "接单记录.png"
    paper.write_bytes(_PICTURE)
    resident = enter("lin", script=False)
    resident.go(f"/services/{journeys.SERVICE}/apply")
    with resident.leaving():
        resident.page.get_by_role("button", name=re.compile("^(开始|重新开始一份)$")).click()
    for choice in ("养老保险和医疗保险", "财政补贴“一卡通”账户", "通过网络平台接单"):
        resident.page.get_by_role("radio", name=choice).check()
        resident.press("继续")
    journeys.consent(resident)
    resident.press("继续")
    while "/form/" in resident.path:
        journeys.fill(resident.page.locator("main form"))
        resident.press("继续")
    resident.title_is("上传材料")
    wanted = resident.page.locator("section.tb-panel").filter(has_text="平台接单记录")
    wanted.locator("input[type=file]").set_input_files(
        {"name": "记录.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    )
    resident.press("上传", wanted)
    expect(resident.page.locator(".govuk-error-summary")).to_contain_text("PDF、PNG 或 JPG")
    wanted.locator("input[type=file]").set_input_files(paper)
    resident.press("上传", wanted)
    expect(wanted).to_contain_text("接单记录.png")
    with resident.leaving():
        wanted.get_by_role("button", name=re.compile("^删除")).click()
    expect(wanted).not_to_contain_text("接单记录.png")
    wanted.locator("input[type=file]").set_input_files(paper)
    resident.press("上传", wanted)
    resident.press("继续")
    resident.title_is("核对并提交")
    resident.sees("接单记录.png")
    number = journeys.send(resident)
    officer = enter("hr-officer", script=False)
    officer.go(f"/work/cases/{number}")
    link = officer.page.get_by_role("link", name="接单记录.png").get_attribute("href")
    shown = officer.context.request.get(f"{officer.town.address}{link}")
    assert shown.body() == _PICTURE
    assert shown.headers["content-type"] == "image/png"


def test_a_decision_is_made_without_script(enter: Entering, town: Town) -> None:
    number = quick.applied(town, "sun")
    quick.to_decision(town, number)
    head = enter("hr-head", script=False)
    journeys.start_deciding(head, number)
    head.page.get_by_role("radio", name="不予", exact=True).check()
    head.page.get_by_label("理由", exact=True).fill("近12个月只缴费7个月。")
    head.press("确认决定")
    head.sees("不予批准，已办结", "近12个月只缴费7个月。")


def test_lists_are_filtered_and_paged_without_script(enter: Entering) -> None:
    visitor = enter(script=False)
    visitor.go("/services")
    visitor.page.get_by_label("部门").select_option("civil-affairs")
    visitor.press("筛选")
    visitor.sees("高龄津贴")
    visitor.sees_not(journeys.NAME)
    visitor.go("/services")
    visitor.follow(re.compile("下一页"))
    assert "page=2" in visitor.path
