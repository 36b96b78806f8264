"""The migration that binds what lets somebody in: what was good before is good afterwards."""

from sqlalchemy import text
from tests.builders import identity as builders
from tests.builders.older import bring_back
from tests.modules.identity.test_bound import City, Residents

from tongban.app import migrations
from tongban.kit import seals
from tongban.kit.db import Database
from tongban.modules.exchange import actions as exchange
from tongban.modules.exchange import queries as reading
from tongban.modules.identity import queries

BEFORE = "0041_exchange"


def _as_before(database: Database, victim: str, hashed: str) -> None:
    """Make the tables as the release before had them, with what was in them."""
    with database.engine.begin() as connection:
        connection.execute(
            text("DELETE FROM identity_password WHERE account <> :it"), {"it": victim}
        )
    bring_back(database, BEFORE)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE identity_password SET hash = :it"), {"it": hashed})


def test_passwords_links_mandates_sessions_and_systems_stay_good(own_database: Database) -> None:
    database = own_database
    city = City(database)
    key = database.write(lambda unit: exchange.add_client(unit, "hr-system", "", "hr"))
    ended = database.write(lambda unit: exchange.add_client(unit, "old-system", "", "hr"))
    database.write(lambda unit: exchange.end_client(unit, "old-system"))
    link, session = city.link(city.thief), city.sign_in(city.victim).token
    with database.read() as reader:
        hashed = queries.kept_password(reader, "li.ping").hash
    assert hashed is not None
    _as_before(database, city.victim, hashed)
    migrations.step_by_step(database)
    with database.read() as reader:
        assert queries.kept_password(reader, "li.ping").hash == hashed
        assert queries.account_of_link(reader, link).id == city.thief
        assert queries.actor_of_session(reader, session) is not None
        assert reading.client_of_key(reader, key) is not None
        assert reading.client_of_key(reader, ended) is None
        assert list(seals.unopened(reader)) == []


def test_whoever_acts_for_an_organisation_still_does(own_database: Database) -> None:
    database = own_database
    residents = Residents(database)
    _as_before(database, "", "")
    migrations.step_by_step(database)
    with database.read() as reader:
        assert residents.who(reader) == builders.CREDIT_CODE
