"""A database on PostgreSQL that is as it was before every test, without being made anew.

Making the tables takes longer than what most tests do with them, and dropping a database waits until the
server has written every other one to its disk.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from tongban.kit.db import metadata


class Kept:
    """The rows of a database as they are now, to be brought back as often as wanted."""

    def __init__(self, address: str) -> None:
        """Read every table; the address is one of SQLAlchemy."""
        self._address = address.replace("postgresql+psycopg://", "postgresql://", 1)
        with self._connected() as connection:
            self._tables = _in_order(_column(connection, _TABLES))
            self._rows = {name: _copied(connection, name) for name in self._tables}
            self._sequences = connection.execute(_SEQUENCES).fetchall()

    def bring_back(self) -> None:
        """Disconnect whoever is left over from the last test, and make all rows what they were."""
        with self._connected() as connection:
            connection.execute(_DISCONNECT)
            filled = [name for name in reversed(self._tables) if _has_rows(connection, name)]
            for name in filled:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            for name in filled:  # rows come again in the order in which they were written
                connection.execute(sql.SQL("VACUUM {}").format(sql.Identifier(name)))
            for name, rows in self._rows.items():
                if rows:
                    into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
                    with connection.cursor().copy(into) as copy:
                        copy.write(rows)
            for name, last in self._sequences:
                connection.execute("SELECT setval(%s, coalesce(%s, 1), %s)",
                                   (name, last, last is not None))  # fmt: skip

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(self._address, autocommit=True)


@dataclass(frozen=True, slots=True)
class SetUp:
    """An instance that was set up: its folder, the address of its database, and the rows of that."""

    folder: Path
    address: str
    kept: Kept


_TABLES: LiteralString = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_SEQUENCES: LiteralString = (
    "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE schemaname = 'public'"
)
_DISCONNECT: LiteralString = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def _in_order(names: list[str]) -> list[str]:
    """Return tables with those that others point at first."""
    order = [table.name for table in metadata.sorted_tables]
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def _column(connection: psycopg.Connection, query: LiteralString) -> list[str]:
    return [str(row[0]) for row in connection.execute(query)]


def _copied(connection: psycopg.Connection, name: str) -> bytes:
    query = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))
    with connection.cursor().copy(query) as copy:
        return b"".join(bytes(piece) for piece in copy)


def _has_rows(connection: psycopg.Connection, name: str) -> bool:
    query = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(name))
    found = connection.execute(query).fetchone()
    return bool(found and found[0])
