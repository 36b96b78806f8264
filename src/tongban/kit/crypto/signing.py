"""Signatures by the names that formats give them."""

from collections.abc import Callable
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from tongban.kit.crypto import chance

PrivateKey = ec.EllipticCurvePrivateKey
"""A private key of :class:`Es256`."""
PublicKey = ec.EllipticCurvePublicKey
WrongSignature = InvalidSignature
"""Raised by certificates that were not issued by whom they name."""
DER, PEM = Encoding.DER, Encoding.PEM


class Ed25519:
    """RFC 8032; keys are seeds of 32 bytes, as signed notes keep them."""

    name = "Ed25519"
    size = 32
    """Bytes of a seed, and of a public key."""

    def new_seed(self) -> bytes:
        """Make a private key."""
        return chance.token_bytes(self.size)

    def public(self, seed: bytes) -> bytes:
        """Return the public key of a seed."""
        return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()

    def signer(self, seed: bytes) -> Callable[[bytes], bytes]:
        """Return what signs with a seed, loaded once."""
        return Ed25519PrivateKey.from_private_bytes(seed).sign

    def holds(self, public: bytes, signature: bytes, message: bytes) -> bool:
        """Whether a signature was made by this key over this message."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Es256:
    """ECDSA on P-256 with SHA-256 (RFC 7518 3.4), the keys of seals and credentials."""

    name = "ES256"
    curve = "secp256r1"

    def new_key(self) -> PrivateKey:
        """Make a private key."""
        return ec.generate_private_key(ec.SECP256R1())

    def private_key(self, pem: bytes) -> PrivateKey | None:
        """Read a private key; None for one of another kind, ValueError for what is none."""
        key = load_pem_private_key(pem, None)
        return key if isinstance(key, PrivateKey) else None

    def written(self, key: PrivateKey, encoding: Encoding = PEM) -> bytes:
        """Write a private key, not encrypted."""
        return key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())

    def public_key(self, certificate: x509.Certificate) -> PublicKey | None:
        """Return whose key a certificate is about; None for one of another kind of curve."""
        key = certificate.public_key()
        return key if isinstance(key, PublicKey) and key.curve.name == self.curve else None

    def public_pem(self, key: PublicKey) -> bytes:
        """Write a public key."""
        return key.public_bytes(PEM, PublicFormat.SubjectPublicKeyInfo)

    def issue(self, certificate: Any, key: PrivateKey) -> x509.Certificate:
        """Sign what a certificate builder prepared."""
        issued: x509.Certificate = certificate.sign(key, hashes.SHA256())
        return issued


ED25519 = Ed25519()
ES256 = Es256()
