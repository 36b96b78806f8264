"""Time-ordered identifiers (UUIDv7, RFC 9562 section 5.7), made from a given time and given chance."""

from datetime import datetime


def uuid7(now: datetime, chance: bytes) -> str:
    """Return the UUIDv7 of an instant (to the millisecond) and ten bytes of randomness."""
    if len(chance) != 10:
        raise ValueError("ten bytes of randomness are needed")
    millis = int(now.timestamp() * 1000)
    value = (millis << 80) | int.from_bytes(chance, "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
