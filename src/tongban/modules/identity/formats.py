"""Passwords and tokens as they are kept: argon2id for what people choose, SHA-256 for chance; and what
the ledger's entry about an account commits to."""

import functools
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from argon2.low_level import Type

from tongban.kernel.characters import capitals
from tongban.kit.crypto.suite import Suite
from tongban.modules.identity.model import Account

_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1, type=Type.ID)
"""RFC 9106 section 4, second choice (64 MiB, 3 passes), on one lane: Tongban may have one core."""

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""


def hash_password(password: str) -> str:
    """Return the argon2id hash in PHC form; takes some ten milliseconds on purpose."""
    return _HASHER.hash(_normal(password))


def password_fits(kept: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; takes as long where there is none.

    The hash of nobody is made whether it is needed or not: or the first unknown login after a start
    would take twice as long.
    """
    nobodys = _nobodys()
    try:
        _HASHER.verify(kept or nobodys, _normal(password))
    except VerificationError:
        return False
    return kept is not None


def hash_token(suite: Suite, token: str) -> str:
    """Return what is kept of a token that is itself pure chance (hex, 64 characters)."""
    return suite.hash.hex(token.encode())


def _normal(password: str) -> str:
    """Make one password of what different keyboards send for the same characters (NFC)."""
    return unicodedata.normalize("NFC", password)


@functools.cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


def readable_code(chance: bytes) -> str:
    """Return ten bytes of chance as sixteen signs in four groups that can be read out (80 bits)."""
    if len(chance) != 10:
        raise ValueError("ten bytes of chance are needed")
    number = int.from_bytes(chance, "big")
    signs = "".join(_SIGNS[(number >> shift) & 31] for shift in range(75, -1, -5))
    return "-".join(signs[place : place + 4] for place in range(0, 16, 4))


def normal_code(typed: str) -> str:
    """Return a readable code as it is compared: case, spaces, hyphens and look-alikes forgiven."""
    plain = "".join(sign for sign in capitals(typed) if sign.isalnum())
    return plain.translate(str.maketrans("OIL", "011"))


class KnownBrowser(msgspec.Struct, frozen=True):
    """One account of those that a browser's cookie speaks of."""

    day: int
    """Day of its last sign-in there, counted from 1970."""
    chance: str
    """Names the browser for this account; another one after each sign-in."""
    mark: str
    """What only this government can have made of login, password, day and chance."""


_KNOWN = re.compile(r"([0-9]{1,6})\.([A-Za-z0-9_-]{22})\.([0-9a-f]{64})")
_LONGEST_COOKIE = 1024


def read_browser(cookie: str) -> tuple[KnownBrowser, ...]:
    """Read a browser's cookie; what is none, or longer than any of ours, speaks of nobody."""
    pieces = cookie.split("~") if len(cookie) <= _LONGEST_COOKIE else []
    found = [_KNOWN.fullmatch(piece) for piece in pieces]
    return tuple(KnownBrowser(int(one[1]), one[2], one[3]) for one in found if one)


def write_browser(known: Iterable[KnownBrowser]) -> str:
    """Return the cookie of a browser, the account that signed in last at the beginning."""
    return "~".join(f"{one.day}.{one.chance}.{one.mark}" for one in known)


def browser_text(login: str, password_since: str, day: int, chance: str) -> str:
    """Return what the mark of a known browser is made of: a new password makes all unknown."""
    return "\n".join(("browser", login, password_since, str(day), chance))


def account_facts(account: Account) -> dict[str, Any]:
    """Return what an account may do and whose it is: by ids, and the login under seal of the commitment."""
    return {
        "account": account.id,
        "login": account.login,
        "kind": account.kind.value,
        "state": account.state.value,
        "department": account.department,
        "roles": list(account.roles),
        "person": account.person or "",
        "demonstration": account.demonstration,
    }
