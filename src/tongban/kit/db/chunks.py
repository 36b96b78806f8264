"""Many keys, some at a time: a database takes only so many in one question."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

K = TypeVar("K")

AT_ONCE = 400
"""Keys that one question names: far below the 32,766 of SQLite, whatever else it asks for."""


def chunks(keys: Sequence[K]) -> Iterator[Sequence[K]]:
    """Return keys in groups that one question may name, in their order; no group without keys."""
    return (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))
