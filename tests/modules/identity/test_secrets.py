"""Nothing that identity is told in confidence reaches a log line or an address."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from tests.builders import identity as builders
from tests.builders import web
from tests.builders.web import Browser

from tongban.kit import testing
from tongban.kit.db import Database
from tongban.modules.identity import actions, formats, queries
from tongban.modules.identity.model import LinkPurpose, NationalPerson
from tongban.modules.identity.pages import HANDLERS

NEW = "a wholly new sentence of mine"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    yield from testing.opened(testing.sqlite_database(tmp_path))


@pytest.fixture
def visitor(db: Database, tmp_path: Path) -> Iterator[Browser]:
    builders.found(db)
    with web.browser(web.house(db, tmp_path), HANDLERS) as opened:
        yield opened


def test_no_log_line_holds_a_password_a_token_or_a_resident_number(
    db: Database, visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # What the test's own browser writes down of where it went is not ours.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    account = builders.staff(db)
    token = db.write(lambda unit: actions.issue_link(unit, account.id, LinkPurpose.RESET))
    visitor.get(f"/reset-password?link={token}")
    visitor.send("/reset-password", password=builders.PASSWORD, again=builders.PASSWORD)
    visitor.get("/sign-in?way=password")
    visitor.send("/sign-in", login="li.ping", password=NEW)
    visitor.send("/sign-in", login="li.ping", password=builders.PASSWORD)
    visitor.get("/account/password")
    visitor.send("/account/password", old=builders.PASSWORD, password=NEW, again=NEW)
    vouched = NationalPerson(number=builders.NUMBER, name="王敏")
    opened = db.write(lambda unit: actions.national_sign_in(unit, vouched))
    with db.read() as reader:
        found = queries.actor_of_session(reader, opened.token)
    logging.getLogger("test").info("who asks: %r %s", found[0] if found else None, found)
    for secret in (builders.PASSWORD, NEW, token, opened.token, builders.NUMBER):
        assert secret not in caplog.text


def test_a_one_time_link_and_a_password_never_stay_in_an_address(
    db: Database, visitor: Browser
) -> None:
    account = builders.staff(db)
    token = db.write(lambda unit: actions.issue_link(unit, account.id, LinkPurpose.RESET))
    seen = visitor.get(f"/reset-password?link={token}")
    assert token not in str(seen.url)
    assert token not in seen.text
    done = visitor.send("/reset-password", password=NEW, again=NEW)
    assert NEW not in str(done.url)


class Counted:
    """What costs time in looking at a password, counted."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.hasher = hasher
        self.done: list[str] = []

    def hash(self, password: str) -> str:
        self.done.append("hash")
        return self.hasher.hash(password)

    def verify(self, kept: str, password: str) -> bool:
        parameters = extract_parameters(kept)
        self.done.append(
            f"{parameters.time_cost} {parameters.memory_cost} {parameters.parallelism}"
        )
        return self.hasher.verify(kept, password)


@pytest.mark.parametrize(
    "kept", [None, formats.hash_password("the right words")], ids=["unknown", "known"]
)
def test_an_unknown_login_costs_the_same_work_as_a_known_one_also_the_first_time(
    kept: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1))
    monkeypatch.setattr(formats, "_HASHER", counted)
    formats._nobodys.cache_clear()
    for _ in range(2):
        assert not formats.password_fits(kept, "other words")
    assert counted.done == ["hash", "3 65536 1", "3 65536 1"]
