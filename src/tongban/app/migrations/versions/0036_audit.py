"""rows are held against their ledger entries, in the order of which they can be gone through"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Instant, Json

revision = "0036_audit"
down_revision = "0035_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_exchange_disclosure_entry", "exchange_disclosure", ["entry"])
    op.add_column("exchange_grant", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.create_index("ix_exchange_grant_entry", "exchange_grant", ["entry"])
    op.add_column(
        "certificates_certificate",
        sa.Column("status_entry", sa.String(length=36), server_default="", nullable=False),
    )
    for name in ("ledger_entry", "status_entry"):
        op.create_index(f"ix_certificates_certificate_{name}", "certificates_certificate", [name])
    op.add_column(
        "identity_account",
        sa.Column("entry", sa.String(length=36), server_default="", nullable=False),
    )
    op.add_column("identity_account", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.create_index("ix_identity_account_entry", "identity_account", ["entry"])
    op.add_column(
        "services_case",
        sa.Column("entry", sa.String(length=36), server_default="", nullable=False),
    )
    op.create_index("ix_services_case_entry", "services_case", ["entry"])
    for table in ("supervision_card", "archive_package"):
        entry = sa.Column("entry", sa.String(length=36), server_default="", nullable=False)
        op.add_column(table, entry)
        op.add_column(table, sa.Column("salt", sa.LargeBinary(), nullable=True))
        op.create_index(f"ix_{table}_entry", table, ["entry"])
    op.create_table(
        "kit_shelf_listing",
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_kit_shelf_listing")),
    )
    op.create_table(
        "evaluation_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_evaluation_day")),
    )
    op.create_index("ix_evaluation_day_entry", "evaluation_day", ["entry"])
    op.create_table(
        "audit_finding",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("rows", sa.String(length=40), nullable=False),
        sa.Column("table", sa.String(length=60), nullable=False),
        sa.Column("row", sa.String(length=100), nullable=False),
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("fields", Json(), nullable=False),
        sa.Column("first_at", Instant(length=27), nullable=False),
        sa.Column("last_at", Instant(length=27), nullable=False),
        sa.Column("gone_at", Instant(length=27), nullable=True),
        sa.Column("run", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_finding")),
    )
    op.create_index(
        "ix_audit_finding_once", "audit_finding", ["kind", "rows", "row", "entry"], unique=True
    )
    op.create_index("ix_audit_finding_standing", "audit_finding", ["gone_at", "last_at", "id"])
    op.create_table(
        "audit_run",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("began_at", Instant(length=27), nullable=False),
        sa.Column("ended_at", Instant(length=27), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("position", sa.String(length=36), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_run")),
    )
    op.create_index(op.f("ix_audit_run_ended_at"), "audit_run", ["ended_at"])
