"""What every value of services has in common."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import msgspec

Plain = str | int | Decimal | dt.date | bool
"""A value: text and codes str, whole numbers and money (fen) int, the others as themselves."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen value; fields by name."""


class Declared(Value, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A value that an instance declares: a shape, though the model knows nothing of files."""


Lookup = Mapping[str, Plain | None]
"""Values by key, absent or None where not known: what expressions are worked out on."""
