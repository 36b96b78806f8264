"""办件编号: a date, the department's number, the sequence of the day and a check character.

``20261124`` ``003`` ``0017`` ``K``: nothing in it is about a person. Lengths of the middle parts
may grow; a number is at most 50 characters (GB/T 39046-2020 table 5).
"""

import datetime as dt

from tongban.kernel.characters import compact
from tongban.kernel.identifiers import check_mod_37_36


def case_number(day: dt.date, department: int, sequence: int) -> str:
    """Compose a case number; ``department`` is the number this department was given for good."""
    digits = f"{day:%Y%m%d}{department:03d}{sequence:04d}"
    return digits + check_mod_37_36(digits)


def normal_number(typed: str) -> str:
    """Return a number as it is stored: half width, capitals, without spaces and hyphens."""
    return "".join(character for character in compact(typed).upper() if character.isalnum())


def is_case_number(text: str) -> bool:
    """Whether the check character fits, so that a slip of the finger is caught before looking."""
    digits, check = text[:-1], text[-1:]
    well_formed = digits.isascii() and digits.isdigit() and len(digits) >= 15
    return well_formed and check_mod_37_36(digits) == check
