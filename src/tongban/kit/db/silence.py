"""What errors of a database say: whether it does not answer, and never whose data were in them."""

import re
import sqlite3
from collections.abc import Iterator

from sqlalchemy import ExceptionContext

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.db.causes import of_server

_AWAY = ("BUSY", "LOCKED", "CANTOPEN", "FULL", "IOERR", "READONLY", "PERM")
"""What SQLite says of its file, not of the statement; its longer codes begin with one of these."""
_DAMAGED = ("NOTADB", "CORRUPT")
_SERVER_DAMAGED = frozenset({"XX001", "XX002"})
"""SQLSTATE of PostgreSQL: data_corrupted, index_corrupted."""
_UNLIKE = frozenset({"42P01", "42703"})
"""SQLSTATE: undefined_table, undefined_column."""
_SERVER = frozenset({"08", "53", "57"})
"""Classes of SQLSTATE: connection, resources, intervention by whoever runs the server."""


_NO_SUCH = re.compile(r"^no such (table|column)|has no column named")
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
    found = list(_chain(error))
    if any(_is_damaged(each) for each in found):
        return Refusal("kit.database_damaged", Kind.UNAVAILABLE)
    if any(_is_away(each) for each in found):
        return Refusal("kit.database_silent", Kind.UNAVAILABLE)
    return None


_EMBEDDED = {
    "BUSY": "busy",
    "LOCKED": "busy",
    "CANTOPEN": "cannot_open",
    "FULL": "full",
    "IOERR": "io",
    "READONLY": "read_only",
    "PERM": "read_only",
}
_FORBIDDEN = ("42501", "25006")
"""SQLSTATE: insufficient_privilege, read_only_sql_transaction; of a running one they are bugs."""


def why(error: BaseException) -> Refusal | None:
    """As :func:`silent`, with the reason and what to do, for whoever runs the machine."""
    told = silent(error)
    found = list(_chain(error))
    for each in found:
        name = str(getattr(each, "sqlite_errorname", "")).removeprefix("SQLITE_").partition("_")[0]
        if isinstance(each, sqlite3.Error) and name in _EMBEDDED:
            return Refusal(f"kit.embedded_{_EMBEDDED[name]}", Kind.UNAVAILABLE)
    if told is not None and told.code == "kit.database_damaged":
        return told
    for each in found:
        if _is_away(each) or getattr(each, "sqlstate", None) in _FORBIDDEN:
            return Refusal(f"kit.server_{of_server(each)}", Kind.UNAVAILABLE)
    return told


def unlike(error: BaseException) -> Refusal | None:
    """Return the refusal for an error that says a table or a column is not there, else None.

    For commands: they meet data of another release. While it is served the database is migrated, and
    such a statement is a bug.
    """
    if any(_names_nothing(each) for each in _chain(error)):
        return Refusal("kit.database_unlike", Kind.CONFLICT)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _is_sqlite(error: BaseException, *beginnings: str) -> bool:
    name = str(getattr(error, "sqlite_errorname", ""))
    return isinstance(error, sqlite3.Error) and name.removeprefix("SQLITE_").startswith(beginnings)


def _is_damaged(error: BaseException) -> bool:
    return _is_sqlite(error, *_DAMAGED) or getattr(error, "sqlstate", None) in _SERVER_DAMAGED


def _names_nothing(error: BaseException) -> bool:
    if isinstance(error, sqlite3.OperationalError):  # which has one code for all of them
        return bool(_NO_SUCH.search(str(error)))
    return getattr(error, "sqlstate", None) in _UNLIKE


def _is_away(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return _is_sqlite(error, *_AWAY)
    if not type(error).__module__.startswith("psycopg"):
        return False
    state = getattr(error, "sqlstate", None)
    if state is None:  # nobody answered
        return type(error).__name__ in ("OperationalError", "ConnectionTimeout")
    return state[:2] in _SERVER
