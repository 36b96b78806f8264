"""Whoever writes into the database without the government's keys lets nobody in and acts for nobody."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from tests.builders import identity as builders

from tongban.kernel.errors import Refusal
from tongban.kit.db import Database, Reader
from tongban.modules.exchange import actions as exchange
from tongban.modules.exchange import queries as reading
from tongban.modules.identity import actions, formats, queries
from tongban.modules.identity.model import LinkPurpose, Opened

THIEF, VICTIM = "zhao.lei", "li.ping"
OTHER_CODE = "91310000MA1FL0000X"


class City:
    """A member of staff who has the database in hand, and another whom they would like to be."""

    def __init__(self, database: Database) -> None:
        self.database = database
        builders.found(database)
        self.thief, self.victim = (self._with_password(login) for login in (THIEF, VICTIM))

    def _with_password(self, login: str) -> str:
        account = builders.staff(self.database, login)
        words = f"{builders.PASSWORD} {login}"
        hashed = queries.new_password_hash(words, words, login, "")
        token = self.link(account.id)
        self.database.write(lambda unit: actions.set_password_by_link(unit, token, hashed))
        return account.id

    def link(self, account: str) -> str:
        return self.database.write(
            lambda unit: actions.issue_link(unit, account, LinkPurpose.INVITE)
        )

    def sign_in(self, account: str) -> Opened:
        return self.database.write(lambda unit: actions.sign_in(unit, account))

    def sql(self, statement: str, **values: Any) -> None:
        with self.database.engine.begin() as connection:
            assert connection.execute(text(statement), values).rowcount > 0

    def refuses(self, asked: Callable[[Reader], object]) -> None:
        with self.database.read() as reader, pytest.raises(Refusal) as met:
            asked(reader)
        assert met.value.code == "kit.sealed_altered"


@pytest.fixture
def city(database: Database) -> City:
    return City(database)


def test_a_password_of_ones_own_put_at_anothers_account_opens_nothing(city: City) -> None:
    take = "SELECT hash_sealed FROM identity_password WHERE account = :thief"
    change = f"UPDATE identity_password SET hash_sealed = ({take}) WHERE account = :victim"
    city.sql(change, thief=city.thief, victim=city.victim)
    city.refuses(lambda reader: queries.kept_password(reader, VICTIM))


def test_a_link_of_ones_own_turned_to_anothers_account_sets_no_password(city: City) -> None:
    token = city.link(city.thief)
    with city.database.read() as reader:
        assert queries.account_of_link(reader, token).id == city.thief
    change = "UPDATE identity_link SET account = :victim WHERE account = :thief"
    city.sql(change, thief=city.thief, victim=city.victim)
    city.refuses(lambda reader: queries.account_of_link(reader, token))


def test_a_link_whose_token_one_chose_oneself_sets_no_password(city: City) -> None:
    city.link(city.victim)
    hashed = formats.hash_token(city.database.keyring.suite, "chosen")
    change = "UPDATE identity_link SET token_hash = :hashed WHERE account = :victim"
    city.sql(change, hashed=hashed, victim=city.victim)
    city.refuses(lambda reader: queries.account_of_link(reader, "chosen"))


def test_a_session_of_ones_own_given_to_anothers_account_is_nobodys(city: City) -> None:
    opened = city.sign_in(city.thief)
    change = "UPDATE identity_session SET account = :victim WHERE account = :thief"
    city.sql(change, thief=city.thief, victim=city.victim)
    city.refuses(lambda reader: queries.actor_of_session(reader, opened.token))


def test_a_session_whose_token_one_chose_oneself_is_nobodys(city: City) -> None:
    city.sign_in(city.victim)
    hashed = formats.hash_token(city.database.keyring.suite, "chosen")
    change = "UPDATE identity_session SET token_hash = :hashed WHERE account = :victim"
    city.sql(change, hashed=hashed, victim=city.victim)
    city.refuses(lambda reader: queries.actor_of_session(reader, "chosen"))


class Residents:
    """Two residents, one of whom may act for a company."""

    def __init__(self, database: Database) -> None:
        self.database = database
        builders.found(database)

        def work(unit: Any) -> tuple[str, str]:
            account = builders.adopt_account(unit, builders.resident(builders.CREDIT_CODE))
            other = actions.ensure_person(unit, "11010519491231002X", "李雷")
            actions.ensure_organisation(unit, OTHER_CODE, "别的公司")
            return account.id, other.id

        self.account, self.other = database.write(work)
        self.token = database.write(
            lambda unit: actions.demonstration_sign_in(unit, self.account)
        ).token

    def who(self, reader: Reader) -> str:
        found = queries.actor_of_session(reader, self.token)
        assert found is not None
        assert found[0].subject is not None
        return found[0].subject.id

    def altered(self, statement: str, **values: Any) -> None:
        """Change something by SQL, after which the session is refused."""
        with self.database.read() as reader:
            before = self.who(reader)
        with self.database.engine.begin() as connection:
            assert connection.execute(text(statement), values).rowcount == 1
        with self.database.read() as reader, pytest.raises(Refusal) as met:
            self.who(reader)
        assert met.value.code == "kit.sealed_altered", before


@pytest.fixture
def residents(database: Database) -> Residents:
    return Residents(database)


def test_an_account_given_to_another_person_is_refused(residents: Residents) -> None:
    change = "UPDATE identity_account SET person = :other WHERE id = :account"
    residents.altered(change, other=residents.other, account=residents.account)
    with residents.database.read() as reader, pytest.raises(Refusal):
        queries.account_by_id(reader, residents.account)


def test_an_account_taken_from_its_person_is_refused(residents: Residents) -> None:
    change = "UPDATE identity_account SET person = NULL WHERE id = :account"
    residents.altered(change, account=residents.account)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE identity_mandate SET ends = '2020-01-01'",
        "UPDATE identity_organisation SET credit_code = 'X' WHERE credit_code <> :other_code",
        (
            "UPDATE identity_mandate SET organisation ="
            " (SELECT id FROM identity_organisation WHERE credit_code = :other_code)"
        ),
        "UPDATE identity_session SET mandate = NULL",
    ],
)
def test_a_mandate_that_was_changed_is_refused(residents: Residents, change: str) -> None:
    values = {"other_code": OTHER_CODE} if ":other_code" in change else {}
    residents.altered(change, **values)


def test_a_revoked_mandate_that_was_revived_is_refused(residents: Residents) -> None:
    with residents.database.read() as reader:
        account = queries.account_by_id(reader, residents.account)
        (held,) = queries.mandates_of(reader, account)
    assert held.begins <= date(2026, 12, 31)
    residents.database.write(lambda unit: actions.revoke_mandate(unit, held.id))
    residents.altered("UPDATE identity_mandate SET revoked = :no", no=False)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE exchange_client SET key_hash = :mine",
        "UPDATE exchange_client SET department = 'civil'",
    ],
)
def test_a_system_that_was_let_in_by_sql_is_refused(database: Database, change: str) -> None:
    builders.found(database)
    key = database.write(lambda unit: exchange.add_client(unit, "civil-system", "", "hr"))
    mine = reading.key_hash(database.keyring.suite, "chosen") if ":mine" in change else ""
    with database.engine.begin() as connection:
        connection.execute(text(change), {"mine": mine} if mine else {})
    with database.read() as reader, pytest.raises(Refusal) as met:
        reading.client_of_key(reader, "chosen" if mine else key)
    assert met.value.code == "kit.sealed_altered"


def test_the_key_of_a_system_that_was_ended_is_not_revived_by_sql(database: Database) -> None:
    builders.found(database)
    key = database.write(lambda unit: exchange.add_client(unit, "civil-system", "", "hr"))
    database.write(lambda unit: exchange.end_client(unit, "civil-system"))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE exchange_client SET active = :yes"), {"yes": True})
    with database.read() as reader, pytest.raises(Refusal):
        reading.client_of_key(reader, key)


def test_staff_with_a_person_sign_in_as_before(city: City) -> None:
    def work(unit: Any) -> None:
        builders.known_as(unit, city.victim, builders.NUMBER)

    city.database.write(work)
    opened = city.sign_in(city.victim)
    with city.database.read() as reader:
        found = queries.actor_of_session(reader, opened.token)
        assert found is not None
        assert queries.actor_of(reader, city.victim) == found[0]
