"""Run an audit a stretch at a time, keep what it finds, and record once what was there before."""

from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace

from tongban.kit.db import Database, Unit
from tongban.kit.sweeps import Flaw, Piece, Sweep
from tongban.modules.audit import queries, store
from tongban.modules.audit.model import Finding, FindingKind, Run, Stretch
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
        # Broken off is not whole: nothing that asks when all was last looked at may count it.
        store.save_run(unit.connection, known, replace(known, whole=False, ended_at=unit.now))
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


def go_on(
    db: Database,
    declared: Sequence[ProvenRows],
    run: Run,
    most: int = STRETCH,
    sweeps: Sequence[Sweep] = (),
) -> Run:
    """Compare the next stretch and keep what came of it; returns the run further on, or at its end.

    A whole run that is through with the entries goes on with what else is looked through, in its order.
    """
    if run.sweep:
        return _sweep_on(db, run, most, sweeps)
    with db.read() as reader:
        after = run.position or None
        stretch = queries.compare_what_can_be_read(reader, declared, after, most)
    first = sweeps[0].name if run.whole and sweeps else ""
    return db.write(partial(_keep, run, stretch, first))


def _keep(run: Run, stretch: Stretch, sweep: str, unit: Unit) -> Run:
    over = stretch.until is None
    after = replace(
        run,
        position=stretch.until or run.position,
        ended_at=unit.now if over and not sweep else None,
        entries=run.entries + stretch.entries,
        rows=run.rows + stretch.rows,
        findings=run.findings + len(stretch.findings) + stretch.more,
        sweep=sweep if over else "",
    )
    return _save(unit, run, after, stretch.findings)


def _save(unit: Unit, run: Run, after: Run, findings: Sequence[Finding]) -> Run:
    """Keep how far a run came and what it found, unless another process was faster: then the run is as that
    one has it.

    A run whose row was deleted meanwhile is kept anew as far as it came.
    """
    if not store.save_run(unit.connection, run, after):
        theirs = store.find_run(unit.connection, run.id)
        if theirs is not None:
            return theirs
        store.insert_run(unit.connection, after)
    found = [(unit.new_id(), one) for one in findings]
    store.keep_findings(unit.connection, run.id, unit.now, found)
    if after.ended_at is not None and after.whole:
        store.end_others(unit.connection, run.id, unit.now)
    return after


def _sweep_on(db: Database, run: Run, most: int, sweeps: Sequence[Sweep]) -> Run:
    """Look at the next piece of what is looked through; one that is no longer declared is over."""
    sweep = next((one for one in sweeps if one.name == run.sweep), None)
    piece = Piece(until=None, looked=0)
    if sweep is not None:
        with db.read() as reader:
            piece = sweep.piece(reader, run.sweep_position, most)
    return db.write(partial(_keep_piece, run, sweep, piece, _after(sweeps, run.sweep)))


def _after(sweeps: Sequence[Sweep], name: str) -> str:
    names = [one.name for one in sweeps]
    following = names[names.index(name) + 1 :] if name in names else []
    return following[0] if following else ""


def _keep_piece(run: Run, sweep: Sweep | None, piece: Piece, following: str, unit: Unit) -> Run:
    over = piece.until is None
    findings = [] if sweep is None else [_finding(sweep, flaw) for flaw in piece.flaws]
    after = replace(
        run,
        ended_at=unit.now if over and not following else None,
        findings=run.findings + len(findings),
        sweep=following if over else run.sweep,
        sweep_position=piece.until or "",
        swept={**run.swept, run.sweep: run.swept.get(run.sweep, 0) + piece.looked},
    )
    if piece.note is not None:
        piece.note(unit)
    return _save(unit, run, after, findings)


def _finding(sweep: Sweep, flaw: Flaw) -> Finding:
    kind = FindingKind(sweep.flaw)
    return Finding(kind=kind, rows=sweep.name, table=flaw.table, row=flaw.row, fields=flaw.fields)


def run_through(
    db: Database,
    declared: Sequence[ProvenRows],
    *,
    whole: bool = True,
    sweeps: Sequence[Sweep] = (),
    progress: Callable[[Run], None] = lambda _: None,
) -> Run:
    """Go through an audit to its end, from where one was broken off."""
    run = db.write(partial(begin, whole=whole))
    while run.ended_at is None:
        run = go_on(db, declared, run, sweeps=sweeps)
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
