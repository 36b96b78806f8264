"""The entries about one person, each of which follows one before: chains, and what checking them finds."""

from datetime import datetime
from enum import StrEnum

import msgspec

from tongban.modules.ledger.model import Checkpoint, Opening

AT_ONCE = "-"
"""Name of the chain of what a person sees at once; that of what appears on a day is the day."""


class ChainLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a chain: its number from 1, its entry's bytes and place in the log, and what opens it.

    ``opening`` is None where the row that had it is gone.
    """

    number: int
    body: bytes
    index: int
    path: tuple[bytes, ...]
    opening: Opening | None


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of one chain, and the key (32 bytes) with which its links are made."""

    name: str
    key: bytes
    lines: tuple[ChainLine, ...] = ()


class ChainStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How a chain stands: how many lines it has, and the head over them.

    The first ``unlinked`` were numbered later than they were logged, so that their entries show no link.
    """

    name: str
    key_name: str
    unlinked: int
    number: int
    head: str


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What the log signs of a person's chains: when, at which checkpoint (its text), and how they stand."""

    at: datetime
    chains: tuple[ChainStanding, ...]
    checkpoint: str


class LineFaultKind(StrEnum):
    """What is wrong with a line or a chain."""

    MISSING = "missing"  # so many lines lack after a number
    MISPLACED = "misplaced"  # out of order, named twice, or behind the last that is stated
    TWICE = "twice"  # a second line stands for the same entry
    NOT_INCLUDED = "not_included"  # its entry is not in the log at this place
    NOT_OPENED = (
        "not_opened"  # what opens it is gone, says something else, or is about somebody else
    )
    OTHER_LINK = "other_link"  # its entry does not follow the line before under this number
    OTHER_HEAD = "other_head"  # the lines are not those that the statement counts
    OTHER_KEY = "other_key"  # the chain's key is not the one that the statement names
    NOT_STATED = "not_stated"  # the statement knows no such chain
    CHAIN_TWICE = "chain_twice"  # a chain is there twice
    LEFT_OUT = (
        "left_out"  # the log has an entry about the person behind the last line that is stated
    )
    NOT_BEFORE = "not_before"  # an earlier file had something else up to this number


class LineFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong: in which chain, at (or after) which number, for how many lines."""

    kind: LineFaultKind
    chain: str
    number: int = 0
    count: int = 1


class ChainsChecked(msgspec.Struct, frozen=True, kw_only=True):
    """What came out of checking a person's file. ``more`` counts faults beyond those listed."""

    checkpoint: Checkpoint
    at: datetime
    """When the government stated that this is all."""
    lines: int
    unlinked: int
    chains: tuple[ChainStanding, ...] = ()
    """What it states of each chain."""
    looked_through: int = 0
    """Entries of the log that were looked through for what was left out at the end."""
    faults: tuple[LineFault, ...] = ()
    more: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults
