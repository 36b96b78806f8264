"""a number that is none, which SQLite keeps in any column, is found by an index of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0047_ledger"
down_revision = "0046_audit"
branch_labels = None
depends_on = None

_ODD = sa.text("typeof(number) NOT IN ('integer', 'null')")


def upgrade() -> None:
    op.create_index(
        "ix_ledger_entry_odd",
        "ledger_entry",
        ["id"],
        sqlite_where=_ODD,
        postgresql_where=sa.text("number < 0"),
    )
