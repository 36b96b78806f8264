"""a message is bound to its words, its link and its instant, which stand beside what is sealed

What does not open as it was sealed before was altered: it stays, and does not open after either.
"""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from tongban.kernel.errors import Refusal
from tongban.kit.crypto.places import Cell
from tongban.kit.db import Instant

revision = "0053_notices"
down_revision = "0052_exchange"
branch_labels = None
depends_on = None

_BATCH = 2000
_ALTERED = "kit.sealed_altered"
_MESSAGE = sa.table(
    "notices_message",
    *(sa.column(name, sa.String) for name in ("id", "account", "message", "link")),
    sa.column("at", Instant),
    sa.column("data_sealed", sa.LargeBinary),
)


def upgrade() -> None:
    columns = _MESSAGE.c
    asked = sa.select(_MESSAGE).order_by(columns.id).limit(_BATCH)
    change = _MESSAGE.update().where(columns.id == sa.bindparam("row"))
    change = change.values(data_sealed=sa.bindparam("made"))
    after = ""
    while rows := op.get_bind().execute(asked.where(columns.id > after)).all():
        made = [{"row": row.id, "made": new} for row in rows if (new := _anew(row)) is not None]
        if made:
            op.get_bind().execute(change, made)
        after = rows[-1].id


def _anew(row: Any) -> bytes | None:
    keyring = context.config.attributes["database"].keyring
    try:
        data = keyring.open(row.data_sealed, _cell(row.id, row.account))
    except Refusal as refusal:
        if refusal.code != _ALTERED:
            raise
        return None
    at = json.dumps(row.at.astimezone(dt.UTC).isoformat())
    cell = _cell(row.id, row.account, row.message, row.link)
    made: bytes = keyring.seal(f'{{"at":{at},"data":{data}}}', cell)
    return made


def _cell(*key: str) -> Cell:
    return Cell("notices_message", "data_sealed", key)
