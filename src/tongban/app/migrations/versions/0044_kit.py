"""a database bears an identity, which its data folder names, and who may open it"""

import sqlalchemy as sa
from alembic import op

revision = "0044_kit"
down_revision = "0043_exchange"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kit_database",
        sa.Column("identity", sa.String(length=36), nullable=False),
        sa.Column("vouched", sa.LargeBinary(), nullable=False),
        sa.Column("release", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_kit_database")),
    )
