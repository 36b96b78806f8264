"""what lets somebody in is bound: passwords, links, sessions, mandates, whose an account is, systems' keys

Each row gets a seal that says what it lets whom do, made of the row as it is now, in one transaction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from tongban.kit.crypto.places import Cell

revision = "0042_bound"
down_revision = "0041_exchange"
branch_labels = None
depends_on = None

Row = Mapping[Any, Any]
_BATCH = 2000


def upgrade() -> None:
    acting = ("token_hash", "id", "account", "way")
    _add("identity_session", "bound", acting, ("mandate",), lambda row: row["mandate"] or "")
    op.add_column("identity_account", sa.Column("person_sealed", sa.LargeBinary()))
    _fill("identity_account", ("id",), ("person",), "person_sealed", lambda row: row["person"])
    _add("identity_password", "hash_sealed", ("account",), ("hash",), lambda row: row["hash"])
    op.drop_column("identity_password", "hash")
    _add("identity_link", "bound", ("token_hash", "purpose"), ("account",), _whose)
    key = ("id", "person", "organisation")
    _add("identity_mandate", "bound", key, ("begins", "ends", "revoked"), _held)
    _add("exchange_client", "bound", ("code", "department", "key_hash"), ("active",), _good)


def _add(
    name: str,
    column: str,
    key: tuple[str, ...],
    more: tuple[str, ...],
    said: Callable[[Row], str | None],
) -> None:
    """Add a sealed column and fill it; a row without it is refused."""
    op.add_column(name, sa.Column(column, sa.LargeBinary()))
    _fill(name, key, more, column, said)


def _fill(
    name: str,
    key: tuple[str, ...],
    more: tuple[str, ...],
    column: str,
    said: Callable[[Row], str | None],
) -> None:
    """Seal what each row says, bound to its key; rows of which nothing is said stay without."""
    types = {"begins": sa.Date, "ends": sa.Date, "revoked": sa.Boolean, "active": sa.Boolean}
    columns = [sa.column(each, types.get(each, sa.String)()) for each in (*key, *more)]
    table = sa.table(name, *columns, sa.column(column, sa.LargeBinary()))
    unique = table.c[key[0]]
    change = (
        table.update().where(unique == sa.bindparam("row")).values({column: sa.bindparam("new")})
    )
    for rows in _batches(sa.select(*columns), unique):
        new = [(row, words) for row in rows if (words := said(row)) is not None]
        sealed = [
            {"row": row[key[0]], "new": _keyring().seal(words, _cell(name, column, key, row))}
            for row, words in new
        ]
        if sealed:
            op.get_bind().execute(change, sealed)


def _cell(name: str, column: str, key: tuple[str, ...], row: Row) -> Cell:
    return Cell(name, column, tuple(row[each] for each in key))


def _batches(query: sa.Select[Any], unique: Any) -> Iterator[Sequence[Row]]:
    """Yield all rows in the order of a unique column, a batch at a time."""
    ordered = query.order_by(unique).limit(_BATCH)
    rows = op.get_bind().execute(ordered).mappings().all()
    while rows:
        yield rows
        after = unique > rows[-1][unique.name]
        rows = op.get_bind().execute(ordered.where(after)).mappings().all()


def _keyring() -> Any:
    return context.config.attributes["database"].keyring


def _whose(row: Row) -> str:
    return row["account"] or ""


def _held(row: Row) -> str:
    found = sa.text("SELECT credit_code FROM identity_organisation WHERE id = :id")
    code = op.get_bind().execute(found, {"id": row["organisation"]}).scalar_one()
    ends = row["ends"].isoformat() if row["ends"] else ""
    state = "revoked" if row["revoked"] else "held"
    return f"{code} {row['begins'].isoformat()} {ends} {state}"


def _good(row: Row) -> str:
    return "good" if row["active"] else "ended"
