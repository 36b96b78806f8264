"""A table of a department's database, and how it is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Cell: TypeAlias = str | int | None
Row: TypeAlias = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: ``columns`` as SQL declares them, the first column finds the subject.

    ``unique`` is false for details with several rows for one subject, which no resource links to.
    """

    name: str
    columns: str
    rows: Iterable[Row]
    unique: bool = True

    @property
    def width(self) -> int:
        """How many columns there are."""
        return self.columns.count(",") + 1

    def statements(self) -> tuple[str, str]:
        """Return how the table is made and how a row is written."""
        first, _, rest = self.columns.partition(",")
        key = " PRIMARY KEY" if self.unique else " NOT NULL"
        marks = ", ".join("?" * self.width)
        made = f"CREATE TABLE {self.name} ({first}{key},{rest})"
        return made, f"INSERT INTO {self.name} VALUES ({marks})"  # noqa: S608 (names written here)


def texts(*names: str) -> str:
    """Declare columns of text."""
    return ", ".join(f"{name} TEXT" for name in names)


def numbers(*names: str) -> str:
    """Declare columns of whole numbers."""
    return ", ".join(f"{name} INTEGER" for name in names)


def joined(*columns: str) -> str:
    """Put declarations of columns one after another."""
    return ", ".join(columns)


def hundredths(value: int) -> str:
    """Write a number of hundredths as a decimal."""
    return f"{value // 100}.{value % 100:02d}"
