"""What was probably meant by a mistyped word."""

from collections.abc import Iterable
from difflib import SequenceMatcher

_LONGEST = 120
_ENOUGH = 0.7
_MOST = 5000


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word most like this one, or nothing when none is like it.

    Case and the difference between ``-``, ``_`` and a space do not count. Of very many known
    words only those of the same first letter are looked at, so that it never takes long.
    """
    plain = _plain(word)
    if not plain or len(word) > _LONGEST:
        return ""
    choices = [one for one in known if one and one != word]
    if len(choices) > _MOST:
        choices = [one for one in choices if one[0].lower() == plain[0]][:_MOST]
    best, how = "", _ENOUGH
    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False, b=plain)
    for choice in choices:
        matcher.set_seq1(_plain(choice))
        if matcher.real_quick_ratio() <= how or matcher.quick_ratio() <= how:
            continue
        ratio = matcher.ratio()
        if ratio > how:
            best, how = choice, ratio
    return best


def _plain(word: str) -> str:
    return word.lower().replace("_", "-").replace(" ", "-").strip("-")
