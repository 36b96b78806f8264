"""A table of a department's database, and how it is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
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


def amounts(*names: str) -> str:
    """Declare columns of money, which most departments keep in yuan with two decimals."""
    return ", ".join(f"{name} NUMERIC" for name in names)


def joined(*columns: str) -> str:
    """Put declarations of columns one after another."""
    return ", ".join(columns)


def hundredths(value: int) -> str:
    """Write a number of hundredths as a decimal: square metres, or an amount of fen in yuan."""
    return f"{value // 100}.{value % 100:02d}"


def yuan(fen: int | None) -> str | None:
    """Write an amount in yuan, as the tax and civil affairs systems do."""
    return None if fen is None else hundredths(fen)


def wan_yuan(fen: int) -> str:
    """Write an amount in 万元, as the business register does with capital."""
    return f"{fen // 1_000_000}.{fen % 1_000_000:06d}"


def compact(day: date) -> str:
    """Write a day as eight digits, as the police's system does."""
    return f"{day:%Y%m%d}"
