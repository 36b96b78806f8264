"""in which form the text indexes were filled is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0026_kit"
down_revision = "0025_kit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kit_text_form",
        sa.Column("form", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("form", name=op.f("pk_kit_text_form")),
    )
