"""Signing in and out, and what a session answers."""

from datetime import timedelta
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
        lines = queries.demonstration_accounts(reader)
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
