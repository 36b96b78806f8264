"""Facts of the exchange that others may need to know: codes only, nothing personal."""

import datetime as dt
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


class ReadOften(msgspec.Struct, frozen=True, kw_only=True):
    """An account or client read, or was refused, so many times in an hour that it is looked at.

    ``who`` is ``kind:account`` and reads for ``department``; ``hour`` is when the hour began.
    """

    name: ClassVar[str] = "exchange.read_often"
    who: str
    department: str
    hour: dt.datetime
    times: int
    refused: bool


class OwnRead(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody read data about themself, or about an organisation for which they hold a mandate.

    ``who`` is ``kind:account`` and reads for ``department``; ``entry`` is the ledger entry of the read.
    """

    name: ClassVar[str] = "exchange.own_read"
    who: str
    department: str
    at: dt.datetime
    entry: str
