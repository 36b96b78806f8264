"""Identity's pages, as somebody meets them."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import pytest
from tests.builders import identity as builders
from tests.builders import web
from tests.builders.web import Browser

from tongban.kernel.errors import Refusal
from tongban.kit import testing
from tongban.kit.db import Database
from tongban.kit.http import SESSION_COOKIE
from tongban.modules.identity import actions, queries
from tongban.modules.identity.model import LinkPurpose, Visit
from tongban.modules.identity.pages import HANDLERS, hashing


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Pages are the same on every database: one kind is enough here."""
    yield from testing.opened(testing.sqlite_database(tmp_path))


@pytest.fixture
def visitor(db: Database, tmp_path: Path) -> Iterator[Browser]:
    builders.found(db, demonstration=False)
    with web.browser(web.house(db, tmp_path), HANDLERS) as opened:
        yield opened


@pytest.fixture
def manager(db: Database, visitor: Browser) -> Browser:
    visitor.sign_in(db, builders.staff(db, "boss", "manager").id)
    return visitor


def with_password(db: Database, login: str = "li.ping") -> str:
    account = builders.staff(db, login)
    hashed = queries.new_password_hash(builders.PASSWORD, builders.PASSWORD, login, "李萍")
    db.write(
        lambda unit: actions.set_password_by_link(
            unit, actions.issue_link(unit, account.id, LinkPurpose.INVITE), hashed
        )
    )
    return account.id


def test_staff_sign_in_with_account_and_password_and_out_again(
    db: Database, visitor: Browser
) -> None:
    with_password(db)
    visitor.get("/sign-in?to=/account")
    answer = visitor.send("/sign-in", login=" Li.Ping ", password=builders.PASSWORD, to="/account")
    assert answer.status_code == 200
    assert "我的账号" in answer.text
    cookie = answer.history[0].headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    visitor.send("/sign-out")
    assert visitor.get("/account").status_code == 401


def test_the_cookie_travels_only_encrypted_where_the_address_is(
    db: Database, tmp_path: Path
) -> None:
    builders.found(db, demonstration=False)
    with_password(db)
    running = web.house(db, tmp_path, address="https://yunxi.example")
    with web.browser(running, HANDLERS) as visitor:
        visitor.get("/sign-in")
        answer = visitor.send(
            "/sign-in", login="li.ping", password=builders.PASSWORD, to="/account"
        )
        assert "我的账号" in answer.text, "the session is found again under its name"
        visitor.send("/sign-out")
        assert visitor.get("/account").status_code == 401
    made = answer.history[0].headers.get_list("set-cookie")
    assert [line.split("=")[0] for line in made] == [
        "__Host-tongban_session",
        "__Host-tongban_browser",
    ]
    for line in made:
        parts = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts
        assert not any(part.startswith("domain") for part in parts)


def test_reached_by_https_a_session_under_the_plain_name_is_none(
    db: Database, tmp_path: Path
) -> None:
    builders.found(db, demonstration=False)
    account = builders.staff(db)
    opened = db.write(lambda unit: actions.sign_in(unit, account.id))
    running = web.house(db, tmp_path, address="https://yunxi.example")
    with web.browser(running, HANDLERS) as visitor:
        visitor.client.cookies.set(SESSION_COOKIE, opened.token)
        assert visitor.get("/account").status_code == 401
        visitor.client.cookies.set(f"__Host-{SESSION_COOKIE}", opened.token)
        assert visitor.get("/account").status_code == 200
    with web.browser(web.house(db, tmp_path), HANDLERS) as visitor:
        visitor.client.cookies.set(f"__Host-{SESSION_COOKIE}", opened.token)
        assert visitor.get("/account").status_code == 401
        visitor.client.cookies.set(SESSION_COOKIE, opened.token)
        assert visitor.get("/account").status_code == 200


@pytest.mark.parametrize("login", ["li.ping", "nobody"])
def test_a_wrong_password_and_an_unknown_account_are_answered_alike(
    db: Database, visitor: Browser, login: str
) -> None:
    with_password(db)
    visitor.get("/sign-in")
    for _ in range(5):
        answer = visitor.send("/sign-in", login=login, password="wrong wrong wrong")
        assert answer.status_code == 422
        assert "账号或密码不正确" in answer.text
        assert f'value="{login}"' in answer.text
        assert "wrong wrong wrong" not in answer.text
    locked = visitor.send("/sign-in", login=login, password=builders.PASSWORD)
    assert locked.status_code == 429
    assert "请在 2026年11月24日 09:31 之后（约 1 分钟）再试" in locked.text
    assert locked.headers["retry-after"] == "60"


def test_what_can_be_nobodys_login_or_password_is_neither_counted_nor_looked_at(
    db: Database, visitor: Browser
) -> None:
    with_password(db)
    visitor.get("/sign-in")
    for login, password in (("li.ping", "x" * 129), ("l" * 65, "words"), ("li ping", "words")):
        answer = visitor.send("/sign-in", login=login, password=password)
        assert (answer.status_code, "账号或密码不正确" in answer.text) == (422, True)
    with db.read() as reader:
        assert not reader.connection.exec_driver_sql("SELECT * FROM identity_attempt").all()


def test_a_full_line_of_passwords_is_told_and_takes_no_attempt_and_no_known_browser_waits_in_it(
    db: Database, visitor: Browser
) -> None:
    with_password(db)
    visitor.get("/sign-in")
    form = {"login": "li.ping", "password": builders.PASSWORD, "to": "/account"}
    with ExitStack() as crowd:
        for _ in range(64):
            crowd.enter_context(hashing.line(known=False).place())
        busy = visitor.send("/sign-in", **form)
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
        assert "现在登录的人太多，请过几秒再试" in busy.text
        assert 'value="li.ping"' in busy.text
        assert builders.PASSWORD not in busy.text
        with db.read() as reader:
            assert not reader.connection.exec_driver_sql("SELECT * FROM identity_attempt").all()
    assert "我的账号" in visitor.send("/sign-in", **form).text
    visitor.send("/sign-out")
    visitor.get("/sign-in")
    with ExitStack() as crowd:
        for _ in range(64):
            crowd.enter_context(hashing.line(known=False).place())
        assert "我的账号" in visitor.send("/sign-in", **form).text


def guess_from(db: Database, login: str, *networks: str, times: int = 6) -> None:
    """Guess wrongly as often as is let through."""
    for network in networks:
        for _ in range(times):
            with suppress(Refusal):
                db.write(partial(actions.charge, login=login, visit=Visit(source=network)))


def test_whoever_guesses_anywhere_keeps_the_owner_out_of_no_browser_that_is_known(
    db: Database, visitor: Browser
) -> None:
    with_password(db)
    visitor.get("/sign-in")
    form = {"login": "li.ping", "password": builders.PASSWORD, "to": "/account"}
    assert "我的账号" in visitor.send("/sign-in", **form).text
    visitor.send("/sign-out")
    everywhere = [f"198.51.100.{number}" for number in range(60)]
    guess_from(db, "li.ping", "", "127.0.0.1", *everywhere)
    visitor.get("/sign-in")
    assert "我的账号" in visitor.send("/sign-in", **form).text
    visitor.send("/sign-out")
    visitor.client.cookies.delete("tongban_browser")
    visitor.client.headers["x-forwarded-for"] = "198.51.100.7"
    visitor.get("/sign-in")
    shut = visitor.send("/sign-in", **form)
    assert shut.status_code == 429, "a new browser in the network of a guesser waits"
    visitor.client.headers["x-forwarded-for"] = "203.0.113.77"
    assert "我的账号" in visitor.send("/sign-in", **form).text, "and elsewhere it does not"


def test_a_link_lets_its_owner_in_however_much_others_guess(db: Database, visitor: Browser) -> None:
    with_password(db)
    visitor.client.headers["x-forwarded-for"] = "198.51.100.1"
    guess_from(db, "li.ping", "198.51.100.1")
    account = id_of(db, "li.ping")
    token = db.write(lambda unit: actions.issue_link(unit, account, LinkPurpose.RESET))
    visitor.get(f"/reset-password?link={token}")
    new = "another long sentence of mine"
    visitor.send("/reset-password", password=new, again=new)
    visitor.get("/sign-in")
    came = visitor.send("/sign-in", login="li.ping", password=new, to="/account")
    assert "我的账号" in came.text


def id_of(db: Database, login: str) -> str:
    with db.read() as reader:
        return queries.account_by_login(reader, login).id


def test_the_old_password_is_tried_by_the_schedule_and_shuts_no_way_in(
    db: Database, visitor: Browser
) -> None:
    account = with_password(db)
    visitor.sign_in(db, account)
    visitor.get("/account/password")
    new = "another long sentence of mine"
    for _ in range(5):
        wrong = visitor.send("/account/password", old="no", password=new, again=new)
        assert wrong.status_code == 422
    waits = visitor.send("/account/password", old=builders.PASSWORD, password=new, again=new)
    assert (waits.status_code, "约 1 分钟" in waits.text) == (429, True)
    db.write(partial(actions.charge, login="li.ping", visit=Visit()))


def test_a_network_that_tried_many_accounts_is_told_when_to_try_again(
    db: Database, visitor: Browser
) -> None:
    with_password(db)
    for number in range(50):
        db.write(
            partial(actions.charge, login=f"clerk-{number}", visit=Visit(source="198.51.100.1"))
        )
    visitor.get("/sign-in")
    visitor.client.headers["x-forwarded-for"] = "198.51.100.1"
    form = {"login": "li.ping", "password": builders.PASSWORD}
    shut = visitor.send("/sign-in", **form)
    assert shut.status_code == 429
    assert "约 1 分钟" in shut.text
    assert 'value="li.ping"' in shut.text
    asked = visitor.send("/forgot-password", login="li.ping")
    assert (asked.status_code, "约 1 分钟" in asked.text) == (429, True)
    visitor.client.headers["x-forwarded-for"] = "198.51.100.2"
    assert visitor.send("/sign-in", to="/setup", **form).status_code != 429
    assert SESSION_COOKIE in visitor.client.cookies


def test_a_form_without_its_token_changes_nothing(db: Database, visitor: Browser) -> None:
    with_password(db)
    data = {"login": "li.ping", "password": builders.PASSWORD}
    assert visitor.client.post("/sign-in", data=data).status_code == 403
    assert SESSION_COOKIE not in visitor.client.cookies


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_signing_in_leads_to_pages_of_this_site_only(
    db: Database, visitor: Browser, to: str
) -> None:
    with_password(db)
    visitor.get("/sign-in")
    answer = visitor.send("/sign-in", login="li.ping", password=builders.PASSWORD, to=to)
    assert answer.history[0].headers["location"] == "/"


def test_nothing_typed_is_said_beside_each_field(visitor: Browser) -> None:
    visitor.get("/sign-in")
    answer = visitor.send("/sign-in")
    assert "请输入账号" in answer.text
    assert "请输入密码" in answer.text


def test_asking_for_a_link_answers_the_same_for_everyone(db: Database, visitor: Browser) -> None:
    with_password(db)
    visitor.get("/forgot-password")
    known = visitor.send("/forgot-password", login="li.ping")
    visitor.get("/forgot-password")
    unknown = visitor.send("/forgot-password", login="nobody")
    assert known.status_code == unknown.status_code == 200
    assert "请查看邮箱" in known.text
    assert known.text == unknown.text


def test_a_link_sets_a_password_once_and_leaves_the_address_at_once(
    db: Database, visitor: Browser
) -> None:
    account = builders.staff(db)
    token = db.write(lambda unit: actions.issue_link(unit, account.id, LinkPurpose.RESET))
    page = visitor.get(f"/reset-password?link={token}")
    assert str(page.url).endswith("/reset-password")
    assert "li.ping" in page.text
    short = visitor.send("/reset-password", password="short", again="short")
    assert short.status_code == 422
    assert "至少 12 个字符" in short.text
    other = visitor.send("/reset-password", password=builders.PASSWORD, again="another")
    assert "不一样" in other.text
    done = visitor.send("/reset-password", password=builders.PASSWORD, again=builders.PASSWORD)
    assert "新密码已设置" in done.text
    assert visitor.get(f"/reset-password?link={token}").status_code == 410
    with db.read() as reader:
        assert (
            queries.password_proves(queries.kept_password(reader, "li.ping"), builders.PASSWORD)
            == account.id
        )


def test_changing_the_password_ends_every_other_session(db: Database, visitor: Browser) -> None:
    account = with_password(db)
    other = db.write(lambda unit: actions.sign_in(unit, account))
    visitor.sign_in(db, account)
    visitor.get("/account/password")
    new = "another long sentence of mine"
    wrong = visitor.send("/account/password", old="not the old one", password=new, again=new)
    assert "现在的密码不正确" in wrong.text
    answer = visitor.send("/account/password", old=builders.PASSWORD, password=new, again=new)
    assert "密码已修改" in answer.text
    with db.read() as reader:
        assert queries.actor_of_session(reader, other.token) is None


def test_a_session_elsewhere_can_be_ended(db: Database, visitor: Browser) -> None:
    account = with_password(db)
    other = db.write(lambda unit: actions.sign_in(unit, account))
    visitor.sign_in(db, account)
    assert other.session.id in visitor.get("/account").text
    answer = visitor.send(f"/account/sessions/{other.session.id}/end")
    assert "那次登录已经退出" in answer.text
    assert other.session.id not in answer.text


def test_a_clerk_does_not_see_the_staff(db: Database, visitor: Browser) -> None:
    visitor.sign_in(db, builders.staff(db).id)
    assert visitor.get("/admin/staff").status_code == 403


def test_a_manager_lets_somebody_in_moves_them_and_lets_them_go(
    db: Database, manager: Browser
) -> None:
    manager.get("/admin/staff/new")
    empty = manager.send("/admin/staff/new", name="赵磊")
    assert empty.status_code == 422
    assert 'value="赵磊"' in empty.text
    made = manager.send(
        "/admin/staff/new", name="赵磊", login="zhao.lei", department="hr", roles=["clerk"]
    )
    link = re.search(r"/reset-password\?link=[\w-]+", made.text)
    assert link is not None
    assert "赵磊" in manager.get("/admin/staff?q=zhao").text
    assert "zhao.lei" not in manager.get("/admin/staff?q=赵磊").text
    found = manager.send("/admin/staff", q="赵磊")
    assert "zhao.lei" in found.text
    assert str(found.url).endswith("/admin/staff")
    assert "赵磊" not in manager.get("/admin/staff?department=civil").text
    with db.read() as reader:
        account = queries.account_by_login(reader, "zhao.lei").id
    manager.get(f"/admin/staff/{account}/change")
    moved = manager.send(
        f"/admin/staff/{account}/change",
        name="赵磊",
        department="civil",
        roles=["clerk", "reviewer"],
    )
    assert "民政局" in moved.text
    manager.get(f"/admin/staff/{account}/deactivate")
    gone = manager.send(f"/admin/staff/{account}/deactivate")
    assert "已停用" in gone.text
    assert "赵磊" in manager.get("/admin/staff?active=no").text
    back = manager.send(f"/admin/staff/{account}/link")
    assert "/reset-password?link=" in back.text


def test_a_manager_cannot_end_their_own_account(db: Database, manager: Browser) -> None:
    with db.read() as reader:
        mine = queries.account_by_login(reader, "boss").id
    manager.get(f"/admin/staff/{mine}/deactivate")
    answer = manager.send(f"/admin/staff/{mine}/deactivate")
    assert answer.status_code == 409
    assert "不能停用自己" in answer.text


def test_the_staff_can_be_exported(db: Database, manager: Browser) -> None:
    builders.staff(db, "zhao.lei")
    answer = manager.get("/admin/staff.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.decode("utf-8-sig").splitlines()[0] == "账号,姓名,部门,角色,状态"
    assert "zhao.lei" in answer.text


def test_the_first_set_up_leads_from_the_code_to_an_administrator(
    db: Database, visitor: Browser
) -> None:
    code = db.write(actions.setup_code)
    visitor.get("/setup")
    wrong = visitor.send("/setup", code="0000-0000-0000-0000")
    assert wrong.status_code == 422
    assert "安装码不正确" in wrong.text
    asked = visitor.send("/setup", code=code.lower().replace("-", " "))
    assert "第一位管理员" in asked.text
    empty = visitor.send("/setup/administrator", code=code)
    told = re.findall(r'<a href="#(\w+)">', empty.text)
    assert told == ["name", "login", "department", "password"]
    form = {"code": code, "login": "admin.li", "name": "李萍", "department": "hr"}
    unfit = visitor.send("/setup/administrator", **form, password="short", again="short")
    assert unfit.status_code == 422
    assert 'value="admin.li"' in unfit.text
    done = visitor.send(
        "/setup/administrator", **form, password=builders.PASSWORD, again=builders.PASSWORD
    )
    assert "密钥" in done.text
    assert visitor.get("/admin/staff").status_code == 200
    assert visitor.get("/setup").status_code == 404


def test_a_demonstration_lets_one_choose_who_to_be(db: Database, tmp_path: Path) -> None:
    builders.found(db)
    account = db.write(
        lambda unit: builders.adopt_account(unit, builders.resident(builders.CREDIT_CODE))
    )
    with web.browser(web.house(db, tmp_path), HANDLERS) as visitor:
        asked = visitor.get("/sign-in?to=/account")
        assert "演示登录，不是国家身份认证" in asked.text
        answer = visitor.send("/demonstration/account", account=account.id, to="/account")
        assert "王敏" in answer.text
        assert builders.CREDIT_CODE in answer.text
        assert builders.NUMBER not in answer.text
        changed = visitor.send("/account/acting-for", mandate="")
        assert "办事身份已切换" in changed.text
        visitor.send("/demonstration/account", account="")
        assert visitor.get("/account").status_code == 401


def test_a_real_government_has_no_door_for_demonstration_accounts(
    db: Database, visitor: Browser
) -> None:
    account = with_password(db)
    visitor.get("/sign-in")
    assert visitor.send("/demonstration/account", account=account).status_code == 404


@pytest.mark.parametrize("path", ["/sign-in", "/forgot-password", "/setup"])
def test_pages_speak_english_too(visitor: Browser, path: str) -> None:
    answer = visitor.get(f"{path}?lang=en")
    main = answer.text.split("<main", 1)[1].split("</main>")[0]
    assert not re.search(r"[一-鿿]", main)
    assert "identity." not in main
