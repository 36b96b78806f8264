"""What every value of services has in common."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import msgspec

Plain = str | int | Decimal | dt.date | bool
"""A value: text and codes str, whole numbers and money (fen) int, the others as themselves."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen value; fields by name."""


Lookup = Callable[[str], Plain | None]
"""Gives the value of a key, None where it is not known."""
