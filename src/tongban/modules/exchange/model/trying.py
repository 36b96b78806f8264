"""What trying a link came to: of each column whether it is there, and of its values how many fit."""

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
    raw: str = ""
    value: str = ""

    @property
    def well(self) -> bool:
        """Whether it is there, can be read, and everything looked at fits."""
        return self.standing is Standing.READY and not self.unfit


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
    def faults(self) -> tuple[str, ...]:
        """The columns that are not well; the table itself where nothing could be looked at."""
        if self.refusal is not None:
            return (self.table,)
        return tuple(f"{self.table}.{item.linked.column}" for item in self.items if not item.well)
