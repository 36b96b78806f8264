"""Identifiers that are well formed and belong to nobody.

Every number carries a division below 47, a prefix of GB/T 2260 that is assigned to no province, so
no resident number or credit code made here can be that of a real person or organisation.
"""

from datetime import date

from tongban.kernel.identifiers import make_credit_code, make_resident_id

DIVISION = "470181"
"""云汀市: 47 no province, 01 its first prefecture, 81 its first county-level city."""

NEIGHBOURS = ("470102", "470182", "470221")
"""Where people who moved to the city were first registered: as fictional as the city."""


def resident_number(born: date, sequence: int, division: str = DIVISION) -> str:
    """Return a resident number (GB 11643): odd sequences are men, even ones women."""
    return make_resident_id(division, born, sequence)


def credit_code(number: int, kind: str = "91") -> str:
    """Return the credit code (GB 32100) of the n-th organisation; 91 is a company, 92 a trader."""
    return make_credit_code(kind, DIVISION, f"MA{number:06d}")


def plate(number: int) -> str:
    """Return a plate that begins with a character no province uses."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return f"汀{letters[number % 24]}{letters[(number // 24) % 24]}{number % 10_000:04d}"


def phone(number: int) -> str:
    """Return a mobile number of a range that has not been given to any operator."""
    return f"154{number:08d}"


def bank_account(number: int) -> str:
    """Return a card number with the check digit of Luhn and an issuer that does not exist."""
    body = f"999470{number:012d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def real_estate_unit(number: int) -> str:
    """Return a real estate unit number of 28 characters: parcel of 19, building and unit of 9."""
    parcel = f"{DIVISION}001{1 + number % 12:03d}GB{number // 40 + 1:05d}"
    return f"{parcel}F{number // 200 + 1:04d}{number % 200 + 1:04d}"
