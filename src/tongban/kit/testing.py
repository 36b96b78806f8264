"""What tests of every module need: databases of both kinds, a clock, a house."""

import os
import secrets
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.kit.keyring import KEYS_FILE, Keyring
from tongban.kit.ports import Ports

MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
"""A Tuesday, half past nine in Shanghai."""


def clock_at(start: datetime = MORNING) -> MovableClock:
    """Return a clock that stands still until it is moved."""
    return MovableClock(start=start)


def keyring_in(folder: Path) -> Keyring:
    """Return the keys of a folder, made there when it has none."""
    return Keyring.load(folder) if (folder / KEYS_FILE).exists() else Keyring.make(folder)


def sqlite_database(folder: Path, clock: MovableClock | None = None) -> Database:
    """Return a fresh SQLite database with every table."""
    database = Database(
        f"sqlite:///{folder / 'test.db'}", clock or clock_at(), Keyring.fresh(), Ports()
    )
    database.create_all()
    return database


def postgresql_address(start_embedded: Any = None) -> str | None:
    """Return a PostgreSQL server for tests: the one named, one that answers here, or embedded."""
    named = os.environ.get("TONGBAN_TEST_POSTGRES")
    if named:
        return named.replace("postgresql://", "postgresql+psycopg://", 1)
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex(("127.0.0.1", 5432)) == 0:
            return "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
    return start_embedded() if start_embedded is not None else None


def postgresql_database(server: str, name: str, clock: MovableClock | None = None) -> Database:
    """Return a database of that name on the server, emptied, with every table."""
    make_empty(server, name)
    database = Database(address_of(server, name), clock or clock_at(), Keyring.fresh(), Ports())
    database.create_all()
    return database


def new_name(purpose: str) -> str:
    """Return a name for a database that no other run of the tests on the same server has."""
    return f"tongban_{purpose}_{secrets.token_hex(6)}"


def address_of(server: str, name: str) -> str:
    """Return the address of a database on a server, whether it listens on a port or a socket."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def make_empty(server: str, name: str) -> None:
    """Create the database anew."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()


def drop(server: str, name: str) -> None:
    """Drop the database."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    engine.dispose()


def opened(database: Database) -> Iterator[Database]:
    """Yield a database and close it afterwards."""
    try:
        yield database
    finally:
        database.close()
