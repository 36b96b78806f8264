"""what a correction changed, and reviews looked at again after it"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Instant

revision = "0021_services"
down_revision = "0020_services"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("services_correction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("supplied_at", Instant(length=27), nullable=True))
        batch_op.add_column(sa.Column("changes", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("services_step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_look", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("asked_again_at", Instant(length=27), nullable=True))
        batch_op.add_column(sa.Column("looked_again_at", Instant(length=27), nullable=True))
