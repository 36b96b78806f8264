"""Seals on documents: the visible seal is the appearance of a PAdES signature over every byte.

Signature: CMS in ETSI.CAdES.detached, ECDSA P-256 with SHA-256, the chain inside. A document is
whole when exactly one signature covers all of it and leads to a certificate that is trusted.
"""

import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kit.crypto import chance
from tongban.kit.crypto.hashing import SHA_256
from tongban.modules.certificates import errors
from tongban.modules.certificates.formats import der
from tongban.modules.certificates.formats.document import SEAL_BOX

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

LARGEST = 8 << 20
"""Bytes of the largest document that is looked at."""
FIELD = "Seal"


class Sealing(msgspec.Struct, frozen=True, kw_only=True):
    """Who sealed a document, and when by their own clock."""

    subject: str
    organisation: str
    at: dt.datetime | None


def signer_of(certificate: bytes, key: bytes, chain: Sequence[bytes]) -> "SimpleSigner":
    """Load a signer once, for many documents; DER throughout."""
    from asn1crypto import keys, x509
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    store: Any = SimpleCertificateStore  # its constructor has no types
    registry = store.from_certs([x509.Certificate.load(one) for one in chain])
    return SimpleSigner(
        signing_cert=x509.Certificate.load(certificate),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=registry,
        embed_roots=True,
    )


def seal_pdf(pdf: bytes, appearance: bytes, signer: "SimpleSigner", at: dt.datetime) -> bytes:
    """Lay the seal on the last page and sign all bytes."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, SimpleBoxLayoutRule
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
    from pyhanko.stamp.static import StaticStampStyle

    class Signer(PdfSigner):
        """Signs with the government's clock: a demonstration's may be set ahead."""

        def init_signing_session(self, *given: Any, **named: Any) -> Any:
            session = super().init_signing_session(*given, **named)
            session.system_time = at
            return session

    centred = AxisAlignment.ALIGN_MID
    style = StaticStampStyle(
        border_width=0,
        background=_drawing(appearance),
        background_layout=SimpleBoxLayoutRule(
            x_align=centred, y_align=centred, inner_content_scaling=InnerScaling.STRETCH_TO_FIT
        ),
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    last = int(PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Count"]) - 1
    meta = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm=SHA_256.short, subfilter=SigSeedSubFilter.PADES
    )
    field = SigFieldSpec(FIELD, on_page=last, box=SEAL_BOX)
    made = Signer(meta, signer, stamp_style=style, new_field_spec=field).sign_pdf(writer)
    return bytes(made.getbuffer())


def _drawing(appearance: bytes) -> Any:
    """Take the first page of a PDF as a drawing; pyHanko's own way asks for a file on disk."""
    from pyhanko.pdf_utils.content import PdfContent
    from pyhanko.pdf_utils.layout import BoxConstraints
    from pyhanko.pdf_utils.reader import PdfFileReader

    class Drawing(PdfContent):
        """The page as an object that is drawn by name."""

        def render(self) -> bytes:
            reader = PdfFileReader(io.BytesIO(appearance))
            drawn = self._ensure_writer.import_page_as_xobject(reader, page_ix=0)
            name = f"/Import{chance.token_hex(16)}"
            self.resources.xobject[name] = drawn
            left, low, right, high = drawn.get_object()["/BBox"]
            self.box = BoxConstraints(width=abs(right - left), height=abs(high - low))
            return f"{name} Do".encode()

    return Drawing()


_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+\d{1,9}\s+(\d{1,9})\s+(\d{1,9})\s*\]")
_MOST_RANGES = 20


def signed_ends(content: bytes) -> list[int]:
    """Return where signed parts of a PDF end before its own end; reads no structure but this."""
    found = _RANGE.findall(content)[:_MOST_RANGES]
    ends = (int(start) + int(length) for start, length in found)
    return sorted({end for end in ends if 0 < end < len(content)})


def verify_pdf(content: bytes, anchors: Sequence[bytes], at: dt.datetime) -> Sealing:
    """Say who sealed a document. Refuses one that is not whole, or whose seal leads nowhere.

    ``anchors`` are the certificates to trust (DER), ``at`` the time to judge certificates by.
    Nothing is fetched. Bytes from anywhere are safe: whatever cannot be read is refused.
    """
    if len(content) > LARGEST or b"%PDF-" not in content[:1024]:
        raise errors.document_refused("unreadable")
    try:
        status, signature = _judge(content, anchors, at)
        touched = not _is_as_sealed(content, signature, status)
    except Refusal:
        raise
    except Exception as error:
        # Hostile bytes find many ways to fail inside a parser; each means the same to the reader.
        raise errors.document_refused("unreadable") from error
    if not status.intact or not status.valid:
        raise errors.document_refused("altered")
    if not status.trusted:
        raise errors.document_refused("untrusted")
    if status.coverage.name != "ENTIRE_FILE":
        raise errors.document_refused("added")
    if touched:
        raise errors.document_refused("touched")
    subject = status.signing_cert.subject
    return Sealing(
        subject=subject.native.get("common_name", ""),
        organisation=subject.native.get("organization_name", ""),
        at=signature.self_reported_timestamp,
    )


def _is_as_sealed(content: bytes, signature: Any, status: Any) -> bool:
    """Whether also the bytes that no signature covers, its own, are such as sealing leaves them.

    They are one value in DER, written in hexadecimal and filled up with noughts, and hold no certificate
    but those that lead to the trusted one: nothing was hidden there.
    """
    spans = signature.byte_range
    written = content[spans[1] : spans[2]]
    digits = written[1:-1]
    if written[:1] + written[-1:] != b"<>" or digits not in (digits.lower(), digits.upper()):
        return False
    raw = bytes.fromhex(digits.decode("ascii"))
    length = der.length_of(raw)
    return (
        length is not None
        and not any(raw[length:])
        and der.is_canonical(raw[:length])
        and _holds_only_its_chain(signature, status)
        and _says_nothing_twice(signature.signed_data)
    )


def _holds_only_its_chain(signature: Any, status: Any) -> bool:
    embedded = {one.chosen.dump() for one in signature.signed_data["certificates"]}
    return embedded <= {one.dump() for one in status.validation_path or ()}


def _says_nothing_twice(signed: Any) -> bool:
    """Whether what no signature covers repeats what it is made with: versions and algorithms."""
    signer = signed["signer_infos"][0]
    plain = (
        signed["version"].native == signer["version"].native == "v1"
        and signed["encap_content_info"].native == {"content_type": "data", "content": None}
        and signed["crls"].native is None
        and signer["unsigned_attrs"].native is None
        and len(signed["signer_infos"]) == 1
    )
    said = [one.dump() for one in signed["digest_algorithms"]]
    return plain and said == [signer["digest_algorithm"].dump()] and said[0] in _SHA256


_OID = bytes.fromhex("0609608648016503040201")
_SHA256 = (b"\x30\x0d" + _OID + b"\x05\x00", b"\x30\x0b" + _OID)
"""SHA-256 as an algorithm identifier, with and without parameters (RFC 5754, section 2)."""


def _judge(content: bytes, anchors: Sequence[bytes], at: dt.datetime) -> tuple[Any, Any]:
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    signatures = PdfFileReader(io.BytesIO(content)).embedded_signatures
    if not signatures:
        raise errors.document_refused("unsealed")
    if len(signatures) > 1:
        raise errors.document_refused("added")
    trust = ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in anchors],
        allow_fetching=False,
        moment=at,
        revocation_mode="soft-fail",
    )
    return validate_pdf_signature(signatures[0], trust), signatures[0]
