"""the nightly audit goes on with sealed values and archived packages, and keeps how far it is"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Json

revision = "0046_audit"
down_revision = "0045_exchange"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("sweep", 40), ("sweep_position", 400)):
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column("audit_run", column)
    op.add_column("audit_run", sa.Column("swept", Json(), server_default="{}", nullable=False))
