"""How often somebody may read in a day."""

import datetime as dt
from enum import StrEnum

import msgspec


class LimitKind(StrEnum):
    """What a limit is a limit of; in this order they are counted."""

    ACCOUNT = "account"
    """Reads a day of one account or one client, whatever by."""
    ASKED = "asked"
    """Requests a day of one account that another person agree to more reads."""
    EACH = "each"
    """Reads a day of one of them by one grant without a case."""
    GRANT = "grant"
    """Reads a day by one grant, whoever reads."""
    HOUR = "hour"
    """Reads an hour of one account or client: not bounded, for what is told of unusual reading."""
    REFUSED = "refused"
    """Attempts an hour of one account or client that were refused and are on record."""
    WITHOUT = "without"
    """Reads a day by one grant without a case, whoever reads."""


class Limit(msgspec.Struct, frozen=True):
    """At most so many times since the period began."""

    kind: LimitKind
    who: str
    """Of whom or of what: an account or client as ``kind:account``, a grant's code, or both."""
    since: dt.datetime
    """When the day, or the hour, began."""
    most: int
