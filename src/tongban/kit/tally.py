"""What a process counts of its own work, for whoever watches it: how often, and how long it took.

Counting costs a microsecond and needs no library; what was counted is read when somebody asks for it
(``tongban.app.metrics``). Only the names below are counted, with labels of which there are few: a code, a
route, an outcome; never anything that names a person, a login or a case.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_MOST = 2000
"""So many sets of labels a name may have; what is beyond is counted together, as ``other``."""
_OTHER = "other"
QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds that divide what somebody waits for."""
LONG = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0)
"""Seconds that divide what nobody waits for."""


@dataclass(frozen=True)
class Name:
    """Something that is counted: what it means, and what its labels are called."""

    about: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()
    """Of what takes time: seconds that divide it, in order; empty for what only happens."""


NAMES: Mapping[str, Name] = {
    "tongban_http_requests": Name(
        "Requests answered, by pattern of the route and class of the status (0xx: the visitor left).",
        ("method", "route", "status"),
    ),
    "tongban_http_request_duration_seconds": Name(
        "Time from a request's turn to the end of its answer.", ("route",), QUICK
    ),
    "tongban_refusals": Name("Requests refused or failed, by code of the reason.", ("reason",)),
    "tongban_loop_delay_seconds": Name(
        "How late the event loop was, four times a second.", (), QUICK
    ),
    "tongban_loop_slow_turns": Name(
        "Turns of a request that held the loop for more than 50 ms of processor time.", ("route",)
    ),
    "tongban_jobs": Name("Jobs tried, by outcome: done or failed.", ("job", "outcome")),
    "tongban_job_duration_seconds": Name("Time that tries of jobs took.", ("job",), LONG),
    "tongban_events": Name("Events delivered, by outcome: done or failed.", ("event", "outcome")),
    "tongban_source_reads": Name(
        "Reads in departments' sources: answered, nothing_found, unreadable or failed.",
        ("source", "outcome"),
    ),
    "tongban_source_read_duration_seconds": Name(
        "Time that departments' sources took to answer or to fail.", ("source",), QUICK
    ),
    "tongban_source_values_unfit": Name(
        "Values of departments' sources that could not be given, by kind of what is wrong.",
        ("source", "reason"),
    ),
    "tongban_disclosures": Name(
        "Uses of data put on record: given, nothing_found, unreadable or refused.", ("outcome",)
    ),
    "tongban_mails": Name("Mails handed to the mail server: sent or failed.", ("outcome",)),
}


@dataclass(slots=True)
class Times:
    """How often something took how long."""

    counts: list[int]
    """Of each bound how often it took no longer and longer than the bound before; then of all beyond."""
    total: float = 0.0


@dataclass
class Tally:
    """The counts of one process."""

    names: Mapping[str, Name] = field(default_factory=lambda: NAMES)
    _counts: dict[str, dict[tuple[str, ...], float]] = field(default_factory=dict)
    _times: dict[str, dict[tuple[str, ...], Times]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, name: str, *labels: str, by: float = 1) -> None:
        """Count something that happened."""
        with self._lock:
            mine = self._counts.setdefault(name, {})
            key = self._key(name, labels, mine)
            mine[key] = mine.get(key, 0) + by

    def took(self, name: str, seconds: float, *labels: str) -> None:
        """Count something with the time that it took."""
        bounds = self.names[name].bounds
        with self._lock:
            mine = self._times.setdefault(name, {})
            key = self._key(name, labels, mine)
            times = mine.get(key)
            if times is None:
                times = mine[key] = Times([0] * (len(bounds) + 1))
            times.counts[bisect_left(bounds, seconds)] += 1
            times.total += seconds

    def _key(
        self, name: str, labels: Sequence[str], known: Mapping[tuple[str, ...], object]
    ) -> tuple[str, ...]:
        wanted = len(self.names[name].labels)
        assert len(labels) == wanted, f"{name} has {wanted} labels"
        key = tuple(labels)
        return key if key in known or len(known) < _MOST else (_OTHER,) * wanted

    def counts(self) -> Iterator[tuple[str, dict[tuple[str, ...], float]]]:
        """Return a copy of what was counted, by name."""
        with self._lock:
            found = [(name, dict(mine)) for name, mine in self._counts.items()]
        yield from found

    def times(self) -> Iterator[tuple[str, dict[tuple[str, ...], Times]]]:
        """Return a copy of what took how long, by name."""
        with self._lock:
            found = [
                (name, {key: Times(list(it.counts), it.total) for key, it in mine.items()})
                for name, mine in self._times.items()
            ]
        yield from found


HERE = Tally()
"""What this process counts."""


def count(name: str, *labels: str, by: float = 1) -> None:
    """Count something that happened in this process."""
    HERE.count(name, *labels, by=by)


def took(name: str, seconds: float, *labels: str) -> None:
    """Count something of this process with the time that it took."""
    HERE.took(name, seconds, *labels)
