"""Headers of several lines: what stands below a group is understood together with the group's name."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tongban.app.instance.importing.heads import known_names
from tongban.app.instance.importing.normal import plain, wide, without_note, written_as
from tongban.app.instance.importing.targets import Key, Target
from tongban.kit.tables.model import Line

MOST_LEVELS = 3
LONGEST_NAME = 60
BELOW = "·"
"""Between the levels of a name that nobody knows; no name of a key has it."""
_ITSELF = frozenset({"名称", "内容", "name"})
"""What stands below a group that is the thing itself: 名称 below 申请材料."""
_SAYS_NO_MORE = ("信息", "属性", "情况", "内容")
_OF_ALL = frozenset({"基本", "主要", "其他", "相关", "详细"})
_SHORT = 2
_PLAIN = frozenset(
    {"name", "code", "type", "title", "unit", "level", "category", "phone", "address", "url"}
)


@dataclass(frozen=True, slots=True)
class Levels:
    """The names of the columns, what stands above each, and the further lines of the header."""

    names: tuple[str, ...]
    groups: tuple[str, ...]
    lines: tuple[int, ...] = ()
    above: tuple[int, ...] = ()
    """Lines of groups above the first."""


def levels_of(
    header: Line,
    before: Sequence[Line],
    after: Sequence[Line],
    keys: Mapping[str, int],
    target: Target,
) -> Levels:
    """Return a header with the lines of groups around it.

    ``keys`` are the places of the names that its first line was taken for.
    """
    first = tuple(cell.strip() for cell in header.cells)
    below = _Below(first, set(keys.values()), target)
    for line in after[: MOST_LEVELS - 1]:
        if not below.take(line):
            break
    above, lines = _above(before, header)
    if below.lines:
        return replace(below.levels(), above=lines)
    if after and names_columns(after[0].cells, keys, target):
        second = tuple(cell.strip() for cell in after[0].cells)
        names = tuple(_once_more(first, second, keys, target))
        return Levels(names, _carried(first, len(names)), (after[0].number,), lines)
    groups = _carried(above, len(first))
    names = tuple(
        _with_group(*one, target)
        for one in zip(first, _padded(above, len(first)), groups, strict=True)
    )
    return Levels(names, groups, above=lines)


class _Below:
    """A first line of a header, and the lines below it that name the parts of its groups."""

    def __init__(self, first: Sequence[str], taken: set[int], target: Target) -> None:
        self._last, self._taken, self._target = list(first), taken, target
        self._paths: list[tuple[str, ...]] = [(cell,) if cell else () for cell in first]
        self.lines: tuple[int, ...] = ()

    def take(self, line: Line) -> bool:
        """Take the next line if it is one of the header, and say whether it is."""
        cells = [cell.strip() for cell in line.cells]
        width = max(len(cells), len(self._last))
        cells += [""] * (width - len(cells))
        self._last += [""] * (width - len(self._last))
        self._paths += [()] * (width - len(self._paths))
        starts = self._starts()
        own = {at for at, cell in enumerate(cells) if cell and cell != self._last[at]}
        if not self._names_parts(cells, own, starts):
            return False
        paths = list(self._paths)
        for at in sorted(own):
            self._paths[at] = (*paths[starts[at]], cells[at])
            self._last[at] = cells[at]
        self.lines = (*self.lines, line.number)
        self._taken = set()
        return True

    def levels(self) -> Levels:
        """Return what the lines say together."""
        known = _known_here(self._target)
        names = tuple(understood(path, known) for path in self._paths)
        return Levels(names, tuple(" ".join(path[:-1]) for path in self._paths), self.lines)

    def _starts(self) -> list[int]:
        """Return for each column where its group starts: the last one to the left that has a name."""
        found: list[int] = []
        for at, cell in enumerate(self._last):
            found.append(at if cell or not found else found[-1])
        return found

    def _names_parts(self, cells: Sequence[str], own: set[int], starts: Sequence[int]) -> bool:
        """Whether a line names two parts or more of each group that it fills, and fills nothing else."""
        filled = [starts[at] for at in own]
        if not own or any(filled.count(start) < 2 or not self._last[start] for start in filled):
            return False
        if any(len(cells[at]) > LONGEST_NAME for at in own):
            return False
        known = _known_here(self._target)
        paths = ((*self._paths[starts[at]], cells[at]) for at in own)
        again = any(cell and at not in own for at, cell in enumerate(cells))
        return again or not (own & self._taken) or any(_meant(path, known) for path in paths)


def understood(path: Sequence[str], known: frozenset[str]) -> str:
    """Return the known name of a column from what stands above it and its own, else all of it."""
    return _meant(path, known) or BELOW.join(dict.fromkeys(path))


def _meant(path: Sequence[str], known: frozenset[str]) -> str:
    """Return the known name that a column has, nothing where it has none.

    A word that may stand below anything, such as 名称, means nothing without the group that has it.
    """
    if len(path) < 2:
        return next(iter(path), "")
    *groups, own = path
    for name in _tries(groups, own):
        if not known.isdisjoint(written_as(name)):
            return name
    nearest = next((one for one in reversed(groups) if one != own), "")
    if plain(own) in _ITSELF and not known.isdisjoint(written_as(nearest)):
        return nearest
    alone = not known.isdisjoint(written_as(own))
    return own if alone and not (_is_short(own) and any(map(_is_of_something, groups))) else ""


def meant_inside(names: Sequence[str], target: Target) -> tuple[str, ...]:
    """Return the names of columns of which some are keys inside an object, as department.code.

    Such a key is its object's: department.code is no code of the row. A short one of an object that
    nobody knows is the row's own only where nothing outside of objects is known.
    """
    known = _known_here(target)
    outside = any("." not in name and not known.isdisjoint(written_as(name)) for name in names)
    return tuple(_inside(name, known, outside=outside) if "." in name else name for name in names)


def _inside(name: str, known: frozenset[str], *, outside: bool) -> str:
    path = [step for step in name.split(".") if step]
    if plain(name) in known:
        return plain(name)
    if len(path) < 2:
        return name
    meant, own = _meant(path, known), path[-1]
    if meant and meant != own:
        return meant
    strange = outside or any(plain(step) in known for step in path[:-1])
    return BELOW.join(path) if strange and _is_short(own) else name


def _tries(groups: Sequence[str], own: str) -> Iterator[str]:
    bare = without_note(own)
    note = wide(own).strip()[len(bare) :]
    for group in reversed(groups):
        if group != own:
            for stem in _stems(group):
                yield bare + stem + note
                yield stem + own
    if len(groups) > 1:
        yield "".join(dict.fromkeys((*groups, own)))


def _stems(group: str) -> Iterator[str]:
    """Yield a group's name, and it without what says no more: 共享 of 共享属性."""
    yield group
    bare = without_note(group)
    for end in _SAYS_NO_MORE:
        if bare.endswith(end) and len(bare) > len(end):
            yield bare.removesuffix(end)


def _is_short(name: str) -> bool:
    bare = without_note(name)
    return bare.casefold() in _PLAIN if bare.isascii() else len(bare) <= _SHORT


def _is_of_something(group: str) -> bool:
    """Whether a group is of something that has columns of its own, as 材料信息 is, and 基本信息 is not."""
    stems = {plain(one) for one in _stems(group)}
    return _OF_ALL.isdisjoint(stems) and any(
        name.startswith(one) or name.endswith(one) for name in known_names() for one in stems
    )


@functools.lru_cache(maxsize=8)
def _known_of(names: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    return frozenset(plain(name) for one in names for name in one)


def _known_here(target: Target) -> frozenset[str]:
    return _known_of(tuple(key.names for key in target.keys.values()))


# A line of groups above, and the same names once more below -----------------------------------------


def _above(before: Sequence[Line], header: Line) -> tuple[Sequence[str], tuple[int, ...]]:
    """Return the cells of a line of groups right above the header, and its number and those above it."""
    found: list[Line] = []
    for line in reversed(before[1 - MOST_LEVELS :]):
        if line.number != header.number - len(found) - 1 or not _is_of_groups(line, header):
            break
        found.append(line)
    return found[0].cells if found else (), tuple(sorted(line.number for line in found))


_FILLED_IN = re.compile(r"[^()（）]{1,20}[:：].+", re.DOTALL)
"""What a form says above its table, as in 填报单位：某局."""


def _is_of_groups(line: Line, header: Line) -> bool:
    """Whether a line above a header names groups of columns: a title stands alone, or over all of them."""
    cells = [cell.strip() for cell in line.cells]
    filled = [at for at, cell in enumerate(cells) if cell]
    named = [at for at, cell in enumerate(header.cells) if cell.strip()]
    whole = len({cells[at] for at in filled}) == 1 and filled[0] <= named[0]
    return not whole and not any(_FILLED_IN.fullmatch(cells[at]) for at in filled)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [cells[at].strip() if at < len(cells) else "" for at in range(width)]


def _carried(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """Return the heading above each column: its own cell of a line, or the next to the left."""
    found = [""]
    for own in _padded(cells, width):
        found.append(own or found[-1])
    return tuple(found[1:])


def _with_group(own: str, above: str, group: str, target: Target) -> str:
    """Return the name of a column below a line of groups: both together where only that is known."""
    known = _known_here(target)
    if not own:
        return above
    if not group or not known.isdisjoint(written_as(own)):
        return own
    return _meant((group, own), known) or own


def _once_more(
    first: Sequence[str], second: Sequence[str], keys: Mapping[str, int], target: Target
) -> Iterator[str]:
    """Yield the names of columns that a second line names once more, in another way."""
    known = _known_here(target)
    width = max(len(first), len(second))
    first, second = _padded(first, width), _padded(second, width)
    for at, (own, again) in enumerate(zip(first, second, strict=True)):
        above = own or next((one for one in reversed(first[:at]) if one), "")
        tries = (again + above, above + again, again) if again and at not in keys.values() else ()
        named = (one for one in tries if not known.isdisjoint(written_as(one)))
        yield next(named, own or again)


# Lines that name columns ----------------------------------------------------------------------------


def names_columns(cells: Sequence[str], keys: Mapping[str, int], target: Target) -> bool:
    """Whether a line names its columns instead of filling them: two cells or more, and most of those."""
    filled = named = 0
    for key, place in keys.items():
        cell = cells[place].strip() if place < len(cells) and key in target.keys else ""
        if cell:
            filled += 1
            named += len(cell) <= LONGEST_NAME and _is_name(cell, target.keys[key].names)
    return named >= 2 and named * 2 >= filled


def may_name_columns(cells: Sequence[str], keys: Mapping[str, int], target: Target) -> bool:
    """Whether one of the first two cells that are filled is a name: else no line is looked at whole."""
    looked = 0
    for key, place in keys.items():
        cell = cells[place].strip() if place < len(cells) and key in target.keys else ""
        if cell and len(cell) <= LONGEST_NAME and _is_name(cell, target.keys[key].names):
            return True
        looked += bool(cell)
        if looked == 2:
            return False
    return False


def names_other_columns(cells: Sequence[str], target: Target) -> bool:
    """Whether a line is a header of its own: names of what every row needs, and most cells names.

    Where they stand does not matter, as in a second table of a sheet whose columns are in another order.
    """
    filled = [said for cell in cells if (said := cell.strip())]
    known = _known_here(target)
    if len(filled) < 2 or not any(_is_one_of(cell, known) for cell in filled[:2]):
        return False
    named = [cell for cell in filled if _is_one_of(cell, known)]
    needed = all(
        any(_is_name(cell, target.keys[key].names) for cell in named for key in group)
        for group in target.needed
    )
    return needed and len(named) >= 2 and len(named) * 2 >= len(filled)


def names_otherwise(cell: str, column: str, key: Key) -> bool:
    """Whether a later header calls the column of a key by a name that is neither its own nor the key's."""
    said = cell.strip()
    return bool(said) and plain(said) != plain(column) and not _is_name(said, key.names)


def _is_one_of(cell: str, known: frozenset[str]) -> bool:
    return len(cell) <= LONGEST_NAME and not known.isdisjoint(written_as(cell))


def _is_name(cell: str, names: tuple[str, ...]) -> bool:
    return not _plain_names(names).isdisjoint(written_as(cell))


@functools.cache
def _plain_names(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain(name) for name in names)
