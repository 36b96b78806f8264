"""How entries about one person follow each other: links that show nothing, and heads over all before.

An entry's *link* is HMAC-SHA-256 over its number in the chain and the head before it, under a key of the
chain alone. Whoever has no key cannot tell two links of one chain from two of different chains; whoever
has it makes the next one, and finds out whether the log holds an entry that they were not given. A *head*
is SHA-256 over the head before and the leaf hash of the entry (RFC 6962), so that it stands for every
byte of every entry so far.
"""

from tongban.kit.crypto.hashing import SHA_256
from tongban.modules.ledger.rules.tree import leaf_hash

START = "0" * 64
"""The head of a chain in which there is nothing."""
KEY_SIZE = 32
"""Bytes of a chain's key."""
_LINK = b"tongban/chain-link/v1\n"
_HEAD = b"tongban/chain-head/v1\n"
_KEY = b"tongban/chain-key/v1\n"


def link_of(key: bytes, number: int, before: str) -> str:
    """Return the link of the entry that gets a number, counted from 1, after a head: 64 hex digits."""
    said = number.to_bytes(8, "big") + bytes.fromhex(before)
    return SHA_256.keyed(key, _LINK + said).hex()


def head_of(before: str, body: bytes) -> str:
    """Return the head of a chain once an entry of these bytes follows a head: 64 hex digits."""
    return SHA_256.hex(_HEAD + bytes.fromhex(before) + leaf_hash(body))


def name_of_key(key: bytes) -> str:
    """Return what a statement calls a chain's key by without telling it: 64 hex digits."""
    return SHA_256.hex(_KEY + key)
