"""What became of a listing: every row is counted as imported, merged or left out by a finding."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from tongban.app.instance.importing.findings import KINDS, Remark
from tongban.app.instance.importing.recognising import Layout
from tongban.kit.definitions.finding import Finding, Severity

MOST_KEPT = 10_000
"""Findings of one kind that are kept with their lines; all are counted."""


class Ending(StrEnum):
    """What a row became."""

    IMPORTED = "imported"
    MERGED = "merged"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class RowEnd:
    """The end of one row: what it became, under which key and name, or the finding that ended it."""

    line: int
    ending: Ending
    key: str = ""
    name: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """A definition of the earlier import that is no longer there: its part, its key, its name."""

    part: str
    key: str
    name: str = ""


@dataclass(slots=True)
class Changes:
    """How this import differs from the earlier one that it replaces."""

    added: int = 0
    same: int = 0
    changed: list[str] = field(default_factory=list)
    departments_changed: list[str] = field(default_factory=list)
    """Departments that the listing names and of which it now says something else."""
    gone: list[Gone] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Files of the earlier import that this one does not write again."""


@dataclass(slots=True)
class Imported:
    """What became of a listing."""

    target: str
    file: str = ""
    form: str = ""
    sheet: str = ""
    layout: Layout | None = None
    rows: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    ends: list[RowEnd] = field(default_factory=list)
    """The rows one by one, where that was asked for."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many findings there are of each kind, by its whole code."""
    checked: Counter[Severity] = field(default_factory=Counter)
    """How many of them are those of a check, by how much they matter."""
    remarks: list[Remark] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    """How many rows embed a credit code that is valid, lower_case, wrong or absent."""
    department_codes: Counter[str] = field(default_factory=Counter)
    departments: dict[str, str] = field(default_factory=dict)
    """Departments that the listing names and nobody had before: name by code."""
    changes: Changes | None = None
    files: list[str] = field(default_factory=list)
    dry: bool = False
    map: str = ""
    """The file into which the map was saved, where that was asked for."""
    running: bool = False
    """Whether the accounts of a running government are compared and changed, and no files."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """For accounts: login and the link with which the password is set."""

    def say(self, line: int, code: str, **data: object) -> None:
        """Note a finding."""
        self._note(Remark(line, code, KINDS[code].leaves_out, data))

    def say_found(self, line: int, found: Finding) -> None:
        """Note what a check finds in the definition that a row becomes."""
        self.checked[found.severity] += 1
        self._note(Remark(line, found.code, found=found))

    def _note(self, remark: Remark) -> None:
        self.counts[remark.name] += 1
        if self.counts[remark.name] <= MOST_KEPT:
            self.remarks.append(remark)

    def end(self, end: RowEnd, *, keep: bool) -> None:
        """Count what a row became."""
        self.endings[end.ending.value] += 1
        if keep:
            self.ends.append(end)

    def count(self, ending: Ending) -> int:
        """Return how many rows ended so."""
        return self.endings[ending.value]

    def check(self) -> None:
        """Make sure that no row was lost on the way."""
        if self.rows != sum(self.endings.values()):
            raise AssertionError(f"{self.rows} rows, {dict(self.endings)}")
        ends = (f"import.{code}" for code, kind in KINDS.items() if kind.leaves_out)
        left_out = sum(self.counts[code] for code in ends)
        if left_out != self.count(Ending.LEFT_OUT):
            raise AssertionError(f"{left_out} findings end rows, {dict(self.endings)}")
