"""Compact JWS with ES256, and the chain that says whose key it is (x5c)."""

import base64
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from cryptography import x509
from joserfc import jws as joserfc
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from tongban.kit.crypto.signing import DER, ES256, PrivateKey, PublicKey, WrongSignature
from tongban.modules.certificates import errors

LARGEST = 64 << 10
"""Bytes of the largest signed text that is looked at."""
_LONGEST_CHAIN = 5


class Signer:
    """Signs with one key, loaded once."""

    def __init__(self, key: PrivateKey, chain: Sequence[bytes]) -> None:
        self._key = ECKey.import_key(ES256.written(key))
        self._head = {
            "alg": ES256.name,
            "kid": self._key.thumbprint(),
            "x5c": [base64.b64encode(one).decode() for one in chain],
        }

    def sign(self, header: Mapping[str, Any], claims: bytes) -> str:
        """Return the compact serialization."""
        return joserfc.serialize_compact(
            {**self._head, **header}, claims, self._key, registry=_REGISTRY
        )


class _Registry(joserfc.JWSRegistry):
    """One algorithm; headers may carry a chain and payloads a whole certificate."""

    max_header_length = 16 << 10
    max_payload_length = 1 << 20
    max_signature_length = 256


_REGISTRY = _Registry(algorithms=[ES256.name])


def public_jwk(key: PublicKey) -> dict[str, Any]:
    """Return a public key as a JWK with its thumbprint as ``kid``."""
    made = ECKey.import_key(ES256.public_pem(key))
    return {
        **made.as_dict(private=False),
        "kid": made.thumbprint(),
        "alg": ES256.name,
        "use": "sig",
    }


def verify(
    text: str, typ: str, anchors: Sequence[bytes], at: dt.datetime, largest: int = LARGEST
) -> tuple[dict[str, Any], x509.Certificate]:
    """Return the claims of a JWS and who signed them.

    Refuses any algorithm but ES256, another ``typ``, a signature that does not hold, and a chain
    that does not lead to one of the anchors (DER) at that time.
    """
    if len(text) > largest:
        raise errors.credential_refused("unreadable")
    try:
        header = joserfc.extract_compact(text.encode("ascii"), registry=_REGISTRY).headers()
    except (JoseError, ValueError) as error:
        raise errors.credential_refused("unreadable") from error
    if header.get("alg") != ES256.name:
        raise errors.credential_refused("algorithm")
    if header.get("typ") != typ:
        raise errors.credential_refused("type")
    leaf = _leaf(header.get("x5c"), anchors, at)
    key = ES256.public_key(leaf)
    if key is None:
        raise errors.credential_refused("algorithm")
    return _claims(text, ECKey.import_key(public_jwk(key))), leaf


def _claims(text: str, key: ECKey) -> dict[str, Any]:
    try:
        found = joserfc.deserialize_compact(text, key, registry=_REGISTRY)
        claims = msgspec.json.decode(found.payload)
    except (JoseError, ValueError, RecursionError) as error:
        raise errors.credential_refused("altered") from error
    if not isinstance(claims, dict):
        raise errors.credential_refused("unreadable")
    return claims


def verify_with(text: str, key: Mapping[str, Any], typ: str) -> dict[str, Any]:
    """Return the claims of a JWS signed by a key that is known otherwise, such as a holder's."""
    try:
        header = joserfc.extract_compact(text.encode("ascii"), registry=_REGISTRY).headers()
        known = ECKey.import_key({name: key[name] for name in ("kty", "crv", "x", "y")})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise errors.credential_refused("unreadable") from error
    if header.get("alg") != ES256.name:
        raise errors.credential_refused("algorithm")
    if header.get("typ") != typ:
        raise errors.credential_refused("type")
    return _claims(text, known)


def _leaf(chain: object, anchors: Sequence[bytes], at: dt.datetime) -> x509.Certificate:
    if not isinstance(chain, list) or not 0 < len(chain) <= _LONGEST_CHAIN:
        raise errors.credential_refused("untrusted")
    try:
        given = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in chain]
        trusted = [x509.load_der_x509_certificate(one) for one in anchors]
        if not _leads(given, trusted, at):
            raise errors.credential_refused("untrusted")
    except (ValueError, TypeError, x509.ExtensionNotFound, WrongSignature) as error:
        raise errors.credential_refused("untrusted") from error
    return given[0]


def _leads(given: list[x509.Certificate], trusted: list[x509.Certificate], at: dt.datetime) -> bool:
    """Whether each certificate is vouched for by the next and the last by a trusted one.

    Everything but the first must be an authority; all must be in force.
    """
    for index, one in enumerate(given):
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            return False
        if index and not _is_authority(one):
            return False
        if one in trusted:
            return True
        parents = [each for each in trusted if each.subject == one.issuer]
        if parents:
            one.verify_directly_issued_by(parents[0])
            return _is_authority(parents[0]) and parents[0].not_valid_after_utc >= at
        if index + 1 < len(given):
            one.verify_directly_issued_by(given[index + 1])
    return False


def _is_authority(one: x509.Certificate) -> bool:
    return one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def read_anchors(pem: bytes) -> list[bytes]:
    """Read certificates to trust from a PEM file, as DER. Refuses a file without any."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise errors.anchor_unreadable() from error
    return [one.public_bytes(DER) for one in found]
