"""Checkpoints (C2SP tlog-checkpoint): origin, size and root of a tree as the text of a note."""

from tongban.modules.ledger import errors
from tongban.modules.ledger.formats import base64
from tongban.modules.ledger.formats.note import format_note, sign_note
from tongban.modules.ledger.model import Checkpoint, Signer
from tongban.modules.ledger.rules.tree import EMPTY_ROOT


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint (not its signatures); refuses anything that is not one."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise errors.unreadable("checkpoint")
    size = base64.decimal(lines[1])
    root = base64.decode_hash(lines[2])
    if size is None or root is None or (size == 0 and root != EMPTY_ROOT):
        raise errors.unreadable("checkpoint")
    return Checkpoint(origin=lines[0], size=size, root=root, extensions=tuple(lines[3:-1]))


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Write the text of a checkpoint."""
    root = base64.encode(checkpoint.root)
    lines = [checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions]
    return "".join(f"{line}\n" for line in lines)


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """Write a checkpoint as a note signed by the log; its origin is the key's name."""
    if checkpoint.origin != signer.key.name:
        raise errors.other_log(signer.key.name)
    return format_note(sign_note(format_checkpoint(checkpoint), signer))
