"""Many keys are asked for some at a time."""

import pytest

from tongban.kit.db.chunks import AT_ONCE, chunks


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(0, []), (1, [1]), (AT_ONCE, [AT_ONCE]), (AT_ONCE + 1, [AT_ONCE, 1])],
)
def test_every_key_is_in_one_chunk_and_in_its_order(count: int, sizes: list[int]) -> None:
    keys = list(range(count))
    found = list(chunks(keys))
    assert [len(some) for some in found] == sizes
    assert [key for some in found for key in some] == keys
