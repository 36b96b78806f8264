"""Facts of the exchange that others may need to know: codes only, nothing personal."""

from typing import ClassVar

import msgspec


class ValuesUnfit(msgspec.Struct, frozen=True, kw_only=True):
    """A source held what is no value of its element: nothing was given of it.

    ``elements`` says why, by element; what was held is nowhere.
    """

    name: ClassVar[str] = "exchange.values_unfit"
    source: str
    resource: str
    elements: dict[str, str]
