"""Runs and findings in the database."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from tongban.kernel.paging import skipped
from tongban.kit.db import Instant, Json, inserting, metadata
from tongban.kit.db.streams import in_pieces
from tongban.modules.audit.model import Finding, FindingKind, Kept, Run

run_table = Table(
    "audit_run",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant, index=True),
    Column("whole", Boolean, nullable=False),
    Column("position", String(36), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("findings", Integer, nullable=False),
    Column("sweep", String(40), nullable=False, server_default=""),
    Column("sweep_position", String(400), nullable=False, server_default=""),
    Column("swept", Json, nullable=False, server_default="{}"),
)

finding_table = Table(
    "audit_finding",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("rows", String(40), nullable=False),
    Column("table", String(60), nullable=False),
    Column("row", String(100), nullable=False),
    Column("entry", String(36), nullable=False),
    Column("number", BigInteger),
    Column("fields", Json, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    # None while it stands: the last whole audit found it, or one since then.
    Column("gone_at", Instant),
    # In which run it was found last: one that a whole run did not find again is gone.
    Column("run", String(36), nullable=False),
    Index("ix_audit_finding_once", "kind", "rows", "row", "entry", unique=True),
    Index("ix_audit_finding_standing", "gone_at", "last_at", "id"),
)

_RUN, _FINDING = run_table.c, finding_table.c


def insert_run(connection: Connection, run: Run) -> None:
    """Keep a run that begins."""
    connection.execute(insert(run_table).values(**asdict(run)))


def save_run(connection: Connection, before: Run, after: Run) -> bool:
    """Keep how far a run has come; False when another process was faster."""
    mine = (_RUN.id == before.id) & (_RUN.position == before.position) & _RUN.ended_at.is_(None)
    mine &= (_RUN.sweep == before.sweep) & (_RUN.sweep_position == before.sweep_position)
    done = connection.execute(update(run_table).where(mine).values(**asdict(after)))
    return done.rowcount == 1


def find_run(connection: Connection, identifier: str) -> Run | None:
    """Return a run as it stands now, under way or ended."""
    return _run(connection.execute(select(run_table).where(_RUN.id == identifier)).first())


def running(connection: Connection) -> Run | None:
    """Return the run that is not at its end, if there is one."""
    query = select(run_table).where(_RUN.ended_at.is_(None)).order_by(_RUN.id.desc()).limit(1)
    return _run(connection.execute(query).first())


def last_ended(connection: Connection, *, whole: bool) -> Run | None:
    """Return the run that ended last, or of whole ones the last."""
    query = select(run_table).where(_RUN.ended_at.is_not(None))
    if whole:
        query = query.where(_RUN.whole)
    return _run(connection.execute(query.order_by(_RUN.ended_at.desc()).limit(1)).first())


def _run(row: Row[Any] | None) -> Run | None:
    return None if row is None else Run(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public way


def keep_findings(
    connection: Connection, run: str, now: dt.datetime, found: Sequence[tuple[str, Finding]]
) -> None:
    """Keep what a run found, by new ids; what is known already stands on, or again."""
    for identifier, one in found:
        again = {"fields": list(one.fields), "number": one.number, "last_at": now,
                 "gone_at": None, "run": run}  # fmt: skip
        row = {**asdict(one), **again, "kind": one.kind.value, "id": identifier, "first_at": now}
        new = inserting(connection, finding_table).values(**row)
        key = [_FINDING[name] for name in ("kind", "rows", "row", "entry")]
        connection.execute(new.on_conflict_do_update(index_elements=key, set_=again))


def end_others(connection: Connection, run: str, now: dt.datetime) -> None:
    """Note of findings that a whole run did not find again that they are gone."""
    others = _FINDING.gone_at.is_(None) & (_FINDING.run != run)
    connection.execute(update(finding_table).where(others).values(gone_at=now))


def count_standing(connection: Connection) -> int:
    """Return how many findings stand."""
    query = select(func.count()).select_from(finding_table).where(_FINDING.gone_at.is_(None))
    return int(connection.execute(query).scalar_one())


def kinds_standing(connection: Connection) -> frozenset[str]:
    """Return the kinds of finding of which some stand."""
    query = select(_FINDING.kind).where(_FINDING.gone_at.is_(None)).distinct()
    return frozenset(connection.execute(query).scalars())


def listed(
    connection: Connection, kind: str, rows: str, state: str, page: int, size: int | None
) -> tuple[list[Kept], int]:
    """Return a page of findings, newest first, and how many there are."""
    wanted = _wanted(kind, rows, state)
    total = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    found = connection.execute(_newest(wanted).limit(size).offset(skipped(page, size)))
    return [_kept(row) for row in found], total


def every(connection: Connection, kind: str, rows: str, state: str) -> Iterator[list[Kept]]:
    """Return all of those findings in pieces, newest first."""
    for piece in in_pieces(connection, _newest(_wanted(kind, rows, state))):
        yield [_kept(row) for row in piece]


def _wanted(kind: str, rows: str, state: str) -> Select[Any]:
    wanted = select(finding_table)
    if kind:
        wanted = wanted.where(_FINDING.kind == kind)
    if rows:
        wanted = wanted.where(_FINDING.rows == rows)
    if state:
        stands = _FINDING.gone_at.is_(None)
        wanted = wanted.where(stands if state == "standing" else ~stands)
    return wanted


def _newest(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(_FINDING.last_at.desc(), _FINDING.id.desc())


def _kept(row: Row[Any]) -> Kept:
    finding = Finding(
        kind=FindingKind(row.kind),
        rows=row.rows,
        table=row.table,
        row=row.row,
        entry=row.entry,
        number=row.number,
        fields=tuple(row.fields),
    )
    return Kept(
        id=row.id, finding=finding, first_at=row.first_at, last_at=row.last_at, gone_at=row.gone_at
    )
