"""Whether visitors can be told apart: many of them and one address are a proxy that nobody named.

Then whoever types wrong passwords makes everybody wait, and nobody sees why. Only numbers are kept, of two
days, and none above what has to be known; who they were is in the memory of the process alone, as keyed
hashes.
"""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tongban.kit.crypto import chance
from tongban.kit.crypto.hashing import SHA_256

FILE = "origins.json"
"""File in the data folder: for each day how many visitors there were, and from how many networks."""
MANY = 10
"""So many visitors from one network are no office that happens to be alone today."""
_ENOUGH = {"visitors": MANY, "networks": 2}


class Origins:
    """Counts visitors and networks of a day, up to what has to be known."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE
        self._key = chance.token_bytes(32)
        self._day = date.min
        self._seen: dict[str, set[bytes]] = {}

    def note(self, visitor: str, network: str, now: datetime) -> None:
        """Note who was here. ``visitor`` is what a browser sent back: who sends nothing is none."""
        day = now.astimezone(UTC).date()
        if day != self._day:
            self._day, self._seen = day, {sort: set() for sort in _ENOUGH}
        fresh = [self._is_new("visitors", visitor), self._is_new("networks", network)]
        if any(fresh):
            with suppress(OSError):  # it is advice: a full disk has other signs
                self._keep()

    def _is_new(self, sort: str, name: str) -> bool:
        known = self._seen[sort]
        if len(known) >= _ENOUGH[sort]:
            return False
        mark = SHA_256.keyed(self._key, name.encode())
        fresh = mark not in known
        known.add(mark)
        return fresh

    def _keep(self) -> None:
        today = self._day.isoformat()
        kept = {day: counts for day, counts in _read(self._path).items() if _recent(day, self._day)}
        before = kept.get(today, {})
        kept[today] = {
            sort: max(len(seen), before.get(sort, 0)) for sort, seen in self._seen.items()
        }
        temporary = self._path.with_suffix(".new")
        temporary.write_text(json.dumps(kept), "utf-8")
        temporary.replace(self._path)


def one_network(data: Path, now: datetime) -> bool:
    """Whether today or yesterday there were many visitors, and all from one network."""
    today = now.astimezone(UTC).date()
    return any(
        counts.get("visitors", 0) >= MANY and counts.get("networks", 0) < 2
        for day, counts in _read(data / FILE).items()
        if _recent(day, today)
    )


def _recent(day: str, today: date) -> bool:
    return day in (today.isoformat(), (today - timedelta(days=1)).isoformat())


def _read(path: Path) -> dict[str, dict[str, int]]:
    """Return the numbers by day; nothing where there is no such file, or another content."""
    try:
        found = json.loads(path.read_text("utf-8"))
        return {
            str(day): {str(sort): int(count) for sort, count in counts.items()}
            for day, counts in found.items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
