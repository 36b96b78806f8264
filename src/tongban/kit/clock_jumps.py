"""Clocks that jump: noticed while they do, and afterwards by what was done at an hour still to come."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from tongban.kernel.ids import made_at
from tongban.kit.clock import MovableClock
from tongban.kit.db import Reader
from tongban.kit.db.unit import jobs, outbox
from tongban.kit.house import House

TOLERATED = timedelta(minutes=1)
"""What a clock may be put right by, and what those of several machines may differ by."""
_log = logging.getLogger("tongban.clock")


class Watch:
    """A round that compares the clock with one that only goes on, and logs by how much it jumped.

    A clock that is set ahead on purpose, as a demonstration's, is not watched. A machine that slept has
    jumped too: its work stood still meanwhile.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        """``steady`` returns seconds that nobody can set."""
        self._steady = steady
        self._last: tuple[datetime, float] | None = None

    def __call__(self, house: House) -> None:
        """Compare what passed by both since the last time."""
        if isinstance(house.clock, MovableClock):
            return
        now, steady = house.clock.now(), self._steady()
        if self._last is not None:
            before, since = self._last
            jumped = now - before - timedelta(seconds=steady - since)
            if abs(jumped) > TOLERATED:
                seconds = round(jumped.total_seconds())
                _log.warning("the clock jumped by %+d s, to %s", seconds, now.isoformat())
        self._last = (now, steady)


def behind(reader: Reader) -> timedelta:
    """Return how far the clock is behind the newest work that was asked for; nought where it is not.

    It was set back then, or stood ahead before. Identifiers hold the hour at which they were made.
    """
    newest = [
        identifier
        for own in (jobs.c.id, outbox.c.id)
        if (identifier := reader.connection.execute(select(func.max(own))).scalar()) is not None
    ]
    gap = max((made_at(one) for one in newest), default=reader.now) - reader.now
    return gap if gap > TOLERATED else timedelta(0)
