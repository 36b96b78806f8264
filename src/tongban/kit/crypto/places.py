"""Where a sealed value stands: it opens nowhere else."""

from dataclasses import dataclass

from tongban.kernel.characters import without_hidden

_LENGTH = 4
_HASH = 64


@dataclass(frozen=True, slots=True)
class Cell:
    """One value's place: table, column, and what tells its row from all others.

    What travels outside tables names its kind instead: ``Cell("form", "kept")``.
    """

    table: str
    column: str
    key: tuple[str, ...] = ()
    """Values of the columns that the seal is bound to; of them none changes without a new seal."""

    def __str__(self) -> str:
        """Say where it is, for whoever looks after the database; keyed hashes are left out, and
        what would begin a line of its own in a log."""
        row = ", ".join(without_hidden(part) for part in self.key if len(part) < _HASH)
        return f"{self.table}.{self.column} ({row})"

    def canonical(self) -> bytes:
        """Return bytes that no other place has: each part behind its length in four bytes."""
        parts = [part.encode() for part in (self.table, self.column, *self.key)]
        return b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts)
