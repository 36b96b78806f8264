"""what a source holds that does not fit is counted, and named on the line"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Instant, Json

revision = "0019_exchange"
down_revision = "0018_kit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_unfit",
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("resource", sa.String(length=64), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", Instant(length=27), nullable=False),
        sa.Column("last_at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint(
            "source", "resource", "element", "reason", name=op.f("pk_exchange_unfit")
        ),
    )
    with op.batch_alter_table("exchange_disclosure", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("unfit", Json(), nullable=False, server_default=sa.text("'{}'"))
        )
    with op.batch_alter_table("exchange_disclosure", schema=None) as batch_op:
        batch_op.alter_column("unfit", server_default=None)
