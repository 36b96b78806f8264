"""Run an audit a stretch at a time, keep what it finds, and record once what was there before."""

from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace

from tongban.kit.db import Database, Unit
from tongban.modules.audit import queries, store
from tongban.modules.audit.model import Run, Stretch
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.queries import ProvenRows

STRETCH = 2000
"""Entries that are compared in one view."""
_A_PIECE = 500
"""Rows that one unit of work records as found."""
_BEFORE = 4096
"""Entries before the end of the last audit with which one since then begins again: those that were
numbered together may stand in another order by their ids."""


def begin(unit: Unit, *, whole: bool) -> Run:
    """Return the audit that is under way, or a new one: of everything, or since the last whole one."""
    known = store.running(unit.connection)
    if known is not None and known.whole is whole:
        return known
    if known is not None:
        store.save_run(unit.connection, known, replace(known, ended_at=unit.now))
    signed = ledger.latest_checkpoint(unit.connection)
    size = signed.checkpoint.size if signed else 0
    position = "" if whole else _since(unit)
    run = Run(id=unit.new_id(), began_at=unit.now, whole=whole, position=position, size=size)
    store.insert_run(unit.connection, run)
    return run


def _since(unit: Unit) -> str:
    """Return the entry at which the last whole audit that ended had arrived, and a little before."""
    last = store.last_ended(unit.connection, whole=True)
    if last is None or last.size <= _BEFORE:
        return ""
    return ledger.find(unit.connection, str(last.size - _BEFORE)) or ""


def go_on(db: Database, declared: Sequence[ProvenRows], run: Run, most: int = STRETCH) -> Run:
    """Compare the next stretch and keep what came of it; returns the run further on, or at its end."""
    with db.read() as reader:
        after = run.position or None
        stretch = queries.compare_what_can_be_read(reader, declared, after, most)
    return db.write(partial(_keep, run, stretch))


def _keep(run: Run, stretch: Stretch, unit: Unit) -> Run:
    after = replace(
        run,
        position=stretch.until or run.position,
        ended_at=unit.now if stretch.until is None else None,
        entries=run.entries + stretch.entries,
        rows=run.rows + stretch.rows,
        findings=run.findings + len(stretch.findings) + stretch.more,
    )
    if not store.save_run(unit.connection, run, after):
        return store.running(unit.connection) or replace(run, ended_at=unit.now)
    found = [(unit.new_id(), one) for one in stretch.findings]
    store.keep_findings(unit.connection, run.id, unit.now, found)
    if after.ended_at is not None and after.whole:
        store.end_others(unit.connection, run.id, unit.now)
    return after


def run_through(
    db: Database,
    declared: Sequence[ProvenRows],
    *,
    whole: bool = True,
    progress: Callable[[Run], None] = lambda _: None,
) -> Run:
    """Go through an audit to its end, from where one was broken off."""
    run = db.write(partial(begin, whole=whole))
    while run.ended_at is None:
        run = go_on(db, declared, run)
        progress(run)
    return run


def record_before(unit: Unit, declared: Sequence[ProvenRows]) -> bool:
    """Record some rows of before they were proven as they are found; returns whether there may be more.

    Done once for each table: the baseline that ends it stands in the log, and no row is recorded as
    found after it.
    """
    known = ledger.baselines(unit.connection)
    fresh = [one for one in declared if not one.tables <= known.keys()]
    for one in fresh:
        if one.adopt(unit, _A_PIECE):
            return True
    tables = sorted({table for one in fresh for table in one.tables} - known.keys())
    if tables:
        log.record_baseline(unit, tables)
    return False
