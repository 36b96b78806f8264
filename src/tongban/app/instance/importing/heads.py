"""What a column's name says besides its key: that it is former or current, or names two things."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.app.instance.importing.normal import plain, wide, written_as
from tongban.app.instance.importing.targets import Target, targets

_FORMER = r"原有?|旧|(?:调整|变更|修改|修订|压减|优化)前|old|former|previous|before"
_CURRENT = r"现有?|现行|新|(?:调整|变更|修改|修订|压减|优化)后|new|current|now|after"
_ERAS = tuple(
    re.compile(
        rf"(?:{words})[_ ]?(?P<after>.+)|(?P<before>.+?)(?:[_ ]?\((?:{words})\)|[_ ](?:{words}))",
        re.IGNORECASE,
    )
    for words in (_FORMER, _CURRENT)
)
_BETWEEN = re.compile(r"[/、和及与]")
_LONGEST = 60
_UNIT = "单位)"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Columns of which it was not plain what they hold: a finding's code and its words."""

    code: str
    said: Mapping[str, Any]


def without_era(name: str) -> tuple[str, str]:
    """Return a column's name without the word for former or current, and which it is; else itself."""
    said = wide(name).strip()
    if len(said) <= _LONGEST:
        for era, pattern in zip(("former", "current"), _ERAS, strict=True):
            if found := pattern.fullmatch(said):
                return found["after"] or found["before"], era
    return name, ""


@functools.cache
def known_names() -> frozenset[str]:
    """Return every name of a column of any kind of listing, plain."""
    every = (key for target in targets().values() for key in target.keys.values())
    return frozenset(plain(name) for key in every for name in key.names)


def things_in(name: str) -> tuple[str, ...]:
    """Return the things that a column's name joins, as 联系人/联系电话 and 办公地址及时间; else none.

    Each has a known name, if need be with what the first begins or the last ends with.
    """
    said = wide(name).strip()
    if said.isascii() or len(said) > _LONGEST or plain(said) in known_names():
        return ()
    first, *rest = [one.strip() for one in _BETWEEN.split(said)]
    if not rest or not all((first, *rest)):
        return ()
    found = [_whole(one, first, rest[-1]) for one in (first, *rest)]
    return tuple(found) if all(found) and len(set(found)) > 1 else ()


def _whole(part: str, first: str, last: str) -> str:
    """Return a part of a joined name as the known name that it stands for."""
    ends = [part + last[place:] for place in range(1, len(last))]
    begins = [first[:place] + part for place in range(len(first) - 1, 0, -1)]
    return next((one for one in (part, *ends, *begins) if plain(one) in known_names()), "")


def holds_several(name: str, target: Target) -> bool:
    """Whether a column holds several things, and not one that has two names."""
    things = things_in(name)
    keys = [{key.name for key in target.keys.values() if thing in key.names} for thing in things]
    return bool(things) and not set.intersection(*keys)


def chosen_of(fitting: Sequence[int], cells: Mapping[int, str]) -> list[int]:
    """Return which of the columns that fit a key may be taken: the current one, never a former one.

    A column that only holds the unit of its neighbour is no other.
    """
    eras = {one: without_era(cells[one])[1] for one in fitting}
    left = [one for one in fitting if eras[one] != "former"]
    current = [one for one in left if eras[one] == "current"]
    return current or [one for one in left if not wide(cells[one]).rstrip().endswith(_UNIT)] or left


def may_rival(name: str, others: Sequence[str]) -> bool:
    """Whether a column's name is one of some, and not only the unit of one, of another time, or joined."""
    plainly = {plain(one) for one in others}
    unit = wide(name).rstrip().endswith(_UNIT)
    whole = not unit and not without_era(name)[1] and not things_in(name)
    return whole and not plainly.isdisjoint(written_as(name))


def doubts_of(
    names: Sequence[str],
    fitting: Mapping[str, Sequence[int]],
    places: Mapping[str, Sequence[int]],
    target: Target,
) -> tuple[Doubt, ...]:
    """Return what must be said of columns: of which several fit a key, and which hold two things."""
    taken = {one for where in places.values() for one in where}
    found = [
        Doubt("column_joins", {"column": name, "things": things_in(name)})
        for place, name in enumerate(names)
        if place not in taken and holds_several(name, target)
    ]
    for key, where in fitting.items():
        said = {"key": key, "columns": tuple(names[one] for one in where)}
        chosen = [names[one] for one in places.get(key, ())]
        known = Doubt("column_chosen", {**said, "taken": chosen[0]}) if chosen else None
        found.append(known or Doubt("columns_alike", said))
    return tuple(found)
