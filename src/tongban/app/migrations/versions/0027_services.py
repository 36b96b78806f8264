"""what an applicant said against a value that is not fetched at present"""

import sqlalchemy as sa
from alembic import op

revision = "0027_services"
down_revision = "0026_kit"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "services_objection",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["services_case.id"],
            name=op.f("fk_services_objection_case_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_services_objection_case_id_key")),
    )
