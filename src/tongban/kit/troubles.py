"""What of the long work and the events fails: seen from its first failure until it is through.

Of a reason only its kind is kept (a refusal's code, the name of an exception), never its words, which may
hold somebody's data; the log has the places it came through, beside the same id.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal

import msgspec
from sqlalchemy import Row, Select, Table, case, func, select

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.db import Reader, Unit
from tongban.kit.db.unit import EVENTS, jobs, outbox

Sort = Literal["job", "event"]
_UNDONE = ("queued", "running", "failed")
"""Asked for by name, so that an index finds them and what was done before costs nothing."""
NOT_ASKED = "kit.work_not_asked"
"""Fault of work that nobody with the keys asked for, or that was changed since: it is never done."""
UNKNOWN = "?"
"""What stands for the name of such work where it is no name of ours, but a text of whoever wrote it."""
SHOWN = 200
"""How many are shown at most; the figures count all."""


class WorkGivenUp(msgspec.Struct, frozen=True, kw_only=True):
    """A job or an event failed in every try; it rests until somebody, or its module, asks for it again."""

    name: ClassVar[str] = "kit.work_given_up"
    sort: Sort
    work: str
    """Name of the job or of the event."""
    id: str


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work that has failed and is not through yet."""

    sort: Sort
    id: str
    work: str
    """Name of the job or of the event."""
    asked_at: datetime
    failed_at: datetime
    """When it failed first."""
    tries: int
    next_at: datetime | None
    """When it is tried next; None once it was given up or while it runs."""
    running: bool
    given_up: bool
    fault: str
    """Kind of the last reason."""


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """How much work of one name there is that is not done."""

    sort: Sort
    work: str
    waiting: int = 0
    running: int = 0
    failing: int = 0
    """Failed at least once and tried again; also counted as waiting or running."""
    given_up: int = 0
    oldest: datetime | None = None
    """When the oldest that waits or runs was asked for; None where all were given up."""


def queues(reader: Reader) -> tuple[Queue, ...]:
    """Return every queue that is not empty: jobs first, then events, by name."""
    run = reader.connection.execute
    return (
        *(_queue("job", row) for row in run(_counted_jobs())),
        *(_queue("event", row) for row in run(_counted_events())),
    )


def _counted_jobs() -> Select[Any]:
    retried = (jobs.c.state != "failed") & jobs.c.fault.is_not(None)
    return (
        select(
            jobs.c.name,
            _count(jobs.c.state == "queued", "waiting"),
            _count(jobs.c.state == "running", "running"),
            _count(retried, "failing"),
            _count(jobs.c.state == "failed", "given_up"),
            _oldest(jobs.c.state != "failed", jobs.c.at),
        )
        .where(jobs.c.state.in_(_UNDONE))
        .group_by(jobs.c.name)
        .order_by(jobs.c.name)
    )


def _counted_events() -> Select[Any]:
    alive = outbox.c.dead.is_(False)
    return (
        select(
            outbox.c.name,
            _count(alive, "waiting"),
            _count(outbox.c.id.is_(None), "running"),  # an event is handled while it waits
            _count(alive & outbox.c.fault.is_not(None), "failing"),
            _count(outbox.c.dead.is_(True), "given_up"),
            _oldest(alive, outbox.c.at),
        )
        .where(outbox.c.done.is_(False))
        .group_by(outbox.c.name)
        .order_by(outbox.c.name)
    )


def _count(condition: Any, label: str) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(label)


def _oldest(condition: Any, at: Any) -> Any:
    return func.min(case((condition, at))).label("oldest")


def _queue(sort: Sort, row: Row[Any]) -> Queue:
    return Queue(
        sort=sort,
        work=row.name,
        waiting=int(row.waiting),
        running=int(row.running),
        failing=int(row.failing),
        given_up=int(row.given_up),
        oldest=row.oldest,
    )


def failing(reader: Reader, at_most: int = SHOWN) -> tuple[Trouble, ...]:
    """Return what has failed and is not through: what was given up first, then by first failure."""
    run = reader.connection.execute
    found = [
        *(_job(row) for row in run(_failed_jobs().limit(at_most))),
        *(_event(row) for row in run(_failed_events().limit(at_most))),
    ]
    return tuple(sorted(found, key=lambda one: (not one.given_up, one.failed_at, one.id)))[:at_most]


_SEEN = tuple(each for each in jobs.columns if each.name != "payload")
"""What is shown of a job: one whose payload nobody can read does not hide the others."""


def _failed_jobs() -> Select[Any]:
    failed = jobs.c.state.in_(_UNDONE) & jobs.c.fault.is_not(None)
    return select(*_SEEN).where(failed).order_by(jobs.c.state != "failed", jobs.c.at, jobs.c.id)


def _failed_events() -> Select[Any]:
    failed = outbox.c.done.is_(False) & outbox.c.fault.is_not(None)
    return select(outbox).where(failed).order_by(outbox.c.dead.is_(False), outbox.c.at, outbox.c.id)


def of_job(reader: Reader, job: str) -> Trouble | None:
    """Return what is the matter with a job, or None while it has not failed or is done."""
    row = reader.connection.execute(_failed_jobs().where(jobs.c.id == job)).first()
    return None if row is None else _job(row)


def _job(row: Row[Any]) -> Trouble:
    return Trouble(
        sort="job",
        id=row.id,
        work=row.name,
        asked_at=row.at,
        failed_at=row.failed_at or row.at,
        tries=row.tries,
        next_at=row.next_at if row.state == "queued" else None,
        running=row.state == "running",
        given_up=row.state == "failed",
        fault=row.fault,
    )


def _event(row: Row[Any]) -> Trouble:
    return Trouble(
        sort="event",
        id=row.id,
        work=row.name,
        asked_at=row.at,
        failed_at=row.failed_at or row.at,
        tries=row.tries,
        next_at=None if row.dead else row.next_at,
        running=False,
        given_up=row.dead,
        fault=row.fault,
    )


def try_again(unit: Unit, sort: str, identifier: str) -> None:
    """Try at once what waits for its next try or was given up, with all tries before it again.

    When it failed first stays known. Refuses what is through, runs just now, or never was.
    """
    if sort == "event":
        again = _afresh(unit, outbox, identifier, _event_waits(), dead=False)
    else:
        again = _afresh(unit, jobs, identifier, _job_waits(), state="queued", gave_up_at=None)
    if not again:
        raise Refusal("kit.nothing_to_try", Kind.CONFLICT)


def revive(unit: Unit, job: str) -> bool:
    """Try a job again that was given up, without telling anew should it be given up once more.

    For work whose module looks after it by itself; False when it was not given up.
    """
    return _afresh(unit, jobs, job, jobs.c.state == "failed", state="queued")


def _afresh(unit: Unit, table: Table, identifier: str, waits: Any, **values: Any) -> bool:
    mine = (table.c.id == identifier) & waits
    fresh = table.update().where(mine).values(tries=0, next_at=unit.now, **values)
    found = unit.connection.execute(fresh).rowcount > 0
    if found:
        unit.woken.add(EVENTS if table is outbox else _kind(unit, identifier))
    return found


def _kind(unit: Unit, job: str) -> str:
    return str(unit.connection.execute(select(jobs.c.kind).where(jobs.c.id == job)).scalar())


def _event_waits() -> Any:
    return outbox.c.done.is_(False) & outbox.c.fault.is_not(None)


def _job_waits() -> Any:
    return jobs.c.state.in_(("queued", "failed")) & jobs.c.fault.is_not(None)


def kinds(troubles: Sequence[Trouble]) -> str:
    """Return which work fails and why, each once: `certificates.seal (TookTooLong)`."""
    return ", ".join(sorted({f"{one.work} ({one.fault})" for one in troubles}))
