"""Consistency proofs as a file, and checking one: two checkpoints of one log, offline.

The file is the answer of RFC 6962 section 4.4, ``{"consistency": [hash, …]}`` in base64, with the two
sizes beside, so that it says what it proves.
"""

import msgspec

from tongban.modules.ledger import errors
from tongban.modules.ledger.formats import base64
from tongban.modules.ledger.model import Checkpoint, ConsistencyProof
from tongban.modules.ledger.rules.tree import is_consistent

MAX_CONSISTENCY = 1 << 16
"""Bytes of the longest proof read."""
_LONGEST_PATH = 126  # twice the height of the highest tree


class _Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    old: int = msgspec.field(name="from")
    new: int = msgspec.field(name="to")
    consistency: list[str] = msgspec.field()


def format_consistency(proof: ConsistencyProof) -> bytes:
    """Write a proof as JSON."""
    hashes = [base64.encode(one) for one in proof.path]
    return msgspec.json.encode(_Wire(proof.old, proof.new, hashes)) + b"\n"


def parse_consistency(data: bytes) -> ConsistencyProof:
    """Read a proof; refuses anything that is not one. Nothing is verified yet."""
    if len(data) > MAX_CONSISTENCY:
        raise errors.too_large("consistency", MAX_CONSISTENCY)
    try:
        wire = msgspec.json.decode(data, type=_Wire)
    except (ValueError, RecursionError) as error:
        raise errors.unreadable("consistency") from error
    path = [one for one in map(base64.decode_hash, wire.consistency) if one is not None]
    sizes_fit = 0 <= wire.old <= wire.new < 2**63
    if not sizes_fit or len(path) != len(wire.consistency) or len(path) > _LONGEST_PATH:
        raise errors.unreadable("consistency")
    return ConsistencyProof(old=wire.old, new=wire.new, path=tuple(path))


def check_consistent(old: Checkpoint, new: Checkpoint, proof: ConsistencyProof) -> None:
    """Refuse two checkpoints of which the earlier is not the beginning of the later.

    Their signatures were checked before; a proof of other sizes proves nothing about them.
    """
    if old.origin != new.origin:
        raise errors.origin_unknown(new.origin)
    fits = (proof.old, proof.new) == (old.size, new.size)
    if not fits or not is_consistent(old.size, new.size, proof.path, old.root, new.root):
        raise errors.not_consistent(old.size, new.size)
