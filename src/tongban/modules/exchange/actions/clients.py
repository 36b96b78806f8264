"""Departments' own systems and their keys."""

import re

from tongban.kit.crypto import chance
from tongban.kit.db import Unit
from tongban.modules.exchange import errors, queries, store
from tongban.modules.exchange.model import Client
from tongban.modules.government import queries as government

_CODE = re.compile(r"[a-z][a-z0-9-]{1,62}")


def add_client(unit: Unit, code: str, name: str, department: str) -> str:
    """Let a department's system use the interface; returns its key, which is shown only now.

    Refuses a code that is taken or ill-shaped, and an unknown department.
    """
    if not _CODE.fullmatch(code):
        raise errors.client_code_ill_shaped()
    government.department(unit.connection, department)
    if any(client.code == code for client in queries.clients(unit.connection)):
        raise errors.client_exists(code)
    key = "tbk_" + chance.token_urlsafe(32)
    client = Client(
        code=code, name=name or code, department=department, active=True, created_at=unit.now
    )
    store.insert_client(unit, client, queries.key_hash(unit.keyring.suite, key))
    return key


def end_client(unit: Unit, code: str) -> None:
    """Make a client's key worthless. Refuses an unknown client."""
    if not store.end_client(unit, code):
        raise errors.client_not_found(code)
