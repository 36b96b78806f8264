"""Facts of certificates that others may need to know."""

from typing import ClassVar

import msgspec


class CertificateSealed(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate was sealed and is valid."""

    name: ClassVar[str] = "certificates.certificate_sealed"
    certificate: str
    case_number: str


class SealingGivenUp(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate could not be made in any try; somebody must look into it."""

    name: ClassVar[str] = "certificates.sealing_given_up"
    case_number: str


class CertificateRevoked(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate was revoked."""

    name: ClassVar[str] = "certificates.certificate_revoked"
    certificate: str
    case_number: str
