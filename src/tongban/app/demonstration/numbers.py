"""Identifiers that are well formed and belong to nobody.

Every number carries a division below 47, a prefix of GB/T 2260 that is assigned to no province, so
no resident number or credit code made here can be that of a real person or organisation.
"""

from datetime import date

DIVISION = "470181"
"""云汀市: 47 no province, 01 its first prefecture, 81 its first county-level city."""

NEIGHBOURS = ("470102", "470182", "470221")
"""Where people who moved to the city were first registered: as fictional as the city."""

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def resident_number(division: str, born: date, sequence: int) -> str:
    """Return the resident number of GB 11643: odd sequences are men, even ones women."""
    body = f"{division}{born:%Y%m%d}{sequence:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(_RESIDENT_WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


def credit_code(category: str, division: str, serial: str) -> str:
    """Return the unified credit code of GB 32100 around an eight-character serial.

    ``category`` is the registering department and the kind of organisation, such as ``91``.
    """
    body = category + division + serial + _organisation_check(serial)
    total = sum(
        weight * _CREDIT_ALPHABET.index(character)
        for weight, character in zip(_CREDIT_WEIGHTS, body, strict=True)
    )
    return body + _CREDIT_ALPHABET[-total % 31]


def _organisation_check(serial: str) -> str:
    """Return the check character of the organisation code (GB 11714)."""
    total = sum(
        weight * int(character, 36)
        for weight, character in zip(_ORGANISATION_WEIGHTS, serial, strict=True)
    )
    return "0123456789X"[-total % 11]


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
