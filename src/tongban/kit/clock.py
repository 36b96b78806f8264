"""What time it is: the only place that asks the machine."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tongban.kernel.ids import CHANCE_BITS, uuid7
from tongban.kit.crypto.chance import randbits


class Clock(Protocol):
    """Tells the time as an aware instant in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that runs like the machine's but can be set ahead: for demonstrations and tests only."""

    def __init__(self, ahead: timedelta = timedelta(0), start: datetime | None = None) -> None:
        self._ahead = ahead
        self._start = start
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the instant: fixed when a start was given, else the machine's, plus what was added."""
        base = self._start if self._start is not None else datetime.now(UTC)
        return base + self._ahead

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of its base."""
        return self._ahead

    def advance(self, by: timedelta) -> None:
        """Move forward; time never goes back."""
        if by < timedelta(0):
            raise ValueError("a clock does not go back")
        with self._lock:
            self._ahead += by


class _Identifiers:
    """Makes identifiers that grow: within a millisecond by a random step (RFC 9562, 6.2, method 2).

    What is ordered by identifier is so in the order in which it was made, at least within a process:
    events of one unit of work happen at the same instant and are handled in order.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made = (0, 0)

    def new(self, now: datetime) -> str:
        millis = int(now.timestamp() * 1000)
        with self._lock:
            before, chance = self._made
            if before == millis:
                chance += 1 + randbits(32)
            else:
                chance = randbits(CHANCE_BITS - 1)  # half: there is room above
            self._made = (millis, chance)
        return uuid7(millis, chance)


_identifiers = _Identifiers()


def new_id(clock: Clock) -> str:
    """Return a fresh identifier (UUIDv7), greater than those made here before at the same instant."""
    return _identifiers.new(clock.now())
