"""SD-JWT (RFC 9901): claims of which the holder shows only what is needed.

An SD-JWT is ``<issuer's JWT>~<disclosure>~…~`` and, when it is bound to the holder's key, ends in a
KB-JWT. A disclosure is base64url of the JSON ``[salt, name, value]`` (``[salt, value]`` inside an
array); the claims hold only its SHA-256. Rules of verification: section 7.1.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tongban.kit.crypto import chance
from tongban.kit.crypto.hashing import SHA_256
from tongban.modules.certificates import errors
from tongban.modules.certificates.formats import jws

LARGEST = 128 << 10
MOST_DISCLOSURES = 200
_DEEPEST = 32
_RESERVED = frozenset({"_sd", "..."})
_SALT_BYTES = 16
_DECOYS = 3
KB_TYPE = "kb+jwt"
_SKEW = dt.timedelta(minutes=5)


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """One disclosure: its text as it travels, and what it says; no name inside an array."""

    text: str
    name: str | None
    value: Any

    @property
    def digest(self) -> str:
        """What stands for it in the claims."""
        return digest_of(self.text)


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """An SD-JWT taken apart."""

    jwt: str
    disclosures: tuple[str, ...]
    key_binding: str = ""

    @property
    def bound(self) -> str:
        """The text that a key binding signs over."""
        return "~".join((self.jwt, *self.disclosures)) + "~"


def encode(data: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Read base64url without padding; refuses anything else."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise errors.credential_refused("unreadable") from error
    if encode(found) != text:
        raise errors.credential_refused("unreadable")
    return found


def digest_of(text: str) -> str:
    """Return the digest of a disclosure, or of a whole presentation for its key binding."""
    return encode(SHA_256.digest(text.encode("ascii")))


# Issuing ------------------------------------------------------------------------------------------


def disclose(name: str, value: Any, salt: bytes | None = None) -> Disclosure:
    """Make the disclosure of a claim with a fresh salt."""
    salted = encode(salt if salt is not None else chance.token_bytes(_SALT_BYTES))
    text = encode(msgspec.json.encode([salted, name, value]))
    return Disclosure(text=text, name=name, value=value)


def conceal(claims: Mapping[str, Any], disclosures: Sequence[Disclosure]) -> dict[str, Any]:
    """Put the digests into the claims, sorted so that their order tells nothing, among decoys."""
    digests = [one.digest for one in disclosures]
    digests += [encode(chance.token_bytes(32)) for _ in range(_DECOYS)]
    return {**claims, "_sd": sorted(digests), "_sd_alg": SHA_256.name}


def compose(jwt: str, disclosures: Sequence[str], key_binding: str = "") -> str:
    """Put an SD-JWT together."""
    return "~".join((jwt, *disclosures)) + "~" + key_binding


# Reading ------------------------------------------------------------------------------------------


def split(text: str) -> Parts:
    """Take an SD-JWT apart. Refuses what is too large or is none."""
    text = text.strip()
    if len(text) > LARGEST or not text.isascii() or "~" not in text:
        raise errors.credential_refused("unreadable")
    jwt, *disclosures, last = text.split("~")
    if not jwt or len(disclosures) > MOST_DISCLOSURES:
        raise errors.credential_refused("unreadable")
    return Parts(jwt=jwt, disclosures=tuple(disclosures), key_binding=last)


def read_disclosure(text: str) -> Disclosure:
    """Read one disclosure. Refuses what is no array of two or three, or names a reserved claim."""
    try:
        found = msgspec.json.decode(decode(text))
    except (ValueError, RecursionError) as error:
        raise errors.credential_refused("disclosure") from error
    if not isinstance(found, list) or len(found) not in (2, 3) or not isinstance(found[0], str):
        raise errors.credential_refused("disclosure")
    name = found[1] if len(found) == 3 else None
    if len(found) == 3 and (not isinstance(name, str) or name in _RESERVED):
        raise errors.credential_refused("disclosure")
    return Disclosure(text=text, name=name, value=found[-1])


def reveal(claims: Mapping[str, Any], texts: Sequence[str]) -> dict[str, Any]:
    """Return the claims with what was disclosed in its place, and nothing of the digests.

    Refuses another digest than SHA-256, a digest that stands twice, a disclosure whose digest stands
    nowhere, and one that would overwrite a claim.
    """
    if claims.get("_sd_alg", SHA_256.name) != SHA_256.name:
        raise errors.credential_refused("algorithm")
    disclosures = [read_disclosure(text) for text in texts]
    known = {one.digest: one for one in disclosures}
    if len(known) != len(disclosures):
        raise errors.credential_refused("duplicate")
    walk = _Walk(known)
    found = walk.object(claims, 0)
    if set(known) - walk.used:
        raise errors.credential_refused("unknown_digest")
    found.pop("_sd_alg", None)
    return found


class _Walk:
    """Goes through claims once, counting every digest it meets."""

    def __init__(self, known: Mapping[str, Disclosure]) -> None:
        self._known = known
        self._seen: set[str] = set()
        self.used: set[str] = set()

    def object(self, claims: Mapping[str, Any], depth: int) -> dict[str, Any]:
        """Return an object with its disclosed claims."""
        if "..." in claims:
            raise errors.credential_refused("reserved")
        found = {
            name: self.value(value, depth + 1) for name, value in claims.items() if name != "_sd"
        }
        digests = claims.get("_sd", [])
        if not isinstance(digests, list):
            raise errors.credential_refused("unreadable")
        for digest in digests:
            one = self._take(digest)
            if one is None:
                continue
            if one.name is None:
                raise errors.credential_refused("disclosure")
            if one.name in claims or one.name in found:
                raise errors.credential_refused("overwrites")
            found[one.name] = self.value(one.value, depth + 1)
        return found

    def value(self, value: Any, depth: int) -> Any:
        """Return any value with what is disclosed inside it."""
        if depth > _DEEPEST:
            raise errors.credential_refused("unreadable")
        if isinstance(value, dict):
            return self.object(value, depth)
        if isinstance(value, list):
            return [one for each in value for one in self._element(each, depth)]
        return value

    def _element(self, element: Any, depth: int) -> list[Any]:
        if not (isinstance(element, dict) and "..." in element):
            return [self.value(element, depth + 1)]
        if set(element) != {"..."}:
            raise errors.credential_refused("reserved")
        one = self._take(element["..."])
        if one is None:
            return []
        if one.name is not None:
            raise errors.credential_refused("disclosure")
        return [self.value(one.value, depth + 1)]

    def _take(self, digest: Any) -> Disclosure | None:
        if not isinstance(digest, str):
            raise errors.credential_refused("unreadable")
        if digest in self._seen:
            raise errors.credential_refused("duplicate")
        self._seen.add(digest)
        one = self._known.get(digest)
        if one is not None:
            self.used.add(digest)
        return one


# Key binding --------------------------------------------------------------------------------------


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """What a verifier asked the holder to sign: who asks, and a number used once."""

    audience: str
    nonce: str


def check_binding(
    parts: Parts, claims: Mapping[str, Any], challenge: Challenge | None, at: dt.datetime
) -> bool:
    """Say whether the holder proved to have the key that the credential is bound to.

    Refuses a binding that is asked for and missing, by another key, for another audience or nonce,
    over other disclosures, or made at another time (five minutes are forgiven).
    """
    if not parts.key_binding:
        if challenge is not None:
            raise errors.credential_refused("binding_missing")
        return False
    confirmed = claims.get("cnf")
    key = confirmed.get("jwk") if isinstance(confirmed, dict) else None
    if not isinstance(key, dict) or challenge is None:
        raise errors.credential_refused("binding")
    bound = jws.verify_with(parts.key_binding, key, KB_TYPE)
    issued = bound.get("iat")
    sound = (
        bound.get("sd_hash") == digest_of(parts.bound)
        and bound.get("aud") == challenge.audience
        and bound.get("nonce") == challenge.nonce
        and isinstance(issued, int)
        and not isinstance(issued, bool)
        and abs(at.timestamp() - issued) <= _SKEW.total_seconds()
    )
    if not sound:
        raise errors.credential_refused("binding")
    return True
