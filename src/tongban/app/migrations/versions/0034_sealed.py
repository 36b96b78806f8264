"""sealed values are bound to table, column and row; who decided stands sealed

What was sealed for no place is sealed anew for its own, in one transaction: a kill leaves the database
as it was. Tables are gone through in the order of a unique key, so that no more is in memory than a
batch.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from tongban.kit.crypto.places import Cell
from tongban.kit.db import Json

revision = "0034_sealed"
down_revision = "0033_exchange"
branch_labels = None
depends_on = None

_BATCH = 2000

# As the tables stood at this step: table, unique key, and each sealed column with what it is bound to.
_SEALED: tuple[tuple[str, tuple[str, ...], dict[str, tuple[str, ...]]], ...] = (
    ("archive_package", ("id",), {"request": ("id", "case_number")}),
    (
        "certificates_certificate",
        ("id",),
        {"personal": ("id", "holder_index", "pdf_digest", "credential_digest")},
    ),
    ("exchange_disclosure", ("id",), {"subject_sealed": ("id", "subject_index")}),
    (
        "exchange_look",
        ("id",),
        {"subject_sealed": ("id", "subject_index"), "words": ("id", "subject_index")},
    ),
    ("exchange_use", ("id",), {"subject_sealed": ("id", "subject_index")}),
    ("identity_account", ("id",), {"name_sealed": ("id",), "address_sealed": ("id",)}),
    (
        "identity_person",
        ("id",),
        {"number_sealed": ("id", "number_index"), "name_sealed": ("id", "number_index")},
    ),
    ("notices_message", ("id",), {"data_sealed": ("id", "account")}),
    ("services_attachment", ("id",), {"file_name": ("case_id", "id", "digest")}),
    ("services_case", ("id",), {"applicant": ("id", "subject_index")}),
    (
        "services_correction",
        ("case_id",),
        {"items": ("case_id",), "answer": ("case_id",), "changes": ("case_id",)},
    ),
    ("services_decision", ("case_id",), {"words": ("case_id",)}),
    (
        "services_happening",
        ("id",),
        {"actor_name": ("case_id", "id"), "words": ("case_id", "id")},
    ),
    ("services_objection", ("case_id", "key"), {"content": ("case_id", "key")}),
    ("services_opening", ("entry",), {"content": ("case_id", "entry")}),
    ("services_step", ("case_id", "step"), {"opinion": ("case_id", "step")}),
    ("services_value", ("case_id", "key"), {"content": ("case_id", "key")}),
)


def upgrade() -> None:
    op.add_column("services_decision", sa.Column("by_name_sealed", sa.LargeBinary()))
    connection = op.get_bind()
    for name, unique, columns in _SEALED:
        _bind_table(connection, name, unique, columns)
    _seal_who_decided(connection)
    _bind_orders(connection)
    op.drop_column("services_decision", "by_name")


def _keyring() -> Any:
    return context.config.attributes["database"].keyring


def _bind_table(
    connection: sa.Connection,
    name: str,
    unique: Sequence[str],
    columns: dict[str, tuple[str, ...]],
) -> None:
    """Seal every value of a table anew, in its place."""
    bound = {each for key in columns.values() for each in key}
    table = sa.table(name, *map(sa.column, sorted({*unique, *bound, *columns})))
    changed = _by_key(table, unique).values({each: sa.bindparam(f"new_{each}") for each in columns})
    for rows in _batches(connection, table, unique):
        new = [_bound(name, unique, columns, row) for row in rows]
        connection.execute(changed, new)


def _bound(
    name: str, unique: Sequence[str], columns: dict[str, tuple[str, ...]], row: Any
) -> dict[str, Any]:
    """Return what to write into a row; what is bound already, or does not open, stays as it is."""
    new = {f"old_{each}": row[each] for each in unique}
    for column, key in columns.items():
        sealed = row[column]
        if sealed is not None:
            cell = Cell(name, column, tuple(row[each] for each in key))
            sealed = _keyring().bind(bytes(sealed), cell) or bytes(sealed)
        new[f"new_{column}"] = sealed
    return new


def _by_key(table: Any, unique: Sequence[str]) -> Any:
    return sa.update(table).where(
        *(table.c[each] == sa.bindparam(f"old_{each}") for each in unique)
    )


def _batches(
    connection: sa.Connection, table: Any, unique: Sequence[str]
) -> Iterator[Sequence[Any]]:
    """Yield all rows in the order of a unique key, a batch at a time."""
    key = sa.tuple_(*(table.c[each] for each in unique))
    query = sa.select(table).order_by(*(table.c[each] for each in unique)).limit(_BATCH)
    after: tuple[Any, ...] | None = None
    while True:
        asked = query if after is None else query.where(key > sa.tuple_(*after))
        rows = connection.execute(asked).mappings().all()
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][each] for each in unique)


def _seal_who_decided(connection: sa.Connection) -> None:
    table = sa.table("services_decision", *map(sa.column, ("case_id", "by_name", "by_name_sealed")))
    changed = _by_key(table, ("case_id",)).values(by_name_sealed=sa.bindparam("sealed"))
    for rows in _batches(connection, table, ("case_id",)):
        new = [
            {"old_case_id": row["case_id"], "sealed": _who(row["case_id"], row["by_name"])}
            for row in rows
        ]
        connection.execute(changed, new)


def _who(case: str, name: str) -> bytes:
    sealed: bytes = _keyring().seal(name, Cell("services_decision", "by_name_sealed", (case,)))
    return sealed


def _bind_orders(connection: sa.Connection) -> None:
    """Seal anew what somebody asked of a list that is made in the background."""
    table = sa.table("kit_job", sa.column("id"), sa.column("name"), sa.column("payload", Json))
    query = sa.select(table).where(table.c.name == "kit.export")
    for row in connection.execute(query).all():
        order = _keyring().bind(bytes.fromhex(row.payload["order"]), Cell("kit_job", "payload"))
        if order is not None:
            new = {**row.payload, "order": order.hex()}
            connection.execute(table.update().where(table.c.id == row.id).values(payload=new))
