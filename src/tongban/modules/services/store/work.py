"""What was done and handed in on cases, each table by one digest: what an entry commits to of it."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, select

from tongban.kit.crypto.hashing import SHA_256
from tongban.kit.db import chunks
from tongban.modules.services.store import tables

_ROWS: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "steps": (
        tables.step,
        ("step", "kind", "department", "state", "clerk", "opened_at", "done_at", "outcome",
         "opinion", "second_look", "asked_again_at", "looked_again_at"),
    ),
    "values": (
        tables.value,
        ("key", "content", "origin", "at", "resource", "provider", "disclosure", "ledger_entry",
         "settled"),
    ),
    "consents": (
        tables.consent,
        ("number", "resource", "choice", "brought", "fault", "unfit", "use", "at"),
    ),
    "objections": (tables.objection, ("key", "content")),
    "attachments": (
        tables.attachment,
        ("id", "material", "file_name", "media_type", "digest", "size", "at"),
    ),
    "notice": (
        tables.correction,
        ("asked_at", "asked_by", "from_state", "items", "supplied_at", "answer", "changes"),
    ),
}  # fmt: skip
"""By the name that a finding shows: which rows, by which columns, the first of them in their order.

What is sealed counts as it lies there, never what it says: so a digest tells nothing of a value that was
forgotten, and nothing need be opened to make it. Whoever seals anew has to log anew how cases stand.
"""


def digests(connection: Connection, cases: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return of cases, by internal id, the digest of each kind of row: 32 hexadecimal digits."""
    found: dict[str, dict[str, str]] = {case: {} for case in cases}
    for name, (table, columns) in _ROWS.items():
        said: dict[str, list[list[Any]]] = {}
        for some in chunks(cases):
            said |= _rows(connection, table, columns, some)
        for case, kinds in found.items():
            kinds[name] = SHA_256.hex(msgspec.json.encode(said.get(case, [])))[:32]
    return found


def _rows(
    connection: Connection, table: Table, columns: Sequence[str], cases: Sequence[str]
) -> dict[str, list[list[Any]]]:
    own, asked = table.c.case_id, [table.c[name] for name in columns]
    query = select(own, *asked).where(own.in_(cases)).order_by(own, asked[0])
    rows: Any = connection.execute(query)
    return {case: [_said(row) for row in several] for case, several in groupby(rows, _case)}


def _case(row: Row[Any]) -> str:
    return str(row[0])


def _said(row: Row[Any]) -> list[Any]:
    return list(row[1:])
