"""Connections for reading an SQLite database, kept open between one view and the next.

Taking one from SQLAlchemy's pool and beginning there costs more than most questions that are then
asked; here it is a list and two statements of SQLite.
"""

import threading
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError

_KEPT = 16
_NOTES = "tongban.notes"
_of_transactions: WeakKeyDictionary[RootTransaction, dict[Any, Any]] = WeakKeyDictionary()


class Readers:
    """Hands out connections, each inside a transaction of its own that is undone afterwards."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Connection] = []
        self._lock = threading.Lock()

    def take(self) -> Connection:
        """Return a connection that nobody else has; its view begins with the first question."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._engine.connect()
        raw: Any = connection.connection.dbapi_connection
        raw.execute("BEGIN")
        connection.info[_NOTES] = {}
        return connection

    def give_back(self, connection: Connection) -> None:
        """End the view; a connection that cannot be kept is closed."""
        if connection.closed or connection.invalidated:
            connection.close()
            return
        try:
            del connection.info[_NOTES]
            if connection.in_transaction():
                connection.rollback()
            raw: Any = connection.connection.dbapi_connection
            if raw.in_transaction:
                raw.rollback()
        except DBAPIError:
            connection.invalidate()
        with self._lock:
            if len(self._idle) < _KEPT and not connection.invalidated:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Let go of every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def notes_of(connection: Connection) -> dict[Any, Any] | None:
    """Return what is remembered as long as a connection's view or transaction lasts; None outside."""
    notes: dict[Any, Any] | None = connection.info.get(_NOTES)
    if notes is not None:
        return notes
    begun = connection.get_transaction()
    return None if begun is None else _of_transactions.setdefault(begun, {})
