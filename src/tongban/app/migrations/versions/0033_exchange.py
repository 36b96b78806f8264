"""the second person's agreement to reads without a case, and unusual reading"""

import sqlalchemy as sa
from alembic import op

from tongban.kit.db import Instant, Json

revision = "0033_exchange"
down_revision = "0032_exchange"
branch_labels = None
depends_on = None


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    op.create_table(
        "exchange_agreement",
        _text("id", 36),
        _text("grant_code", 80),
        _text("provider", 100),
        _text("department", 100),
        _text("resource", 64),
        _text("reader", 90),
        _text("asked_by", 36),
        _text("occasion", 80),
        sa.Column("occasion_name", Json(), nullable=False),
        _text("occasion_reference", 40),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        _text("state", 10),
        sa.Column("asked_at", Instant(length=27), nullable=False),
        _text("decided_by", 36),
        sa.Column("decided_at", Instant(length=27)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        _text("entry", 36),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_agreement")),
    )
    for column in ("asked_by", "department", "provider", "reader"):
        op.create_index(op.f(f"ix_exchange_agreement_{column}"), "exchange_agreement", [column])
    op.create_table(
        "exchange_alarm",
        _text("id", 36),
        _text("who", 90),
        _text("department", 100),
        _text("kind", 10),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Integer(), nullable=False),
        _text("entry", 36),
        _text("state", 10),
        sa.Column("words", sa.Text(), nullable=False),
        _text("looked_by", 36),
        sa.Column("looked_at", Instant(length=27)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_alarm")),
        sa.UniqueConstraint("who", "kind", "day", name=op.f("uq_exchange_alarm_who_kind_day")),
    )
    op.create_index(op.f("ix_exchange_alarm_department"), "exchange_alarm", ["department"])
    op.create_table(
        "exchange_alarm_provider",
        _text("alarm", 36),
        _text("provider", 100),
        sa.PrimaryKeyConstraint("alarm", "provider", name=op.f("pk_exchange_alarm_provider")),
    )
    op.create_index("ix_exchange_alarm_provider_provider", "exchange_alarm_provider", ["provider"])
    op.create_index("ix_exchange_disclosure_asked_by_at", "exchange_disclosure", ["asked_by", "at"])
