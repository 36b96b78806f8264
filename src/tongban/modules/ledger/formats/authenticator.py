"""The authenticator of an entry that waits: a keyed hash over its id and its bytes.

The key is derived from the keyring, which is a file and never in the database. So a row that somebody
slipped in with SQL is told from one that an action wrote, whatever it says.
"""

from typing import Protocol

from tongban.kit.crypto.hashing import same
from tongban.modules.ledger.model import Waiting

_PURPOSE = "ledger.entry"


class Keys(Protocol):
    """Makes keyed authenticators: the keyring."""

    def mac(self, purpose: str, message: bytes) -> bytes:
        """Return what only who has the keys can make."""
        ...


def authenticator_of(keys: Keys, identifier: str, body: bytes) -> bytes:
    """Vouch for an entry: its id, a zero byte, its bytes."""
    return keys.mac(_PURPOSE, identifier.encode() + b"\0" + body)


def is_ours(keys: Keys, one: Waiting) -> bool:
    """Whether an entry that waits was written with these keys."""
    return same(authenticator_of(keys, one.id, one.body), one.authenticator)
