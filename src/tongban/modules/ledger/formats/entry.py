"""An entry's bytes: canonical JSON, so that anyone can read what was hashed; and commitments.

Canonical means: UTF-8, keys sorted, no space, no escaping beyond what JSON demands, whole numbers
only, the instant in UTC to the second. Reading refuses any other spelling, so an entry has exactly
one form. The commitment is SHA-256("tongban/commitment/v1\\n" || 32 bytes of salt || canonical JSON
of the private facts): without the salt nobody can try out guesses.
"""

import functools
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kit.crypto.hashing import SHA_256
from tongban.modules.ledger import errors
from tongban.modules.ledger.formats import base64
from tongban.modules.ledger.model import (
    MAX_ENTRY,
    SALT_SIZE,
    Entry,
    EntryKind,
    Opening,
    PublicValue,
)

VERSION = 1
_DOMAIN = b"tongban/commitment/v1\n"
_LARGEST_OPENING = 1 << 20
_DEEPEST = 32


class EntryFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry as it is hashed into the tree: what happened, and a commitment to what is personal."""

    at: str
    commitment: str | None
    id: str
    kind: EntryKind
    public: dict[str, PublicValue]
    v: int


_read_entry = msgspec.json.Decoder(EntryFile).decode
_sorted = msgspec.json.Encoder(order="sorted").encode


def instant_text(at: datetime) -> str:
    """Write an instant as the log has it: UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


@functools.lru_cache(maxsize=1000)  # entries of one second are many
def parse_instant(text: str) -> datetime | None:
    """Read an instant as the log has it; None where it is written otherwise."""
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return at if instant_text(at) == text else None


class _Instant(msgspec.Struct):
    at: str


_read_instant = msgspec.json.Decoder(_Instant).decode


def instant_of(body: bytes) -> datetime | None:
    """Return when an entry says it happened, without reading the rest; None where it does not say."""
    try:
        return parse_instant(_read_instant(body).at)
    except (ValueError, RecursionError):
        return None


def format_entry(entry: Entry) -> bytes:
    """Write an entry as it is hashed into the tree."""
    wire = EntryFile(
        at=instant_text(entry.at),
        commitment=entry.commitment,
        id=entry.id,
        kind=entry.kind,
        public=entry.public,
        v=VERSION,
    )
    return _written(wire)


def _written(wire: EntryFile) -> bytes:
    data = _sorted(wire)
    if len(data) > MAX_ENTRY:
        raise errors.entry_too_long(len(data))
    return data


def parse_entry(data: bytes) -> Entry:
    """Read an entry; refuses any other spelling than the one it is written in.

    What its kind may show was decided when it was appended: a list that has changed since does not
    make old entries unreadable.
    """
    try:
        wire = _read_entry(data)
        at = datetime.fromisoformat(wire.at)  # another spelling than ours is refused below
        spelt = instant_text(at) == wire.at and _written(wire) == data
    except (ValueError, RecursionError, Refusal) as error:
        raise errors.unreadable("entry") from error
    if wire.v != VERSION or not spelt:
        raise errors.unreadable("entry")
    return Entry(id=wire.id, kind=wire.kind, at=at, public=wire.public, commitment=wire.commitment)


def commitment_of(opening: Opening) -> str:
    """Commit to private facts: 64 hexadecimal digits that say nothing without the salt."""
    if len(opening.salt) != SALT_SIZE:
        raise errors.unreadable("opening")
    return SHA_256.hex(_DOMAIN + opening.salt + _canonical(opening.facts))


def _canonical(facts: dict[str, Any]) -> bytes:
    if not _is_plain(facts):
        raise errors.unreadable("opening")
    try:
        return _sorted(facts)
    except ValueError as error:
        raise errors.unreadable("opening") from error


def _is_plain(value: object, depth: int = 0) -> bool:
    """Whether a value has one JSON spelling: no fractions, no dates, no surprises."""
    if value is None or isinstance(value, str | bool):
        return True
    if isinstance(value, int):
        return abs(value) < 2**53
    if depth > _DEEPEST:
        return False
    if isinstance(value, dict):
        return set(map(type, value)) <= {str} and _all_plain(value.values(), depth + 1)
    return isinstance(value, list) and _all_plain(value, depth + 1)


def _all_plain(values: Iterable[object], depth: int) -> bool:
    # Most are texts, which need no second look.
    for value in values:  # noqa: SIM110 - an audit asks it of millions, and a generator takes longer
        if type(value) is not str and not _is_plain(value, depth):
            return False
    return True


class OpeningFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What opens the commitment of an entry: the salt (base64) and the facts, which are private."""

    salt: str
    facts: dict[str, Any]


def format_opening(opening: Opening) -> bytes:
    """Write what opens a commitment, for the person it concerns: JSON with salt and facts."""
    wire = OpeningFile(base64.encode(opening.salt), opening.facts)
    return msgspec.json.format(msgspec.json.encode(wire), indent=2) + b"\n"


def parse_opening(data: bytes) -> Opening:
    """Read what opens a commitment."""
    if len(data) > _LARGEST_OPENING:
        raise errors.too_large("opening", _LARGEST_OPENING)
    try:
        wire = msgspec.json.decode(data, type=OpeningFile)
    except (ValueError, RecursionError) as error:
        raise errors.unreadable("opening") from error
    if not _is_plain(wire.facts):
        raise errors.unreadable("opening")
    return Opening(salt=read_salt(wire.salt), facts=wire.facts)


def read_salt(text: str) -> bytes:
    """Read the salt of an opening; refuses what is none."""
    salt = base64.decode(text)
    if salt is None or len(salt) != SALT_SIZE:
        raise errors.unreadable("opening")
    return salt
