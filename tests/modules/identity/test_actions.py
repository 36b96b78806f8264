"""Passwords, one-time links, staff, the first set-up, residents."""

from datetime import date, timedelta
from typing import cast

import pytest
from msgspec.structs import replace
from tests.builders import identity as builders

from tongban.kernel.actors import SYSTEM, Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.kit import outbox, shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Unit
from tongban.modules.identity import actions, formats, queries
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition
from tongban.modules.identity.model import Account, LinkPurpose, NationalPerson, NewStaff

HASH = "a hash made elsewhere"


def wait(database: Database, **time: int) -> None:
    cast("MovableClock", database.clock).advance(timedelta(**time))


def link(database: Database, account: str, purpose: LinkPurpose = LinkPurpose.RESET) -> str:
    return database.write(lambda unit: actions.issue_link(unit, account, purpose))


def pending(database: Database) -> list[str]:
    with database.read() as reader:
        return outbox.pending(reader)


def actor_of(database: Database, account: Account) -> Actor:
    with database.read() as reader:
        return queries.actor_of(reader, account.id)


def test_a_password_is_kept_as_argon2id_and_proved_by_itself_only() -> None:
    kept = formats.hash_password("correct horse battery staple")
    assert kept.startswith("$argon2id$")
    assert formats.password_fits(kept, "correct horse battery staple")
    assert not formats.password_fits(kept, "correct horse battery stapler")
    assert not formats.password_fits(None, "nobody has this password")


def test_keyboards_that_compose_differently_type_the_same_password() -> None:
    assert formats.password_fits(formats.hash_password("caf\u00e9 am Markt"), "cafe\u0301 am Markt")


def test_a_set_up_code_survives_being_read_out() -> None:
    code = formats.readable_code(bytes(range(10)))
    assert len(code) == 19
    assert formats.normal_code(code.lower().replace("0", "o").replace("1", "l")) == (
        formats.normal_code(code)
    )


def test_a_link_works_once(database: Database) -> None:
    builders.found(database)
    token = link(database, builders.staff(database).id)
    database.write(lambda unit: actions.set_password_by_link(unit, token, HASH))
    with pytest.raises(Refusal, match="link_ended"):
        database.write(lambda unit: actions.set_password_by_link(unit, token, HASH))


def test_a_link_runs_out_after_half_an_hour(database: Database) -> None:
    builders.found(database)
    token = link(database, builders.staff(database).id)
    wait(database, minutes=30)
    with database.read() as reader, pytest.raises(Refusal, match="link_ended"):
        queries.account_of_link(reader, token)


def test_a_newer_invitation_makes_the_older_worthless(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database)
    older = link(database, account.id, LinkPurpose.INVITE)
    newer = link(database, account.id, LinkPurpose.INVITE)
    with database.read() as reader:
        assert queries.account_of_link(reader, newer).id == account.id
        with pytest.raises(Refusal, match="link_ended"):
            queries.account_of_link(reader, older)


def test_a_stranger_who_asks_for_links_takes_none_away_from_their_owner(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database)
    invited = link(database, account.id, LinkPurpose.INVITE)
    mine = link(database, account.id, LinkPurpose.RESET)
    theirs = link(database, account.id, LinkPurpose.RESET)
    database.write(lambda unit: actions.set_password_by_link(unit, mine, HASH))
    with database.read() as reader:
        for worthless in (invited, mine, theirs):
            with pytest.raises(Refusal, match="link_ended"):
                queries.account_of_link(reader, worthless)


def test_a_new_password_ends_sessions_and_makes_this_browser_known_and_no_other(
    database: Database,
) -> None:
    builders.found(database)
    account = builders.staff(database)
    opened = database.write(lambda unit: actions.sign_in(unit, account.id))
    token = link(database, account.id)
    fresh = database.write(lambda unit: actions.set_password_by_link(unit, token, HASH))
    with database.read() as reader:
        assert queries.actor_of_session(reader, opened.token) is None
        assert queries.known_browser(reader, account.login, fresh)
        assert not queries.known_browser(reader, account.login, opened.browser)
    assert "identity.password_changed" in pending(database)


def test_asking_for_a_link_leaves_the_same_trace_for_everyone(database: Database) -> None:
    builders.found(database)
    builders.staff(database)
    database.write(lambda unit: actions.ask_link(unit, "li.ping"))
    database.write(lambda unit: actions.ask_link(unit, "nobody"))
    assert pending(database).count("identity.password_link_asked") == 2


def test_asking_again_at_once_writes_no_second_mail(database: Database) -> None:
    builders.found(database)
    for _ in range(3):
        database.write(lambda unit: actions.ask_link(unit, "li.ping"))
    assert pending(database) == ["identity.password_link_asked"]
    wait(database, minutes=2)
    database.write(lambda unit: actions.ask_link(unit, "li.ping"))
    assert len(pending(database)) == 2


def test_a_password_changes_only_when_the_old_one_was_proved(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database)
    actor = actor_of(database, account)
    with pytest.raises(Refusal, match="old_password_wrong"):
        database.write(lambda unit: actions.change_password(unit, actor, None, HASH))
    database.write(lambda unit: actions.change_password(unit, actor, account.id, HASH))


def test_a_clerk_cannot_let_anybody_in(database: Database) -> None:
    builders.found(database)
    clerk = actor_of(database, builders.staff(database))
    with pytest.raises(Refusal, match="not_allowed"):
        database.write(lambda unit: actions.create_staff(unit, clerk, builders.new_staff("new")))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"login": "LI.ping"}, "login_taken"),
        ({"login": "李萍"}, "login_unfit"),
        ({"name": ""}, "nothing_typed"),
        ({"department": "none"}, "department_missing"),
        ({"roles": ()}, "roles_missing"),
        ({"roles": ("king",)}, "role_unknown"),
        ({"address": "not an address"}, "address_unfit"),
        ({"address": "a@b.cn\nBcc: c@d.cn"}, "address_unfit"),
    ],
)
def test_a_new_account_is_refused_with_the_field_that_is_wrong(
    database: Database, change: dict[str, str], code: str
) -> None:
    builders.found(database)
    builders.staff(database)
    new = replace(builders.new_staff("zhao.lei"), **change)
    with pytest.raises(Refusal, match=code):
        database.write(lambda unit: actions.create_staff(unit, SYSTEM, new))


def test_everything_that_is_wrong_is_said_at_once(database: Database) -> None:
    builders.found(database)
    new = NewStaff(login="", name="", department="", roles=(), address="x")
    with pytest.raises(Refusal) as caught:
        database.write(lambda unit: actions.create_staff(unit, SYSTEM, new))
    assert set(caught.value.fields) == {"login", "name", "department", "roles", "address"}


def test_who_left_can_do_nothing_and_their_work_is_announced(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database)
    opened = database.write(lambda unit: actions.sign_in(unit, account.id))
    database.write(lambda unit: actions.deactivate_staff(unit, SYSTEM, account.id))
    database.write(lambda unit: actions.deactivate_staff(unit, SYSTEM, account.id))
    with database.read() as reader:
        assert queries.actor_of_session(reader, opened.token) is None
        assert queries.staff_with(reader, "hr", "case.accept") == []
    assert pending(database) == ["identity.staff_left"]
    with pytest.raises(Refusal, match="account_inactive"):
        link(database, account.id)


def test_a_moved_member_of_staff_has_the_new_duties_at_once(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database)
    opened = database.write(lambda unit: actions.sign_in(unit, account.id))
    new = builders.new_staff("li.ping", "reviewer", department="civil")
    database.write(lambda unit: actions.change_staff(unit, SYSTEM, account.id, new))
    with database.read() as reader:
        found = queries.actor_of_session(reader, opened.token)
        assert [one.id for one in queries.staff_with(reader, "civil", "case.decide")] == [
            account.id
        ]
    assert found is not None
    assert found[0].department == "civil"
    assert found[0].duties == {"case.review", "case.decide"}


def test_the_last_manager_keeps_the_role(database: Database) -> None:
    builders.found(database)
    boss = builders.staff(database, "boss", "manager")
    with pytest.raises(Refusal, match="last_administrator"):
        database.write(
            lambda unit: actions.change_staff(unit, SYSTEM, boss.id, builders.new_staff("boss"))
        )


def test_the_set_up_code_works_once_and_only_before_there_is_an_administrator(
    database: Database,
) -> None:
    builders.found(database, demonstration=False)
    first = database.write(actions.setup_code)
    second = database.write(actions.setup_code)
    new = builders.new_staff("admin", "administrator")
    with pytest.raises(Refusal, match="setup_code_wrong"):
        database.write(lambda unit: actions.create_first_administrator(unit, first, new, HASH))
    opened = database.write(
        lambda unit: actions.create_first_administrator(unit, second, new, HASH)
    )
    with database.read() as reader:
        found = queries.actor_of_session(reader, opened.token)
    assert found is not None
    assert {"staff.manage", "instance.apply"} <= found[0].duties
    with pytest.raises(Refusal, match="set_up_already"):
        database.write(actions.setup_code)


def test_a_resident_vouched_for_twice_is_one_person_with_one_account(database: Database) -> None:
    builders.found(database)
    vouched = NationalPerson(number=builders.NUMBER, name="王敏")
    first = database.write(lambda unit: actions.national_sign_in(unit, vouched))
    second = database.write(lambda unit: actions.national_sign_in(unit, vouched))
    assert first.session.account == second.session.account
    with database.read() as reader:
        found = queries.account_of_person(reader, builders.NUMBER)
    assert found is not None
    assert found.id == first.session.account


def test_nothing_personal_stands_open_in_the_tables(database: Database) -> None:
    builders.found(database)
    vouched = NationalPerson(number=builders.NUMBER, name="王敏")
    database.write(lambda unit: actions.national_sign_in(unit, vouched))
    new = replace(builders.new_staff("zhao.lei"), name="赵磊", address="zhao@example.gov.cn")
    database.write(lambda unit: actions.create_staff(unit, SYSTEM, new))
    with database.read() as reader:
        kept = str(
            [
                reader.connection.exec_driver_sql(f"SELECT * FROM {table}").all()
                for table in ("identity_account", "identity_person")
            ]
        )
    for personal in (builders.NUMBER, "王敏", "赵磊", "zhao@example.gov.cn"):
        assert personal not in kept
        assert str(personal.encode()) not in kept


def test_a_mandate_that_has_not_begun_lets_nobody_act(database: Database) -> None:
    builders.found(database)

    def give(unit: Unit) -> tuple[str, str, str]:
        opened = actions.national_sign_in(unit, NationalPerson(number=builders.NUMBER, name="王敏"))
        person = actions.ensure_person(unit, builders.NUMBER, "王敏")
        company = actions.ensure_organisation(unit, builders.CREDIT_CODE, "某公司")
        mandate = actions.give_mandate(unit, person, company, date(2026, 11, 25))
        return opened.session.account, opened.token, mandate.id

    account, token, mandate = database.write(give)
    actor = Actor(ActorKind.RESIDENT, account=account)
    with pytest.raises(Refusal, match="no_mandate"):
        database.write(lambda unit: actions.act_for(unit, actor, token, mandate))
    wait(database, days=1)
    database.write(lambda unit: actions.act_for(unit, actor, token, mandate))


def test_demonstration_accounts_follow_their_definitions(database: Database) -> None:
    builders.found(database)
    clerk = AccountDefinition(
        login="clerk", name="小李", kind="staff", department="hr", roles=("clerk",)
    )
    database.write(lambda unit: builders.adopt_account(unit, clerk))
    database.write(lambda unit: builders.adopt_account(unit, builders.resident()))
    database.write(actions.adopt_demonstration_accounts)
    with database.read() as reader:
        lines = queries.demonstration_accounts(reader)
    assert [line.login for line in lines] == ["wang.min", "clerk"]
    database.write(lambda unit: shelf.retire(unit, "accounts", "clerk"))
    database.write(actions.adopt_demonstration_accounts)
    with database.read() as reader:
        assert len(queries.demonstration_accounts(reader)) == 1
    assert pending(database) == ["identity.staff_left"]


def test_a_role_taken_away_takes_its_duties_with_it(database: Database) -> None:
    builders.found(database)
    account = builders.staff(database)
    database.write(
        lambda unit: builders.adopt_role(
            unit, RoleDefinition(code="clerk", name="窗口", duties=("case.window",)), 2
        )
    )
    assert actor_of(database, account).duties == {"case.window"}
    database.write(lambda unit: shelf.retire(unit, "roles", "clerk"))
    assert actor_of(database, account).duties == frozenset()
    assert actor_of(database, account).kind is ActorKind.STAFF
