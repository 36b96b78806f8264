"""What people do in the journey of the subsidy, step by step, each leaving them on the next page."""

import re
from collections.abc import Collection

from playwright.sync_api import Locator, expect
from tests.browser.walker import Walker

SERVICE = "flexible-employment-subsidy"
NAME = "灵活就业社会保险补贴"
PHONE = "13900001234"
TYPED = {
    "person.phone": PHONE,
    "person.household_address": "云汀市城关街道文津路8号",
    "person.household_division": "470181",
    "form.work_place": "云台街道",
    "form.platform": "云汀跑腿",
    "person.bank_name": "云汀城市银行",
    "person.bank_account": "6200000000000000018",
    "person.pension_paid_months_12": "12",
    "person.pension_paid_12": "9360",
    "person.medical_paid_months_12": "12",
    "person.medical_paid_12": "3744",
}
"""What a resident types where nobody holds it or they would not let it be fetched."""


def begin(walker: Walker) -> None:
    """Start an application and answer what situation one is in: the first option of each."""
    walker.go(f"/services/{SERVICE}/apply")
    running = walker.page.get_by_role("link", name="查看正在办理的办件")
    if running.count():  # of an earlier test: one case at a time
        with walker.leaving():
            running.first.click()
        _end(walker)
        walker.go(f"/services/{SERVICE}/apply")
    start = walker.page.get_by_role("button", name=re.compile("^(开始|重新开始一份)$"))
    with walker.leaving():
        start.click()
    while "/situation/" in walker.path:
        walker.page.get_by_role("radio").first.check()
        walker.press("继续")


def _end(walker: Walker) -> None:
    """Withdraw the case that is open here, or see it closed where it is decided already: what was
    decided is delivered and closed behind the pages, so it may run for a moment longer."""
    if walker.page.get_by_role("link", name="撤回申请", exact=True).count():
        walker.follow("撤回申请")
        walker.press("确认撤回")
    else:
        until_sees(walker, walker.path, "已办结")


def consent(walker: Walker, refused: Collection[str] = ()) -> None:
    """Let every department be asked, except those refused by name; see what came."""
    walker.title_is("政府已经掌握的信息")
    for need in walker.page.locator("section.tb-panel").all():
        answers = need.get_by_role("radio")
        if answers.count():
            name = need.get_by_role("heading").inner_text()
            (answers.last if name in refused else answers.first).check()
    walker.press("继续")
    walker.title_is("已取得的信息")


def answer(walker: Walker) -> None:
    """Answer every question that is left, page by page, and go on without papers."""
    walker.press("继续")
    while "/form/" in walker.path:
        fill(walker.page.locator("main form"))
        walker.press("继续")
    if walker.path.endswith("/materials"):
        walker.press("继续")
    walker.title_is("核对并提交")


def fill(form: Locator) -> None:
    """Type into every field of a form what a resident would."""
    for box in form.locator("input[type=text]").all():
        box.fill(TYPED[str(box.get_attribute("name"))])
    for group in form.locator("fieldset").all():
        group.get_by_role("radio").first.check()


def send(walker: Walker) -> str:
    """Declare, send, and return the number on the receipt."""
    walker.page.get_by_role("checkbox").check()
    walker.press("提交申请")
    number = walker.page.locator(".tb-receipt__number")
    expect(number).to_have_text(re.compile(r"^\d{15}[0-9A-Z]$"))
    return number.inner_text()


def apply(walker: Walker, refused: Collection[str] = ()) -> str:
    """Apply from start to receipt."""
    begin(walker)
    consent(walker, refused)
    answer(walker)
    return send(walker)


# Inside government -------------------------------------------------------------------------------


def open_case(clerk: Walker, number: str) -> None:
    """Open a case from the inbox."""
    clerk.go("/work")
    with clerk.leaving():
        clerk.row(number).get_by_role("link").click()
    expect(clerk.page.locator(".govuk-caption-l").first).to_contain_text(number)


def accept(clerk: Walker, number: str) -> None:
    """Accept a case."""
    open_case(clerk, number)
    clerk.press("受理")
    clerk.sees("审查中")


def review(clerk: Walker, number: str) -> None:
    """Pass one's step of review."""
    open_case(clerk, number)
    clerk.page.get_by_role("radio", name="通过", exact=True).check()
    clerk.press("完成审查")
    clerk.sees("审查通过")


def to_decision(officer: Walker, medical: Walker, number: str) -> None:
    """Accept and review in both departments, so that the case can be decided."""
    accept(officer, number)
    review(officer, number)
    review(medical, number)


def start_deciding(head: Walker, number: str) -> None:
    """Open the page of the decision."""
    open_case(head, number)
    head.press("作出决定")
    head.title_is("作出决定")


def approve(head: Walker, number: str) -> None:
    """Approve."""
    start_deciding(head, number)
    head.page.get_by_role("radio", name="准予", exact=True).check()
    verified = head.page.get_by_role("checkbox", name="我已核实")
    if verified.count():
        verified.check()
    head.press("确认决定")
    head.sees("准予")


def until_sees(walker: Walker, path: str, words: str) -> None:
    """Open a page again until it says so: the office works behind it."""

    def says() -> bool:
        walker.go(path)
        return words in walker.page.locator("main").inner_text()

    for _ in range(60):
        if says():
            return
        walker.page.wait_for_timeout(250)
    raise AssertionError(f"{path} never said {words}")
