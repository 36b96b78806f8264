"""How a value is shown where it need not be seen whole: one table for every page and interface.

A mask leaves a few characters at the ends and never the whole; a text too short for its mask is hidden,
and then nothing tells how long it is.
"""

import unicodedata
from collections.abc import Callable, Mapping

HIDDEN = "***"
"""What stands for a text of which nothing is shown, not even how long it is."""
_NO_CHARACTERS = "MZC"
"""Categories of marks, spaces and what nobody sees."""


def mask_name(name: str) -> str:
    """Keep the first character: 张*, 欧***. A name of one character is hidden.

    Marks that belong to a character, as a variation selector after an ideograph, are none of their own.
    """
    if all(unicodedata.category(one)[0] in _NO_CHARACTERS for one in name[1:]):
        return HIDDEN
    return mask_middle(name, 1, 0, 1)


def mask_resident_id(text: str) -> str:
    """Keep the first three and the last two characters, which hides the date of birth."""
    return mask_middle(text, 3, 2, 8)


def mask_phone(text: str) -> str:
    """Keep the first three and the last four digits."""
    return mask_middle(text, 3, 4, 4)


def mask_account(text: str) -> str:
    """Keep the last four digits."""
    return mask_middle(text, 0, 4, 4)


def mask_middle(text: str, first: int, last: int, least: int = 3) -> str:
    """Keep so many characters at both ends; hidden whole where fewer than ``least`` would be hidden."""
    hidden = len(text) - first - last
    if hidden < least:
        return HIDDEN
    return text[:first] + "*" * hidden + text[len(text) - last :]


_MASKS: Mapping[str, Callable[[str], str]] = {
    "name": mask_name,
    "resident_id": mask_resident_id,
    "phone": mask_phone,
    "account": mask_account,
}


def masked(kind: str, text: str) -> str:
    """Return the text masked as its element says; ``all`` and an unknown kind hide everything."""
    if not kind:
        return text
    known = _MASKS.get(kind)
    return known(text) if known else HIDDEN
