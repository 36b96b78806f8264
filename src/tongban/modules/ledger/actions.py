"""What changes the ledger: appending, and the one sequencer that numbers, grows and signs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tongban.kit.crypto import chance
from tongban.kit.db import Database, Unit
from tongban.modules.ledger import errors, queries, store
from tongban.modules.ledger.adapters.keystore import make_signer
from tongban.modules.ledger.formats.checkpoint import sign_checkpoint
from tongban.modules.ledger.formats.entry import commitment_of, format_entry
from tongban.modules.ledger.formats.note import parse_note, verify_note
from tongban.modules.ledger.model import (
    SALT_SIZE,
    Checkpoint,
    Entry,
    LoggedEntry,
    NewEntry,
    Opening,
    SignedCheckpoint,
    Signer,
)
from tongban.modules.ledger.rules.entries import check_entry
from tongban.modules.ledger.rules.tiles import Edge, edge_of, grow
from tongban.modules.ledger.rules.tree import leaf_hash

BATCH = 4096
"""Entries that one turn of the sequencer takes at most: it holds up other writers meanwhile."""


def commit(facts: Mapping[str, Any]) -> tuple[str, bytes]:
    """Commit to private facts; returns the commitment for the entry and the salt to keep.

    Facts are texts, whole numbers, flags, lists and dicts of them. Keep the salt with the facts and
    delete both to forget: what is left in the ledger then says nothing.
    """
    salt = chance.token_bytes(SALT_SIZE)
    return commitment_of(Opening(salt=salt, facts=dict(facts))), salt


def append(unit: Unit, entry: NewEntry) -> str:
    """Log a fact in the caller's own transaction; returns the entry's id.

    The entry has no number yet: the sequencer gives it one, and a proof is ready within seconds.
    Refuses a field that its kind may not show and any value that could be somebody's number.
    """
    return append_all(unit, [entry])[0]


def append_all(unit: Unit, entries: Sequence[NewEntry]) -> list[str]:
    """Log many facts at once; returns their ids in the same order."""
    logged = [_logged(unit, entry) for entry in entries]
    store.insert_entries(unit.connection, logged)
    return [each.entry.id for each in logged]


def _logged(unit: Unit, new: NewEntry) -> LoggedEntry:
    check_entry(new)
    entry = Entry(
        id=unit.new_id(),
        kind=new.kind,
        at=unit.now.replace(microsecond=0),
        public=dict(new.public),
        commitment=new.commitment,
    )
    return LoggedEntry(entry=entry, body=format_entry(entry))


def make_log_key(folder: Path, origin: str) -> Signer:
    """Make the key of a new log in a folder (mode 0600), or open the one that is there.

    ``origin`` names the log for ever, as government.yaml says it: a URL without its scheme, such as
    ``zwfw.example.gov.cn/ledger``. Refuses a key that was made for another origin.
    """
    return make_signer(folder, origin)


def run_sequencer(db: Database, signer: Signer) -> SignedCheckpoint | None:
    """Number and sign everything that waits; returns the newest checkpoint if there is a new one.

    This is what the worker calls every second or so, outside any unit of work. Each batch is a
    unit of its own; what was committed is then remembered beside the key.
    """
    newest = None
    while signed := db.write(lambda unit: sequence(unit, signer)):
        newest = signed
        signer.remember(signed.checkpoint.head)
        if signed.checkpoint.size == 0:
            break
    return newest


def sequence(unit: Unit, signer: Signer, limit: int = BATCH) -> SignedCheckpoint | None:
    """Number waiting entries, grow the tree over them and sign it, all in this transaction.

    Returns None when nothing waits. The first call opens the log and signs the empty tree if there
    is nothing else. Two sequencers wait for each other. Nothing is signed on a database that is
    another log's, whose tiles no longer give the root last signed, or that is older than what was
    signed before.
    """
    connection = unit.connection
    store.lock_log(connection)
    last = _open_log(unit, signer)
    waiting = store.pending(connection, limit)
    if last is not None and not waiting:
        return None
    edge = _edge_signed_last(unit, last)
    store.give_numbers(connection, [identifier for identifier, _ in waiting], edge.size)
    grown, changed = grow(edge, [leaf_hash(body) for _, body in waiting])
    store.save_tiles(connection, changed)
    checkpoint = Checkpoint(origin=signer.key.name, size=grown.size, root=grown.root)
    signed = SignedCheckpoint(
        checkpoint=checkpoint, note=sign_checkpoint(checkpoint, signer), at=unit.now
    )
    store.save_checkpoint(connection, signed)
    return signed


def _open_log(unit: Unit, signer: Signer) -> SignedCheckpoint | None:
    """Return the last checkpoint, having made sure that this signer may go on from it."""
    key = store.log_key(unit.connection)
    last = store.last_checkpoint(unit.connection)
    queries.check_remembered(unit.connection, signer)
    if key is None and last is None:
        store.open_log(unit.connection, signer.key, unit.now)
    elif key != signer.key:
        raise errors.other_log(signer.key.name)
    return last


def _edge_signed_last(unit: Unit, last: SignedCheckpoint | None) -> Edge:
    """Read the right edge of the tree; refuses one that is not what was signed last.

    The new tree is grown from this edge alone, so whatever is signed contains what was signed.
    """
    if last is None:
        return Edge()
    key = store.log_key(unit.connection)
    verify_note(parse_note(last.note.encode()), [key] if key else [])
    size = last.checkpoint.size
    edge = edge_of(size, lambda level, number: store.tile_hashes(unit.connection, level, number))
    if edge.head != last.checkpoint.head:
        raise errors.tree_disagrees(size)
    return edge
