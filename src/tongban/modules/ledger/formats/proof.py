"""The receipt of an entry (C2SP tlog-proof v1): index, inclusion path, signed checkpoint."""

from tongban.modules.ledger import errors
from tongban.modules.ledger.formats import base64
from tongban.modules.ledger.formats.note import MAX_NOTE
from tongban.modules.ledger.model import Receipt

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF = 2 * MAX_NOTE
"""Bytes of the longest proof read."""
_LONGEST_PATH = 63


def format_proof(receipt: Receipt) -> str:
    """Write a receipt; the usual file name ends in ``.tlog-proof``."""
    lines = [HEADER]
    if receipt.extra is not None:
        lines.append(f"extra {base64.encode(receipt.extra)}")
    lines.append(f"index {receipt.index}")
    lines.extend(map(base64.encode, receipt.path))
    return "\n".join(lines) + "\n\n" + receipt.note


def parse_proof(data: bytes) -> Receipt:
    """Read a receipt; refuses with the line that is wrong. Its checkpoint is not read yet."""
    if len(data) > MAX_PROOF:
        raise errors.too_large("proof", MAX_PROOF)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise errors.unreadable("proof") from error
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != HEADER:
        raise errors.unreadable("proof", 1)
    if not blank or not note:
        raise errors.unreadable("proof")
    position, extra = 1, None
    if lines[1:] and lines[1].startswith("extra "):
        extra = base64.decode(lines[1].removeprefix("extra "))
        if extra is None:
            raise errors.unreadable("proof", 2)
        position = 2
    index = _parse_index(lines[position] if position < len(lines) else "")
    if index is None:
        raise errors.unreadable("proof", position + 1)
    return Receipt(index=index, path=_parse_path(lines, position + 1), note=note, extra=extra)


def _parse_index(line: str) -> int | None:
    return base64.decimal(line.removeprefix("index ")) if line.startswith("index ") else None


def _parse_path(lines: list[str], start: int) -> tuple[bytes, ...]:
    path: list[bytes] = []
    for position in range(start, len(lines)):
        sibling = base64.decode_hash(lines[position])
        if sibling is None or len(path) == _LONGEST_PATH:
            raise errors.unreadable("proof", position + 1)
        path.append(sibling)
    return tuple(path)
