"""The one sequencer, which numbers what waits, grows the tree and signs it."""

from collections.abc import Sequence
from datetime import datetime

from tongban.kit.db import Database, Unit
from tongban.modules.ledger import errors, queries, store
from tongban.modules.ledger.formats.authenticator import is_ours
from tongban.modules.ledger.formats.checkpoint import sign_checkpoint
from tongban.modules.ledger.formats.entry import instant_of
from tongban.modules.ledger.formats.note import parse_note, verify_note
from tongban.modules.ledger.model import (
    Checkpoint,
    RefusalReason,
    SetAside,
    SignedCheckpoint,
    Signer,
    Waiting,
)
from tongban.modules.ledger.rules.tiles import Edge, edge_of, grow
from tongban.modules.ledger.rules.tree import leaf_hash
from tongban.modules.ledger.rules.waiting import fault_of_instant, is_behind

BATCH = 4096
"""Entries that one turn of the sequencer takes at most: it holds up other writers meanwhile."""


def run_sequencer(db: Database, signer: Signer) -> SignedCheckpoint | None:
    """Number and sign everything that waits; returns the newest checkpoint if there is a new one.

    This is what the worker calls every second or so, outside any unit of work. Each batch is a
    unit of its own; what was committed is then remembered beside the key.
    """
    newest = None
    while signed := db.write(lambda unit: sequence(unit, signer)):
        newest = signed
        signer.remember(signed.checkpoint.head, signed.newest)
        if signed.checkpoint.size == 0:
            break
    return newest


def sequence(unit: Unit, signer: Signer, limit: int = BATCH) -> SignedCheckpoint | None:
    """Number waiting entries, grow the tree over them and sign it, all in this transaction.

    Returns None when nothing waits that may have a number: what may not is set aside, and keeps no
    other waiting. The first call opens the log and signs the empty tree if there is nothing else. Two
    sequencers wait for each other. Nothing is signed on a database that is another log's, whose tiles
    no longer give the root last signed, or that is older than what was signed before; nor without the
    mark of what was signed, nor at an instant before it.
    """
    store.lock_log(unit.connection)
    last = open_log(unit, signer)
    queries.check_goes_on(unit, signer)
    waiting = what_waits(unit, last, limit)
    if last is not None and not waiting:
        return None
    mark = signer.remembered()
    since = mark.since if mark else None
    fit = fit_to_number(unit, since, waiting)
    return None if last is not None and not fit else sign(unit, signer, last, fit, since)


def what_waits(unit: Unit, last: SignedCheckpoint | None, limit: int) -> list[Waiting]:
    """Return entries without a number, among them those to which somebody else gave one."""
    store.take_back(unit.connection, last.checkpoint.size if last else 0)
    return store.pending(unit.connection, limit)


def open_log(unit: Unit, signer: Signer) -> SignedCheckpoint | None:
    """Return the last checkpoint, having made sure that this signer may go on from it."""
    key = store.log_key(unit.connection)
    last = store.last_checkpoint(unit.connection)
    if key is None and last is None:
        store.open_log(unit.connection, signer.key, unit.now)
    elif key != signer.key:
        raise errors.other_log(signer.key.name)
    return last


def fit_to_number(unit: Unit, since: datetime | None, waiting: Sequence[Waiting]) -> list[Waiting]:
    """Return the entries that may have a number; sets the others aside.

    ``since`` is the latest instant in the log, None where any is taken.
    """
    judged = [(one, _fault(unit, one, since)) for one in waiting]
    refused = [
        SetAside(refusal=unit.new_id(), reason=reason, at=unit.now, entry=one)
        for one, reason in judged
        if reason is not None
    ]
    store.set_aside(unit.connection, refused)
    return [one for one, reason in judged if reason is None]


def _fault(unit: Unit, one: Waiting, since: datetime | None) -> RefusalReason | None:
    at = instant_of(one.body) if is_ours(unit.keyring, one) else None
    if at is None:
        return RefusalReason.UNKNOWN
    reason = fault_of_instant(at, since, unit.now)
    return None if reason and store.is_admitted(unit.connection, one.id) else reason


def sign(
    unit: Unit,
    signer: Signer,
    last: SignedCheckpoint | None,
    fit: Sequence[Waiting],
    since: datetime | None,
) -> SignedCheckpoint:
    """Number entries, grow the tree over them and sign it; ``since`` is the latest instant before.

    A clock that is a little behind what was signed last signs at that instant once more.
    """
    connection = unit.connection
    edge = _edge_signed_last(unit, last)
    store.give_numbers(connection, [one.id for one in fit], edge.size)
    grown, changed = grow(edge, [leaf_hash(one.body) for one in fit])
    store.save_tiles(connection, changed)
    checkpoint = Checkpoint(origin=signer.key.name, size=grown.size, root=grown.root)
    signed = SignedCheckpoint(
        checkpoint=checkpoint,
        note=sign_checkpoint(checkpoint, signer),
        at=last.at
        if last and unit.now < last.at and not is_behind(unit.now, last.at)
        else unit.now,
        newest=max(filter(None, (since, *(instant_of(one.body) for one in fit))), default=None),
    )
    store.save_checkpoint(connection, signed)
    return signed


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
