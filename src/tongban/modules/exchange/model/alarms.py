"""Unusual reading: what is told of reads at the interface that are not as usual; nothing personal."""

import datetime as dt
from enum import StrEnum

import msgspec


class AlarmKind(StrEnum):
    """What is unusual."""

    VOLUME = "volume"
    """Far more in an hour than the account reads otherwise."""
    HOUR = "hour"
    """At an hour at which offices are closed."""
    REFUSALS = "refusals"
    """Many attempts in an hour that were refused."""
    RELATION = "relation"
    """Of the reader's own data, or of an organisation for which they hold a mandate."""


class AlarmState(StrEnum):
    """Whether somebody looked into it."""

    OPEN = "open"
    LOOKED_AT = "looked_at"


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of unusual reading of one account or client on one day."""

    id: str
    who: str
    """The account or client, as ``kind:account``."""
    department: str
    providers: tuple[str, ...]
    """Departments whose data were read, or asked for."""
    kind: AlarmKind
    day: dt.date
    at: dt.datetime
    times: int
    """How often in that hour; how often that day where it is a relation."""
    usual: int
    """Above how many it is unusual; 0 where once is."""
    entry: str
    """Ledger entry of the read, where it is one."""
    state: AlarmState = AlarmState.OPEN
    words: str = ""
    """What somebody found when they looked into it."""
    looked_by: str = ""
    looked_at: dt.datetime | None = None
    status_entry: str = ""
    """Ledger entry that says how the alarm itself stands."""
    salt: bytes | None = None
    """Hides what that entry commits to."""
