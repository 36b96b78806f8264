"""Signing in and out, and what a session answers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import cast

import pytest
from tests.builders import identity as builders

from tongban.kernel.actors import SYSTEM, ActorKind
from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectKind
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.identity import actions, queries
from tongban.modules.identity.model import Opened


def wait(database: Database, **time: int) -> None:
    cast("MovableClock", database.clock).advance(timedelta(**time))


def signed_in(database: Database, account: str, replacing: str = "") -> Opened:
    return database.write(lambda unit: actions.sign_in(unit, account, replacing=replacing))


def test_a_session_answers_who_asks_from_where_and_with_which_duties(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database, "li.ping", "clerk", "reviewer")
    opened = signed_in(database, account.id)
    with database.read() as reader:
        found = queries.actor_of_session(reader, opened.token)
    assert found is not None
    actor, session = found
    assert (actor.kind, actor.account, actor.department) == (ActorKind.STAFF, account.id, "hr")
    assert actor.duties == {"case.accept", "case.review", "case.decide"}
    assert session.csrf == opened.session.csrf
    assert session.id == opened.session.id


def test_an_unknown_token_is_nobody(database: Database) -> None:
    with database.read() as reader:
        assert queries.actor_of_session(reader, "nothing") is None


def test_the_database_never_holds_a_token(database: Database) -> None:
    builders.found(database)
    opened = signed_in(database, builders.staff(database).id)
    with database.read() as reader:
        rows = reader.connection.exec_driver_sql("SELECT * FROM identity_session").all()
    assert opened.token not in str(rows)


def test_signing_in_again_ends_the_session_the_browser_had(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database)
    first = signed_in(database, account.id)
    signed_in(database, account.id, replacing=first.token)
    with database.read() as reader:
        assert queries.actor_of_session(reader, first.token) is None


def test_signing_out_ends_the_session(database: Database) -> None:
    builders.found(database)
    opened = signed_in(database, builders.staff(database).id)
    database.write(lambda unit: actions.sign_out(unit, opened.token))
    with database.read() as reader:
        assert queries.actor_of_session(reader, opened.token) is None


def test_a_session_that_is_used_lives_on_and_an_idle_one_ends(database: Database) -> None:
    builders.found(database)
    opened = signed_in(database, builders.staff(database).id)
    wait(database, minutes=20)
    with database.read() as reader:
        assert queries.touch_due(opened.session, reader)
    database.write(lambda unit: actions.touch(unit, opened.session.id))
    wait(database, minutes=20)
    with database.read() as reader:
        assert queries.actor_of_session(reader, opened.token) is not None
    wait(database, minutes=10)
    with database.read() as reader:
        assert queries.actor_of_session(reader, opened.token) is None


def test_attempts_are_counted_for_a_login_that_nobody_has(database: Database) -> None:
    for _ in range(5):
        database.write(lambda unit: actions.charge(unit, "nobody"))
    with pytest.raises(Refusal, match="locked_out"):
        database.write(lambda unit: actions.charge(unit, " NOBODY "))


def spray(database: Database, count: int, source: str = "203.0.113.9") -> None:
    """Try one account after another from one network."""
    for number in range(count):
        database.write(partial(actions.charge, login=f"clerk-{number}", source=source))


def test_one_network_cannot_try_many_accounts(database: Database) -> None:
    spray(database, 50)
    with pytest.raises(Refusal, match="source_shut") as refused:
        spray(database, 1)
    assert refused.value.data == {"minutes": 1}
    with pytest.raises(Refusal, match="source_shut"):
        database.write(lambda unit: actions.ask_link(unit, "li.ping", "203.0.113.9"))
    spray(database, 1, source="203.0.113.10")
    spray(database, 1, source="")
    wait(database, seconds=18)
    spray(database, 1)
    with pytest.raises(Refusal, match="source_shut"):
        spray(database, 1)
    wait(database, minutes=15)
    database.write(lambda unit: actions.charge(unit, "li.ping", "203.0.113.9"))


def test_who_signs_in_rightly_takes_back_their_own_attempt_and_no_other(
    database: Database,
) -> None:
    builders.found(database)
    account = builders.staff(database)
    source = "203.0.113.9"
    spray(database, 49)
    for _ in range(60):
        database.write(lambda unit: actions.charge(unit, account.login, source))
        database.write(lambda unit: actions.sign_in(unit, account.id, source=source))
    spray(database, 1)
    with pytest.raises(Refusal, match="source_shut"):
        spray(database, 1)


def test_a_network_that_is_shut_fills_no_table_and_is_nowhere_in_clear(database: Database) -> None:
    spray(database, 50)
    for number in range(5):
        with pytest.raises(Refusal):
            database.write(partial(actions.charge, login=f"new-{number}", source="203.0.113.9"))
    with database.read() as reader:
        rows = reader.connection.exec_driver_sql("SELECT * FROM identity_attempt").all()
    assert len(rows) == 51
    assert "203.0.113" not in str(rows)
    wait(database, hours=25)
    assert database.write(actions.sweep) == 51


def test_many_first_attempts_at_once_are_all_counted(database: Database) -> None:
    def attempt(_number: int) -> bool:
        try:
            database.write(lambda unit: actions.charge(unit, "li.ping", "203.0.113.9"))
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(12) as crowd:
        assert sum(crowd.map(attempt, range(24))) == 5


def test_success_forgets_the_wrong_attempts_before_it(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database)
    for _ in range(4):
        database.write(lambda unit: actions.charge(unit, account.login))
    signed_in(database, account.id)
    for _ in range(5):
        database.write(lambda unit: actions.charge(unit, account.login))


def test_who_left_is_answered_like_a_wrong_password(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database)
    database.write(lambda unit: actions.deactivate_staff(unit, SYSTEM, account.id))
    with pytest.raises(Refusal, match="sign_in_wrong"):
        signed_in(database, account.id)


def test_a_demonstration_account_comes_in_without_a_password(database: Database) -> None:
    builders.found(database)
    database.write(lambda unit: builders.adopt_account(unit, builders.resident()))
    opened = database.write(lambda unit: actions.demonstration_sign_in(unit, "wang.min"))
    with database.read() as reader:
        found = queries.actor_of_session(reader, opened.token)
        lines = queries.demonstration_accounts(reader.connection)
    assert found is not None
    assert found[0].subject is not None
    assert found[0].subject.kind is SubjectKind.PERSON
    assert found[0].subject.id == builders.NUMBER
    assert [line.login for line in lines] == ["wang.min"]


def test_a_real_government_knows_no_demonstration_accounts(database: Database) -> None:
    builders.found(database, demonstration=False)
    builders.staff(database)
    with pytest.raises(Refusal, match="not_a_demonstration"):
        database.write(lambda unit: builders.adopt_account(unit, builders.resident()))
    with pytest.raises(Refusal, match="not_a_demonstration"):
        database.write(lambda unit: actions.demonstration_sign_in(unit, "li.ping"))


def test_a_demonstration_lets_nobody_into_a_real_account(database: Database) -> None:
    builders.found(database)
    builders.staff(database)
    with pytest.raises(Refusal, match="account_not_found"):
        database.write(lambda unit: actions.demonstration_sign_in(unit, "li.ping"))


def test_one_of_own_sessions_can_be_ended_and_nobody_elses(database: Database) -> None:
    builders.found(database)
    mine = signed_in(database, builders.staff(database).id)
    other = signed_in(database, builders.staff(database, "zhao.lei").id)
    with database.read() as reader:
        found = queries.actor_of_session(reader, mine.token)
    assert found is not None
    actor = found[0]
    with pytest.raises(Refusal, match="session_not_found"):
        database.write(lambda unit: actions.end_session(unit, actor, other.session.id))
    database.write(lambda unit: actions.end_session(unit, actor, mine.session.id))
    with database.read() as reader:
        assert queries.sessions_of(reader, actor.account) == []


def test_a_mandate_lets_a_session_act_for_the_organisation_until_it_is_revoked(
    database: Database,
) -> None:
    builders.found(database)
    declared = builders.resident(builders.CREDIT_CODE)
    account = database.write(lambda unit: builders.adopt_account(unit, declared))
    opened = database.write(lambda unit: actions.demonstration_sign_in(unit, account.id))
    with database.read() as reader:
        found = queries.actor_of_session(reader, opened.token)
        held = queries.mandates_of(reader, queries.account_by_id(reader, account.id))
    assert found is not None
    assert found[0].subject is not None
    assert found[0].subject.kind is SubjectKind.ORGANISATION
    actor = found[0]
    database.write(lambda unit: actions.act_for(unit, actor, opened.token, None))
    assert _kind(database, opened.token) is SubjectKind.PERSON
    database.write(lambda unit: actions.act_for(unit, actor, opened.token, held[0].id))
    assert _kind(database, opened.token) is SubjectKind.ORGANISATION
    database.write(lambda unit: actions.revoke_mandate(unit, held[0].id))
    assert _kind(database, opened.token) is SubjectKind.PERSON
    with pytest.raises(Refusal, match="no_mandate"):
        database.write(lambda unit: actions.act_for(unit, actor, opened.token, held[0].id))


def _kind(database: Database, token: str) -> SubjectKind:
    with database.read() as reader:
        found = queries.actor_of_session(reader, token)
    assert found is not None
    assert found[0].subject is not None
    return found[0].subject.kind


def test_what_ended_days_ago_is_swept_away(database: Database) -> None:
    builders.found(database)
    signed_in(database, builders.staff(database).id)
    wait(database, days=5)
    assert database.write(actions.sweep) == 2
