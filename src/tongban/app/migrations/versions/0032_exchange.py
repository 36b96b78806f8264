"""who of a department looked at the data of a case"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Instant, Json

revision = "0032_exchange"
down_revision = "0031_exchange"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_look",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_at", Instant(length=27), nullable=False),
        sa.Column("last_at", Instant(length=27), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_index", sa.String(length=64), nullable=False),
        sa.Column("subject_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.String(length=36), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("post", Json(), nullable=False),
        sa.Column("case_number", sa.String(length=50), nullable=False),
        sa.Column("service", sa.String(length=200), nullable=False),
        sa.Column("service_name", Json(), nullable=False),
        sa.Column("elements", Json(), nullable=False),
        sa.Column("names", Json(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("commitment_salt", sa.LargeBinary(), nullable=True),
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_look")),
    )
    op.create_index("ix_exchange_look_subject_index_id", "exchange_look", ["subject_index", "id"])
    op.create_index("ix_exchange_look_case_number_day", "exchange_look", ["case_number", "day"])
