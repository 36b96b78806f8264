"""A row that somebody changed past the system goes on, and its entries say for ever that it was."""

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from tests.builders import audited
from tests.builders.audited import DECIDER, Rows, attack, standing
from tests.builders.catalog import CIVIL
from tests.builders.exchange import officer

from tongban.kit import testing
from tongban.kit.db import Database, Unit
from tongban.modules.audit.model import FindingKind
from tongban.modules.certificates import actions as certificates
from tongban.modules.exchange import actions as exchange
from tongban.modules.identity.actions import recording as identity
from tongban.modules.identity.store import accounts
from tongban.modules.ledger import queries as ledger
from tongban.modules.services import proven as cases
from tongban.modules.services.actions import closing as services
from tongban.modules.supervision import actions as supervision
from tongban.modules.supervision import store as cards
from tongban.modules.supervision.model import CardState


def one(unit: Unit, question: str) -> str:
    """Return the first answer to a question in SQL."""
    return str(unit.connection.execute(text(question)).scalar_one())


NUMBER = "SELECT min(number) FROM services_case WHERE state = 'reviewing'"
GIVEN = "SELECT min(code) FROM exchange_grant WHERE state = 'in_effect'"
CARD = "SELECT id FROM supervision_card WHERE state = 'open'"
CERTIFICATE = "SELECT id FROM certificates_certificate WHERE state = 'valid'"
CLERK = "SELECT id FROM identity_account WHERE login = 'clerk'"


def case_goes_on(unit: Unit) -> None:
    """The archive tells of the case: any event or action does."""
    services.packaged(unit, one(unit, NUMBER))


def grant_ends(unit: Unit) -> None:
    """Whoever provides the data ends the grant."""
    code = one(unit, GIVEN)
    provider = one(unit, f"SELECT provider FROM exchange_grant WHERE code = '{code}'")
    exchange.end_grant(unit, officer(provider or CIVIL), code, "不再需要")


def card_is_answered(unit: Unit) -> None:
    """The card is answered."""
    card = cards.get(unit.connection, one(unit, CARD))
    said = replace(card, state=CardState.REPLIED, words="已经办理", settled_by="li")
    cards.save(unit.connection, supervision.put_on_record(unit, said), CardState.OPEN)


def certificate_is_revoked(unit: Unit) -> None:
    """The department revokes the certificate."""
    basis = "《补贴办法》第九条"
    certificates.revoke(unit, DECIDER, one(unit, CERTIFICATE), "骗取", basis)


def account_is_changed(unit: Unit) -> None:
    """An administrator gives the account another role."""
    account = accounts.by_id(unit, one(unit, CLERK))
    assert account is not None
    identity.keep(unit, account, replace(account, roles=("decider",)))


KINDS: dict[str, tuple[str, Callable[[Unit], None], str]] = {
    "a last day of a case": (
        f"UPDATE services_case SET promised_due = '2030-01-01' WHERE number = ({NUMBER})",
        case_goes_on, "services_case"),
    "a step of a case": (
        ("UPDATE services_step SET clerk = 'zhao' WHERE case_id ="
        f" (SELECT id FROM services_case WHERE number = ({NUMBER}))"),
        case_goes_on, "services_case"),
    "the purpose of a grant": (
        f"UPDATE exchange_grant SET basis = '\"《别的办法》第一条\"' WHERE code = ({GIVEN})",
        grant_ends, "exchange_grant"),
    "the colour of a card": (
        f"UPDATE supervision_card SET colour = 'yellow' WHERE id = ({CARD})",
        card_is_answered, "supervision_card"),
    "the last day of a certificate": (
        f"UPDATE certificates_certificate SET valid_until = '2999-12-31' WHERE id = ({CERTIFICATE})",
        certificate_is_revoked, "certificates_certificate"),
    "the department of an account": (
        "UPDATE identity_account SET department = '470181-police' WHERE login = 'clerk'",
        account_is_changed, "identity_account"),
}  # fmt: skip
"""What is changed past the system, how the row then goes on, and in which table it is."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def city(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, Rows]]:
    """The city on each kind of database, made once, and every row of it."""
    folder = tmp_path_factory.mktemp("city")
    if request.param == "sqlite":
        database, server, name = testing.sqlite_database(folder), "", ""
    else:
        server, name = request.getfixturevalue("postgresql_server"), testing.new_name("going")
        database = testing.postgresql_database(server, name)
    audited.found(database, folder)
    yield database, audited.kept(database)
    database.close()
    if server:
        testing.drop(server, name)


@pytest.fixture
def database(city: tuple[Database, Rows]) -> Iterator[Database]:
    """The city, brought back after each test to what it was."""
    made, rows = city
    yield made
    audited.bring_back(made, rows)


def found(database: Database) -> set[tuple[FindingKind, str]]:
    """Return what an audit finds: kind and table."""
    audited.audited(database)
    return {(each.kind, each.table) for each in standing(database)}


@pytest.mark.parametrize("name", KINDS)
def test_what_goes_on_after_it_was_changed_past_the_system_says_so_for_ever(
    database: Database, name: str
) -> None:
    statement, go_on, table = KINDS[name]
    attack(database, statement)
    database.write(go_on)
    assert (FindingKind.FOUND_ALTERED, table) in found(database)
    with database.read() as reader:
        assert ledger.audit(reader.connection).sound


@pytest.mark.parametrize("name", KINDS)
def test_what_goes_on_untouched_is_not_said_to_have_been_changed(
    database: Database, name: str
) -> None:
    database.write(KINDS[name][1])
    assert found(database) == set()


def test_every_later_entry_of_a_changed_case_says_so_and_so_does_its_page(
    database: Database,
) -> None:
    attack(database, KINDS["a last day of a case"][0])
    database.write(case_goes_on)
    database.write(case_goes_on)
    assert found(database) == {(FindingKind.FOUND_ALTERED, "services_case")}
    with database.read() as reader:
        case = str(
            reader.connection.execute(
                text(f"SELECT id FROM services_case WHERE number = ({NUMBER})")
            ).scalar_one()
        )
        altered = cases.altered(reader, case)
    assert altered is not None
    assert altered.fields == ("found_altered",)
    assert altered.missing == 0


def test_a_case_put_back_to_an_earlier_entry_is_noticed_when_it_goes_on(database: Database) -> None:
    columns = "state, entry, submitted_at, promised_due, statutory_due, acceptance_due"
    with database.read() as reader:
        before = reader.connection.execute(
            text(f"SELECT id, {columns} FROM services_case WHERE number = ({NUMBER})")
        ).one()
    happened = f"SELECT max(id) FROM services_happening WHERE case_id = '{before.id}'"
    database.write(case_goes_on)
    attack(
        database,
        f"DELETE FROM services_happening WHERE id = ({happened})",
        f"UPDATE services_case SET entry = '{before.entry}' WHERE id = '{before.id}'",
    )
    database.write(case_goes_on)
    assert (FindingKind.FOUND_ALTERED, "services_case") in found(database)
