"""every entry about somebody has a number, and follows the one before; those of before are numbered by
whoever brings the database to this release (docs/design/audit.md, rows of before)"""

import sqlalchemy as sa
from alembic import op

revision = "0043_exchange"
down_revision = "0042_bound"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_chain",
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("who", "name", "number", name=op.f("pk_exchange_chain")),
    )
    op.create_index("ix_exchange_chain_entry", "exchange_chain", ["entry"], unique=True)
