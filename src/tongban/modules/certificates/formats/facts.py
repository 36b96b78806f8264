"""What the ledger's entries about a certificate commit to, besides what they show."""

from typing import Any

from tongban.kernel.text import CHINESE, say
from tongban.modules.certificates.model import Certificate, State


def issued_facts(certificate: Certificate) -> dict[str, Any]:
    """Return what was issued to whom: the documents by their digests, the holder, every line."""
    return {
        "certificate": certificate.id,
        "number": certificate.number,
        "pdf_sha256": certificate.pdf_hash,
        "credential_sha256": certificate.credential_hash,
        "holder": f"{certificate.holder_kind.value}:{certificate.holder_index}",
        "holder_name": certificate.holder_name,
        "case": certificate.case_number,
        "issued_at": certificate.issued_at.isoformat(),
        "valid_until": certificate.valid_until.isoformat() if certificate.valid_until else "",
        "status_place": f"{certificate.status_list}/{certificate.status_index}",
        "lines": {line.code: [line.value, say(line.label, CHINESE)] for line in certificate.lines},
    }


def status_facts(certificate: Certificate) -> dict[str, Any]:
    """Return how a certificate stands: revoked by whose words, or as it was issued.

    That its last day is past follows from the date, and is no change of it.
    """
    return {
        "certificate": certificate.id,
        "number": certificate.number,
        "revoked": certificate.state is State.REVOKED,
        "at": certificate.revoked_at.isoformat() if certificate.revoked_at else "",
        "reason": certificate.revoked_reason,
        "basis": certificate.revoked_basis,
    }


def found_facts(certificate: Certificate) -> dict[str, Any]:
    """Return all of a certificate as it is found on a day: what was issued, and how it stands."""
    return {**issued_facts(certificate), **status_facts(certificate)}
