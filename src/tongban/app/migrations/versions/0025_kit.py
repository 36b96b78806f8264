"""jobs have a kind, and lanes give signs of life"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Instant

revision = "0025_kit"
down_revision = "0024_supervision"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kit_lane",
        sa.Column("lane", sa.String(length=60), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.Column("took", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("lane"),
    )
    with op.batch_alter_table("kit_job", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=60), nullable=False, server_default="")
        )
        batch_op.create_index("ix_kit_job_due", ["kind", "state", "next_at"], unique=False)
    with op.batch_alter_table("kit_job", schema=None) as batch_op:
        batch_op.alter_column("kind", server_default=None)
    _fill_in()


def _fill_in() -> None:
    """Give each job its kind: the part of its name before the first full stop."""
    job = sa.table("kit_job", sa.column("name", sa.String), sa.column("kind", sa.String))
    for (name,) in op.get_bind().execute(sa.select(job.c.name).distinct()).all():
        kind = name.partition(".")[0]
        op.execute(job.update().where(job.c.name == name).values(kind=kind))
