"""What identity looks after by itself: sessions and links that ended long ago are forgotten."""

from datetime import datetime, timedelta

from tongban.kit.house import House
from tongban.modules.identity import actions

_EVERY = timedelta(hours=1)


class Sweeper:
    """Sweeps once an hour."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def __call__(self, house: House) -> None:
        """Sweep when an hour has passed since the last time."""
        now = house.clock.now()
        if self._last is not None and abs(now - self._last) < _EVERY:
            return
        self._last = now
        house.db.write(actions.sweep)


ROUNDS = (Sweeper(),)
