"""Looking through all of something, a piece at a time: what is found wrong, and how far it came."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from tongban.kit.db import Reader, Unit


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it was kept; nothing of what it says."""

    table: str
    row: str
    """Internal ids that tell which row, never a person's."""
    fields: tuple[str, ...]
    """Columns, or by name what is wrong."""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one piece."""

    until: str | None
    """Where the next piece begins; None where this was the last."""
    looked: int
    flaws: tuple[Flaw, ...] = ()
    note: Callable[[Unit], object] | None = None
    """What is to be kept of it besides, in the unit of work that keeps how far it came."""


class Sweep(Protocol):
    """A module's declaration of something that is looked through each night."""

    @property
    def name(self) -> str:
        """What is looked through: a word with a name in ``audit.swept``."""
        ...

    @property
    def flaw(self) -> str:
        """What a flaw of it is called: a kind of finding."""
        ...

    def piece(self, reader: Reader, after: str, most: int) -> Piece:
        """Look at the next, at most so many, behind a place; an empty one begins."""
        ...
