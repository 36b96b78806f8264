"""What tests of every module need: databases of both kinds, a clock, a house."""

import os
import socket
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, delete, exists, literal, make_url, select, text, union_all

from tongban.kit.clock import MovableClock
from tongban.kit.crypto import chance
from tongban.kit.db import Database, metadata
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
    file = folder / "test.db"
    if not file.exists():
        file.write_bytes(_with_tables(tuple(metadata.tables)))
    return Database(f"sqlite:///{file}", clock or clock_at(), Keyring.fresh(), Ports())


@cache
def _with_tables(_names: tuple[str, ...]) -> bytes:
    """Return the file of an empty database: making tables costs more than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        database = Database(f"sqlite:///{file}", clock_at(), Keyring.fresh(), Ports())
        database.create_all()
        database.close()
        return file.read_bytes()


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
    return f"tongban_{purpose}_{chance.token_hex(6)}"


def address_of(server: str, name: str) -> str:
    """Return the address of a database on a server, whether it listens on a port or a socket."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def make_empty(server: str, name: str) -> None:
    """Create the database anew.

    Its commits do not wait for the disk: what tests kill is the program, never the server.
    """
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    engine.dispose()


def strip(server: str, name: str) -> None:
    """Take every table from a database, and everybody who is still connected to it.

    It is as empty as a new one; dropping one waits until the server has written all others to its disk.
    """
    engine = create_engine(address_of(server, name), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def drop(server: str, name: str) -> None:
    """Drop the database."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    engine.dispose()


def clear(database: Database) -> None:
    """Empty a PostgreSQL database: only what has rows, in a third of the time of truncating it.

    The space is given back, so that rows come again in the order in which they were written.
    """
    tables = {table.name: table for table in reversed(metadata.sorted_tables)}
    filled = union_all(
        *(
            select(literal(name)).where(exists(select(literal(1)).select_from(table)))
            for name, table in tables.items()
        )
    )
    with database.engine.begin() as connection:
        found = set(connection.execute(filled).scalars())
        emptied = [table for name, table in tables.items() if name in found]
        for table in emptied:
            connection.execute(delete(table))
        connection.execute(
            text(
                "SELECT setval(format('%I', sequencename)::regclass, start_value, false)"
                " FROM pg_sequences WHERE last_value IS NOT NULL"
            )
        )
    if emptied:
        names = ", ".join(f'"{table.name}"' for table in emptied)
        with database.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.execute(text(f"VACUUM {names}"))


def opened(database: Database) -> Iterator[Database]:
    """Yield a database and close it afterwards."""
    try:
        yield database
    finally:
        database.close()
