"""a consent says which elements the department holds and nobody could read"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Json

revision = "0020_services"
down_revision = "0019_exchange"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("services_consent", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("unfit", Json(), nullable=False, server_default=sa.text("'[]'"))
        )
    with op.batch_alter_table("services_consent", schema=None) as batch_op:
        batch_op.alter_column("unfit", server_default=None)
