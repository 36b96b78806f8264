"""Signed notes and the keys that sign them (C2SP signed-note, tlog-cosignature)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from tongban.kit.crypto.signing import ED25519
from tongban.modules.ledger import errors
from tongban.modules.ledger.formats import base64
from tongban.modules.ledger.model import (
    Algorithm,
    Cosigned,
    Signature,
    SignedNote,
    Signer,
    VerifierKey,
)

MAX_NOTE = 1 << 20
"""Bytes of the longest note read."""
MAX_SIGNATURES = 100
"""Signature lines read; the format demands at least 16."""
_DASH = "— "
_ID_SIZE = 4
_TIMESTAMP_SIZE = 8
_CHECKED = frozenset(Algorithm)
_COSIGNATURE_ML_DSA_44 = 0x06
_ID_BY_RULE = frozenset({*_CHECKED, _COSIGNATURE_ML_DSA_44})


def is_key_name(name: str) -> bool:
    """Whether a name can stand in a signature line: something, without space, plus or control."""
    return bool(name) and not any(
        char.isspace() or char == "+" or char < " " or "\ud800" <= char <= "\udfff" for char in name
    )


def parse_note(data: bytes) -> SignedNote:
    """Read a signed note; refuses anything that is not one. Nothing is verified yet."""
    if len(data) > MAX_NOTE:
        raise errors.too_large("note", MAX_NOTE)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise errors.unreadable("note") from error
    if any(char < " " and char != "\n" for char in text):
        raise errors.unreadable("note")
    body, blank, tail = text.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise errors.unreadable("note")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise errors.unreadable("note")
    return SignedNote(text=body + "\n", signatures=tuple(map(_parse_signature, lines)))


def _parse_signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    data = base64.decode(encoded)
    if not line.startswith(_DASH) or not space or not is_key_name(name):
        raise errors.unreadable("note")
    if data is None or len(data) <= _ID_SIZE:
        raise errors.unreadable("note")
    return Signature(name=name, key_id=data[:_ID_SIZE], signature=data[_ID_SIZE:])


def format_signature(signature: Signature) -> str:
    """Write one signature line with its newline."""
    return f"{_DASH}{signature.name} {base64.encode(signature.key_id + signature.signature)}\n"


def format_note(note: SignedNote) -> str:
    """Write a signed note."""
    return note.text + "\n" + "".join(map(format_signature, note.signatures))


def sign_note(text: str, signer: Signer) -> SignedNote:
    """Sign a text (ending in a newline) with an Ed25519 key under its name."""
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise errors.unreadable("note")
    key = signer.key
    signature = Signature(name=key.name, key_id=key.id, signature=signer.sign(text.encode()))
    return SignedNote(text=text, signatures=(signature,))


def verify_note(note: SignedNote, keys: Iterable[VerifierKey]) -> tuple[Cosigned, ...]:
    """Check every signature made under a known key; unknown keys are ignored.

    A key is known only where both name and id agree. One wrong signature of a known key refuses the
    whole note, and so does the absence of any.
    """
    known = {(key.name, key.id): key for key in keys if key.algorithm in _CHECKED}
    verified: list[Cosigned] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            verified.append(_verify(note.text, signature, key))
    if not verified:
        raise errors.signed_by_nobody_known()
    return tuple(verified)


def _verify(text: str, signature: Signature, key: VerifierKey) -> Cosigned:
    message, raw, at = text.encode(), signature.signature, None
    if key.algorithm == Algorithm.COSIGNATURE_ED25519:
        seconds = int.from_bytes(raw[:_TIMESTAMP_SIZE], "big")
        message, raw = cosigned_message(text, seconds), raw[_TIMESTAMP_SIZE:]
        at = _instant(seconds, key)
    if not ED25519.holds(key.public, raw, message):
        raise errors.signature_wrong(key.name)
    return Cosigned(key=key, at=at)


def _instant(seconds: int, key: VerifierKey) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise errors.signature_wrong(key.name) from error


def cosigned_message(text: str, seconds: int) -> bytes:
    """Return what a witness signs: cosignature/v1, the time, the whole note body."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosign(text: str, name: str, seed: bytes, seconds: int) -> Signature:
    """Cosign a checkpoint's text as a witness (cosignature/v1, Ed25519; seed of 32 bytes)."""
    key = VerifierKey.of(name, Algorithm.COSIGNATURE_ED25519, ED25519.public(seed))
    signed = ED25519.signer(seed)(cosigned_message(text, seconds))
    raw = seconds.to_bytes(_TIMESTAMP_SIZE, "big") + signed
    return Signature(name=name, key_id=key.id, signature=raw)


def format_verifier_key(key: VerifierKey) -> str:
    """Write a public key as name+id+base64(type || key): what people copy to check us."""
    return f"{key.name}+{key.id.hex()}+{base64.encode(bytes([key.algorithm]) + key.public)}"


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a vkey. Types that cannot be checked here are read too, so that a policy may name them;
    for Ed25519 and both cosignature types the id must be the one the rule gives.
    """
    name, first, rest = text.partition("+")
    written_id, second, encoded = rest.partition("+")
    key_id = _parse_id(written_id)
    data = base64.decode(encoded)
    if not (first and second and is_key_name(name)) or key_id is None or not data:
        raise errors.unreadable("key")
    key = VerifierKey(name=name, algorithm=data[0], public=data[1:], id=key_id)
    if key.algorithm in _ID_BY_RULE and key != VerifierKey.of(name, data[0], data[1:]):
        raise errors.unreadable("key")
    if key.algorithm in _CHECKED and len(key.public) != ED25519.size:
        raise errors.unreadable("key")
    return key


def require_checkable(key: VerifierKey) -> VerifierKey:
    """Return the key, or refuse one of a type that cannot be checked here."""
    if key.algorithm not in _CHECKED:
        raise errors.key_type_unsupported(key.algorithm)
    return key


def format_private_key(name: str, seed: bytes) -> str:
    """Write a private Ed25519 key as PRIVATE+KEY+name+id+base64(type || seed)."""
    key = verifier_key_of(name, seed)
    return f"PRIVATE+KEY+{name}+{key.id.hex()}+{base64.encode(bytes([key.algorithm]) + seed)}"


def parse_private_key(text: str) -> tuple[str, bytes]:
    """Read a private Ed25519 key: its name and its seed of 32 bytes."""
    parts = text.split("+", 4)
    if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"] or not is_key_name(parts[2]):
        raise errors.unreadable("private_key")
    key_id, data = _parse_id(parts[3]), base64.decode(parts[4])
    if not data or len(data) != 1 + ED25519.size or data[0] != Algorithm.ED25519:
        raise errors.unreadable("private_key")
    if verifier_key_of(parts[2], data[1:]).id != key_id:
        raise errors.unreadable("private_key")
    return parts[2], data[1:]


def verifier_key_of(name: str, seed: bytes) -> VerifierKey:
    """Return the public half of an Ed25519 seed under a name."""
    return VerifierKey.of(name, Algorithm.ED25519, ED25519.public(seed))


def _parse_id(text: str) -> bytes | None:
    if len(text) != 2 * _ID_SIZE or any(char not in "0123456789abcdef" for char in text):
        return None
    return bytes.fromhex(text)
