"""Whoever writes into the database without the keys says nothing in the government's name."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from tests.builders import identity as builders
from tests.builders import web
from tests.builders.web import Browser

from tongban.kernel.actors import SYSTEM
from tongban.kit import html
from tongban.kit.db import Database
from tongban.modules.identity import actions as identity
from tongban.modules.notices import actions, handlers, queries
from tongban.modules.notices.model import NOT_VOUCHED, Mail, Mailer, Message
from tongban.modules.notices.store import message

WORDS, AWAY = "notices.message.password_changed", "https://elsewhere.example/pay"
CHANGES = {
    "link": f"UPDATE notices_message SET link = '{AWAY}'",
    "words": "UPDATE notices_message SET message = 'notices.message.work_given_up'",
}


class Post:
    """Keeps what is mailed."""

    configured = True

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)


def sent(database: Database) -> tuple[str, str]:
    """Send a message to somebody who has an address; returns whose it is, and which."""
    account = builders.staff(database).id
    data = {"at": database.clock.now()}
    return account, database.write(
        lambda unit: actions.send(unit, account, WORDS, data, "/account")
    )


def sql(database: Database, statement: str, **values: Any) -> None:
    with database.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount > 0


def one(database: Database, account: str) -> Message:
    with database.read() as reader:
        (found,) = queries.inbox(reader, account)
        return found


@pytest.mark.parametrize("change", ["link", "words"])
def test_a_message_whose_words_or_link_were_changed_is_not_shown(
    database: Database, change: str
) -> None:
    builders.found(database)
    account, _ = sent(database)
    assert one(database, account).link == "/account"
    sql(database, CHANGES[change])
    found = one(database, account)
    assert (found.message, found.link, found.data, found.vouched) == (NOT_VOUCHED, "", {}, False)


def test_a_message_that_is_said_to_be_of_another_day_is_not_shown(database: Database) -> None:
    builders.found(database)
    account, _ = sent(database)
    late = database.clock.now().replace(year=2030)
    with database.engine.begin() as connection:
        connection.execute(message.update().values(at=late))
    assert one(database, account).message == NOT_VOUCHED


def test_a_message_that_was_put_there_without_the_keys_is_not_shown(database: Database) -> None:
    builders.found(database)
    account, _ = sent(database)
    columns = "account, message, data_sealed, link, at"
    copied = (
        f"INSERT INTO notices_message (id, {columns}) SELECT 'mine', {columns} FROM notices_message"
    )
    sql(database, copied)
    with database.read() as reader:
        found = {each.id: each.vouched for each in queries.inbox(reader, account)}
    assert found.pop("mine") is False
    assert list(found.values()) == [True]


def test_the_box_and_its_pages_say_that_a_message_is_not_vouched_for_and_show_the_others(
    db: Database, visitor: Browser
) -> None:
    account, forged = sent(db)
    data = {"at": db.clock.now()}
    db.write(lambda unit: actions.send(unit, account, WORDS, data, "/account"))
    sql(db, CHANGES["link"] + " WHERE id = :id", id=forged)
    visitor.sign_in(db, account)
    box = visitor.get("/messages").text
    assert "这条消息无法核实" in box
    assert "您的密码已设置或修改" in box
    page = visitor.get(f"/messages/{forged}")
    assert "这条消息无法核实" in page.text
    assert AWAY not in page.text + box
    assert "查看详情" not in page.text


def test_no_mail_tells_of_a_message_that_is_not_vouched_for(db: Database, tmp_path: Path) -> None:
    builders.found(db, demonstration=False)
    house, post = web.house(db, tmp_path), Post()
    house.ports.plug(Mailer, post)
    new = replace(builders.new_staff(), address="li.ping@example.gov.cn")
    account = db.write(lambda unit: identity.create_staff(unit, SYSTEM, new)[0].id)
    identifier = db.write(lambda unit: actions.send(unit, account, WORDS, {}, "/account"))
    handlers.mail_message(house, {"message": identifier}, lambda _done, _of: None)
    sql(db, CHANGES["link"])
    handlers.mail_message(house, {"message": identifier}, lambda _done, _of: None)
    assert len(post.sent) == 1


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("/my/cases/1", "/my/cases/1"),
        ("https://elsewhere.example", "/"),
        ("//elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
    ids=["ours", "other-site", "no-scheme", "script"],
)
def test_a_link_that_was_kept_leads_to_this_site_alone(kept: str, shown: str) -> None:
    made = html.environment().from_string("{{ kept | local_path }}")
    assert made.render(kept=kept) == shown


def test_an_address_of_another_site_is_one_that_a_browser_may_follow() -> None:
    made = html.environment().from_string("{{ kept | web_address }}")
    assert made.render(kept="https://elsewhere.example/a") == "https://elsewhere.example/a"
    assert made.render(kept="javascript:alert(1)") == ""
