"""what somebody has something to do about, as lists ask for it; filled in pieces once tables stand"""

import sqlalchemy as sa
from alembic import op

revision = "0030_services"
down_revision = "0029_evaluation"
branch_labels = None
depends_on = None

_INDEXES = {
    "clerk": ["department", "clerk", "due_on", "number", "step"],
    "counted": [
        "department", "service", "kind", "duty", "clerk", "again", "waits", "from_on", "until_on",
        "yellow_from", "red_from", "lapsed_from", "service_version",
    ],
    "due": [
        "department", "due_on", "number", "step", "clerk", "again", "waits", "duty", "service",
        "kind", "from_on", "until_on", "yellow_from", "red_from", "lapsed_from",
    ],
    "number": ["department", "number", "step"],
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "services_reckoned",
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.Column("towards", sa.String(length=64), nullable=False),
        sa.Column("after", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_services_reckoned")),
    )
    op.create_table(
        "services_at_hand",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.Column(
            "number",
            sa.String(length=50).with_variant(sa.String(length=50, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("service", sa.String(length=200), nullable=False),
        sa.Column("service_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.String(length=100), nullable=False),
        sa.Column("clerk", sa.String(length=36), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("yellow_from", sa.Date(), nullable=False),
        sa.Column("red_from", sa.Date(), nullable=False),
        sa.Column("lapsed_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["services_case.id"],
            name=op.f("fk_services_at_hand_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "step", "from_on", name=op.f("pk_services_at_hand")),
    )
    for name, columns in _INDEXES.items():
        op.create_index(f"ix_services_at_hand_{name}", "services_at_hand", columns)
    # By no calendar: whoever brings the database to this release fills it, a hundred cases at a time.
    op.execute(
        "INSERT INTO services_reckoned (what, calendar, towards, after) "
        "SELECT 'at_hand', '', '', '' WHERE EXISTS (SELECT 1 FROM services_step)"
    )
