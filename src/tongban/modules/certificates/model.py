"""Certificates (电子证照), their states, and what a verifier is told."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from tongban.kernel.actors import Actor
from tongban.kernel.realms import Realm
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kernel.text import Text

Plain = str | int | Decimal | dt.date | bool
"""A value as it comes in: text and codes str, whole numbers and money (fen) int."""
Kept = str | int | bool
"""A value as it is kept and written: decimals and dates as text (ISO 8601)."""

STATUS_LIST_SIZE = 1 << 20
"""Places in one status list (Token Status List: large, so that a place says nothing)."""


class State(StrEnum):
    """Where a certificate stands; GB/T 36903 calls them 待签章, 有效, 过期, 撤销."""

    PENDING_SEAL = "pending_seal"
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.PENDING_SEAL: frozenset({State.VALID}),
    State.VALID: frozenset({State.EXPIRED, State.REVOKED}),
    State.EXPIRED: frozenset(),
    State.REVOKED: frozenset(),
}
"""What may become of a certificate; everything else is refused."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a certificate: a field with its value."""

    code: str
    name: Text
    type: str
    """text, integer, decimal, money (fen), date, boolean or code."""
    value: Kept
    label: Text = ""
    """What a code stands for."""
    disclosable: bool = True
    """Whether the holder may withhold it when showing the credential."""


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """An issued certificate. It holds personal data: never in a log line, a URL or the ledger."""

    id: str
    number: str
    """证照标识 (GB/T 36904)."""
    type: str
    type_version: int
    name: Text
    category: str
    body: Text
    basis: Text
    issuer: str
    """Department."""
    holder_kind: SubjectKind
    holder_index: str
    """Keyed hash by which the holder's certificates are found."""
    holder_name: str
    lines: tuple[Line, ...]
    case_number: str
    issued_at: dt.datetime
    issued_on: dt.date
    """Local date of issue; valid from the beginning of this day."""
    valid_until: dt.date | None
    """Last local day of validity; None when it does not expire."""
    state: State
    code: str
    """Verification code: 128 random bits in base32 (26 characters)."""
    status_list: int
    status_index: int
    job: str = ""
    pdf_digest: str = ""
    """Name of the sealed file that holds the PDF."""
    pdf_hash: str = ""
    """SHA-256 of the PDF itself: by it an uploaded copy is recognised."""
    credential_digest: str = ""
    credential_hash: str = ""
    """SHA-256 of the issuer-signed part of the SD-JWT VC."""
    ledger_entry: str = ""
    opening: str = ""
    """JSON of the salt and facts behind the ledger entry's commitment."""
    revoked_at: dt.datetime | None = None
    revoked_reason: str = ""
    revoked_basis: str = ""
    status_entry: str = ""
    """Ledger entry of the latest change of its status, or of how it was found; empty for none."""
    status_opening: str = ""
    """JSON of the salt and facts behind that entry's commitment."""


class IssueRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a module asks to have certified."""

    type: str
    holder: SubjectRef
    holder_name: str
    values: Mapping[str, Plain]
    case_number: str
    issuer: str
    """Department that decides; the type's issuer when empty."""
    labels: Mapping[str, Text] = {}
    """What codes stand for, by field, where no element says it (the options of a form's field)."""


class Standing(StrEnum):
    """What a verifier is told."""

    GENUINE = "genuine"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ALTERED = "altered"
    UNKNOWN = "unknown"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One disclosed line, ready for the language of the reader."""

    name: Text
    value: Text


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What verification found; only what a stranger may see."""

    standing: Standing
    certificate: Certificate | None = None
    holder: str = ""
    """Masked name."""
    issuer: Text = ""
    disclosed: tuple[Shown, ...] = ()
    """What the presented credential itself discloses."""
    reason: str = ""
    """Why it is altered or unknown: a word of the catalogue."""


class SealIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Who seals: a department of a government, and whether any of it is real."""

    department: str
    """Code, names the key."""
    department_name: str
    credit_code: str
    government: str
    realm: Realm


class Sealer(Protocol):
    """Keeps the seals' keys: seals documents and signs credentials."""

    def seal(self, identity: SealIdentity, pdf: bytes, at: dt.datetime) -> bytes:
        """Return the PDF with the department's seal on it and a signature over all of it."""
        ...

    def sign(self, identity: SealIdentity, header: Mapping[str, Any], claims: bytes) -> str:
        """Return a compact JWS (ES256) over the claims by the department's key, with its chain."""
        ...

    def anchors(self) -> bytes:
        """Return the certificates to trust, PEM: what a verifier needs."""
        ...

    def public_keys(self) -> list[dict[str, Any]]:
        """Return the public keys of every seal made so far, as JWKs."""
        ...


class Typefaces(Protocol):
    """What documents are set in."""

    def lacking(self, text: str) -> tuple[str, ...]:
        """Return the characters of a text that cannot be set, each once."""
        ...

    def chosen(self, text: str) -> Any:
        """Return what a text is set in, for :mod:`tongban.modules.certificates.formats.document`."""
        ...

    def all(self) -> tuple[Any, ...]:
        """Return every typeface there is, in the order in which they are asked."""
        ...


class Vault(Protocol):
    """Keeps the documents: sealed at rest, by what they contain."""

    def put(self, content: bytes) -> str:
        """Seal and keep; returns the name to ask for it by."""
        ...

    def get(self, name: str) -> bytes:
        """Return what was kept."""
        ...


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What of a certificate somebody of its issuer sees: codes of its lines, and whether they can open
    the others."""

    whole: frozenset[str] = frozenset()
    by_mask: frozenset[str] = frozenset()
    """As the mask of the line's element leaves it."""
    holder: bool = False
    """Whether the holder's name stands there whole."""
    may_open: bool = False
    """Whether what is hidden can be opened with a reason."""


class Looks(Protocol):
    """Says what of a certificate somebody of staff sees, and records that they looked: a slot that the
    module fills whose cases certificates come from. Where nobody fills it, nobody sees anything."""

    async def look(self, actor: Actor, certificate: Certificate) -> Seen:
        """Return what they see, once it is on record that they look at it now."""
        ...


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where this government is reached: what QR codes and credentials point at."""

    address: str
