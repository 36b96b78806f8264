"""a grant says what it rests on, and purposes are declared"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Json

revision = "0015_exchange"
down_revision = "0014_exchange"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_purpose",
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("departments", Json(), nullable=False),
        sa.Column("name", Json(), nullable=False),
        sa.Column("clause", Json(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_exchange_purpose")),
    )
    # Until somebody says otherwise a grant needs the person's consent.
    with op.batch_alter_table("exchange_grant", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("rests_on", sa.String(length=10), nullable=False, server_default="consent")
        )
    with op.batch_alter_table("exchange_grant", schema=None) as batch_op:
        batch_op.alter_column("rests_on", server_default=None)
