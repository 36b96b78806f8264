"""The message box, its words, and its pages."""

from datetime import date, timedelta
from typing import cast

import pytest
from tests.builders import identity as builders
from tests.builders.web import Browser

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.notices import actions, queries
from tongban.modules.notices.model import Datum

WORDS = "notices.message.password_changed"


def send(database: Database, account: str, message: str = WORDS, **data: Datum) -> str:
    values: dict[str, Datum] = {"at": database.clock.now(), **data}
    return database.write(lambda unit: actions.send(unit, account, message, values, "/account"))


def actor(account: str) -> Actor:
    return Actor(ActorKind.STAFF, account=account)


def test_a_message_lies_in_its_owners_box_until_it_is_read(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database).id
    first = send(database, account)
    cast("MovableClock", database.clock).advance(timedelta(minutes=1))
    second = send(database, account)
    with database.read() as reader:
        assert [one.id for one in queries.inbox(reader, account)] == [second, first]
        assert queries.unread(reader, account) == 2
    database.write(lambda unit: actions.mark_read(unit, actor(account), first))
    with database.read() as reader:
        unread = queries.inbox(reader, account, read=False)
    assert [one.id for one in unread] == [second]
    assert database.write(lambda unit: actions.mark_all_read(unit, actor(account))) == 1


def test_somebody_elses_message_is_as_if_it_were_not_there(database: Database) -> None:
    builders.found(database)
    mine = send(database, builders.staff(database).id)
    other = actor(builders.staff(database, "zhao.lei").id)
    with database.read() as reader, pytest.raises(Refusal, match="message_not_found"):
        queries.message(reader, other.account, mine)
    with pytest.raises(Refusal, match="message_not_found"):
        database.write(lambda unit: actions.mark_read(unit, other, mine))


def test_what_fills_a_message_is_sealed_and_shown_in_the_readers_language(
    database: Database,
) -> None:
    builders.found(database)
    account = builders.staff(database).id
    identifier = send(
        database,
        account,
        service={"zh": "社会保险补贴", "en": "Insurance subsidy"},
        due=date(2026, 12, 1),
        count=3,
    )
    with database.read() as reader:
        kept = str(reader.connection.exec_driver_sql("SELECT * FROM notices_message").all())
        found = queries.message(reader, account, identifier)
        chinese = queries.words(reader, found, "zh")
        english = queries.words(reader, found, "en")
    assert "subsidy" not in kept
    assert found.data["due"] == date(2026, 12, 1)
    assert found.data["service"] == {"zh": "社会保险补贴", "en": "Insurance subsidy"}
    assert chinese[0] == "您的密码已设置或修改"
    assert "2026年11月24日 09:30" in chinese[1]
    assert "24 November 2026 09:30" in english[1]


def test_a_message_of_one_sentence_is_its_own_title(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database).id
    identifier = send(database, account, "notices.box.none")
    with database.read() as reader:
        found = queries.message(reader, account, identifier)
        assert queries.words(reader, found, "zh") == ("还没有消息", "")


def test_an_empty_box_says_what_will_appear_there(db: Database, visitor: Browser) -> None:
    visitor.sign_in(db, builders.staff(db).id)
    assert "还没有消息" in visitor.get("/messages").text


def test_a_visitor_is_asked_to_sign_in(visitor: Browser) -> None:
    assert visitor.get("/messages").status_code == 401


def test_messages_are_listed_found_read_and_exported(db: Database, visitor: Browser) -> None:
    account = builders.staff(db).id
    identifier = send(db, account)
    visitor.sign_in(db, account)
    assert "您的密码已设置或修改" in visitor.get("/messages").text
    assert "没有符合条件" in visitor.send("/messages", q="没有的").text
    assert "未读" in visitor.get("/messages?show=unread").text
    assert "管理员" in visitor.get(f"/messages/{identifier}").text
    assert "没有符合条件" in visitor.get("/messages?show=unread").text
    assert "您的密码已设置或修改" in visitor.get("/messages.csv").text
    assert visitor.get("/messages/none").status_code == 404


def test_a_long_box_has_pages_and_can_be_cleared_at_once(db: Database, visitor: Browser) -> None:
    account = builders.staff(db).id
    for _ in range(45):
        send(db, account)
    visitor.sign_in(db, account)
    assert "共 45 条" in visitor.get("/messages?page=3").text
    visitor.send("/messages/read")
    with db.read() as reader:
        assert queries.unread(reader, account) == 0
