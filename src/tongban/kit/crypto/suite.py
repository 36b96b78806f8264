"""Which algorithms a government uses wherever no outside format fixes one."""

from dataclasses import dataclass

from tongban.kit.crypto.hashing import SHA_256, Hash
from tongban.kit.crypto.sealing import AES_256_GCM, Cipher
from tongban.kit.crypto.signing import ED25519, ES256, Ed25519, Es256


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Algorithms that belong together."""

    name: str
    hash: Hash
    """Of tokens and keys that are kept only hashed, of keyed look-ups and marks of forms."""
    cipher: Cipher
    """Of personal data at rest."""
    checkpoint: Ed25519
    """Signs checkpoints of the ledger, as far as signed notes know the algorithm."""
    certificate: Es256
    """Signs certificates and their seals, as far as JWS and PDF know the algorithm."""


INTERNATIONAL = Suite(
    name="international",
    hash=SHA_256,
    cipher=AES_256_GCM,
    checkpoint=ED25519,
    certificate=ES256,
)
