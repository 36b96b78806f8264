"""What every value of services has in common."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import msgspec

Plain = str | int | Decimal | dt.date | bool
"""A value: text and codes str, whole numbers and money (fen) int, the others as themselves."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen value; fields by name."""


Lookup = Mapping[str, Plain | None]
"""Values by key, absent or None where not known: what expressions are worked out on."""
