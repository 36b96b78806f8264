"""Hashes by the names that formats give them, and keyed hashes. Pure, and light to import."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Protocol

_PIECE = 1 << 20


class Running(Protocol):
    """A hash that is fed piece by piece."""

    def update(self, content: bytes, /) -> None:
        """Feed it more bytes."""
        ...

    def digest(self) -> bytes:
        """Return the digest of all that was fed."""
        ...

    def hexdigest(self) -> str:
        """Return the digest in lower-case hex."""
        ...


class _Maker(Protocol):
    def __call__(self, content: bytes = b"", /) -> Running: ...


@dataclass(frozen=True, kw_only=True)
class Hash:
    """A hash function as formats name it."""

    name: str
    """As the registry of named information calls it, and so SD-JWT: ``sha-256``."""
    short: str
    """As file names, PDF and BagIt call it: ``sha256``."""
    size: int
    """Bytes of a digest."""
    new: _Maker
    """Begins a digest; for inner loops, ``new(content).digest()`` is the function itself."""

    def digest(self, content: bytes) -> bytes:
        """Return the digest of some bytes."""
        return self.new(content).digest()

    def hex(self, content: bytes) -> str:
        """Return the digest of some bytes in lower-case hex."""
        return self.new(content).hexdigest()

    def of_stream(self, file: IO[bytes]) -> str:
        """Return the digest of what is left of a file, in hex, a mebibyte at a time."""
        running = self.new()
        while piece := file.read(_PIECE):
            running.update(piece)
        return running.hexdigest()

    def keyed(self, key: bytes, content: bytes) -> bytes:
        """Return the HMAC of some bytes (RFC 2104)."""
        return hmac.digest(key, content, self.short)


SHA_256 = Hash(name="sha-256", short="sha256", size=32, new=hashlib.sha256)
"""FIPS 180-4."""


def fingerprint(content: bytes) -> str:
    """Return by what something is told to be the same as before (SHA-256, hex).

    For names of files, versions of definitions and keys of caches: these are kept and compared with
    later ones, so that no suite changes them.
    """
    return SHA_256.hex(content)


def same(one: bytes, other: bytes) -> bool:
    """Whether two secrets are equal; takes as long where they are not."""
    return hmac.compare_digest(one, other)


Keyed = Callable[[bytes, bytes], bytes]
"""(key, content) -> keyed hash."""
