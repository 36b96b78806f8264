"""Identifiers that sort by the time they were made: UUIDv7 (RFC 9562, 5.7)."""

from datetime import UTC, datetime, timedelta

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

CHANCE_BITS = 74
"""How much of an identifier is not its time."""


def uuid7(millis: int, chance: int) -> str:
    """Return the UUIDv7 of an instant (milliseconds since 1970) and 74 bits; it grows as they grow."""
    if not 0 <= chance < 1 << CHANCE_BITS:
        raise ValueError(f"the part that is not time has {CHANCE_BITS} bits")
    high, low = chance >> 62, chance & ((1 << 62) - 1)
    digits = f"{(millis << 80) | (0x7 << 76) | (high << 64) | (0x2 << 62) | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def made_at(identifier: str) -> datetime:
    """Return the instant, to the millisecond, at which an identifier was made."""
    millis = int(identifier[:8] + identifier[9:13], 16)
    return _BEGINNING + timedelta(milliseconds=millis)
