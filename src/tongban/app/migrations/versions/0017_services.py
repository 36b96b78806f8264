"""the directory says in which days a limit is counted"""

import sqlalchemy as sa
from alembic import op

revision = "0017_services"
down_revision = "0016_services"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("services_listing", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "promised_unit", sa.String(length=20), nullable=False, server_default="working_day"
            )
        )
    with op.batch_alter_table("services_listing", schema=None) as batch_op:
        batch_op.alter_column("promised_unit", server_default=None)
