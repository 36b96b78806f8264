"""Many keys are asked for some at a time."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine

from tongban.kit.db.chunks import AT_ONCE, chunks, values_of

_NUMBERS = Table(
    "numbers", MetaData(), Column("key", Integer, primary_key=True), Column("value", Integer)
)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(0, []), (1, [1]), (AT_ONCE, [AT_ONCE]), (AT_ONCE + 1, [AT_ONCE, 1])],
)
def test_every_key_is_in_one_chunk_and_in_its_order(count: int, sizes: list[int]) -> None:
    keys = list(range(count))
    found = list(chunks(keys))
    assert [len(some) for some in found] == sizes
    assert [key for some in found for key in some] == keys


def test_what_a_column_holds_is_answered_by_key_for_more_keys_than_one_question_takes() -> None:
    keys = list(range(2 * AT_ONCE + 1))
    with create_engine("sqlite://").begin() as connection:
        _NUMBERS.create(connection)
        connection.execute(_NUMBERS.insert(), [{"key": key, "value": -key} for key in keys])
        asked = [*keys, -1]
        found = values_of(connection, _NUMBERS.c.key, _NUMBERS.c.value, asked)
    assert found == {key: -key for key in keys}, "a key without a row is not answered"
