"""What time it is: the only place that asks the machine."""

import os
import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tongban.kernel.ids import uuid7


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


def new_id(clock: Clock) -> str:
    """Return a fresh time-ordered identifier (UUIDv7)."""
    return uuid7(clock.now(), os.urandom(10))
