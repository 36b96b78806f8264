"""Which chain a line stands in, the key of its links, and what is missing among numbers."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from tongban.modules.exchange.model.chains import Gap, Numbered
from tongban.modules.ledger.model.chains import AT_ONCE

_PURPOSE = "exchange.chain"


class Keys(Protocol):
    """Makes keyed hashes: the keyring."""

    def mac(self, purpose: str, message: bytes) -> bytes:
        """Return what only who has the keys can make."""
        ...


def name_of_chain(shown_on: dt.date | None) -> str:
    """Return the chain of what is seen at once, or that of what appears on a day.

    What appears on one day appears together, so that no number in it tells of what does not appear yet.
    """
    return AT_ONCE if shown_on is None else shown_on.isoformat()


def chain_key(keys: Keys, who: str, name: str) -> bytes:
    """Return the key of a subject's chain (32 bytes): of its own for each day on which something appears,
    so that the key of what is seen tells nothing of what is not."""
    return keys.mac(_PURPOSE, f"{who}\n{name}".encode())


def gaps(newest_first: Sequence[Numbered], lost: Iterable[str], *, whole: bool) -> Iterator[Gap]:
    """Yield what is missing in one chain, the newest first.

    ``lost`` are entries without a line; ``whole`` says that the numbers reach down to the first.
    """
    without = set(lost)
    above: int | None = None
    for one in newest_first:
        yield from _between(one.name, one.number, above)
        if one.entry in without:
            yield Gap(day=_day(one.name), after=one.number - 1, count=1, entry=one.entry)
        above = one.number
    if whole and newest_first:
        yield from _between(newest_first[0].name, 0, above)


def _between(name: str, below: int, above: int | None) -> Iterator[Gap]:
    if above is not None and above - below > 1:
        yield Gap(day=_day(name), after=below, count=above - below - 1)


def _day(name: str) -> dt.date | None:
    """Return the day of a chain; None for what is seen at once, and for a name that nobody gave."""
    try:
        return dt.date.fromisoformat(name)
    except ValueError:
        return None
