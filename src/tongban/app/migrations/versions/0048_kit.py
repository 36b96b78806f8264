"""events and jobs carry an authenticator: what nobody with the keys asked for is not done"""

import sqlalchemy as sa
from alembic import op

revision = "0048_kit"
down_revision = "0047_ledger"
branch_labels = None
depends_on = None

_BATCH = 2000


def upgrade() -> None:
    op.add_column("kit_outbox", sa.Column("authenticator", sa.LargeBinary(), nullable=True))
    op.add_column("kit_job", sa.Column("authenticator", sa.LargeBinary(), nullable=True))

    # What waits was written before there were authenticators, and none of it can be told from what
    # somebody slipped in: it is vouched for once, here, as it stands. What is done needs none.
    _vouch("kit_outbox", "kit.event", sa.column("done", sa.Boolean).is_(False))
    _vouch("kit_job", "kit.job", sa.column("state", sa.String) != "done")


def _vouch(name: str, purpose: str, undone: sa.ColumnElement[bool]) -> None:
    config = op.get_context().config
    assert config is not None
    keyring = config.attributes["database"].keyring
    work = sa.table(
        name,
        sa.column("id", sa.String),
        sa.column("name", sa.String),
        sa.column("payload", sa.Text),
        sa.column("authenticator", sa.LargeBinary),
    )
    asked = sa.select(work.c.id, work.c.name, work.c.payload).where(undone).order_by(work.c.id)
    change = work.update().where(work.c.id == sa.bindparam("row"))
    change = change.values(authenticator=sa.bindparam("made"))
    after = ""
    while rows := op.get_bind().execute(asked.where(work.c.id > after).limit(_BATCH)).all():
        made = [
            {"row": row.id, "made": keyring.mac(purpose, "\0".join(row).encode())} for row in rows
        ]
        op.get_bind().execute(change, made)
        after = rows[-1].id
