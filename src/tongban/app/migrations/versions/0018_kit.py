"""what fails is seen from its first failure, and events have a dead letter"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Instant

revision = "0018_kit"
down_revision = "0017_services"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("kit_job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failed_at", Instant(length=27), nullable=True))
        batch_op.add_column(sa.Column("gave_up_at", Instant(length=27), nullable=True))

    with op.batch_alter_table("kit_outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fault", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("failed_at", Instant(length=27), nullable=True))
        batch_op.add_column(
            sa.Column("dead", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("kit_outbox", schema=None) as batch_op:
        batch_op.alter_column("dead", server_default=None)
    _fill_in()


def _fill_in() -> None:
    """Say of jobs that failed before when they did: as well as the table knows.

    Nothing was noted of a first failure, so the hour in which a job was asked for stands for it; one
    that was given up rests since its last lease ended.
    """
    op.execute("UPDATE kit_job SET failed_at = at WHERE fault IS NOT NULL AND state <> 'done'")
    op.execute(
        "UPDATE kit_job SET gave_up_at = next_at WHERE fault IS NOT NULL AND state = 'failed'"
    )
