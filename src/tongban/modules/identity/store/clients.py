"""Departments' systems that were let in by a key."""

from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from tongban.kit.db import Reader, Unit
from tongban.modules.identity.store.tables import client

_BY_KEY: Select[Any] = select(client).where(client.c.key_hash == bindparam("key_hash"))


def by_key(reader: Reader, key_hash: str) -> Row[Any] | None:
    """Return id, name, department and whether it is active of the client with a key."""
    return reader.connection.execute(_BY_KEY, {"key_hash": key_hash}).first()


def insert(unit: Unit, identifier: str, name: str, department: str, key_hash: str) -> None:
    """Keep a client."""
    unit.connection.execute(
        client.insert().values(
            id=identifier,
            name=name,
            department=department,
            key_hash=key_hash,
            active=True,
            made_at=unit.now,
        )
    )


def shut_out(unit: Unit, identifier: str) -> bool:
    """Make a client's key worthless; whether there was such a client."""
    chosen = client.c.id == identifier
    return unit.connection.execute(client.update().where(chosen).values(active=False)).rowcount > 0
