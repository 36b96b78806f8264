"""What was typed outlives the session it was typed in, for the same account and nobody else."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.builders import identity as builders
from tests.builders import web
from tests.builders.web import Browser

from tongban.kit import testing
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.kit.http import SESSION_COOKIE
from tongban.modules.identity import actions, queries
from tongban.modules.identity.model import LinkPurpose
from tongban.modules.identity.pages import HANDLERS

FORM = "/admin/staff/new"
TYPED = {
    "name": "赵磊磊",
    "login": "zhao.lei",
    "department": "hr",
    "roles": ["clerk", "reviewer"],
    "address": "zhao@example.org",
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Pages are the same on every database: one kind is enough here."""
    yield from testing.opened(testing.sqlite_database(tmp_path))


@pytest.fixture
def manager(db: Database, tmp_path: Path) -> Iterator[Browser]:
    """The manager of the staff, who has just opened the form."""
    builders.found(db, demonstration=False)
    for login in ("boss", "other"):
        account = builders.staff(db, login, "manager").id
        hashed = queries.new_password_hash(builders.PASSWORD, builders.PASSWORD, login, "李萍")
        link = db.write(
            lambda unit, account=account: actions.issue_link(unit, account, LinkPurpose.INVITE)  # type: ignore[misc]
        )
        db.write(
            lambda unit, link=link, hashed=hashed: actions.set_password_by_link(unit, link, hashed)  # type: ignore[misc]
        )
    with web.browser(web.house(db, tmp_path), HANDLERS) as opened:
        opened.sign_in(db, account_of(db, "boss"))
        opened.get(FORM)
        yield opened


def account_of(db: Database, login: str) -> str:
    with db.read() as reader:
        return queries.account_by_login(reader, login).id


def signed_out(browser: Browser) -> None:
    browser.client.cookies.delete(SESSION_COOKIE)


def sealed_in(answer: httpx.Response) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', answer.text)
    assert found is not None
    return found.group(1)


def send_again(browser: Browser, answer: httpx.Response) -> httpx.Response:
    """Press the one button of the page."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text):
        if name != "csrf":
            fields.setdefault(name, []).append(value)
    action = re.search(rf'action="({FORM})"', answer.text)
    assert action is not None
    return browser.send(action.group(1), **fields)


def come_back(browser: Browser, kept: str, login: str) -> httpx.Response:
    page = browser.send("/sign-in/return", kept=kept)
    assert sealed_in(page) == kept
    wrong = browser.send("/sign-in", login=login, password="wrong wrong wrong", kept=kept)
    assert sealed_in(wrong) == kept
    return browser.send("/sign-in", login=login, password=builders.PASSWORD, kept=kept)


def test_what_was_typed_is_there_after_signing_in_again(db: Database, manager: Browser) -> None:
    signed_out(manager)
    page = manager.send(FORM, **TYPED)
    assert page.status_code == 401
    assert "您填写的内容还在" in page.text
    assert "赵磊磊" not in page.text
    shown = come_back(manager, sealed_in(page), "boss")
    assert "zhao@example.org" in shown.text
    assert SESSION_COOKIE in manager.client.cookies
    assert send_again(manager, shown).status_code == 200
    with db.read() as reader:
        assert queries.account_by_login(reader, "zhao.lei").roles == ("clerk", "reviewer")


def test_a_stale_form_is_shown_again_with_a_fresh_token(db: Database, manager: Browser) -> None:
    manager.sign_in(db, account_of(db, "boss"))
    again = manager.send(FORM, **TYPED)
    assert again.status_code == 403
    assert "请再提交一次" in again.text
    assert send_again(manager, again).status_code == 200
    assert account_of(db, "zhao.lei")


def test_another_account_sees_nothing_of_it(db: Database, manager: Browser) -> None:
    signed_out(manager)
    shown = come_back(manager, sealed_in(manager.send(FORM, **TYPED)), "other")
    assert shown.status_code == 403
    assert "另一个账号" in shown.text
    assert "zhao" not in shown.text
    manager.sign_in(db, account_of(db, "boss"))
    manager.get(FORM)
    manager.sign_in(db, account_of(db, "other"))
    stale = manager.send(FORM, **TYPED)
    assert stale.status_code == 403
    assert "zhao" not in stale.text


def test_passwords_files_and_too_much_are_not_kept(db: Database, manager: Browser) -> None:
    manager.sign_in(db, account_of(db, "boss"))
    again = manager.send(
        "/account/password", password="secret words", old="old words", again="more words"
    )
    assert "secret words" not in again.text
    assert "more words" not in again.text
    assert "old words" not in again.text
    assert "请再提交一次" in again.text
    much = manager.send(FORM, name="磊" * 200_000)
    assert "请再提交一次" not in much.text
    forged = manager.send(FORM, **{**TYPED, "csrf": "x", "form_for": "0" * 32})
    assert "zhao" not in forged.text


def test_what_was_kept_is_sealed_and_does_not_wait_for_ever(db: Database, manager: Browser) -> None:
    signed_out(manager)
    kept = sealed_in(manager.send(FORM, **TYPED))
    for text in (kept[:-8] + "AAAAAAA=", "x", "ä"):
        answer = manager.send("/sign-in", login="boss", password=builders.PASSWORD, kept=text)
        assert "zhao" not in answer.text
        signed_out(manager)
        manager.get("/sign-in")
    assert isinstance(db.clock, MovableClock)
    db.clock.advance(timedelta(hours=13))
    answer = manager.send("/sign-in", login="boss", password=builders.PASSWORD, kept=kept)
    assert "zhao" not in answer.text
