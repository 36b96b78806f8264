"""a card says which clock it is about, and each clock has its own"""

import sqlalchemy as sa
from alembic import op

revision = "0024_supervision"
down_revision = "0023_exchange"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("supervision_card", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("clock", sa.String(length=20), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("step", sa.String(length=100), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("limit_due", sa.Date(), nullable=True))
        batch_op.drop_index("ix_supervision_card_once")
        batch_op.create_index(
            "ix_supervision_card_once",
            ["rule", "case_number", "department", "clock", "step"],
            unique=True,
        )
