"""The tree of RFC 6962, against its known vectors and against pymerkle."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from tongban.modules.ledger.model import HASH_SIZE
from tongban.modules.ledger.rules import tree
from tongban.modules.ledger.rules.tiles import (
    TILE_BYTES,
    Edge,
    TileReader,
    consistency_path,
    edge_of,
    grow,
    inclusion_path,
)
from tongban.modules.ledger.rules.tree import is_consistent, is_included, node_hash

# The leaves and roots of the Certificate Transparency project's own tests of RFC 6962.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Kept:
    """A tree in memory, kept as tiles."""

    def __init__(self) -> None:
        self.edge = Edge()
        self.tiles: dict[tuple[int, int], bytes] = {}

    def add(self, entries: list[bytes]) -> None:
        self.edge, changed = grow(self.edge, [tree.leaf_hash(entry) for entry in entries])
        for tile in changed:
            before = self.tiles.get((tile.level, tile.number), b"")
            assert tile.hashes.startswith(before), "a tile only ever grows"
            assert len(before) < TILE_BYTES, "a full tile is never touched again"
            self.tiles[tile.level, tile.number] = tile.hashes

    @property
    def read(self) -> TileReader:
        return lambda level, number: self.tiles[level, number]


def kept(count: int, batch: int = 1000) -> Kept:
    made = Kept()
    entries = [b"%d" % number for number in range(count)]
    for start in range(0, count, batch):
        made.add(entries[start : start + batch])
    return made


def peer(count: int) -> InmemoryTree:
    made = InmemoryTree(algorithm="sha256")
    for number in range(count):
        made.append_entry(b"%d" % number)
    return made


def test_the_known_leaves_give_the_known_roots() -> None:
    made = Kept()
    assert made.edge.root == tree.EMPTY_ROOT
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        made.add([leaf])
        assert made.edge.root.hex() == root


KNOWN_INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
KNOWN_CONSISTENCY = {
    (1, 8): KNOWN_INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        *KNOWN_INCLUSION[5, 8][1:],
    ],
    (2, 5): [KNOWN_INCLUSION[0, 8][1], KNOWN_INCLUSION[5, 8][0]],
}


@pytest.mark.parametrize(("index", "size"), KNOWN_INCLUSION)
def test_the_known_inclusion_proofs_are_built_and_verify(index: int, size: int) -> None:
    made = Kept()
    made.add(LEAVES)
    path = inclusion_path(made.read, index, size)
    assert [sibling.hex() for sibling in path] == KNOWN_INCLUSION[index, size]
    root = bytes.fromhex(ROOTS[size - 1])
    assert tree.is_included(tree.leaf_hash(LEAVES[index]), index, size, path, root)


@pytest.mark.parametrize(("old", "new"), KNOWN_CONSISTENCY)
def test_the_known_consistency_proofs_are_built_and_verify(old: int, new: int) -> None:
    made = Kept()
    made.add(LEAVES)
    path = consistency_path(made.read, old, new)
    assert [sibling.hex() for sibling in path] == KNOWN_CONSISTENCY[old, new]
    roots = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
    assert tree.is_consistent(old, new, path, *roots)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 1200), st.data())
def test_roots_and_proofs_are_those_of_another_implementation(
    size: int, data: st.DataObject
) -> None:
    ours, theirs = kept(size, batch=data.draw(st.integers(1, 700))), peer(size)
    assert ours.edge.root == theirs.get_root()
    if not size:
        return
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(ours.read, index, size)
    leaf = tree.leaf_hash(b"%d" % index)
    assert tree.is_included(leaf, index, size, path, ours.edge.root)
    proof = theirs.prove_inclusion(index + 1, size)
    verify_inclusion(leaf, ours.edge.root, proof)
    assert tuple(bytes.fromhex(node) for node in proof.serialize()["path"][1:]) == path


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 1200), st.data())
def test_consistency_is_shown_as_another_implementation_sees_it(
    new: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new))
    ours, theirs = kept(new), peer(new)
    old_root = edge_of(old, ours.read).root
    assert old_root == theirs.get_root(old)
    path = consistency_path(ours.read, old, new)
    assert tree.is_consistent(old, new, path, old_root, ours.edge.root)
    verify_consistency(old_root, ours.edge.root, theirs.prove_consistency(old, new))


@settings(deadline=None, max_examples=80)
@given(st.integers(2, 600), st.data())
def test_a_proof_with_anything_changed_does_not_verify(size: int, data: st.DataObject) -> None:
    made = kept(size)
    index = data.draw(st.integers(0, size - 1))
    path = list(inclusion_path(made.read, index, size))
    leaf, root = tree.leaf_hash(b"%d" % index), made.edge.root
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != index))
    assert not tree.is_included(leaf, other, size, path, root)
    assert not tree.is_included(leaf, index, size, [*path, root], root)
    assert not tree.is_included(leaf, index, size, path[:-1], root)
    assert not tree.is_included(tree.leaf_hash(b"other"), index, size, path, root)
    which = data.draw(st.integers(0, len(path) - 1))
    path[which] = bytes(32)
    assert not tree.is_included(leaf, index, size, path, root)


@settings(deadline=None, max_examples=80)
@given(st.integers(2, 600), st.data())
def test_a_rewritten_history_is_never_consistent(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    made = kept(new)
    old_root, path = edge_of(old, made.read).root, consistency_path(made.read, old, new)
    changed = data.draw(st.integers(0, old - 1))
    forged = Kept()
    forged.add([b"forged" if n == changed else b"%d" % n for n in range(new)])
    forged_path = consistency_path(forged.read, old, new)
    assert not tree.is_consistent(old, new, forged_path, old_root, forged.edge.root)
    assert not tree.is_consistent(old, new, path, old_root, forged.edge.root)
    assert not tree.is_consistent(old, new, [*path, old_root], old_root, made.edge.root)
    assert not tree.is_consistent(new, old, path, made.edge.root, old_root)


def test_from_nothing_and_to_itself_no_proof_is_needed_and_none_is_taken() -> None:
    root = kept(5).edge.root
    assert tree.is_consistent(5, 5, [], root, root)
    assert not tree.is_consistent(5, 5, [root], root, root)
    assert not tree.is_consistent(5, 5, [], bytes(32), root)
    assert tree.is_consistent(0, 5, [], tree.EMPTY_ROOT, root)
    assert not tree.is_consistent(0, 5, [], root, root)
    assert tree.is_consistent(0, 0, [], tree.EMPTY_ROOT, tree.EMPTY_ROOT)
    assert not tree.is_consistent(3, 5, [], root, root)
    assert not tree.is_consistent(-1, -1, [], root, root)
    assert not tree.is_included(root, 0, 0, [], root)
    assert not tree.is_included(root, -1, 5, [], root)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])
def test_proofs_hold_where_tiles_become_full(size: int) -> None:
    made = kept(size, batch=9973)
    assert made.edge.size == size
    assert edge_of(size, made.read) == made.edge
    for index in {0, size // 2, size - 1}:
        leaf = tree.leaf_hash(b"%d" % index)
        path = inclusion_path(made.read, index, size)
        assert tree.is_included(leaf, index, size, path, made.edge.root)
    for old in {1, size // 3 or 1, size - 1 or 1}:
        old_root = edge_of(old, made.read).root
        path = consistency_path(made.read, old, size)
        assert tree.is_consistent(old, size, path, old_root, made.edge.root)


def test_the_way_in_which_entries_arrive_does_not_change_the_tree() -> None:
    one, many = kept(3000, batch=3000), kept(3000, batch=7)
    assert one.edge == many.edge
    assert one.tiles == many.tiles
    assert all(len(hashes) % HASH_SIZE == 0 for hashes in one.tiles.values())


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_what_is_no_hash_of_32_bytes_proves_nothing(length: int) -> None:
    odd = bytes(length)
    leaf, other = bytes(32), bytes([1]) * 32
    root = node_hash(leaf, other)
    assert is_included(leaf, 0, 2, [other], root)
    assert not is_included(odd, 0, 1, [], odd), "a leaf alone is its own root"
    assert not is_included(odd, 0, 2, [other], node_hash(odd, other))
    assert not is_included(leaf, 0, 2, [odd], node_hash(leaf, odd))
    assert is_consistent(1, 2, [other], leaf, root)
    assert not is_consistent(1, 1, [], odd, odd)
    assert not is_consistent(1, 2, [other], odd, node_hash(odd, other))
    assert not is_consistent(1, 2, [odd], leaf, node_hash(leaf, odd))


def test_two_hashes_in_one_step_never_stand_for_a_tree_of_another_shape() -> None:
    """65 bytes hashed at once: whoever may choose the lengths moves the border between left and right."""
    left, right = bytes(32), bytes([1]) * 32
    root = node_hash(left, right)
    assert node_hash(left + right[:1], right[1:]) == root
    assert not is_included(left + right[:1], 0, 2, [right[1:]], root)
    assert not is_included(right[1:], 1, 2, [left + right[:1]], root)
