"""Departments' systems; of a key only its hash is kept."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from tongban.kit.db import Often, Reader, Unit, cell_of
from tongban.modules.exchange.model import Client
from tongban.modules.exchange.store.tables import clients

_BY_KEY = Often(
    select(clients).where(clients.c.key_hash == bindparam("key_hash"), clients.c.active)
)


_GOOD, _ENDED = "good", "ended"


def insert_client(unit: Unit, new: Client, key_hash: str) -> None:
    """Keep a client."""
    key = {"code": new.code, "department": new.department, "key_hash": key_hash}
    unit.connection.execute(
        clients.insert().values(
            **key,
            name=new.name,
            active=new.active,
            bound=unit.keyring.seal(_GOOD, cell_of(clients.c.bound, key)),
            created_at=new.created_at,
        )
    )


def client_by_key(reader: Reader, key_hash: str) -> Client | None:
    """Return the active client with a key. Refuses one that somebody without the keys wrote or changed."""
    row = _BY_KEY.first(reader.connection, key_hash=key_hash)
    if row is None:
        return None
    reader.keyring.confirm(row.bound, _GOOD, cell_of(clients.c.bound, row))
    return _client(row)


def every_client(connection: Connection) -> list[Client]:
    """Return all clients."""
    return [_client(row) for row in connection.execute(select(clients).order_by(clients.c.code))]


def end_client(unit: Unit, code: str) -> bool:
    """Make a client's key worthless; whether there was such a client."""
    mine = clients.c.code == code
    row = unit.connection.execute(select(clients).where(mine)).first()
    if row is None:
        return False
    bound = unit.keyring.seal(_ENDED, cell_of(clients.c.bound, row))
    unit.connection.execute(clients.update().where(mine).values(active=False, bound=bound))
    return True


def _client(row: Row[Any]) -> Client:
    return Client(
        code=row.code,
        name=row.name,
        department=row.department,
        active=row.active,
        created_at=row.created_at,
    )
