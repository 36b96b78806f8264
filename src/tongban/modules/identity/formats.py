"""Passwords and tokens as they are kept: argon2id for what people choose, SHA-256 for chance."""

import functools
import hashlib
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from argon2.low_level import Type

_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1, type=Type.ID)
"""RFC 9106 section 4, second choice (64 MiB, 3 passes), on one lane: Tongban may have one core."""


def hash_password(password: str) -> str:
    """Return the argon2id hash in PHC form; takes some ten milliseconds on purpose."""
    return _HASHER.hash(_normal(password))


def password_fits(kept: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; takes as long where there is none."""
    try:
        _HASHER.verify(kept or _nobodys(), _normal(password))
    except VerificationError:
        return False
    return kept is not None


def hash_token(token: str) -> str:
    """Return what is kept of a token that is itself pure chance (hex, 64 characters)."""
    return hashlib.sha256(token.encode()).hexdigest()


def _normal(password: str) -> str:
    """Make one password of what different keyboards send for the same characters (NFC)."""
    return unicodedata.normalize("NFC", password)


@functools.cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
