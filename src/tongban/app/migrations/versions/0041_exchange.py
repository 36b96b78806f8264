"""what each step at hand needs of whom a running case is about, kept with who works on it"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Json

revision = "0041_exchange"
down_revision = "0040_audit"
branch_labels = None
depends_on = None

_KEY = ["case_number", "department", "duty", "holder"]


def upgrade() -> None:
    # Nothing is needed, and so nothing read, until it is worked out by what is at hand.
    with op.batch_alter_table("exchange_work", schema=None) as batch_op:
        batch_op.add_column(sa.Column("holder", sa.String(36), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("elements", Json(), server_default=sa.text("'[]'")))
        batch_op.add_column(
            sa.Column("masked", Json(), nullable=False, server_default=sa.text("'[]'"))
        )
    with op.batch_alter_table("exchange_work", schema=None) as batch_op:
        for name in ("holder", "elements", "masked"):
            batch_op.alter_column(name, server_default=None)
        batch_op.drop_constraint("pk_exchange_work", type_="primary")
        batch_op.create_primary_key("pk_exchange_work", _KEY)
    # Whoever brings the database to this release goes through the cases, a hundred at a time.
    op.execute("UPDATE services_reckoned SET calendar = '' WHERE what = 'at_hand'")
