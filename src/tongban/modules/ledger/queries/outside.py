"""Whether what stands outside is of this log, and what is not well with the places."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from tongban.kernel.errors import Refusal
from tongban.modules.ledger import errors, store
from tongban.modules.ledger.formats.checkpoint import parse_checkpoint
from tongban.modules.ledger.formats.note import parse_note, verify_note
from tongban.modules.ledger.model import Checkpoint, Outside, VerifierKey
from tongban.modules.ledger.rules.tiles import node_reader
from tongban.modules.ledger.rules.tree import range_hash


def compare_outside(
    connection: Connection, key: VerifierKey, notes: Iterable[bytes]
) -> tuple[str, str]:
    """Return what is wrong with checkpoints that are kept outside, and at which size; empty where nothing.

    ``other_history`` outweighs ``foreign``: one says that we forked, the other that somebody wrote there.
    """
    fault = ""
    for note in notes:
        found = _signed_by(key, note)
        if found is None:
            fault = "foreign"
        elif not contains(connection, found):
            return "other_history", str(found.size)
    return fault, ""


def _signed_by(key: VerifierKey, note: bytes) -> Checkpoint | None:
    """Read a checkpoint that this log signed; None where it is none or was signed by nobody known."""
    try:
        read = parse_note(note)
        verify_note(read, [key])
        found = parse_checkpoint(read.text)
    except Refusal:
        return None
    return found if found.origin == key.name else None


def contains(connection: Connection, earlier: Checkpoint) -> bool:
    """Whether the log, as its tiles say it, begins with the tree of a checkpoint."""
    last = store.last_checkpoint(connection)
    size = last.checkpoint.size if last else 0
    if earlier.size > size:
        return False
    node = node_reader(lambda level, number: store.tile_hashes(connection, level, number))
    return range_hash(node, 0, earlier.size) == earlier.root


def faults_outside(connection: Connection) -> tuple[Refusal, ...]:
    """Return what is not well with the places outside, as sentences for who looks after the log."""
    return tuple(_faults(tuple(store.outside(connection).values())))


def _faults(places: Sequence[Outside]) -> Iterator[Refusal]:
    for one in places:
        if one.fault == "other_history":
            yield errors.history_elsewhere(one.place, one.where)
        elif one.fault:
            yield errors.foreign_checkpoint(one.place)
