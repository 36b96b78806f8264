"""Base64 as RFC 4648 section 4 writes it, one spelling only."""

import re
from base64 import b64decode, b64encode
from binascii import Error

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def encode(data: bytes) -> str:
    """Write bytes as padded standard base64."""
    return b64encode(data).decode("ascii")


def decode(text: str) -> bytes | None:
    """Read padded standard base64; None where it is not, or not the canonical spelling."""
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except (Error, UnicodeEncodeError):
        return None
    return data if encode(data) == text else None


def decode_hash(text: str) -> bytes | None:
    """Read a 32-byte hash; None where it is not one."""
    data = decode(text)
    return data if data is not None and len(data) == 32 else None


def decimal(text: str) -> int | None:
    """Read a whole number below 2**63 without sign or leading zeros; None where it is not one."""
    if not _DECIMAL.fullmatch(text):
        return None
    number = int(text)
    return number if number < 2**63 else None
