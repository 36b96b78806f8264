"""Questions to the ledger; every answer is public."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tongban.kernel.errors import Refusal
from tongban.kernel.paging import page_count
from tongban.kit.db import Reader
from tongban.modules.ledger import errors, store
from tongban.modules.ledger.formats.entry import (
    OpeningFile,
    format_opening,
    instant_text,
    parse_opening,
)
from tongban.modules.ledger.formats.note import format_verifier_key
from tongban.modules.ledger.formats.proof import format_proof
from tongban.modules.ledger.formats.tiles import format_bundle
from tongban.modules.ledger.formats.uses import CompleteUses
from tongban.modules.ledger.model import (
    HASH_SIZE,
    TILE_WIDTH,
    Checkpoint,
    ConsistencyProof,
    EntryKind,
    EntryPage,
    Health,
    LoggedEntry,
    Opening,
    PublicValue,
    Receipt,
    RefusalReason,
    SetAside,
    SignedCheckpoint,
    Signer,
    TreeHead,
    VerifierKey,
)
from tongban.modules.ledger.queries.audit import audit
from tongban.modules.ledger.queries.chains import (
    START_OF_CHAIN,
    Listed,
    Openings,
    Place,
    bodies_called,
    head_after,
    link_after,
    write_uses,
)
from tongban.modules.ledger.queries.nodes import tile_reader
from tongban.modules.ledger.queries.outside import compare_outside, faults_outside
from tongban.modules.ledger.queries.proving import (
    NO_ENTRY,
    Held,
    ProvenRow,
    ProvenRows,
    altered_before,
    baselines,
    differing,
    entries_behind,
    entries_called,
    erased,
    gave_way,
    is_before,
    is_found_altered,
    is_newest,
    is_numbered_before,
    opening_with,
    opens,
    salted_row,
    spoken_of,
    unlike,
)
from tongban.modules.ledger.rules import tiles
from tongban.modules.ledger.rules.waiting import is_behind
from tongban.modules.ledger.rules.wanted import fault_of_wanted

__all__ = [
    "NO_ENTRY",
    "START_OF_CHAIN",
    "CompleteUses",
    "Held",
    "Listed",
    "OpeningFile",
    "Openings",
    "Place",
    "ProvenRow",
    "ProvenRows",
    "altered_before",
    "audit",
    "baselines",
    "bodies_called",
    "check_goes_on",
    "check_key",
    "checkpoint",
    "compare_outside",
    "consistency",
    "departments",
    "differing",
    "entries",
    "entries_behind",
    "entries_called",
    "entry",
    "entry_bundle",
    "erased",
    "every_entry",
    "fault_of_going_on",
    "fault_of_wanted",
    "faults_outside",
    "find",
    "gave_way",
    "head_after",
    "health",
    "is_before",
    "is_found_altered",
    "is_newest",
    "is_numbered_before",
    "latest_checkpoint",
    "link_after",
    "oldest_pending",
    "opening_file",
    "opening_with",
    "opens",
    "pending_count",
    "policy",
    "proof",
    "read_opening",
    "salted_row",
    "set_aside",
    "set_aside_count",
    "some_entries",
    "spoken_of",
    "tile",
    "unlike",
    "verifier_key",
    "write_uses",
]

_CHUNK = 1000


def latest_checkpoint(connection: Connection) -> SignedCheckpoint | None:
    """Return the newest signed checkpoint, or None while the log was never sequenced."""
    return store.last_checkpoint(connection)


def checkpoint(connection: Connection) -> SignedCheckpoint:
    """Return the newest signed checkpoint; refuses while there is none."""
    signed = store.last_checkpoint(connection)
    if signed is None:
        raise errors.nothing_signed_yet()
    return signed


def verifier_key(connection: Connection) -> str | None:
    """Return the log's public key as a vkey, once the log was opened: what people check with."""
    key: VerifierKey | None = store.log_key(connection)
    return None if key is None else format_verifier_key(key)


def check_key(connection: Connection, signer: Signer, origin: str) -> None:
    """Refuse a signer of another origin than the government's, or of another log than the kept one."""
    if signer.key.name != origin:
        raise errors.other_log(signer.key.name)
    check_signer(connection, signer)


def check_signer(connection: Connection, signer: Signer) -> None:
    """Refuse a signer of another log than the one that the database keeps, if it keeps one yet."""
    kept = store.log_key(connection)
    if kept is not None and kept != signer.key:
        raise errors.other_log(signer.key.name)


def check_goes_on(reader: Reader, signer: Signer) -> None:
    """Refuse to sign on a database that is older than what was signed or another history of it,
    without the mark of what was signed, or at an instant before it.
    """
    fault = fault_of_going_on(reader, signer)
    if fault is not None:
        raise fault


def fault_of_going_on(reader: Reader, signer: Signer) -> Refusal | None:
    """Return why nothing may be signed now, if there is a reason."""
    last = store.last_checkpoint(reader.connection)
    size = last.checkpoint.size if last else 0
    mark = signer.remembered()
    if mark is None or (mark.head.size == 0 and store.count_signed(reader.connection) > 1):
        return errors.mark_missing(size)
    if mark.head.size and not _is_signed(reader.connection, mark.head):
        return errors.log_rolled_back(mark.head.size, size)
    if last is not None and is_behind(reader.now, last.at):
        return errors.clock_behind(instant_text(reader.now), instant_text(last.at))
    return None


def _is_signed(connection: Connection, head: TreeHead) -> bool:
    found = store.checkpoint_at(connection, head.size)
    return found is not None and found.checkpoint.root == head.root


def health(reader: Reader, signer: Signer) -> Health:
    """Return how the log stands: whether it goes on, what waits, and what was refused a number."""
    last = store.last_checkpoint(reader.connection)
    refused = store.count_refused(reader.connection)
    aside = sum(refused.values())
    unknown = refused.get(RefusalReason.UNKNOWN, 0)
    stalled = fault_of_going_on(reader, signer)
    faults = (stalled, errors.entries_set_aside(aside, unknown) if aside else None)
    return Health(
        size=last.checkpoint.size if last else 0,
        signed_at=last.at if last else None,
        waiting=store.count_pending(reader.connection),
        set_aside=aside,
        faults=(
            *(fault for fault in faults if fault is not None),
            *faults_outside(reader.connection),
        ),
    )


def oldest_pending(connection: Connection) -> datetime | None:
    """Return since when the oldest entry waits for its number, None where none does."""
    return store.oldest_pending(connection)


def set_aside_count(connection: Connection) -> int:
    """Return how many entries were refused a number and are not settled."""
    return sum(store.count_refused(connection).values())


def set_aside(connection: Connection, limit: int) -> list[SetAside]:
    """Return entries that were refused a number and of which nobody has said what becomes of them."""
    return store.refused(connection, limit)


def policy(connection: Connection, url: str) -> str:
    """Return the public trust file (tlog-policy): this log, and no witness demanded."""
    checkpoint(connection)
    return f"log {verifier_key(connection)} {url}\nquorum none\n"


def tile(connection: Connection, level: int, number: int, width: int = TILE_WIDTH) -> bytes:
    """Return the first ``width`` hashes of a tile; refuses what no signed tree has."""
    hashes = store.tile_hashes(connection, level, number)[: width * HASH_SIZE]
    if not hashes or len(hashes) != width * HASH_SIZE:
        raise errors.tile_not_found()
    return hashes


def entry_bundle(connection: Connection, number: int, width: int = TILE_WIDTH) -> bytes:
    """Return the first ``width`` entries of a bundle; refuses what no signed tree has."""
    found = store.bodies(connection, number * TILE_WIDTH, width)
    if not found or len(found) != width:
        raise errors.tile_not_found()
    return format_bundle(found)


def entry(connection: Connection, identifier: str) -> LoggedEntry:
    """Return one entry by its id; its ``number`` is None while it waits for the sequencer."""
    return store.entry_by_id(connection, identifier)


def proof(connection: Connection, identifier: str) -> str | None:
    """Return the receipt of an entry as a tlog-proof that carries the entry itself.

    None means pending: the entry is safely kept, and the proof is ready in seconds. Refuses an
    unknown id.
    """
    logged = store.entry_by_id(connection, identifier)
    signed = store.last_checkpoint(connection)
    if logged.number is None or signed is None:
        return None
    path = tiles.inclusion_path(tile_reader(connection), logged.number, signed.checkpoint.size)
    return format_proof(
        Receipt(index=logged.number, path=path, note=signed.note, extra=logged.body)
    )


def consistency(connection: Connection, old: int, new: int) -> ConsistencyProof:
    """Return the proof that the log at size ``old`` begins the log at size ``new``."""
    signed: Checkpoint = checkpoint(connection).checkpoint
    if not 0 <= old <= new <= signed.size:
        raise errors.sizes_impossible(old, new)
    path = tiles.consistency_path(tile_reader(connection), old, new)
    return ConsistencyProof(old=old, new=new, path=path)


def entries(
    connection: Connection,
    *,
    page: int = 1,
    kind: EntryKind | None = None,
    department: str = "",
    limit: int = 50,
) -> EntryPage:
    """Return a page of the log, newest first; a page beyond the last is the last."""
    total = store.count_entries(connection, kind, department)
    pages = page_count(total, limit)
    page = min(max(1, page), pages)
    found = store.entries_newest(connection, (page - 1) * limit, limit, kind, department)
    return EntryPage(entries=tuple(found), total=total, page=page, pages=pages)


def find(connection: Connection, text: str) -> str | None:
    """Return the id of the entry that somebody means by its id or its number, if there is one."""
    wanted = text.strip()
    if fault_of_wanted(wanted):
        return None
    if wanted.isdigit():
        return store.id_at(connection, int(wanted))
    return wanted if store.has_entry(connection, wanted) else None


def some_entries(
    connection: Connection,
    first: int,
    limit: int,
    *,
    kind: EntryKind | None = None,
    department: str = "",
) -> list[LoggedEntry]:
    """Return a stretch of the log, oldest first, from a number on."""
    return store.entries_from(connection, first, limit, kind, department)


def every_entry(connection: Connection) -> Iterator[LoggedEntry]:
    """Go through the whole log from the beginning."""
    first = 0
    while found := store.entries_from(connection, first, _CHUNK):
        yield from found
        first = (found[-1].number or 0) + 1


def pending_count(connection: Connection) -> int:
    """Return how many entries wait for the sequencer."""
    return store.count_pending(connection)


def departments(connection: Connection) -> list[tuple[str, PublicValue]]:
    """Return code and newest published name of the departments that stand in the log."""
    found = []
    for code in store.departments(connection):
        newest = store.entries_newest(connection, 0, 1, department=code)
        if newest:
            found.append((code, newest[0].entry.public.get("department_name", code)))
    return found


def opening_file(salt: bytes, facts: Mapping[str, Any]) -> bytes:
    """Write what opens a commitment, for the person it concerns to keep and to check with
    ``tongban verify --opening``.
    """
    return format_opening(Opening(salt=salt, facts=dict(facts)))


def read_opening(file: bytes) -> Opening:
    """Read what opens a commitment; refuses what :func:`opening_file` did not write."""
    return parse_opening(file)
