"""attempts that no source answered are counted"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Instant

revision = "0023_exchange"
down_revision = "0022_supervision"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_unanswered",
        sa.Column("resource", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", Instant(length=27), nullable=False),
        sa.Column("last_at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("resource", name=op.f("pk_exchange_unanswered")),
    )
