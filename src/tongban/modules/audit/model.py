"""Runs of an audit and what they find; all frozen. Nothing of it is about a person."""

import datetime as dt
from enum import StrEnum

import msgspec


class FindingKind(StrEnum):
    """How a row and the ledger disagree."""

    DIFFERS = "differs"
    ROW_WITHOUT_ENTRY = "row_without_entry"
    ENTRY_WITHOUT_ROW = "entry_without_row"
    NAMED_TWICE = "named_twice"
    """Two rows name one entry: one of them is a copy."""
    ERASED_WITHOUT_RULE = "erased_without_rule"
    """The log says that its row was erased, and no rule lets such a row be erased."""
    UNOPENED = "unopened"
    """A sealed value does not open where it stands: it was altered, or moved from another place."""
    DAMAGED = "damaged"
    """A package in the archive is not what was kept, or is missing."""
    UNREADABLE = "unreadable"
    """What lies in the table cannot be read at all."""
    NOT_AS_RECKONED = "not_as_reckoned"
    """What is kept so that it need not be worked out was not what follows from the rows it is of; it was
    put right."""
    FOUND_ALTERED = "found_altered"
    """Its newest entry says that it was altered before: what was done to it went on from there."""
    FOUND_LATE = "found_late"
    """Recorded as found after the day from which every row has an entry of its own time."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One row or entry that is not as the other says."""

    kind: FindingKind
    rows: str
    """What such a row is: see ``ProvenRows.name``."""
    table: str
    row: str = ""
    """Internal id or published code; empty where only the entry is known."""
    entry: str = ""
    number: int | None = None
    """The entry's place in the log, once it has one."""
    fields: tuple[str, ...] = ()
    """What differs, by name; never what it says."""


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a stretch of entries and of the rows that name them."""

    until: str | None
    """Id of the last entry; None at the end of the log."""
    entries: int
    rows: int
    findings: tuple[Finding, ...]
    more: int = 0
    """Findings beyond those listed."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One audit: how far it is, or how it came out."""

    id: str
    began_at: dt.datetime
    ended_at: dt.datetime | None = None
    whole: bool
    """Whether it began with the first entry."""
    position: str = ""
    """Id of the last entry looked at."""
    size: int
    """How many numbered entries there were when it began."""
    entries: int = 0
    rows: int = 0
    findings: int = 0
    sweep: str = ""
    """What is looked through piece by piece once the entries are done; empty before."""
    sweep_position: str = ""
    swept: dict[str, int] = {}
    """How much was looked at of each."""

    @property
    def share(self) -> int:
        """Percent of the entries that were there when it began: 100 only once it ended."""
        if self.ended_at is not None:
            return 100
        if not self.size:
            return 99
        return min(99, self.entries * 100 // self.size)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as it is kept: since when it is known, and whether it stands."""

    id: str
    finding: Finding
    first_at: dt.datetime
    last_at: dt.datetime
    gone_at: dt.datetime | None = None
    """When a later audit no longer found it."""
