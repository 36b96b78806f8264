"""Which tiles a tree of some size has (C2SP tlog-tiles)."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tongban.modules.ledger.model import TileId
from tongban.modules.ledger.rules.tiles import hashes_at, levels_of, tiles_of, width_of


def shape_of(size: int) -> dict[int, list[int]]:
    """The number of full tiles and the width of the partial one, by level."""
    shapes: dict[int, list[int]] = {}
    for tile in tiles_of(size):
        full_and_partial = shapes.setdefault(tile.level, [0, 0])
        if tile.width == 256:
            full_and_partial[0] += 1
        else:
            full_and_partial[1] = tile.width
    return shapes


def test_seventy_thousand_entries_have_the_tiles_that_the_specification_names() -> None:
    assert shape_of(70_000) == {0: [273, 112], 1: [1, 17], 2: [0, 1]}


def test_two_hundred_and_fifty_six_entries_have_a_full_tile_and_one_hash_above() -> None:
    assert shape_of(256) == {0: [1, 0], 1: [0, 1]}


def test_an_empty_tree_has_no_tiles() -> None:
    assert list(tiles_of(0)) == []
    assert levels_of(0) == 0


@given(st.integers(0, 2**63 - 1), st.integers(0, 8))
def test_the_partial_width_follows_the_formula_of_the_specification(size: int, level: int) -> None:
    number = hashes_at(size, level) // 256
    assert width_of(size, level, number) == (size // 256**level) % 256
    assert width_of(size, level, number + 1) == 0
    if number:
        assert width_of(size, level, number - 1) == 256


@given(st.integers(0, 200_000))
def test_no_tile_is_empty_or_named_twice(size: int) -> None:
    found = list(tiles_of(size))
    assert all(1 <= tile.width <= 256 for tile in found)
    assert max(Counter((tile.level, tile.number) for tile in found).values(), default=1) == 1
    assert all(
        tile == TileId(t.level, t.number, width_of(size, t.level, t.number))
        for tile in found
        for t in [tile]
    )
