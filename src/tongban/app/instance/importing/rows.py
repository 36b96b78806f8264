"""Goes through a listing: every line is a row with its cells by key, or ends there with a reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from tongban.app.instance.importing.above import Above
from tongban.app.instance.importing.asides import aside_of
from tongban.app.instance.importing.cells import (
    COMPARED,
    Asked,
    differs,
    is_nested,
    plain_is_nothing,
    read_cell,
)
from tongban.app.instance.importing.coding import is_sound
from tongban.app.instance.importing.cut_rows import whole_width
from tongban.app.instance.importing.findings import Partly, Unfit
from tongban.app.instance.importing.garbled import say_spoilt
from tongban.app.instance.importing.levels import (
    may_name_columns,
    names_columns,
    names_other_columns,
    names_otherwise,
)
from tongban.app.instance.importing.limits import unit_in
from tongban.app.instance.importing.maps import Map
from tongban.app.instance.importing.normal import lines_of
from tongban.app.instance.importing.recognising import (
    LOOKED_AT,
    Layout,
    shown_cells,
    understand,
)
from tongban.app.instance.importing.targets import Target
from tongban.kernel.characters import hidden_in, named, without_hidden
from tongban.kit.tables.model import Line, Note, Table

Say = Callable[..., None]
"""Takes line and code of a finding, and what its sentence needs."""


@dataclass(slots=True)
class Row:
    """One row: its line, its cells by key as they stand; or why it ends here."""

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    ends: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    """What cells were read as already, for who asks again."""
    unread: dict[str, str] = field(default_factory=dict)
    """Cells by key that say something which could not be read."""
    rivals: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By key, what further columns of it say, each with its name."""

    def get(self, key: str) -> str:
        """Return a cell without its surroundings, empty where it says nothing."""
        said = self.cells.get(key, "").strip()
        return "" if plain_is_nothing(said) else said


class Source:
    """A listing with its layout, to be gone through as often as needed."""

    def __init__(self, table: Table, target: Target, said: Map, path: object) -> None:
        """Understand the first lines. Refuses a listing that lacks a column it needs."""
        self.table, self.target = table, target
        first = list(islice(table.lines(lambda _: None), LOOKED_AT))
        self.layout: Layout = understand(first, target, said, path, keyed=table.keyed)
        self._whole = whole_width(first, self.layout) if table.form.startswith("csv") else 0
        self._first = {key: places[0] for key, places in self.layout.places.items() if places}
        needed = {key for group in target.needed for key in group}
        self._naming = {key for group in target.needed if "name" in group for key in group}
        self._names = {place for key, place in self._first.items() if key in needed}
        self._codes = {
            place
            for key, places in self.layout.places.items()
            for place in places
            if (known := target.key(key)) is not None and known.sort in ("code", "credit_code")
        }
        self._asked = {
            key: Asked(
                known,
                self.layout.how[key],
                self._heading(self.layout.places[key][0]) if self.layout.places.get(key) else "",
            )
            for key in self.layout.how
            if (known := target.key(key)) is not None
        }

    def _heading(self, place: int) -> str:
        """Return the name of a column, with its group's where only that one states a unit."""
        name = self.layout.names[place]
        above = self.layout.groups[place] if self.layout.groups else ""
        return name if unit_in(name) or not unit_in(above) else f"{name} {above}"

    @property
    def keys(self) -> set[str]:
        """The keys that the listing or the map fills."""
        return set(self._asked)

    def has(self, key: str) -> bool:
        """Whether the listing or the map fills a key."""
        return key in self._asked

    def column(self, key: str) -> str:
        """Return what the first column of a key is called, nothing where it has none."""
        return self.layout.names[self._first[key]].strip() if key in self._first else ""

    def unit_above(self, key: str) -> str:
        """Return the unit that the name of a limit's column states; nothing where a map says it."""
        asked = self._asked[key]
        return "" if asked.how.unit else unit_in(asked.column)

    def rows(self, say: Say) -> Iterator[Row]:
        """Yield every line after the header that is not empty."""
        above: dict[str, str] = {}
        before = Above(self._codes, self._quote)

        def note(one: Note) -> None:
            if one.code != "line_unreadable":
                say(one.line, one.code, **one.data)

        for title, text in self.layout.titles:
            say(title, "title_row", text=text)
        for doubt in self.layout.doubts:
            say(self.layout.header, doubt.code, **doubt.said)
        header = {*range(self.layout.header + 1), *self.layout.more_headers}
        began, under = False, 0
        for line in self.table.lines(note):
            if line.number in header or not _is_row(line):
                continue
            row = self._row(line, say, before)
            if row.ends == "header_again":
                under = line.number if began and self._is_another_header(line) else 0
            elif under and not aside_of(line.cells, self.layout.width):
                before.forget()
                row = Row(line.number, ends="under_other_header", data={"other": under})
            began = True
            if not row.ends:
                self._fill(row, above)
                self._translate(row)
            yield row

    def value(self, row: Row, key: str, say: Say) -> Any:
        """Return what a row says for a key, None after saying why it cannot be read.

        Where what is absent means more than what is said, ask ``row.unread`` too.
        """
        return self.value_with(row, key, "", say) if key in self._asked else None

    def value_with(self, row: Row, key: str, unit: str, say: Say) -> Any:
        """Return what a row says for a limit whose unit stands in another column."""
        asked = self._asked[key]
        if unit and not asked.how.unit:
            asked = replace(asked, how=replace(asked.how, unit=unit))
        cell = row.cells.get(key, "")
        try:
            found = read_cell(cell, asked)
        except Unfit as unfit:
            say(row.line, unfit.code, **{"key": key, **unfit.data})
            row.unread[key] = cell.strip()
            return None
        value = found.value if isinstance(found, Partly) else found
        if self._contradicted(row, asked, value, say):
            row.unread[key] = cell.strip()
            return None
        for doubt in found.doubts if isinstance(found, Partly) else ():
            say(row.line, doubt.code, **{"key": key, **doubt.data})
        return value

    def _contradicted(self, row: Row, asked: Asked, value: Any, say: Say) -> bool:
        """Whether another column of a key says otherwise, after saying which and what."""
        key = asked.key.name
        for column, cell in row.rivals.get(key, ()) if value is not None else ():
            if differs(value, cell, asked, column):
                said = row.cells.get(key, "").strip()
                names = {"column": self.layout.names[self._first[key]], "other": column}
                say(row.line, "columns_differ", key=key, value=said, found=cell, **names)
                return True
        return False

    def _row(self, line: Line, say: Say, before: Above) -> Row:
        if line.broken:
            before.forget()
            return Row(line.number, ends="line_unreadable")
        if line.emptied:
            before.forget()
            return Row(line.number, ends="row_without_values")
        if self._is_header(line):
            return Row(line.number, ends="header_again")
        aside = aside_of(line.cells, self.layout.width)
        if aside:
            return Row(line.number, ends=aside)
        line = before.resolved(line, say)
        say_spoilt(line, self._names, say, self._quote)
        row = Row(line.number, self._cells(line, say), rivals=self._rivals(line))
        self._take_out_nested(line, row, say)
        extra = [cell for cell in line.cells[self.layout.width :] if cell.strip()]
        short = len(line.cells) < self.layout.width and not self._holds_what_is_needed(line)
        if extra or short:
            before.forget()
            row.ends = "row_width"
            row.data = {"found": len(line.cells), "wanted": self.layout.width}
        elif len(line.cells) < self._whole:
            say(line.number, "row_short", found=len(line.cells), wanted=self._whole)
        return row

    def _take_out_nested(self, line: Line, row: Row, say: Say) -> None:
        """Take several values and objects out of cells that hold one; a row without its name ends."""
        for key, places in self.layout.places.items():
            sort = known.sort if (known := self.target.key(key)) is not None else ""
            if not is_nested(row.cells[key], sort, several=not line.several.isdisjoint(places)):
                continue
            row.unread[key] = self._quote(row.cells[key].strip())
            row.cells[key] = ""
            if key in self._naming:
                row.ends = "name_is_list"
            else:
                say(line.number, "cell_nested", key=key)

    def _quote(self, cell: str) -> str:
        """Return a cell as a finding may quote it: of people nothing."""
        return "…" if any(key.personal for key in self.target.keys.values()) else cell

    def _is_header(self, line: Line) -> bool:
        """Whether a line names columns, or is one of those at the top once more."""
        if self.layout.width > 1 and shown_cells(line) in self.layout.heads:
            return True
        where = (line.cells, self._first, self.target)
        return (may_name_columns(*where) and names_columns(*where)) or (
            not self.table.keyed and names_other_columns(line.cells, self.target)
        )

    def _is_another_header(self, line: Line) -> bool:
        """Whether a header that comes later has other names over columns that are read."""
        if shown_cells(line) in self.layout.heads:
            return False
        return any(
            names_otherwise(line.cells[place], self.layout.names[place], known)
            for key, places in self.layout.places.items()
            for place in places
            if place < len(line.cells) and (known := self.target.key(key)) is not None
        )

    def _holds_what_is_needed(self, line: Line) -> bool:
        """Whether a shorter line only lacks cells that may be empty: a spreadsheet leaves those out."""
        needed = {key for group in self.target.needed for key in group} | {"local_code"}
        last = max(
            (place for key in needed for place in self.layout.places.get(key, ())), default=0
        )
        return len(line.cells) > last and not all(not cell.strip() for cell in line.cells)

    def _cells(self, line: Line, say: Say) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, places in self.layout.places.items():
            held = [
                _clean(line.cells[place], line.number, say) if place < len(line.cells) else ""
                for place in places
            ]
            if not self._codes.isdisjoint(places) and line.several.isdisjoint(places):
                held = [self._unbroken(key, cell, line.number, say) for cell in held]
            if len(held) == 1:
                found[key] = held[0]
            else:
                each = (known := self.target.key(key)) is not None and known.sort in _EACH_COUNTS
                found[key] = _joined(held, self.layout.how[key].join, each=each)
        return found

    def _unbroken(self, key: str, cell: str, line: int, say: Say) -> str:
        """Return a code as one word, after telling what was between its parts.

        Lines may be codes of their own: they are one only where that is sound, as a long code that a
        cell was too narrow for.
        """
        parts = cell.split()
        if len(parts) < 2 or plain_is_nothing(cell):
            return cell
        whole = "".join(parts)
        value = self._quote(" ".join(parts))
        if len(lines_of(cell)) > 1 and not is_sound(whole):
            say(line, "code_several", key=key, value=value)
            return ""
        say(line, "code_blanks", key=key, value=value, found=self._quote(whole))
        return whole

    def _rivals(self, line: Line) -> dict[str, list[tuple[str, str]]]:
        """Return what further columns of keys say, by key."""
        cells, names = dict(enumerate(line.cells)), self.layout.names
        return {
            key: [(names[one], cells[one].strip()) for one in places if cells.get(one, "").strip()]
            for key, places in self.layout.rivals.items()
            if (known := self.target.key(key)) is not None and known.sort in COMPARED
        }

    def _fill(self, row: Row, above: dict[str, str]) -> None:
        for key, asked in self._asked.items():
            if not asked.how.fill:
                continue
            if row.cells.get(key, "").strip():
                above[key] = row.cells[key]
            else:
                row.cells[key] = above.get(key, "")

    def _translate(self, row: Row) -> None:
        """Put in what the map says for every row, and what a cell of it stands for."""
        for key, asked in self._asked.items():
            if asked.how.value is not None:
                row.cells[key] = asked.how.value
            elif asked.how.codes:
                said = row.cells.get(key, "")
                row.cells[key] = asked.how.codes.get(said.strip(), said)


def _is_row(line: Line) -> bool:
    """Whether a line is no empty one: a row of formulas without results is a row."""
    return line.broken or line.emptied or any(cell.strip() for cell in line.cells)


def _clean(cell: str, line: int, say: Say) -> str:
    """Return a cell without the characters that nobody sees, after naming them."""
    if cell.isascii() and cell.isprintable():
        return cell
    hidden = hidden_in(cell, several_lines=True)
    if not hidden:
        return cell
    found = dict.fromkeys(named(one.character) for one in hidden)
    say(line, "hidden_characters", characters=tuple(found))
    return without_hidden(cell, several_lines=True)


_EACH_COUNTS = frozenset({"code", "credit_code", "integer", "date", "limit"})
"""Sorts of keys of which two equal parts are two: the code 1-1 is not 1."""


def _joined(held: list[str], template: str, *, each: bool) -> str:
    """Join the cells of several columns; what is empty or, in words, the same again leaves one alone."""
    filled = [one.strip() for one in held]
    said = [one for one in filled if one]
    if not template:
        return "\n".join(said if each else dict.fromkeys(said))
    alone = len(said) < 2 or (not each and len(set(said)) == 1)
    return next(iter(said), "") if alone else template.format(*filled)
