"""A database as an older release had it, whatever its rows are now."""

import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Inspector, MetaData, Table, inspect, text

import tongban.app.tables  # noqa: F401 - every module's tables stand on the shared metadata
from tongban.app import migrations
from tongban.kit.clock import SystemClock
from tongban.kit.db import Database, metadata
from tongban.kit.keyring import Keyring


def bring_back(database: Database, revision: str) -> None:
    """Take away every table, column and index that came after a revision, and note that it stands there.

    What a later release dropped comes back empty, as does a table whose key it changed. The database
    is the test's own: its tables change.
    """
    with tempfile.TemporaryDirectory() as folder:
        old = Database(f"sqlite:///{Path(folder) / 'old.db'}", SystemClock(), Keyring.fresh())
        try:
            migrations.step_by_step(old, revision)
            with old.engine.connect() as had, database.engine.begin() as connection:
                _undo(connection, inspect(had))
                connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
                stands = text("INSERT INTO alembic_version VALUES (:revision)")
                connection.execute(stands, {"revision": revision})
        finally:
            old.close()


def _undo(connection: Connection, had: Inspector) -> None:
    now, tables = inspect(connection), set(had.get_table_names())
    for table in reversed(metadata.sorted_tables):
        name = table.name
        if name not in tables:
            connection.execute(text(f"DROP TABLE {name}"))
        elif _key(had, name) != _key(now, name):
            connection.execute(text(f"DROP TABLE {name}"))  # which comes back empty
            Table(name, MetaData(), autoload_with=had.bind).create(connection)
        else:
            _undo_indexes(connection, name, had, now)
            _undo_columns(connection, name, had.get_columns(name), now.get_columns(name))


def _key(inspector: Inspector, table: str) -> list[str]:
    return inspector.get_pk_constraint(table)["constrained_columns"]


def _undo_indexes(connection: Connection, table: str, had: Inspector, now: Inspector) -> None:
    before = {one["name"] for one in had.get_indexes(table)}
    for index in now.get_indexes(table):
        if index["name"] not in before and not index.get("duplicates_constraint"):
            connection.execute(text(f"DROP INDEX {index['name']}"))


def _undo_columns(connection: Connection, table: str, had: list[Any], has: list[Any]) -> None:
    old, new = ({one["name"]: one["type"] for one in columns} for columns in (had, has))
    for name in new.keys() - old.keys():
        connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {name}"))
    for name in old.keys() - new.keys():
        kind = old[name].compile(connection.dialect)
        connection.execute(text(f"ALTER TABLE {table} ADD {name} {kind}"))
