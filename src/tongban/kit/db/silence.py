"""What errors of a database say: whether it does not answer, and never whose data were in them."""

import sqlite3
from collections.abc import Iterator

from sqlalchemy import ExceptionContext

from tongban.kernel.errors import Kind, Refusal

_AWAY = ("BUSY", "LOCKED", "CANTOPEN", "NOTADB", "CORRUPT", "FULL", "IOERR", "READONLY", "PERM")
"""What SQLite says of its file, not of the statement; its longer codes begin with one of these."""
_SERVER = frozenset({"08", "53", "57"})
"""Classes of SQLSTATE: connection, resources, intervention by whoever runs the server."""


_ABOUT_VALUES = frozenset({"22", "23"})
"""Classes of SQLSTATE whose sentences repeat values: data exceptions, integrity constraints."""


def forget_values(context: ExceptionContext) -> None:
    """Leave of an error what was broken and where, without the row that PostgreSQL quotes.

    ``Failing row contains (…)`` and ``invalid input syntax … "…"`` would reach logs.
    """
    error, told = context.original_exception, context.sqlalchemy_exception
    state = getattr(error, "sqlstate", None) or ""
    if told is None or state[:2] not in _ABOUT_VALUES:
        return
    diagnosis = getattr(error, "diag", None)
    named = (getattr(diagnosis, f"{what}_name", None) for what in ("table", "column", "constraint"))
    place = " ".join(name for name in named if name)
    error.args = (f"SQLSTATE {state} {place}".rstrip(),)
    told.args = (f"({type(error).__name__}) {error.args[0]}",)


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
