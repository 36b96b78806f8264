"""Figures for whoever watches a government, in the text formats of Prometheus and OpenMetrics.

Some are of this process: what it counted since its start. Those that are asked of the database are of the
whole government, and each process that serves it says the same: their help says so.
"""

import gc
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from tongban import __version__
from tongban.kit import clock_jumps, lanes, logs, tally, troubles
from tongban.kit.crowds import Pulse
from tongban.kit.db import Reader
from tongban.kit.house import House
from tongban.kit.probe import Probe
from tongban.modules.audit import queries as audit
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import Health, Signer
from tongban.modules.notices.model import MAIL_JOBS

_KEEP = 5.0
"""Seconds for which figures of the database count: however often is asked, they are read once."""
_PATIENCE = 3.0
_WHOLE = " Of the whole government: each of its processes says the same."


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What the database says of a government at an instant."""

    now: datetime
    queues: tuple[troubles.Queue, ...]
    signs: tuple[lanes.Sign, ...]
    ledger: Health
    oldest_unnumbered: datetime | None
    behind: float
    audit_ended: datetime | None
    audit_findings: int
    audit_running: bool


def figures(reader: Reader, signer: Signer) -> Figures:
    """Read them: each by an index or from few rows, whatever was done before."""
    last = audit.last_run(reader.connection)
    return Figures(
        now=reader.now,
        queues=troubles.queues(reader),
        signs=tuple(lanes.last_signs(reader)),
        ledger=ledger.health(reader, signer),
        oldest_unnumbered=ledger.oldest_pending(reader.connection),
        behind=clock_jumps.behind(reader).total_seconds(),
        audit_ended=last.ended_at if last is not None else None,
        audit_findings=audit.standing(reader.connection),
        audit_running=audit.running(reader.connection) is not None,
    )


class OfProcess(Collector):
    """What this process counted, and how it is."""

    def __init__(self, house: House, pulse: Pulse) -> None:
        self._house = house
        self._pulse = pulse

    def collect(self) -> Iterable[Metric]:
        """Return the figures."""
        yield InfoMetricFamily("tongban_build", "Version.", value={"version": __version__})
        yield from _counted()
        late = self._pulse.late
        yield _gauge("tongban_loop_late_seconds", "How late the event loop is now.", late)
        yield from _pool(self._house.db.engine.pool)
        lost = "Lines of the log that could not be written."
        yield CounterMetricFamily("tongban_log_lines_lost", lost, value=logs.lost())


def _counted() -> Iterator[Metric]:
    for name, counts in tally.HERE.counts():
        said = tally.NAMES[name]
        family = CounterMetricFamily(name, said.about, labels=said.labels)
        for labels, value in sorted(counts.items()):
            family.add_metric(labels, value)
        yield family
    for name, times in tally.HERE.times():
        said = tally.NAMES[name]
        divided = HistogramMetricFamily(name, said.about, labels=said.labels)
        for labels, each in sorted(times.items(), key=lambda pair: pair[0]):
            divided.add_metric(labels, _buckets(said.bounds, each), each.total)
        yield divided


def _buckets(bounds: tuple[float, ...], times: tally.Times) -> list[tuple[str, float]]:
    """Return how many took no longer than each bound, the last being without end."""
    total, found = 0, []
    for bound, count in zip((*map(str, bounds), "+Inf"), times.counts, strict=True):
        total += count
        found.append((bound, float(total)))
    return found


def _pool(pool: Any) -> Iterator[Metric]:
    about = "Connections to the database that this process holds."
    family = GaugeMetricFamily("tongban_database_connections", about, labels=["state"])
    family.add_metric(["in_use"], pool.checkedout())
    family.add_metric(["idle"], pool.checkedin())
    yield family


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


class OfGovernment(Collector):
    """What the database says; where it says nothing in time, only that."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._probe = Probe(self._read, keep=_KEEP, patience=_PATIENCE)

    def _read(self) -> Figures:
        with self._house.db.read() as reader:
            return figures(reader, self._house.port(Signer))

    def collect(self) -> Iterable[Metric]:
        """Return the figures."""
        try:
            found = self._probe.wait()
        except Exception:  # away, damaged, of another release: the log says more
            found = None
        about = "Whether the database answered this process in time (1) or not (0)."
        yield _gauge("tongban_database_up", about, float(found is not None))
        if self._house.db.sqlite:
            size = "Size of the files of the SQLite database, with what is still to be copied back."
            yield _gauge("tongban_database_size_bytes", size, _size(self._house.settings.data))
        if found is not None:
            yield from _of_work(found)
            yield from _of_ledger(found)
            yield from _of_audit(found)


def _size(data: Path) -> int:
    files = (data / name for name in ("tongban.db", "tongban.db-wal"))
    return sum(each.stat().st_size for each in files if each.is_file())


def _of_work(found: Figures) -> Iterator[Metric]:
    length = GaugeMetricFamily(
        "tongban_queue_length",
        "Jobs and events that are not done; those that fail also wait or run." + _WHOLE,
        labels=["sort", "work", "state"],
    )
    age = GaugeMetricFamily(
        "tongban_queue_oldest_age_seconds",
        "Age of the oldest that waits or runs." + _WHOLE,
        labels=["sort", "work"],
    )
    for one in found.queues:
        for state in ("waiting", "running", "failing", "given_up"):
            length.add_metric([one.sort, one.work, state], getattr(one, state))
        if one.oldest is not None:
            age.add_metric([one.sort, one.work], _age(found, one.oldest))
    yield from (length, age, *_of_lanes(found), *_of_mail(found))
    about = "By how much the clock is behind the newest work that was asked for." + _WHOLE
    yield _gauge("tongban_clock_behind_seconds", about, found.behind)


def _of_lanes(found: Figures) -> Iterator[Metric]:
    sign = GaugeMetricFamily(
        "tongban_lane_sign_age_seconds",
        "Time since a lane gave a sign of life in any process; it does each minute." + _WHOLE,
        labels=["lane"],
    )
    turn = GaugeMetricFamily(
        "tongban_lane_turn_seconds",
        "Length of the turn before the last sign." + _WHOLE,
        labels=["lane"],
    )
    for one in found.signs:
        sign.add_metric([one.lane], _age(found, one.at))
        turn.add_metric([one.lane], one.took / 1000)
    yield from (sign, turn)


def _of_mail(found: Figures) -> Iterator[Metric]:
    mails = [one for one in found.queues if one.sort == "job" and one.work in MAIL_JOBS]
    queued = sum(one.waiting + one.running for one in mails)
    failing = sum(one.failing for one in mails)
    given_up = sum(one.given_up for one in mails)
    oldest = min((one.oldest for one in mails if one.oldest is not None), default=found.now)
    yield _gauge("tongban_mail_queued", "Mails that are to be sent." + _WHOLE, queued)
    failed = "Mails that failed at least once and are tried again." + _WHOLE
    yield _gauge("tongban_mail_failing", failed, failing)
    yield _gauge("tongban_mail_given_up", "Mails that failed in every try." + _WHOLE, given_up)
    age = "Age of the oldest mail that is to be sent, 0 where there is none." + _WHOLE
    yield _gauge("tongban_mail_oldest_age_seconds", age, _age(found, oldest))


def _of_ledger(found: Figures) -> Iterator[Metric]:
    log = found.ledger
    yield _gauge("tongban_ledger_entries", "Entries in the newest checkpoint." + _WHOLE, log.size)
    waits = "Entries that have no number yet." + _WHOLE
    yield _gauge("tongban_ledger_unnumbered", waits, log.waiting)
    oldest = found.oldest_unnumbered
    age = "Age of the oldest entry without a number, 0 where there is none." + _WHOLE
    yield _gauge("tongban_ledger_unnumbered_oldest_age_seconds", age, _age(found, oldest))
    aside = "Entries that were refused a number and are not settled." + _WHOLE
    yield _gauge("tongban_ledger_set_aside", aside, log.set_aside)
    if log.signed_at is not None:
        signed = "Age of the newest checkpoint; a new one is signed only for new entries." + _WHOLE
        yield _gauge("tongban_ledger_checkpoint_age_seconds", signed, _age(found, log.signed_at))
    faults = GaugeMetricFamily(
        "tongban_ledger_fault",
        "What keeps the ledger from going on, by code." + _WHOLE,
        labels=["fault"],
    )
    for fault in log.faults:
        faults.add_metric([fault.code], 1)
    yield faults


def _of_audit(found: Figures) -> Iterator[Metric]:
    standing = "Rows and entries that disagree, as the last audit found." + _WHOLE
    yield _gauge("tongban_audit_findings", standing, found.audit_findings)
    running = "Whether an audit runs (1) or not (0)." + _WHOLE
    yield _gauge("tongban_audit_running", running, float(found.audit_running))
    if found.audit_ended is not None:
        ended = "Time since the last whole audit ended; there is none where it never did." + _WHOLE
        yield _gauge("tongban_audit_age_seconds", ended, _age(found, found.audit_ended))


def _age(found: Figures, since: datetime | None) -> float:
    """Return how long ago something was; nothing, and what is to come, is no age."""
    return max(0.0, (found.now - since).total_seconds()) if since is not None else 0.0


def registry(house: House, pulse: Pulse) -> CollectorRegistry:
    """Return everything that is told of a government and of the process that serves it."""
    made = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=made)
    PlatformCollector(registry=made)
    if hasattr(gc, "get_stats"):
        GCCollector(registry=made)
    made.register(OfProcess(house, pulse))
    made.register(OfGovernment(house))
    return made


def written(several: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """Return the figures and their media type: OpenMetrics to who asks for it, else Prometheus' text."""
    encode, kind = choose_encoder(accept)
    return encode(several), kind
