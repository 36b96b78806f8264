"""a rule draws one card of a case and a department"""

from alembic import op

revision = "0022_supervision"
down_revision = "0021_services"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("supervision_card", schema=None) as batch_op:
        batch_op.drop_index("ix_supervision_card_once")
        batch_op.create_index(
            "ix_supervision_card_once", ["rule", "case_number", "department"], unique=True
        )
