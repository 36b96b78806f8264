"""Facts of supervision that others may need to know."""

from typing import ClassVar

import msgspec


class CardDrawn(msgspec.Struct, frozen=True, kw_only=True):
    """A card was drawn on a case."""

    name: ClassVar[str] = "supervision.card_drawn"
    card: str
    number: str
    rule: str
    colour: str
    department: str
