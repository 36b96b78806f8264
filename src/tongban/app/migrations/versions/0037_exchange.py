"""the day from which on a person sees a read that a law keeps back from them, and by which law"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Json

revision = "0037_exchange"
down_revision = "0036_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exchange_disclosure", sa.Column("shown_on", sa.Date()))
    op.add_column("exchange_disclosure", sa.Column("kept_back_by", Json()))
    op.create_index("ix_exchange_disclosure_shown_on", "exchange_disclosure", ["shown_on"])
