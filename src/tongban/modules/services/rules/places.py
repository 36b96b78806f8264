"""Places as people name them: nobody is asked for the code of a division, or shown one."""

from collections.abc import Iterable, Mapping

from tongban.kernel.characters import compact
from tongban.kernel.text import LANGUAGES, Text, say

MOST = 6
"""Places that a name may mean for all of them to be listed."""
_CITY = "00"
"""How the codes of provinces and cities end."""


def meant(typed: str, places: Mapping[str, Text]) -> tuple[str, ...]:
    """Return the codes that a typed place may mean, one where it is clear.

    A place is known by its code, by its whole name, by the end of that (``广安区``), or as the
    beginning of a longer address: then only one below which no other place lies. What follows a
    province or city that has counties names none of them, and is never dropped in silence.
    """
    text = compact(typed)
    if text in places:
        return (text,)
    names = [(code, name) for code, said in places.items() for name in _names(said)]
    whole = dict.fromkeys(code for code, name in names if name == text)
    if whole:
        return tuple(whole)[:1]
    ends = dict.fromkeys(code for code, name in names if len(text) > 1 and name.endswith(text))
    if ends:
        return tuple(ends)
    begins, _ = _beginning(text, names)
    return () if any(_has_below(code, places) for code in begins) else begins


def not_found_in(typed: str, places: Mapping[str, Text]) -> tuple[str, str]:
    """Return the place that an address begins with and what follows it, both empty where none does."""
    names = [(code, name) for code, said in places.items() for name in _names(said)]
    begins, rest = _beginning(compact(typed), names)
    return (begins[0], rest) if begins else ("", "")


def _beginning(text: str, names: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], str]:
    """Return the codes of the longest names that a text begins with, and what follows them."""
    begins = [(code, name) for code, name in names if text.startswith(name)]
    longest = max((len(name) for _, name in begins), default=0)
    codes = dict.fromkeys(code for code, name in begins if len(name) == longest)
    return tuple(codes), text[longest:]


def _has_below(code: str, places: Iterable[str]) -> bool:
    """Whether other places lie below one: counties of a city, cities of a province."""
    above = code.removesuffix(_CITY).removesuffix(_CITY)
    return any(each != code and each.startswith(above) for each in places)


def offered(places: Mapping[str, Text]) -> tuple[str, ...]:
    """Return the codes to choose from: the own one, what is in the same province, all cities."""
    own = next(iter(places), "")
    near = [code for code in places if code[:2] == own[:2]]
    wide = [code for code in places if code.endswith(_CITY)]
    return tuple(dict.fromkeys([own, *near, *wide])) if own else ()


def _names(name: Text) -> frozenset[str]:
    return frozenset(compact(say(name, language)) for language in LANGUAGES)
