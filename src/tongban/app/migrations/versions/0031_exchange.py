"""who works on a running case, what is read without one, and how often; filled as what is at hand is"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Instant, Json

revision = "0031_exchange"
down_revision = "0030_services"
branch_labels = None
depends_on = None

_NEW = (
    ("asked_by", sa.String(length=90), sa.text("''")),
    ("occasion", sa.String(length=80), sa.text("''")),
    ("occasion_name", Json(), sa.text("'\"\"'")),
    ("occasion_reference", sa.String(length=40), sa.text("''")),
)


def upgrade() -> None:
    op.create_table(
        "exchange_work",
        sa.Column("case_number", sa.String(length=50), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.Column("duty", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("case_number", "department", "duty", name=op.f("pk_exchange_work")),
    )
    op.create_table(
        "exchange_tally",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("who", sa.String(length=180), nullable=False),
        sa.Column("since", Instant(length=27), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "who", "since", name=op.f("pk_exchange_tally")),
    )
    op.create_index("ix_exchange_tally_since", "exchange_tally", ["since"])
    op.add_column("exchange_grant", sa.Column("without_case", Json()))
    # Nobody asked for what stands there already: services fetched it, or who asked was not kept.
    with op.batch_alter_table("exchange_disclosure", schema=None) as batch_op:
        for name, kind, nothing in _NEW:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=nothing))
    with op.batch_alter_table("exchange_disclosure", schema=None) as batch_op:
        for name, _, _ in _NEW:
            batch_op.alter_column(name, server_default=None)
    # Who works on running cases is kept with what is at hand of them: whoever brings the database to
    # this release goes through them, a hundred at a time.
    op.execute("UPDATE services_reckoned SET calendar = '' WHERE what = 'at_hand'")
