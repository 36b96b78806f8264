"""what was erased is logged; entries about cases speak of what was done and handed in, and drafts have one"""

import sqlalchemy as sa
from alembic import op

revision = "0040_audit"
down_revision = "0037_exchange"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_erasure",
        sa.Column("erased", sa.String(length=36), nullable=False),
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("erased", name=op.f("pk_ledger_erasure")),
    )
    op.create_index(op.f("ix_ledger_erasure_entry"), "ledger_erasure", ["entry"])
    op.add_column(
        "services_opening",
        sa.Column("form", sa.Integer(), server_default="0", nullable=False),
    )
