"""What every declared value has in common."""

import msgspec


class Shape(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A value that an instance declares: frozen, keys by name, an unknown key is refused."""
