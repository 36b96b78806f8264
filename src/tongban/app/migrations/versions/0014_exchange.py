"""a use says its service's name and whether it is for a draft"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Json

revision = "0014_exchange"
down_revision = "0013_supervision"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exchange_use", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("draft", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("service_name", Json(), nullable=False, server_default=sa.text("'\"\"'"))
        )
    # Until now a draft's uses went by its id, which alone has hyphens.
    op.execute("UPDATE exchange_use SET draft = (case_number LIKE '%-%-%-%-%')")
    with op.batch_alter_table("exchange_use", schema=None) as batch_op:
        batch_op.alter_column("draft", server_default=None)
        batch_op.alter_column("service_name", server_default=None)
