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
    FEW_DIGITS = "few_digits"
    """Of a type that is sure of six digits only, PostgreSQL's ``real``: larger amounts are not given."""
    NOUGHTS_LOST = "noughts_lost"
    """Texts kept as numbers in a column that was not meant for numbers, as SQLite does under a type that it
    does not know (``STRING``): 00123 is 123 there."""
    NO_IDENTIFIER = "no_identifier"
    """It identifies, and nobody can be asked for by any value in it: none is shaped as is declared."""
    SOME_NOT_IDENTIFIERS = "some_not_identifiers"
    """It identifies, and some values are shaped otherwise, or their check digit is wrong."""
    NOT_UNIQUE = "not_unique"
    """It identifies, several rows have the same value, and nothing says which is the newest."""
    PADDED = "padded"
    """It identifies, and values have blanks before or behind them, so that no read finds their rows."""
    SMALL_LETTERS = "small_letters"
    """The same of letters that are small, as the x that a resident number may end in."""
    FULL_WIDTH = "full_width"
    """The same of digits or letters in full width."""
    AS_NUMBER = "as_number"
    """The same of numbers kept as numbers in a column that is of no type: a text is compared with them."""
    NOT_FOUND = "not_found"
    """It identifies, and reads do not find rows by values that are written as reads ask."""
    NOBODY_FOUND = "nobody_found"
    """It identifies, and by none of the values that was looked up a read finds a row."""
    EMPTY_MARKERS = "empty_markers"
    """Values are words for there being none, such as NULL or 无, and are given as they stand."""
    ONE_DAY = "one_day"
    """One day stands in so many rows that it may be a placeholder, such as 1900-01-01."""
    NOT_IN_ORDER = "not_in_order"
    """It says which row is newest, in texts that do not stand in the order of time."""
    FITS_IN_FEN = "fits_in_fen"
    """Amounts are beyond their element's bounds, and within them were they in fen."""
    FITS_IN_YUAN = "fits_in_yuan"
    FITS_IN_WAN_YUAN = "fits_in_wan_yuan"


FAULTS = frozenset({Doubt.NOT_FEN, Doubt.NO_IDENTIFIER, Doubt.NOBODY_FOUND})
"""Doubts that leave none: with them a link is not well."""


class Sampled(StrEnum):
    """Which rows were looked at."""

    ALL = "all"
    SPREAD = "spread"
    """Some, evenly from the whole table."""
    FIRST = "first"
    """Those that came first, because the whole could not be gone through in time."""
    SUBJECT = "subject"
    """That of the subject who was named."""


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
    newest: bool = False

    @property
    def role(self) -> str:
        """The name of the message that says what a column without an item is for."""
        return f"exchange.looked.{'newest' if self.newest else 'finds'}"


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """For what a word of a source is declared to stand: a code of the element, and its name."""

    word: str
    code: str
    name: Text


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
    unit: str = ""
    """Of money: in which unit it is declared to be written."""
    meanings: tuple[Meaning, ...] = ()
    """Of a code: every word that is declared for it; nothing of what is held."""
    markers: tuple[str, ...] = ()
    """Words for there being no value that were seen, of those that everybody uses."""

    @property
    def well(self) -> bool:
        """Whether it is there, can be read, and everything looked at fits."""
        return (
            self.standing is Standing.READY and not self.unfit and not FAULTS & self.doubts.keys()
        )

    @property
    def marked(self) -> str:
        """The words for no value as a list in a definition has them."""
        return ", ".join(f"'{word}'" for word in self.markers)

    @property
    def remarks(self) -> tuple[tuple[str, int], ...]:
        """The names of the messages that say what is not well or in doubt, each with its count."""
        if self.standing is not Standing.READY:
            return ((f"exchange.standing.{self.standing.value}", 0),)
        unfit = ((f"exchange.unfit.{each.value}", count) for each, count in self.unfit.items())
        doubts = ((f"exchange.doubt.{each.value}", count) for each, count in self.doubts.items())
        return (*unfit, *doubts)


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
    sampled: Sampled = Sampled.ALL
    total: int | None = None
    """How many rows there are: in the table, about; of the subject, exactly. None where it was not
    counted in time."""
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
    def looked(self) -> str:
        """The name of the message that says which rows were looked at, of how many."""
        if not self.rows:
            whose = "subject" if self.sampled is Sampled.SUBJECT else "all"
            return f"exchange.looked.no_row_{whose}"
        unknown = "_unknown" if self.total is None else ""
        return f"exchange.looked.rows_{self.sampled.value}{unknown}"

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
