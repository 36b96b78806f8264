"""Which of the entries that wait may have a number: what they say of when they happened.

Who wrote an entry is told by its authenticator; these rules look at instants alone.
"""

from datetime import datetime, timedelta

from tongban.modules.ledger.model import RefusalReason

OVERLAP = timedelta(hours=1)
"""So long may a transaction last (an import, say) beside others whose entries are numbered meanwhile."""
SKEW = timedelta(minutes=1)
"""So far may the clocks of machines that share a database be apart."""


def fault_of_instant(at: datetime, since: datetime | None, now: datetime) -> RefusalReason | None:
    """Say what is wrong with an entry's instant.

    ``since`` is the latest instant in the log; what is more than :data:`OVERLAP` before it was slipped
    in. What is more than :data:`SKEW` after ``now`` has not happened.
    """
    if since is not None and at < since - OVERLAP:
        return RefusalReason.EARLY
    return RefusalReason.LATE if at > now + SKEW else None


def is_behind(now: datetime, signed_at: datetime) -> bool:
    """Whether a clock is further behind what was signed last than clocks may be apart."""
    return now < signed_at - SKEW
