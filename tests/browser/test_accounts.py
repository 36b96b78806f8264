"""Accounts of staff: let in, signed in by password, locked out of nothing but what is not theirs."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.walker import Entering, Walker

pytestmark = pytest.mark.browser

_FIRST, _SECOND = "correct horse battery", "staple battery horse"


def _link_for(admin: Walker) -> str:
    """Return the way in that the administrator is shown this once."""
    address = admin.page.locator("main code").inner_text()
    return address[address.index("/reset-password") :]


def _set_password(person: Walker, way: str, words: str) -> None:
    person.go(way)
    for box in ("#password", "#again"):
        person.page.locator(box).fill(words)
    with person.leaving():
        person.page.locator("main form button[type=submit]").click()


def _sign_in(person: Walker, login: str, words: str) -> None:
    person.go("/sign-in?way=password")
    person.page.locator("#login").fill(login)
    person.page.locator("#password").fill(words)
    person.press("登录")


def test_a_new_colleague_is_let_in_and_helped_when_the_password_is_lost(enter: Entering) -> None:
    admin, colleague = enter("admin"), enter()
    admin.go("/admin/staff/new")
    admin.press("保存")
    expect(admin.page.locator(".govuk-error-summary")).to_be_focused()
    admin.page.get_by_label("姓名").fill("秦朗")
    admin.page.get_by_label("账号").fill("qin.lang")
    admin.page.locator("#department").select_option("human-resources")
    admin.page.get_by_role("checkbox", name="受理审查人员").check()
    admin.press("保存")
    way = _link_for(admin)
    _set_password(colleague, way, _FIRST)
    _sign_in(colleague, "qin.lang", _FIRST)
    expect(colleague.page.locator(".tb-header__actor")).to_have_text("秦朗")
    colleague.go("/work")
    colleague.title_is("待办")
    colleague.press("退出")

    _sign_in(colleague, "qin.lang", "what was it")
    expect(colleague.page.locator(".govuk-error-summary")).to_be_visible()
    colleague.follow("忘记密码")
    colleague.page.locator("#login").fill("qin.lang")
    colleague.press("发送链接")
    colleague.sees("由管理员给您一个设置密码的链接")
    admin.go("/admin/staff?q=qin.lang")
    admin.follow("秦朗")
    admin.press("重新生成设置密码的链接")
    _set_password(colleague, _link_for(admin), _SECOND)
    _sign_in(colleague, "qin.lang", _SECOND)
    expect(colleague.page.locator(".tb-header__actor")).to_have_text("秦朗")
    colleague.go(way)
    colleague.sees_not("再输入一次新密码")


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("lin", "/work"),
        ("lin", "/admin/staff"),
        ("hr-officer", "/admin/staff"),
        ("medical-officer", "/work/reassign"),
        ("hr-officer", "/archive"),
    ],
)
def test_what_is_not_theirs_is_refused_with_a_way_home(
    enter: Entering, login: str, path: str
) -> None:
    person = enter(login)
    person.go(path)
    expect(person.page.get_by_role("link", name=re.compile("回到首页"))).to_be_visible()


def test_a_visitor_is_led_to_sign_in_and_back(enter: Entering) -> None:
    visitor = enter()
    visitor.go("/my")
    assert visitor.path.startswith("/sign-in")
    visitor.page.get_by_role("radio", name=re.compile("林晓雯")).check()
    visitor.press("进入")
    assert visitor.path == "/my"
    visitor.title_is("我的办件")
    visitor.sees("查找服务事项")


def test_whoever_acts_for_an_organisation_reads_so_on_every_page_and_where_their_own_is(
    enter: Entering,
) -> None:
    person = enter("he")
    header = person.page.locator(".tb-header__actor")
    person.go("/services/old-age-allowance")
    expect(header).to_have_text("何志远（云汀远山食品有限公司）")
    for own in ("/my", "/my/certificates", "/my/data-uses"):
        person.go(own)
        person.sees("您正代表云汀远山食品有限公司办事", "您本人的不在这里")
    person.follow("切换身份")
    person.page.get_by_role("radio", name="我自己").check()
    person.press("切换", person.page.locator("main"))
    expect(header).to_have_text("何志远")
    person.go("/my")
    person.sees_not("您本人的不在这里")
