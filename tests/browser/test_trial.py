"""What the guide to a first service promises: written, tried, applied for and decided in a browser."""

import os
from collections.abc import Iterator
from io import BytesIO
from time import monotonic

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from tests.browser import journeys
from tests.browser.town import Town, tried
from tests.browser.walker import Entering, Walker

pytestmark = pytest.mark.browser

SERVICE = "senior-travel-card"
NAME = "老年人优待乘车卡"
_CORES = os.cpu_count() or 1
_MINUTE = 60 * max(1.0, os.getloadavg()[0] / _CORES)
"""Seconds, longer on a machine that does much else at the same time."""


@pytest.fixture(scope="module")
def began() -> float:
    """When the command was given."""
    return monotonic()


@pytest.fixture(scope="module")
def town(began: float, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with tried(tmp_path_factory.mktemp("trial")) as running:
        yield running


def _apply(resident: Walker) -> str:
    resident.go(f"/services/{SERVICE}")
    resident.press("开始申请")
    resident.press("开始")
    journeys.consent(resident)
    resident.sees("来源：公安局")
    resident.press("继续")
    resident.page.locator("input[type=text]").first.fill(journeys.PHONE)
    resident.page.get_by_role("radio", name="实体卡").check()
    resident.press("继续")
    return journeys.send(resident)


def _certificate(holder: Walker) -> str:
    """Return what stands on the newest certificate, once its seal is on it."""
    holder.go("/my/certificates")
    holder.page.locator("main tbody a").first.click()
    holder.title_is(NAME)
    for _ in range(60):
        answer = holder.context.request.get(holder.page.url + "/pdf")
        if answer.ok:
            return PdfReader(BytesIO(answer.body())).pages[0].extract_text()
        holder.page.wait_for_timeout(250)
    raise AssertionError(answer.text())


def test_whoever_follows_the_guide_sees_their_service_run_within_a_minute(
    town: Town, enter: Entering, began: float
) -> None:
    resident = enter()
    resident.go("/")
    assert resident.page.title().endswith("– 安平市 – 试运行")
    expect(resident.page.locator(".tb-demonstration__label")).to_contain_text("试运行")
    expect(resident.page.locator(".tb-footer__note")).to_contain_text("试运行")
    resident.go("/sign-in")
    resident.title_is("试运行登录，不是国家身份认证")
    resident.sees("年满65周岁", "71岁，男。符合：老年人优待乘车卡。")
    elder = enter("r04")
    number = _apply(elder)
    assert monotonic() - began < _MINUTE
    clerk = enter("s01-accept-transport")
    journeys.open_case(clerk, number)
    clerk.press("受理")
    head = enter("s02-decide-transport")
    journeys.start_deciding(head, number)
    head.page.get_by_role("radio", name="准予", exact=True).check()
    head.press("确认决定")
    head.sees("准予")
    assert "试运行样本" in _certificate(elder)
    elder.go("/my/data-uses")
    elder.sees("交通运输局", "核对年龄")
    clock = elder.page.locator(".tb-demonstration__now time")
    today = clock.inner_text()
    elder.press("进到下一个工作日")
    expect(clock).not_to_have_text(today)


def test_somebody_too_young_is_told_and_somebody_unknown_is_asked(enter: Entering) -> None:
    young = enter("r01")
    number = _apply(young)
    clerk = enter("s01-accept-transport")
    journeys.open_case(clerk, number)
    clerk.sees("已收件，待受理")
    clerk.sees_not("年满65周岁")  # a verdict is for who decides
    unknown = enter("r07")
    unknown.go(f"/services/{SERVICE}")
    unknown.press("开始申请")
    unknown.press("开始")
    journeys.consent(unknown)
    unknown.press("继续")
    unknown.sees("出生日期")


def test_the_ledger_and_the_keys_of_a_trial_are_its_own(town: Town) -> None:
    checkpoint = town.get("/ledger/checkpoint").decode()
    assert checkpoint.startswith("trial.invalid/anping.internal/ledger\n")
