"""Ciphers that tell when what they sealed was altered, moved or opened with another key."""

from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tongban.kit.crypto import chance


class AlteredError(ValueError):
    """Something sealed does not open: it was altered, or sealed for another place or key."""


class Sealer(Protocol):
    """Seals and opens with one key."""

    def seal(self, content: bytes, associated: bytes) -> bytes:
        """Encrypt; it opens only with the same associated data. Two seals of one content differ."""
        ...

    def open(self, sealed: bytes, associated: bytes) -> bytes:
        """Decrypt; raises :class:`AlteredError`."""
        ...


class Cipher(Protocol):
    """Makes keys, and sealers of them."""

    name: str

    def new_key(self) -> bytes:
        """Make a key."""
        ...

    def sealer(self, key: bytes) -> Sealer:
        """Return what seals with a key; refuses one of another length (ValueError)."""
        ...


class _AesGcm:
    """``nonce (12 bytes, chance) || ciphertext || tag (16)``, NIST SP 800-38D."""

    _NONCE = 12

    def __init__(self, key: bytes) -> None:
        self._key = AESGCM(key)

    def seal(self, content: bytes, associated: bytes) -> bytes:
        nonce = chance.token_bytes(self._NONCE)
        return nonce + self._key.encrypt(nonce, content, associated)

    def open(self, sealed: bytes, associated: bytes) -> bytes:
        nonce, body = sealed[: self._NONCE], sealed[self._NONCE :]
        try:
            return self._key.decrypt(nonce, body, associated)
        except (InvalidTag, ValueError):  # the latter: too short to be a seal
            raise AlteredError("a sealed value was altered, or was sealed elsewhere") from None


class _Aes256Gcm:
    name = "AES-256-GCM"

    def new_key(self) -> bytes:
        return AESGCM.generate_key(256)

    def sealer(self, key: bytes) -> Sealer:
        if len(key) != 32:
            raise ValueError("a key of AES-256 has 32 bytes")
        return _AesGcm(key)


AES_256_GCM: Cipher = _Aes256Gcm()
