"""The Merkle tree of RFC 6962 section 2.1 over SHA-256: hashes, proofs and how to check them.

Proofs are planned as ranges of leaves and read through a ``node`` function, so the same plan works
on tiles in a database, over HTTP or in memory. Checking follows RFC 9162 sections 2.1.3.2 and
2.1.4.2 and shares nothing with the planning but the two hash functions.
"""

from collections.abc import Callable, Sequence

from tongban.kit.crypto.hashing import SHA_256
from tongban.modules.ledger.model import HASH_SIZE

_sha256 = SHA_256.new  # the function itself: a tree is hashed entry by entry

NodeReader = Callable[[int, int], bytes]
"""(height, index) -> hash of the complete subtree of 2**height leaves, the index-th of its row."""

EMPTY_ROOT = _sha256(b"").digest()
"""The root of a tree without entries."""

_PAIR = 2 * HASH_SIZE


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry: SHA-256(00 || entry)."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent: SHA-256(01 || left || right)."""
    return _sha256(b"\x01" + left + right).digest()


def root_of(hashes: bytes) -> bytes:
    """Return the Merkle tree hash over equally high complete subtrees, given one after the other.

    Pairing from the left and lifting a lone last hash unchanged gives the tree of RFC 6962, which
    splits at the largest power of two.
    """
    if not hashes:
        return EMPTY_ROOT
    while len(hashes) > HASH_SIZE:
        even = len(hashes) - len(hashes) % _PAIR
        pairs = [_sha256(b"\x01" + hashes[i : i + _PAIR]).digest() for i in range(0, even, _PAIR)]
        hashes = b"".join(pairs) + hashes[even:]
    return hashes


def fold_peaks(peaks: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees of falling height, from left to right."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def _split(width: int) -> int:
    """The largest power of two smaller than a width of two or more."""
    return 1 << ((width - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Name the ranges [start, end) whose hashes prove that a leaf is in a tree, leaf first.

    ``0 <= index < size`` is asked of the caller.
    """
    ranges = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    ranges.reverse()
    return ranges


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """Name the ranges whose hashes prove that the tree of size ``old`` begins that of ``new``.

    ``0 <= old <= new`` is asked of the caller; from nothing, and to itself, no proof is needed.
    """
    if old in {0, new}:
        return []
    ranges = []
    start, end = 0, new
    whole = True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
            whole = False
    if not whole:
        ranges.append((start, end))
    ranges.reverse()
    return ranges


def range_hash(node: NodeReader, start: int, end: int) -> bytes:
    """Return the hash over leaves [start, end) as it stands in a proof or, from 0, as a root."""
    peaks = []
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        peaks.append(node(height, start >> height))
        start += 1 << height
    return fold_peaks(peaks)


def _are_hashes(*values: bytes) -> bool:
    """Whether each is as long as a hash: a longer one could be read as two."""
    return all(len(value) == HASH_SIZE for value in values)


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Check an inclusion proof (RFC 9162 section 2.1.3.2); what is no hash of 32 bytes proves nothing."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *path):
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Check a consistency proof (RFC 9162 section 2.1.4.2); what is no hash of 32 bytes proves nothing."""
    if not _are_hashes(old_root, new_root, *path):
        return False
    if old in {0, new}:
        same = EMPTY_ROOT if old == 0 != new else new_root
        return new >= 0 and not path and old_root == same
    if not 0 < old < new:
        return False
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before, after, climbed = _climb(place, last, hashes)
    return climbed and before == old_root and after == new_root


def _climb(place: int, last: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes, bool]:
    """Hash upward to both roots at once; the flag says whether the path had the right length."""
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return before, after, False
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return before, after, last == 0
