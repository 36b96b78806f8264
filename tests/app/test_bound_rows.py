"""The migration that binds what lets somebody in: what was good before is good afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.app.test_binding import empty
from tests.builders import identity as builders
from tests.modules.identity.test_bound import City, Residents

from tongban.app import migrations
from tongban.kit import seals
from tongban.kit.db import Database, metadata
from tongban.modules.exchange import actions as exchange
from tongban.modules.exchange import queries as reading
from tongban.modules.identity import queries

BEFORE, BINDS = "0041_exchange", "0042_bound"


def _as_before(database: Database, victim: str, hashed: str) -> None:
    """Make the tables as the release before had them, with what was in them."""
    with database.engine.begin() as connection:
        for table in ("identity_session", "identity_link", "identity_mandate", "exchange_client"):
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN bound"))
        connection.execute(text("ALTER TABLE identity_account DROP COLUMN person_sealed"))
        connection.execute(text("ALTER TABLE identity_password DROP COLUMN hash_sealed"))
        connection.execute(text("ALTER TABLE identity_password ADD hash TEXT"))
        kept = "UPDATE identity_password SET hash = :hashed WHERE account = :victim"
        connection.execute(text(kept), {"hashed": hashed, "victim": victim})
        connection.execute(text("DELETE FROM identity_password WHERE hash IS NULL"))
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:name)"), {"name": BEFORE})


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of its own: its tables are changed."""
    with empty(request.param, tmp_path, request) as opened:
        metadata.create_all(opened.engine)
        yield opened


def test_passwords_links_mandates_and_sessions_and_systems_stay_good(
    database: Database,
) -> None:
    city = City(database)
    key = database.write(lambda unit: exchange.add_client(unit, "hr-system", "", "hr"))
    ended = database.write(lambda unit: exchange.add_client(unit, "old-system", "", "hr"))
    database.write(lambda unit: exchange.end_client(unit, "old-system"))
    link, session = city.link(city.thief), city.sign_in(city.victim).token
    with database.read() as reader:
        hashed = queries.kept_password(reader, "li.ping").hash
    assert hashed is not None
    _as_before(database, city.victim, hashed)
    migrations.step_by_step(database, BINDS)
    with database.read() as reader:
        assert queries.kept_password(reader, "li.ping").hash == hashed
        assert queries.account_of_link(reader, link).id == city.thief
        assert queries.actor_of_session(reader, session) is not None
        assert reading.client_of_key(reader, key) is not None
        assert reading.client_of_key(reader, ended) is None
        assert list(seals.unopened(reader)) == []


def test_whoever_acts_for_an_organisation_still_does(database: Database) -> None:
    residents = Residents(database)
    _as_before(database, "", "")
    migrations.step_by_step(database, BINDS)
    with database.read() as reader:
        assert residents.who(reader) == builders.CREDIT_CODE
