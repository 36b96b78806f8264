"""Paths of tiles and bundles, and the bytes of a bundle (C2SP tlog-tiles)."""

from collections.abc import Iterable, Iterator

from tongban.modules.ledger import errors
from tongban.modules.ledger.formats import base64
from tongban.modules.ledger.model import MAX_ENTRY, TILE_WIDTH, BundleId, TileId

_HIGHEST_LEVEL = 63
_LONGEST_PATH = 64
_PARTIAL = ".p"
_ENTRIES = "entries"


def format_tile_path(tile: TileId | BundleId) -> str:
    """Write where a tile or bundle is served, below ``tile/``: ``0/x001/x234/067.p/5``."""
    row = _ENTRIES if isinstance(tile, BundleId) else str(tile.level)
    partial = "" if tile.width == TILE_WIDTH else f"{_PARTIAL}/{tile.width}"
    return f"{row}/{_format_number(tile.number)}{partial}"


def _format_number(number: int) -> str:
    groups = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        groups.append(f"x{number % 1000:03}")
    return "/".join(reversed(groups))


def parse_tile_path(path: str) -> TileId | BundleId:
    """Read a path below ``tile/``; only the one canonical spelling is a path."""
    if len(path) > _LONGEST_PATH:
        raise errors.unreadable("tile_path")
    row, _, rest = path.partition("/")
    level = None if row == _ENTRIES else base64.decimal(row)
    groups, partial, width_text = rest.partition(f"{_PARTIAL}/")
    width = base64.decimal(width_text) if partial else TILE_WIDTH
    digits = "".join(group.removeprefix("x") for group in groups.split("/"))
    if not (digits.isascii() and digits.isdigit()) or width is None:
        raise errors.unreadable("tile_path")
    tile = BundleId(int(digits), width) if level is None else TileId(level, int(digits), width)
    if not 1 <= width <= TILE_WIDTH or (level or 0) > _HIGHEST_LEVEL:
        raise errors.unreadable("tile_path")
    if tile.number >= 2**63 or format_tile_path(tile) != path:
        raise errors.unreadable("tile_path")
    return tile


def format_bundle(entries: Iterable[bytes]) -> bytes:
    """Write entries one after the other, each after its length in two bytes, big end first."""
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise errors.entry_too_long(len(entry))
        parts.append(len(entry).to_bytes(2, "big") + entry)
    return b"".join(parts)


def parse_bundle(data: bytes) -> tuple[bytes, ...]:
    """Read the entries of a bundle: 1 to 256, with nothing left over."""
    entries = tuple(_split_bundle(data))
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise errors.unreadable("bundle")
    return entries


def _split_bundle(data: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(data):
        start = position + 2
        end = start + int.from_bytes(data[position:start], "big")
        if start > len(data) or end > len(data):
            raise errors.unreadable("bundle")
        yield data[start:end]
        position = end


def split_bundles(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the entries of bundles that stand one after the other; they may be cut into any pieces.

    Refuses where the last entry is cut off.
    """
    rest = b""
    for piece in pieces:
        rest += piece
        position = 0
        while position + 2 <= len(rest):
            end = position + 2 + int.from_bytes(rest[position : position + 2], "big")
            if end > len(rest):
                break
            yield rest[position + 2 : end]
            position = end
        rest = rest[position:]
    if rest:
        raise errors.unreadable("bundle")
