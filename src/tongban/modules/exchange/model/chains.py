"""Numbers of what is on record about somebody, and what is missing among them."""

import datetime as dt

import msgspec


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """An entry about somebody, with its number in one of their chains and the head from there on."""

    who: str
    """Keyed hash of the subject."""
    name: str
    """``-`` for what they see at once, else the day (2026-12-24) on which it appears."""
    number: int
    entry: str
    head: str


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """A number and the head before it; None where the one before is not there."""

    numbered: Numbered
    before: str | None


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that are missing from what somebody should see."""

    day: dt.date | None
    """Day on which they appeared, where a law had kept them back; None for what is seen at once."""
    after: int
    """Number of the line before; 0 where the first is missing."""
    count: int
    entry: str = ""
    """The ledger's entry, where it is one line and its number is still known."""
