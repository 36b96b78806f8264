"""Tells a database that does not answer from a statement that is wrong."""

import sqlite3
from collections.abc import Iterator

from tongban.kernel.errors import Kind, Refusal

_AWAY = ("BUSY", "LOCKED", "CANTOPEN", "NOTADB", "CORRUPT", "FULL", "IOERR", "READONLY", "PERM")
"""What SQLite says of its file, not of the statement; its longer codes begin with one of these."""
_SERVER = frozenset({"08", "53", "57"})
"""Classes of SQLSTATE: connection, resources, intervention by whoever runs the server."""


def silent(error: BaseException) -> Refusal | None:
    """Return the refusal for an error that says the database is away, full or damaged, else None."""
    return (
        Refusal("kit.database_silent", Kind.UNAVAILABLE)
        if any(_is_away(each) for each in _chain(error))
        else None
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _is_away(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "")
        return name.removeprefix("SQLITE_").startswith(_AWAY)
    if not type(error).__module__.startswith("psycopg"):
        return False
    state = getattr(error, "sqlstate", None)
    if state is None:  # nobody answered
        return type(error).__name__ in ("OperationalError", "ConnectionTimeout")
    return state[:2] in _SERVER
