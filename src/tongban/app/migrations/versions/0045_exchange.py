"""looks, agreements and alarms are held against their ledger entries"""

import sqlalchemy as sa
from alembic import op

revision = "0045_exchange"
down_revision = "0044_kit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_exchange_look_entry", "exchange_look", ["entry"])
    op.add_column("exchange_agreement", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.create_index("ix_exchange_agreement_entry", "exchange_agreement", ["entry"])
    op.add_column(
        "exchange_alarm",
        sa.Column("status_entry", sa.String(length=36), server_default="", nullable=False),
    )
    op.add_column("exchange_alarm", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.create_index("ix_exchange_alarm_status_entry", "exchange_alarm", ["status_entry"])
