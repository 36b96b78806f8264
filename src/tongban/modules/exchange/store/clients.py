"""Departments' systems; of a key only its hash is kept."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from tongban.kit.db import Often
from tongban.modules.exchange.model import Client
from tongban.modules.exchange.store.tables import clients

_BY_KEY = Often(
    select(clients).where(clients.c.key_hash == bindparam("key_hash"), clients.c.active)
)


def insert_client(connection: Connection, new: Client, key_hash: str) -> None:
    """Keep a client."""
    connection.execute(
        clients.insert().values(
            code=new.code,
            name=new.name,
            department=new.department,
            key_hash=key_hash,
            active=new.active,
            created_at=new.created_at,
        )
    )


def client_by_key(connection: Connection, key_hash: str) -> Client | None:
    """Return the active client with a key."""
    row = _BY_KEY.first(connection, key_hash=key_hash)
    return None if row is None else _client(row)


def every_client(connection: Connection) -> list[Client]:
    """Return all clients."""
    return [_client(row) for row in connection.execute(select(clients).order_by(clients.c.code))]


def end_client(connection: Connection, code: str) -> bool:
    """Make a client's key worthless; whether there was such a client."""
    ended = clients.update().where(clients.c.code == code).values(active=False)
    return connection.execute(ended).rowcount > 0


def _client(row: Row[Any]) -> Client:
    return Client(
        code=row.code,
        name=row.name,
        department=row.department,
        active=row.active,
        created_at=row.created_at,
    )
