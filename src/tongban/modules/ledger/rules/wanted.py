"""How an entry is asked for: by its id or by its number."""

import re

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST_NUMBER = 18
"""Digits of the largest number that every database keeps whole."""


def fault_of_wanted(text: str) -> str:
    """Say why a text can be neither an entry's id nor its number: ``length``, ``characters`` or empty."""
    wanted = text.strip()
    if wanted.isascii() and wanted.isdigit():
        return "length" if len(wanted) > _LONGEST_NUMBER else ""
    if len(wanted) != 36:
        return "length"
    return "" if _ID.fullmatch(wanted) else "characters"
