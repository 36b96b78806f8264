"""a correction keeps the days given, and waits for the calendar to cover its last one"""

import sqlalchemy as sa
from alembic import op

revision = "0016_services"
down_revision = "0015_exchange"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("services_correction", schema=None) as batch_op:
        batch_op.alter_column("due", existing_type=sa.Date(), nullable=True)
        batch_op.add_column(sa.Column("days", sa.Integer(), nullable=False, server_default="15"))
    with op.batch_alter_table("services_correction", schema=None) as batch_op:
        batch_op.alter_column("days", server_default=None)
