"""Tiles (C2SP tlog-tiles): which exist for a tree of some size, and how they grow.

Level l, number n holds the hashes of subtrees of 256**l leaves each, at most 256 of them. A tile
that is not full is a prefix of itself later, so the widest one stored answers for every narrower.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from tongban.modules.ledger.model import HASH_SIZE, TILE_WIDTH, Tile, TileId, TreeHead
from tongban.modules.ledger.rules import tree

TILE_BYTES = TILE_WIDTH * HASH_SIZE
TILE_HEIGHT = 8
"""Levels of the tree that one level of tiles spans."""

TileReader = Callable[[int, int], bytes]
"""(level, number) -> the hashes of that tile, at least as many as the tree at hand has."""


def hashes_at(size: int, level: int) -> int:
    """How many complete subtrees of 256**level leaves a tree has."""
    return size >> (TILE_HEIGHT * level)


def levels_of(size: int) -> int:
    """How many levels of tiles a tree has."""
    return (size.bit_length() + TILE_HEIGHT - 1) // TILE_HEIGHT


def width_of(size: int, level: int, number: int) -> int:
    """How wide a tile is in a tree of this size: 256 full, 0 not there."""
    return max(0, min(TILE_WIDTH, hashes_at(size, level) - number * TILE_WIDTH))


def tiles_of(size: int) -> Iterator[TileId]:
    """Name every tile of a tree, lowest level first; empty tiles do not exist."""
    for level in range(levels_of(size)):
        for number in range((hashes_at(size, level) + TILE_WIDTH - 1) // TILE_WIDTH):
            yield TileId(level, number, width_of(size, level, number))


class Edge(msgspec.Struct, frozen=True):
    """The right edge of a tree: for each level, the hashes of its last tile while not full.

    This is all that is needed to add leaves and to know the root.
    """

    levels: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return sum(
            len(hashes) // HASH_SIZE << (TILE_HEIGHT * level)
            for level, hashes in enumerate(self.levels)
        )

    @property
    def root(self) -> bytes:
        """The Merkle tree hash of the whole tree."""
        peaks: list[bytes] = []
        for hashes in reversed(self.levels):
            peaks.extend(_peaks(hashes))
        return tree.fold_peaks(peaks)

    @property
    def head(self) -> TreeHead:
        """Size and root."""
        return TreeHead(self.size, self.root)


def _peaks(hashes: bytes) -> Iterator[bytes]:
    """The complete subtrees within a tile that is not full, falling in height."""
    start, width = 0, len(hashes) // HASH_SIZE
    while width:
        span = 1 << (width.bit_length() - 1)
        yield tree.root_of(hashes[start : start + span * HASH_SIZE])
        start += span * HASH_SIZE
        width -= span


def edge_of(size: int, read: TileReader) -> Edge:
    """Read the right edge of a tree of this size from its tiles."""
    levels = []
    for level in range(levels_of(size)):
        count = hashes_at(size, level)
        width = count % TILE_WIDTH
        hashes = read(level, count // TILE_WIDTH) if width else b""
        levels.append(hashes[: width * HASH_SIZE])
    return Edge(tuple(levels))


def grow(edge: Edge, leaves: Sequence[bytes]) -> tuple[Edge, list[Tile]]:
    """Add leaf hashes: the new edge, and every tile that is new or wider than before."""
    size = edge.size
    incoming = b"".join(leaves)
    levels: list[bytes] = []
    changed: list[Tile] = []
    while incoming or len(levels) < len(edge.levels):
        level = len(levels)
        before = edge.levels[level] if level < len(edge.levels) else b""
        number = hashes_at(size, level) // TILE_WIDTH
        hashes = before + incoming
        full = len(hashes) - len(hashes) % TILE_BYTES
        upward = []
        for start in range(0, full, TILE_BYTES):
            tile = Tile(level, number, hashes[start : start + TILE_BYTES])
            changed.append(tile)
            upward.append(tree.root_of(tile.hashes))
            number += 1
        rest = hashes[full:]
        if incoming and rest:
            changed.append(Tile(level, number, rest))
        levels.append(rest)
        incoming = b"".join(upward)
    return Edge(tuple(levels)), changed


def node_reader(read: TileReader) -> tree.NodeReader:
    """Read any complete subtree of the tree out of tiles."""

    def node(height: int, index: int) -> bytes:
        level, within = divmod(height, TILE_HEIGHT)
        first = index << within
        number, offset = divmod(first, TILE_WIDTH)
        start = offset * HASH_SIZE
        hashes = read(level, number)[start : start + (HASH_SIZE << within)]
        return tree.root_of(hashes)

    return node


def inclusion_path(read: TileReader, index: int, size: int) -> tuple[bytes, ...]:
    """Build an inclusion proof from tiles."""
    node = node_reader(read)
    return tuple(tree.range_hash(node, *span) for span in tree.inclusion_ranges(index, size))


def consistency_path(read: TileReader, old: int, new: int) -> tuple[bytes, ...]:
    """Build a consistency proof from tiles."""
    node = node_reader(read)
    return tuple(tree.range_hash(node, *span) for span in tree.consistency_ranges(old, new))
