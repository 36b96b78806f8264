"""The second person: above a number of reads without a case, somebody else must have agreed."""

import datetime as dt
from enum import StrEnum

import msgspec

from tongban.kernel.text import Text


class AgreementState(StrEnum):
    """Where an agreement stands. That it is used up or over is a matter of count and date."""

    REQUESTED = "requested"
    AGREED = "agreed"
    REFUSED = "refused"


class Standing(StrEnum):
    """How an agreement stands on a day: its state, or that nothing more can be read by it."""

    REQUESTED = "requested"
    AGREED = "agreed"
    REFUSED = "refused"
    SPENT = "spent"
    OVER = "over"


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """So many reads by a grant without a case, of one account or client, until a day."""

    id: str
    grant: str
    provider: str
    department: str
    resource: str
    reader: str
    """Who is to read, as ``kind:account``."""
    asked_by: str
    """Account of who asked: the reader, or for a department's system its data officer."""
    occasion: str
    occasion_name: Text
    occasion_reference: str
    number: int
    until: dt.date
    state: AgreementState
    asked_at: dt.datetime
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    reason: str = ""
    """Why it was refused, in the words of who did."""
    used: int = 0
    entry: str = ""
    """Ledger entry of the latest change."""
    salt: bytes | None = None
    """Hides what that entry commits to; None where it was made before entries committed to anything."""

    def standing(self, today: dt.date) -> Standing:
        """Return how it stands on a day."""
        if self.state is AgreementState.REFUSED:
            return Standing.REFUSED
        if self.until < today:
            return Standing.OVER
        if self.used >= self.number:
            return Standing.SPENT
        return Standing(self.state.value)


class AgreementRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks another person to agree to."""

    grant: str
    client: str = ""
    """Code of the department's system that is to read; empty for oneself."""
    occasion: str
    occasion_reference: str
    number: int | None
    until: dt.date | None
    """Both are needed; None where a form was left empty or could not be read."""
