"""办件编号: a date, the department's number, the sequence of the day and a check character.

``20261124`` ``003`` ``0017`` ``K``: nothing in it is about a person. Lengths of the middle parts
may grow; a number is at most 50 characters (GB/T 39046-2020 table 5).
"""

import datetime as dt

from tongban.kernel.characters import capitals, compact
from tongban.kernel.identifiers import Fault, check_mod_37_36


def case_number(day: dt.date, department: int, sequence: int) -> str:
    """Compose a case number; ``department`` is the number this department was given for good."""
    digits = f"{day:%Y%m%d}{department:03d}{sequence:04d}"
    return digits + check_mod_37_36(digits)


def normal_number(typed: str) -> str:
    """Return a number as it is stored: half width, capitals, without spaces and hyphens."""
    return "".join(character for character in capitals(compact(typed)) if character.isalnum())


_SHORTEST = 16
_LONGEST = 50


def is_case_number(text: str) -> bool:
    """Whether the check character fits, so that a slip of the finger is caught before looking."""
    return case_number_fault(text) is None


def case_number_fault(text: str) -> Fault | None:
    """Say what is wrong with a case number as it is stored: its length, characters, or check."""
    digits, check = text[:-1], text[-1:]
    if not _SHORTEST <= len(text) <= _LONGEST:
        return Fault.LENGTH
    if not (digits.isascii() and digits.isdigit()):
        return Fault.CHARACTERS
    return None if check_mod_37_36(digits) == check else Fault.CHECK


def wanted_number_fault(typed: str, *, begun: bool = False) -> Fault | None:
    """Say what is wrong with a case number that is looked for; one that is only begun may be ``begun``."""
    number = normal_number(typed)
    if begun and number.isascii() and number.isdigit() and len(number) < _SHORTEST:
        return None
    return case_number_fault(number)
