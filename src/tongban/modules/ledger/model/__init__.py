"""What the ledger is made of: entries, tree heads, proofs, keys and policies; all frozen.

Sources: RFC 6962 section 2.1 (tree), C2SP signed-note, tlog-checkpoint, tlog-tiles,
tlog-cosignature, tlog-proof and tlog-policy.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, Protocol

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kernel.text import Text
from tongban.kit.crypto.hashing import SHA_256

HASH_SIZE = 32
"""Bytes of a SHA-256 hash."""
TILE_WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""
MAX_ENTRY = 65_535
"""Bytes of the longest entry: its length is two bytes in a bundle."""
SALT_SIZE = 32
"""Bytes of randomness that hide what a commitment commits to."""

Scalar = str | int | bool
PublicValue = Scalar | list[str] | dict[str, str]
"""What a public field may hold; a dict is a published name in several languages."""


class EntryKind(StrEnum):
    """What happened."""

    DISCLOSURE = "disclosure"
    DECISION = "decision"
    CERTIFICATE_ISSUED = "certificate_issued"
    CERTIFICATE_STATUS = "certificate_status"
    CASE_CLOSED = "case_closed"
    CASE_LOOKED_AT = "case_looked_at"
    DEFINITION_APPLIED = "definition_applied"
    GRANT_GIVEN = "grant_given"
    GRANT_ENDED = "grant_ended"
    READING_ASKED = "reading_asked"
    READING_ANSWERED = "reading_answered"
    LOG_EXCEPTION = "log_exception"
    CASE_MOVED = "case_moved"
    STAFF_CHANGED = "staff_changed"
    CARD = "card"
    PACKAGE_KEPT = "package_kept"
    READINGS = "readings"
    ALARM = "alarm"
    DRAFT_KEPT = "draft_kept"
    ERASED = "erased"
    RECORDED_AS_FOUND = "recorded_as_found"
    BASELINE = "baseline"


class Shape(StrEnum):
    """What a public field looks like."""

    CODE = "code"  # the published code of a thing: at most 80 letters, digits and . _ : / @ ( ) -
    CODES = "codes"  # at most 200 codes
    WORD = "word"  # one word of a closed vocabulary: lower case, digits, underscore
    NAME = "name"  # what a published definition calls it, perhaps in several languages
    LAW = "law"  # a law and its article as published
    COUNT = "count"  # a whole number from 0
    FLAG = "flag"
    DATE = "date"  # 2026-01-31
    DIGEST = "digest"  # SHA-256 of something published, 64 hexadecimal digits


class Field(msgspec.Struct, frozen=True):
    """One public field of a kind of entry."""

    shape: Shape
    required: bool = False


def _needed(shape: Shape) -> Field:
    return Field(shape, required=True)


# That the row was not as its entry before said when this entry took its place; every later one says so too.
_FOUND_ALTERED = {"found_altered": Field(Shape.FLAG)}
_DEPARTMENT = {"department": _needed(Shape.CODE), "department_name": Field(Shape.NAME)}
_SERVICE = {
    "service": Field(Shape.CODE),
    "service_name": Field(Shape.NAME),
    "service_version": Field(Shape.CODE),
}
_RESOURCE = {"resource": Field(Shape.CODE), "resource_name": Field(Shape.NAME)}
_CERTIFICATE = {
    "certificate_type": _needed(Shape.CODE),
    "certificate_type_name": Field(Shape.NAME),
    "certificate_type_version": Field(Shape.CODE),
}
_GRANT = {
    "grant": _needed(Shape.CODE),
    "provider": _needed(Shape.CODE),
    "provider_name": Field(Shape.NAME),
    "department": _needed(Shape.CODE),
    "department_name": Field(Shape.NAME),
    **_RESOURCE,
    "items": Field(Shape.CODES),
    "elements": Field(Shape.CODES),
    "item_count": Field(Shape.COUNT),
    "purpose": Field(Shape.NAME),
    "legal_basis": Field(Shape.LAW),
    "service": Field(Shape.CODE),
    **_FOUND_ALTERED,
}

_READING = {
    "agreement": Field(Shape.CODE),  # its internal id
    "grant": _needed(Shape.CODE),
    "provider": _needed(Shape.CODE),
    "provider_name": Field(Shape.NAME),
    **_DEPARTMENT,
    **_RESOURCE,
    "occasion": _needed(Shape.CODE),
    "reads": _needed(Shape.COUNT),
    "valid_until": Field(Shape.DATE),
}

PUBLIC_FIELDS: Mapping[EntryKind, Mapping[str, Field]] = {
    EntryKind.DISCLOSURE: {
        **_DEPARTMENT,
        "provider": Field(Shape.CODE),
        "provider_name": Field(Shape.NAME),
        **_RESOURCE,
        "elements": Field(Shape.CODES),
        "unreadable": Field(Shape.CODES),  # of these elements, what could not be given as held
        "item_count": Field(Shape.COUNT),
        "purpose": Field(Shape.NAME),
        "legal_basis": Field(Shape.LAW),
        "basis": Field(Shape.WORD),  # consent or law
        "grant": Field(Shape.CODE),
        "service": Field(Shape.CODE),
        "service_name": Field(Shape.NAME),
        "delivery": Field(Shape.WORD),
        "outcome": Field(Shape.WORD),  # given or refused
        "reason": Field(Shape.CODE),  # why refused: a refusal's code
        "subject_kind": Field(Shape.WORD),
        "occasion": Field(Shape.CODE),  # on which it was read without a case
        "link": Field(Shape.DIGEST),  # follows the entry before about the same person: keyed
    },
    EntryKind.DECISION: {
        **_DEPARTMENT,
        **_SERVICE,
        "step": Field(Shape.CODE),
        "step_name": Field(Shape.NAME),
        "outcome": _needed(Shape.WORD),
        "legal_basis": Field(Shape.LAW),
        "proposed": Field(Shape.WORD),  # what the rules proposed
        "follows_proposal": Field(Shape.FLAG),
    },
    EntryKind.CERTIFICATE_ISSUED: {
        **_DEPARTMENT,
        **_CERTIFICATE,
        **_SERVICE,
        "valid_from": Field(Shape.DATE),
        "valid_until": Field(Shape.DATE),
        "demonstration": Field(Shape.FLAG),
        "trial": Field(Shape.FLAG),
    },
    EntryKind.CERTIFICATE_STATUS: {
        **_DEPARTMENT,
        **_CERTIFICATE,
        "status": _needed(Shape.WORD),
        "reason": Field(Shape.WORD),
        "legal_basis": Field(Shape.LAW),
        "status_list": Field(Shape.DIGEST),
        **_FOUND_ALTERED,
    },
    EntryKind.CASE_CLOSED: {
        **_DEPARTMENT,
        **_SERVICE,
        "outcome": _needed(Shape.WORD),
        "working_days": Field(Shape.COUNT),
        "calendar_days": Field(Shape.COUNT),
        "promised_days": Field(Shape.COUNT),
        "promised_calendar_days": Field(Shape.COUNT),
        "statutory_days": Field(Shape.COUNT),
        "statutory_calendar_days": Field(Shape.COUNT),
        "in_time": Field(Shape.FLAG),
    },
    EntryKind.CASE_LOOKED_AT: {
        **_DEPARTMENT,
        **_SERVICE,
        "step": Field(Shape.CODE),
        "step_name": Field(Shape.NAME),
        "what": _needed(Shape.WORD),  # the case's pages, a file, or what was opened with a reason
        "elements": Field(Shape.CODES),
        "item_count": Field(Shape.COUNT),
        "reason": Field(Shape.WORD),  # only of what was opened
        "subject_kind": Field(Shape.WORD),
        "link": Field(Shape.DIGEST),  # as of a disclosure, in the same chain
    },
    EntryKind.DEFINITION_APPLIED: {
        "instance": _needed(Shape.CODE),
        "instance_name": Field(Shape.NAME),
        "version": Field(Shape.CODE),
        "digest": _needed(Shape.DIGEST),
        "versions": Field(Shape.DIGEST),  # of every version ever adopted, and which are current
        "previous": Field(Shape.DIGEST),
        "files": Field(Shape.COUNT),
        "added": Field(Shape.COUNT),
        "changed": Field(Shape.COUNT),
        "retired": Field(Shape.COUNT),
        "parts": Field(Shape.CODES),
        "demonstration": Field(Shape.FLAG),
        "trial": Field(Shape.FLAG),
    },
    EntryKind.GRANT_GIVEN: {
        **_GRANT,
        "share_type": Field(Shape.WORD),
        "delivery": Field(Shape.WORD),
        "valid_from": Field(Shape.DATE),
        "valid_until": Field(Shape.DATE),
        "occasions": Field(Shape.CODES),  # on which it may be read without a case
        "without_case_a_day": Field(Shape.COUNT),
    },
    EntryKind.GRANT_ENDED: {**_GRANT, "reason": _needed(Shape.WORD)},
    EntryKind.READING_ASKED: {**_READING},
    EntryKind.READING_ANSWERED: {**_READING, "outcome": _needed(Shape.WORD)},
    EntryKind.LOG_EXCEPTION: {
        "exception": _needed(Shape.WORD),  # one of LogException
        "explanation": _needed(Shape.NAME),  # what the operator stated
        "log_size": _needed(Shape.COUNT),  # numbered entries when it happened
        "admitted": Field(Shape.COUNT),  # set aside before, numbered all the same
        "noted": Field(Shape.COUNT),  # set aside and never numbered
        "made_on": Field(Shape.DATE),  # of the backup that was restored
    },
    # That a case went on: its state alone; days, steps back and its history stand behind the commitment.
    EntryKind.CASE_MOVED: {
        **_DEPARTMENT,
        "service": Field(Shape.CODE),
        "status": _needed(Shape.WORD),
        **_FOUND_ALTERED,
    },
    # Who may do what: an account by its internal id, never a name or a login.
    EntryKind.STAFF_CHANGED: {
        "staff": _needed(Shape.CODE),
        "department": _needed(Shape.CODE),
        "department_name": Field(Shape.NAME),
        "roles": Field(Shape.CODES),
        "status": _needed(Shape.WORD),  # active or inactive
        **_FOUND_ALTERED,
    },
    # 监察牌: that one was drawn, answered or withdrawn; which case and what was said is committed to.
    EntryKind.CARD: {
        **_DEPARTMENT,
        "card": _needed(Shape.CODE),  # its internal id
        "rule": Field(Shape.CODE),
        "colour": _needed(Shape.WORD),
        "status": _needed(Shape.WORD),
        "service": Field(Shape.CODE),
        **_FOUND_ALTERED,
    },
    # 归档: which case and the digest of its package are committed to.
    EntryKind.PACKAGE_KEPT: {"documents": _needed(Shape.COUNT)},
    # 指标: every reading of a day that is over, in one digest.
    EntryKind.READINGS: {
        "day": _needed(Shape.DATE),
        "readings": _needed(Shape.DIGEST),
        "measures": _needed(Shape.COUNT),
    },
    # 异常查询提醒: that one was raised or looked into; whose reading, and what was found, is committed to.
    EntryKind.ALARM: {
        "alarm": _needed(Shape.CODE),  # its internal id
        "status": _needed(Shape.WORD),
    },
    # 草稿: that somebody began an application; of what service and whose is committed to.
    EntryKind.DRAFT_KEPT: {**_FOUND_ALTERED},
    # 删除: that rows of which entries spoke were erased, and by which rule; which ones is committed to.
    EntryKind.ERASED: {
        "table": _needed(Shape.CODE),
        "reason": _needed(Shape.WORD),  # the rule by which
        "rows": _needed(Shape.COUNT),
    },
    # A row of before its kind was proven: how it was found on that day, never how it came about.
    EntryKind.RECORDED_AS_FOUND: {
        "table": _needed(Shape.CODE),
        "row": _needed(Shape.CODE),  # an internal id or a published code
    },
    # From here on every row of these tables has an entry of its own time.
    EntryKind.BASELINE: {"tables": _needed(Shape.CODES)},
}
"""The closed list of what an entry may show, by kind. None of it is about a person: whoever is
concerned, the case and the certificate stand behind the commitment."""


class LogException(StrEnum):
    """Why the log went on although something about it was not as it should be."""

    RESTORED = "restored"
    MARK_MISSING = "mark_missing"
    CLOCK_BEHIND = "clock_behind"
    SET_ASIDE = "set_aside"


class Names(Protocol):
    """Knows what codes are called now: the ledger itself knows no other module."""

    def called(self, codes: Mapping[str, Collection[str]]) -> Mapping[str, Mapping[str, Text]]:
        """Return names by code for what stands in public fields; what has none is left out."""
        ...


class ErasureRule(msgspec.Struct, frozen=True, kw_only=True):
    """By what rows of which entries spoke may be erased."""

    name: str
    """A word with a name in ``ledger.word``, behind ``erased_``."""
    kinds: frozenset[EntryKind]
    """Of what kind the entry is that spoke last of such a row: what another kind speaks of is kept."""


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A fact to be logged: what everyone may see, and a commitment to what only some may.

    ``commitment`` is the hexadecimal SHA-256 made by ``ledger.actions.commit``; the salt stays with
    the module that owns the private facts, so that forgetting both makes the entry say nothing.
    """

    kind: EntryKind
    public: Mapping[str, PublicValue]
    commitment: str | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it is hashed into the tree: its bytes are the canonical JSON of this value."""

    id: str
    kind: EntryKind
    at: datetime
    public: dict[str, PublicValue]
    commitment: str | None = None


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What opens a commitment: the salt (32 bytes) and the private facts."""

    salt: bytes
    facts: dict[str, Any]


class LoggedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in the database; ``number`` is its place in the tree once it has one."""

    entry: Entry
    body: bytes
    number: int | None = None


class Waiting(msgspec.Struct, frozen=True):
    """An entry that waits for its number, nothing of it believed yet."""

    key: int | str
    """What the database finds its row by."""
    id: str
    body: bytes
    authenticator: bytes


class RefusalReason(StrEnum):
    """Why the sequencer sets an entry aside."""

    UNKNOWN = "unknown"  # its authenticator was not made with this government's key
    EARLY = "early"  # it says an instant long before entries that have a number
    LATE = "late"  # it says an instant that is yet to come


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that was refused a number: kept as it was found, and not in the log."""

    refusal: str
    reason: RefusalReason
    at: datetime
    """When it was set aside."""
    entry: Waiting


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How the log stands for those who look after it."""

    size: int
    signed_at: datetime | None
    waiting: int
    set_aside: int
    """Refused a number, and nobody has said yet what is to become of them."""
    faults: tuple[Refusal, ...] = ()
    """What is not well, the gravest first; while there is one nothing may be signed."""

    @property
    def well(self) -> bool:
        """Whether nothing is to be looked after."""
        return not self.faults


class EntryPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the log, newest first; pages count from 1."""

    entries: tuple[LoggedEntry, ...]
    total: int
    page: int
    pages: int


class TreeHead(msgspec.Struct, frozen=True):
    """How many entries a tree has, and the hash over all of them."""

    size: int
    root: bytes


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A tree head of a named log (tlog-checkpoint); unsigned."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def head(self) -> TreeHead:
        """The tree head alone."""
        return TreeHead(self.size, self.root)


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """One signature line of a note: key name, key id (4 bytes), signature."""

    name: str
    key_id: bytes
    signature: bytes


class SignedNote(msgspec.Struct, frozen=True, kw_only=True):
    """A text (with its final newline) and who signed it."""

    text: str
    signatures: tuple[Signature, ...]


class SignedCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint as published: its content, the signed note word for word, when it was signed."""

    checkpoint: Checkpoint
    note: str
    at: datetime
    newest: datetime | None = None
    """The latest instant in the log once it was signed; None where there is none or it was read back."""


class Mark(msgspec.Struct, frozen=True):
    """What was last signed, as it is remembered outside the database."""

    head: TreeHead
    since: datetime | None = None
    """The latest instant of any numbered entry; None where an earlier release wrote the mark."""


class Algorithm(IntEnum):
    """The signature types of signed-note that Tongban can check."""

    ED25519 = 0x01
    COSIGNATURE_ED25519 = 0x04


class VerifierKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key and its name (a vkey). ``algorithm`` may be one that cannot be checked here."""

    name: str
    algorithm: int
    public: bytes
    id: bytes

    @classmethod
    def of(cls, name: str, algorithm: int, public: bytes) -> "VerifierKey":
        """Name a key: its id is SHA-256(name || newline || type || key), first four bytes."""
        digest = SHA_256.digest(name.encode() + b"\n" + bytes([algorithm]) + public)
        return cls(name=name, algorithm=algorithm, public=public, id=digest[:4])


KEY_FILE = "ledger.key"
"""Name of the file below the folder of keys that holds the log's private key."""


class Signer(Protocol):
    """Whoever holds the log's private key: a file, later perhaps a device.

    It also remembers, outside the database, the last tree head known to be committed, so that a
    database restored from an old backup cannot make it sign a second, different history.
    """

    @property
    def key(self) -> VerifierKey:
        """The public half; its name is the log's origin."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519 (64 bytes)."""
        ...

    def remembered(self) -> Mark | None:
        """The last tree head handed to :meth:`remember`; None where it is gone, which is a fault."""
        ...

    def remember(self, head: TreeHead, since: datetime | None) -> None:
        """Keep a committed tree head and the latest instant in it; durable when it returns."""
        ...


class Place(Protocol):
    """Somewhere outside in which checkpoints are kept, so that no operator alone can rewrite the log."""

    @property
    def name(self) -> str:
        """``file``, ``http`` or ``mail``."""
        ...

    def put(self, signed: SignedCheckpoint) -> None:
        """Keep a checkpoint. Refuses while the place is away."""
        ...

    def notes(self) -> list[bytes]:
        """What is kept there, nothing of it believed. Refuses while the place is away."""
        ...


class Post(Protocol):
    """Sends a mail; the module of notices knows how."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Hand over one mail. Refuses when the mail server does not take it."""
        ...


class Outside(msgspec.Struct, frozen=True, kw_only=True):
    """How a place outside stands."""

    place: str
    pushed_size: int | None
    """Entries of the last checkpoint that it took; None while it took none."""
    pushed_at: datetime | None
    compared_at: datetime | None
    fault: str
    """``other_history`` where it holds a checkpoint that this log does not contain; ``foreign`` where it
    holds what this log never signed; empty where neither."""
    where: str
    """Size of the checkpoint that is not ours, where there is one."""


class Cosigned(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that was checked: by which key, and for a witness at which time."""

    key: VerifierKey
    at: datetime | None = None


class ConsistencyProof(msgspec.Struct, frozen=True, kw_only=True):
    """The tree of size ``old`` is the beginning of the tree of size ``new``."""

    old: int
    new: int
    path: tuple[bytes, ...]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A tlog-proof: everything needed to check one entry without a network.

    ``note`` is the signed checkpoint word for word. Tongban puts the entry's own bytes into
    ``extra``, so that one file is enough; they are not believed, they are hashed.
    """

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes | None = None


class TileId(msgspec.Struct, frozen=True):
    """A tile of hashes: height in tiles, place in its row, how many hashes (256 is full)."""

    level: int
    number: int
    width: int = TILE_WIDTH


class BundleId(msgspec.Struct, frozen=True):
    """A bundle of entries: place in the row, how many entries (256 is full)."""

    number: int
    width: int = TILE_WIDTH


class Tile(msgspec.Struct, frozen=True):
    """A tile's hashes, one after the other."""

    level: int
    number: int
    hashes: bytes

    @property
    def width(self) -> int:
        """How many hashes there are."""
        return len(self.hashes) // HASH_SIZE


class Group(msgspec.Struct, frozen=True):
    """At least ``threshold`` of these witnesses or groups."""

    threshold: int
    members: tuple[str, ...]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to trust (tlog-policy): logs, witnesses by name, groups by name, and the quorum.

    ``quorum`` None asks for no witness.
    """

    logs: tuple[VerifierKey, ...] = ()
    witnesses: dict[str, VerifierKey] = {}
    groups: dict[str, Group] = {}
    quorum: str | None = None


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt proves once everything in it was checked."""

    checkpoint: Checkpoint
    index: int
    body: bytes
    entry: Entry | None
    log: VerifierKey
    witnesses: tuple[Cosigned, ...] = ()


class FaultKind(StrEnum):
    """What an audit can find."""

    NUMBER_MISSING = "number_missing"
    NUMBER_ODD = "number_odd"
    ENTRY_UNREADABLE = "entry_unreadable"
    ENTRY_DIFFERS = "entry_differs"
    TILE_MISSING = "tile_missing"
    TILE_DIFFERS = "tile_differs"
    TILE_TOO_MANY = "tile_too_many"
    CHECKPOINT_UNREADABLE = "checkpoint_unreadable"
    CHECKPOINT_DIFFERS = "checkpoint_differs"
    CHECKPOINT_NOT_SIGNED = "checkpoint_not_signed"
    CHECKPOINT_MISSING = "checkpoint_missing"
    OTHER_HISTORY = "other_history"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as the log says: where, as a tile path, a number or a size."""

    kind: FaultKind
    where: str

    def __str__(self) -> str:
        return f"{self.kind} {self.where}"


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What came out of replaying the whole log. ``more`` counts faults beyond those listed."""

    head: TreeHead
    pending: int
    checkpoints: int
    faults: tuple[Fault, ...] = ()
    more: int = 0

    @property
    def size(self) -> int:
        """How many numbered entries were replayed."""
        return self.head.size

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults
