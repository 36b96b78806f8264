"""Strings of bits of a source: digits that are no number."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bits:
    """A string of bits as PostgreSQL writes it (``bit``, ``bit varying``): 101 is neither 101 nor 5."""

    digits: str

    def __str__(self) -> str:
        return self.digits
