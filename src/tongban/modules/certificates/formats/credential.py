"""The certificate as an SD-JWT VC: what is always visible, and what the holder may withhold."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from cryptography import x509

from tongban.kernel.realms import Realm
from tongban.kernel.text import CHINESE, Text, say
from tongban.kit.crypto.hashing import SHA_256
from tongban.modules.certificates import errors
from tongban.modules.certificates.formats import jws, sdjwt, status
from tongban.modules.certificates.model import Certificate

TYPE = "dc+sd-jwt"
STATUS_PATH = "/certificates/status/"
TYPE_PATH = "/certificates/types/"
OWN_SHOWN: Mapping[str, str] = {
    "certificate_number": "number",
    "certificate_name": "name",
    "issuing_authority": "issuer",
    "date_of_issuance": "issued_on",
    "date_of_expiry": "valid_until",
}
"""What every credential says of itself for people, each with the word by which pages call it."""
_OWN = frozenset({*"iss iat nbf exp vct cnf sub aud status _sd _sd_alg ...".split(), *OWN_SHOWN})
_NEVER_WITHHELD = ("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "aud")
"""Claims that may not be disclosures (SD-JWT VC): else a holder could withhold the end of validity."""


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be signed, and the disclosures that go with it."""

    header: dict[str, Any]
    claims: bytes
    disclosures: tuple[str, ...]


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A credential that holds: its claims as far as they are disclosed."""

    claims: dict[str, Any]
    signer: str
    """Organisation that signed, from its certificate."""
    bound: bool
    """Whether the holder proved to have the key it is bound to."""


def prepare(certificate: Certificate, issuer: Text, address: str, zone: str) -> Issued:
    """Return the claims of a certificate; fields that may be withheld become disclosures."""
    until = certificate.valid_until
    listed = f"{address}{STATUS_PATH}{certificate.status_list}"
    claims: dict[str, Any] = {
        "iss": address,
        "iat": int(certificate.issued_at.timestamp()),
        "vct": f"{address}{TYPE_PATH}{certificate.type}",
        "status": {"status_list": {"idx": certificate.status_index, "uri": listed}},
        "certificate_number": certificate.number,
        "certificate_name": say(certificate.name, CHINESE),
        "issuing_authority": say(issuer, CHINESE),
        "date_of_issuance": certificate.issued_on.isoformat(),
    }
    if until is not None:
        end = dt.datetime.combine(until, dt.time(23, 59, 59), ZoneInfo(zone))
        claims["exp"] = int(end.timestamp())
        claims["date_of_expiry"] = until.isoformat()
    disclosures = []
    for line in certificate.lines:
        if line.disclosable:
            disclosures.append(sdjwt.disclose(claim_of(line.code), line.value))
        else:
            claims[claim_of(line.code)] = line.value
    return Issued(
        header={"typ": TYPE},
        claims=msgspec.json.encode(sdjwt.conceal(claims, disclosures)),
        disclosures=tuple(one.text for one in disclosures),
    )


def issuer_in(issuer: Text, realm: Realm) -> str:
    """Return the issuer's name as a credential says it: one of a trial says so itself."""
    return say(issuer, CHINESE) + ("（试运行，无法律效力）" if realm is Realm.TRIAL else "")


def claim_of(field: str) -> str:
    """Name the claim of a field; one whose name the credential itself uses gets a prefix."""
    return f"field_{field}" if field in _OWN or field.startswith("field_") else field


def hash_of(text: str) -> str:
    """Return the SHA-256 of the issuer's part: by it a credential is recognised."""
    return SHA_256.hex(text.partition("~")[0].encode())


def present(text: str, fields: Sequence[str]) -> str:
    """Return the credential with only the chosen disclosures."""
    parts = sdjwt.split(text)
    chosen = [
        one
        for one in parts.disclosures
        if sdjwt.read_disclosure(one).name in {claim_of(field) for field in fields}
    ]
    return sdjwt.compose(parts.jwt, chosen)


def verify(
    text: str,
    anchors: Sequence[bytes],
    at: dt.datetime,
    challenge: sdjwt.Challenge | None = None,
) -> Verified:
    """Return what a credential says. Refuses one that does not hold, or is not yet or no longer
    in force; whether it was revoked stands in its status list.
    """
    parts = sdjwt.split(text)
    claims, leaf = jws.verify(parts.jwt, TYPE, anchors, at)
    revealed = sdjwt.reveal(claims, parts.disclosures)
    if any(name in revealed and name not in claims for name in _NEVER_WITHHELD):
        raise errors.credential_refused("reserved")
    if not isinstance(revealed.get("vct"), str):
        raise errors.credential_refused("type")
    bound = sdjwt.check_binding(parts, claims, challenge, at)
    _check_times(revealed, at)
    return Verified(claims=revealed, signer=_organisation(leaf), bound=bound)


def _check_times(claims: Mapping[str, Any], at: dt.datetime) -> None:
    now = at.timestamp()
    for name, early in (("nbf", True), ("exp", False)):
        moment = claims.get(name)
        if moment is None:
            continue
        if not isinstance(moment, int | float) or isinstance(moment, bool):
            raise errors.credential_refused("unreadable")
        if (now < moment) if early else (now > moment):
            raise errors.credential_refused("not_yet" if early else "expired")


def _organisation(leaf: x509.Certificate) -> str:
    found = leaf.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    return str(found[0].value) if found else ""


def status_of(claims: Mapping[str, Any]) -> tuple[int, str]:
    """Return place and address of the status list. Refuses a credential without one."""
    standing = claims.get("status")
    listed = standing.get("status_list") if isinstance(standing, dict) else None
    if not isinstance(listed, dict):
        raise errors.credential_refused("status")
    place, uri = listed.get("idx"), listed.get("uri")
    if not isinstance(place, int) or isinstance(place, bool) or not isinstance(uri, str):
        raise errors.credential_refused("status")
    return place, uri


def is_revoked(
    claims: Mapping[str, Any], token: str, anchors: Sequence[bytes], at: dt.datetime
) -> bool:
    """Say whether a status list says that a credential was revoked.

    Refuses a list that is not signed by somebody trusted, is about other credentials, or is stale.
    """
    place, uri = status_of(claims)
    listed, _ = jws.verify(token, status.TYPE, anchors, at, largest=status.LARGEST)
    if listed.get("sub") != uri:
        raise errors.credential_refused("status")
    _check_times(listed, at)
    return status.is_revoked(listed, place)
