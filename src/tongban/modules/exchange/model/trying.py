"""What trying a link came to: of each column whether it is there, and of its values how many fit."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kernel.text import Text
from tongban.modules.exchange.model import Unfit


class Standing(StrEnum):
    """How a declared column stands in its table."""

    READY = "ready"
    NO_COLUMN = "no_column"
    NOT_EXACT = "not_exact"
    """It identifies, and is of a float type, in which two identifiers can be the same."""
    NOT_READABLE = "not_readable"
    """It is there, and the account that reads the source may not SELECT it."""


class Doubt(StrEnum):
    """What is there and can be read, and yet seems not to be what the link says it is."""

    NOT_FEN = "not_fen"
    """Declared to be fen, and kept with decimals: such as whole yuan, a hundred times as much."""
    PERHAPS_NOT_FEN = "perhaps_not_fen"
    """Declared to be fen, and of a type that can hold decimals, though none was seen."""
    NO_IDENTIFIER = "no_identifier"
    """It identifies, and nobody can be asked for by any value in it: none is shaped as is declared."""
    SOME_NOT_IDENTIFIERS = "some_not_identifiers"
    """It identifies, and some values are shaped otherwise, or their check digit is wrong."""
    NOT_UNIQUE = "not_unique"
    """It identifies, several rows have the same value, and nothing says which is the newest."""


FAULTS = frozenset({Doubt.NOT_FEN, Doubt.NO_IDENTIFIER})
"""Doubts that leave none: with them a link is not well."""


def why(refusal: Refusal) -> str:
    """Return the name of the message that tells who looks after a source why it gives nothing."""
    module, _, fact = refusal.code.partition(".")
    cause = refusal.data.get("cause")
    return f"{module}.refusal.{fact}" if cause is None else f"{module}.cause.{cause}"


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """A column that a link declares: of an item, or (without a name) one by which rows are found."""

    name: Text
    element: str
    column: str
    identifies: bool = False


class ItemTrial(msgspec.Struct, frozen=True, kw_only=True):
    """One column tried. ``raw`` and ``value`` are shapes of what is held, never what it is."""

    linked: Linked
    standing: Standing
    type: str = ""
    """What the database calls the column's type."""
    fits: int = 0
    empty: int = 0
    unfit: dict[Unfit, int] = msgspec.field(default_factory=dict)
    doubts: dict[Doubt, int] = msgspec.field(default_factory=dict)
    """Of how many values looked at each was found; 0 where the column's type says it."""
    raw: str = ""
    value: str = ""

    @property
    def well(self) -> bool:
        """Whether it is there, can be read, and everything looked at fits."""
        return (
            self.standing is Standing.READY and not self.unfit and not FAULTS & self.doubts.keys()
        )


class LinkTrial(msgspec.Struct, frozen=True, kw_only=True):
    """One resource's link tried."""

    resource: str
    name: Text
    source: str
    table: str
    refusal: Refusal | None = None
    """Why nothing could be looked at: the source is away, the table is not there."""
    indexed: bool = False
    """Whether the column that finds a subject has an index."""
    rows: int = 0
    """How many rows were looked at."""
    items: tuple[ItemTrial, ...] = ()

    @property
    def well(self) -> bool:
        """Whether the link gives what it declares."""
        return self.refusal is None and all(item.well for item in self.items)

    @property
    def why(self) -> str:
        """The name of the message that says why nothing could be looked at; "" where it could be."""
        return "" if self.refusal is None else why(self.refusal)

    @property
    def doubtful(self) -> bool:
        """Whether it is well as far as can be seen, and somebody has to look: a doubt, or no row."""
        return self.well and (not self.rows or any(item.doubts for item in self.items))

    @property
    def faults(self) -> tuple[str, ...]:
        """The columns that are not well, each once; the table where nothing could be looked at."""
        if self.refusal is not None:
            return (self.table,)
        return self._named(item for item in self.items if not item.well)

    @property
    def doubts(self) -> tuple[str, ...]:
        """The columns that are in doubt, each once; the table where it gave no row."""
        if not self.rows:
            return (self.table,)
        return self._named(item for item in self.items if item.doubts)

    def _named(self, items: Iterable[ItemTrial]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f"{self.table}.{item.linked.column}" for item in items))
