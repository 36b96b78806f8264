"""Finds the header of a listing and what each column is: a proposal with its confidence and a sample."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tongban.app.instance.importing.columns import Column, Confidence, Recognised, column_of
from tongban.app.instance.importing.heads import (
    Doubt,
    chosen_of,
    doubts_of,
    holds_several,
    may_rival,
    without_era,
)
from tongban.app.instance.importing.levels import BELOW, levels_of, meant_inside
from tongban.app.instance.importing.maps import How, Map
from tongban.app.instance.importing.normal import plain, written_as
from tongban.app.instance.importing.targets import Key, Target
from tongban.kernel.characters import without_hidden
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import CHINESE, Text, say
from tongban.kit.definitions.nearest import nearest
from tongban.kit.tables.model import Line, unreadable
from tongban.kit.word_forms import simplified

LOOKED_AT = 200
"""Lines in which the header is looked for and columns are judged by what they hold."""
_DEEPEST_HEADER = 30


@dataclass(frozen=True, slots=True)
class Layout:
    """A listing understood: its columns, where the cells of each key stand, and where rows begin."""

    columns: tuple[Column, ...]
    places: Mapping[str, tuple[int, ...]]
    how: Map
    width: int
    header: int
    """The line of the header; 0 for keys that stand in no line."""
    more_headers: tuple[int, ...] = ()
    """Further lines of a header of several levels, above and below."""
    heads: frozenset[tuple[str, ...]] = frozenset()
    """The cells of its lines and of the titles, by which they are known when they come again."""
    titles: tuple[tuple[int, str], ...] = ()
    """Lines before the header that say something."""
    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """What stands above each column in a header of several levels."""
    doubts: tuple[Doubt, ...] = ()
    """What must be said of the columns themselves."""
    rivals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By key, further columns that its own names stand over; what they say must be the same."""

    @property
    def header_lines(self) -> tuple[int, ...]:
        """All lines of the header; none where keys stand in no line."""
        return tuple(sorted((self.header, *self.more_headers))) if self.header else ()

    @property
    def unused(self) -> tuple[str, ...]:
        """The columns that nothing is taken from."""
        taken = {place for places in self.places.values() for place in places}
        return tuple(one.name for one in self.columns if one.name and one.place not in taken)


@dataclass(slots=True)
class _Header:
    line: Line
    keys: dict[str, int] = field(default_factory=dict)
    how: dict[str, Confidence] = field(default_factory=dict)
    fitting: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The columns that fit a key, where several do."""

    def free(self) -> dict[int, str]:
        """Return the cells that nothing was found for."""
        taken = {*self.keys.values(), *(one for where in self.fitting.values() for one in where)}
        filled = {place: cell.strip() for place, cell in enumerate(self.line.cells)}
        return {place: cell for place, cell in filled.items() if cell and place not in taken}


def understand(
    lines: Sequence[Line], target: Target, said: Map, path: object, *, keyed: bool
) -> Layout:
    """Return the layout of a listing from its first lines.

    Refuses a listing that lacks a column it needs, naming what it has and what comes near.
    """
    filled = [_seen(line) for line in lines if any(cell.strip() for cell in line.cells)]
    first = filled[0] if filled else Line(0, ())
    header = _header(filled[:1] if keyed else filled[:_DEEPEST_HEADER], target, said)
    header = header or _matched(first, target, said)
    after = [line for line in filled if line.number > header.line.number]
    before = [line for line in filled if line.number < header.line.number]
    levels = levels_of(header.line, before, after, header.keys, target)
    names = levels.names
    meant = meant_inside(names, target) if keyed else names
    if meant != header.line.cells:
        header = _matched(Line(header.line.number, meant), target, said)
    after = [line for line in after if line.number not in levels.lines]
    last = max(header.line.number, *levels.lines, 0)
    places = _places(header, names, said, path)
    _need(target, places, said, names, path)
    may_be = {place: key for key, where in header.fitting.items() for place in where}
    recognised = Recognised(target, places, header.how, may_be)
    columns = _columns(names, recognised, after)
    return Layout(
        columns=columns,
        places=places,
        how={key: said.get(key, How()) for key in (*places, *said)},
        width=len(names),
        header=header.line.number,
        more_headers=(*levels.above, *levels.lines),
        heads=frozenset(shown_cells(line) for line in filled if line.number <= last)
        if header.line.number
        else frozenset(),
        titles=tuple(
            (line.number, _first_words(line)) for line in before if line.number not in levels.above
        ),
        names=names,
        groups=levels.groups,
        doubts=(*doubts_of(names, header.fitting, places, target), *_nameless(columns, places)),
        rivals=_rivals(header, names, places, said, target),
    )


def _seen(line: Line) -> Line:
    """Return a line as somebody sees it: a name with a hidden character in it is that name."""
    return replace(line, cells=tuple(without_hidden(one, several_lines=True) for one in line.cells))


def shown_cells(line: Line) -> tuple[str, ...]:
    """Return the cells of a line as somebody sees them, up to the last that says something."""
    cells = [cell.strip() for cell in line.cells]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _first_words(line: Line) -> str:
    return next(cell for cell in line.cells if cell.strip()).strip()


# The header -------------------------------------------------------------------------------------


def _header(lines: Iterable[Line], target: Target, said: Map) -> _Header | None:
    """Return the first line that names most keys, if it names two, or every one that a map wants."""
    best: _Header | None = None
    most = 1
    for line in lines:
        found = _matched(line, target, said)
        count = len(found.keys) + sum(
            _place(line.cells, column) is not None
            for how in said.values()
            for column in how.columns
        )
        if count > most or (best is None and count and len(line.cells) == 1):
            best, most = found, count
    return best


def _matched(line: Line, target: Target, said: Map) -> _Header:
    """Return which cells of a line are names of keys; a column is taken once, as what fits best."""
    found = _Header(line)
    needed = {key for group in target.needed for key in group}
    keys = [one for one in target.keys.values() if not _is_said(said.get(one.name))]
    for match, confidence in ((_exactly, Confidence.EXACT), (_nearly_so, Confidence.NORMALISED)):
        for key in keys:
            cells = found.free()
            fitting = match(key, cells)
            if key.name in found.keys or key.name in found.fitting:
                _note_other_eras(found, key, fitting, cells)
                continue
            if confidence is Confidence.NORMALISED:
                fitting = [one for one in fitting if not holds_several(cells[one], target)]
            chosen = chosen_of(fitting, cells)
            if len(chosen) == 1 or (chosen and key.name in needed):
                found.keys[key.name], found.how[key.name] = chosen[0], confidence
            if len(chosen) > 1 or (chosen and _others(fitting, chosen, cells)):
                found.fitting[key.name] = tuple(fitting)
    return found


def _others(fitting: list[int], chosen: list[int], cells: Mapping[int, str]) -> list[int]:
    """Return the columns of another time beside the chosen one."""
    return [one for one in fitting if one not in chosen and without_era(cells[one])[1]]


def _note_other_eras(
    found: _Header, key: Key, fitting: list[int], cells: Mapping[int, str]
) -> None:
    """Note that a key which has its column has one of another time too."""
    others = [one for one in fitting if without_era(cells[one])[1]]
    if others and key.name in found.keys:
        known = found.fitting.get(key.name, (found.keys[key.name],))
        found.fitting[key.name] = (*known, *others)


def _is_said(how: How | None) -> bool:
    """Whether a map says where a key comes from, and not only that it is filled down."""
    return how is not None and bool(how.columns or how.value is not None)


def _exactly(key: Key, cells: Mapping[int, str]) -> list[int]:
    for name in key.names:
        places = [place for place, cell in cells.items() if cell == name]
        if places:
            return places
    return []


def _nearly_so(key: Key, cells: Mapping[int, str]) -> list[int]:
    """Return the places of a name written in its own way: width, blanks, brackets, a path's end, its time."""
    for name in key.names:
        wanted = plain(name)
        places = [
            place
            for place, cell in cells.items()
            if wanted in written_as(cell) or simplified(plain(without_era(cell)[0])) == wanted
        ]
        if places:
            return places
    return []


def _place(names: Sequence[str], wanted: str) -> int | None:
    """Return the place of the column that a map names: as written, else without its ornaments."""
    for place, name in enumerate(names):
        if name.strip() == wanted.strip():
            return place
    said = plain(wanted)
    for place, name in enumerate(names):
        if said and plain(name) == said:
            return place
    ends = [place for place, name in enumerate(names) if name.endswith(BELOW + wanted.strip())]
    return ends[0] if len(ends) == 1 else None


# The columns ------------------------------------------------------------------------------------


def _places(
    header: _Header, names: Sequence[str], said: Map, path: object
) -> dict[str, tuple[int, ...]]:
    places: dict[str, tuple[int, ...]] = {
        key: (place,) for key, place in header.keys.items() if not _is_said(said.get(key))
    }
    for key, how in said.items():
        if how.value is not None:
            continue
        if not how.columns:  # only filled down: the column is the one that was recognised
            continue
        where = [_place(names, column) for column in how.columns]
        for column, place in zip(how.columns, where, strict=True):
            if place is None:
                raise _missing(path, column, names)
        places[key] = tuple(place for place in where if place is not None)
    return places


def _rivals(
    header: _Header,
    names: Sequence[str],
    places: Mapping[str, tuple[int, ...]],
    said: Map,
    target: Target,
) -> dict[str, tuple[int, ...]]:
    """Return the columns not taken over which another name of a key stands that has its column.

    None where a map says which column a key has: that is the choice between them.
    """
    taken = {*(one for where in places.values() for one in where)}
    taken |= {one for where in header.fitting.values() for one in where}
    free = {place: name for place, name in enumerate(names) if name and place not in taken}
    found: dict[str, tuple[int, ...]] = {}
    for key in header.keys:
        if key in places and not _is_said(said.get(key)) and key not in header.fitting:
            where = [one for one in free if may_rival(free[one], target.keys[key].names)]
            found |= {key: tuple(where)} if where else {}
    return found


def _need(
    target: Target,
    places: Mapping[str, tuple[int, ...]],
    said: Map,
    names: Sequence[str],
    path: object,
) -> None:
    taken = {place for where in places.values() for place in where}
    free = [name for place, name in enumerate(names) if place not in taken]
    for group in target.needed:
        if not any(key in places or said.get(key, How()).value is not None for key in group):
            key = target.keys[group[0]]
            raise _missing(path, _called(key), names, (key.name, _near(key, free)))


def _called(key: Key) -> Text:
    """Return what the column of a key is called in each language."""
    own = [
        next((one for one in key.names if one.isascii() is latin), key.name)
        for latin in (False, True)
    ]
    return {"zh": own[0], "en": f"{own[1]} ({own[0]})"}


def _near(key: Key, names: Sequence[str]) -> str:
    """Return the column that a key may be by its name, in whatever script; nothing where none is near."""
    simple = {simplified(name): name for name in names if name}
    by_name = {simplified(plain(one)): name for one, name in simple.items()}
    alike = next((by_name[said] for one in key.names if (said := plain(one)) in by_name), "")
    return alike or next((simple[near] for one in key.names if (near := nearest(one, simple))), "")


def _missing(
    path: object, column: Text, names: Sequence[str], wanted: tuple[str, str] = ("", "")
) -> Refusal:
    known = [name for name in names if name]
    if not known:
        return unreadable(path, _EMPTY)
    key, near = wanted[0] or "KEY", wanted[1]
    if not wanted[0]:
        near = nearest(say(column, CHINESE), known)
    option = f"--map {key}={near}"
    return Refusal(
        "app.column_missing",
        Kind.INVALID,
        path=str(path),
        column=column,
        key=key,
        known=", ".join(known),
        suggestion={"zh": f"例如 {option}；", "en": f", such as {option}"} if near else "",
    )


_EMPTY: Text = {"zh": "里面什么也没有", "en": "it is empty"}


def _nameless(
    columns: Sequence[Column], places: Mapping[str, tuple[int, ...]]
) -> tuple[Doubt, ...]:
    """Return the doubt that columns without a name hold something."""
    taken = {place for where in places.values() for place in where}
    found = [
        one.place + 1 for one in columns if one.sample and not one.name and one.place not in taken
    ]
    return (Doubt("columns_unnamed", {"columns": tuple(found)}),) if found else ()


def _columns(
    names: Sequence[str], recognised: Recognised, lines: Sequence[Line]
) -> tuple[Column, ...]:
    held: list[list[str]] = [[] for _ in names]
    for line in lines:
        for place, cell in enumerate(line.cells[: len(names)]):
            if cell.strip():
                held[place].append(cell.strip())
    return tuple(
        column_of(place, name, held[place], recognised) for place, name in enumerate(names)
    )
