"""attempts that no source answered before they were counted are counted too

0023 began the count at nothing, so that on data of an older release the share of answered attempts
looked better than it was. What a case needed and no source gave is on record with its reason: it is
added as far as it is older than the first that was counted. What was asked again since, or of a draft
that is gone, is on record no more.
"""

from alembic import op

revision = "0028_exchange"
down_revision = "0027_services"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        INSERT INTO exchange_unanswered (resource, times, first_at, last_at)
        SELECT said.resource, count(*), min(said.at), max(said.at)
        FROM services_consent AS said
        LEFT JOIN exchange_unanswered AS known ON known.resource = said.resource
        WHERE said.brought = 'failed'
            AND said.fault IN (
                'exchange.resource_not_connected', 'exchange.source_unavailable',
                'exchange.source_unknown', 'exchange.source_lacks', 'exchange.source_unreadable',
                'exchange.source_wal', 'exchange.source_misdeclared'
            )
            AND (known.first_at IS NULL OR said.at < known.first_at)
        GROUP BY said.resource
        ON CONFLICT (resource) DO UPDATE SET
            times = exchange_unanswered.times + excluded.times, first_at = excluded.first_at
    """)
