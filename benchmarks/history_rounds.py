"""What rounds and counts cost once there is much history; part of ``bench_history``.

Each lane of rounds is gone as the worker goes it, turn after turn: after a start, and in a minute in which
200 cases changed. Then every figure of evaluation is counted in its small
units of work, and from the beginning; the two must be equal, and are compared again after cases were decided.
"""

import datetime as dt
import os
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from tongban.app import registry
from tongban.kernel.actors import Actor, ActorKind
from tongban.kit.clock import MovableClock
from tongban.kit.db import Reader, Unit
from tongban.kit.house import House
from tongban.kit.lanes import OfChanged
from tongban.modules.evaluation import actions as evaluation
from tongban.modules.evaluation import queries as evaluated
from tongban.modules.evaluation import rules, store
from tongban.modules.evaluation.model import Tally
from tongban.modules.services import actions as noting
from tongban.modules.services import queries as services
from tongban.modules.services.model import Outcome, State
from tongban.modules.services.store import tables
from tongban.modules.supervision import actions as supervision
from tongban.modules.supervision import queries as cards

FIRST = 20
"""Turns of each round that are gone after a start."""
CHANGED = 200
DECIDED = 1_000
_PIECE = 10_000
_SECOND = 1.0


def load() -> str:
    """Return the load of the machine in the last minute: others may share it."""
    return f"load {os.getloadavg()[0]:.1f}"


def of_server() -> float:
    """Return the seconds of processor that PostgreSQL's processes for the databases measured here took."""
    ticks = 0
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if b"tongban_history_" in (one / "cmdline").read_bytes()[:200]:
                of_one = (one / "stat").read_text("utf-8").rsplit(") ", 1)[1].split()
                ticks += int(of_one[11]) + int(of_one[12])
        except OSError:
            continue  # it ended meanwhile
    return ticks / os.sysconf("SC_CLK_TCK")


def held() -> str:
    """Return how much memory this process held at most so far."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB held at most"


def say(name: str, took: Sequence[float], worked: Sequence[float], served: float) -> None:
    """Print the middle and the worst of some turns, in milliseconds, and what the server did for one."""
    middle, worst = statistics.median(took) * 1000, max(took) * 1000
    over = "   OVER A SECOND" if max(took) > _SECOND else ""
    print(
        f"  {name:42} {len(took):6} turns, {middle:7.1f} ms, worst {worst:7.1f},"
        f" {max(worked) * 1000:7.1f} of this process, {served * 1000 / len(took):7.1f} of the server"
        f" in the mean, {load()}{over}",
        flush=True,
    )


def turns(name: str, turn: Callable[[], object], most: int, until: Callable[[], bool]) -> None:
    """Go turns until nothing is left to do, and so many at most."""
    took: list[float] = []
    worked: list[float] = []
    served = of_server()
    while len(took) < most:
        begin, busy = time.perf_counter(), time.process_time()
        turn()
        took.append(time.perf_counter() - begin)
        worked.append(time.process_time() - busy)
        if until():
            break
    say(name, took, worked, of_server() - served)


def rounds(house: House, clock: MovableClock) -> None:
    """Go every round of the house as after a start, and those over all cases once some changed."""
    for lane, several in registry.rounds().items():
        for number, one in enumerate(several):
            name = f"after a start: {lane.removeprefix('rounds-')} {number + 1}"
            turns(name, lambda one=one: one(house), FIRST, lambda: False)  # type: ignore[misc]
    _drawn(house)
    _cards(house)
    _changed(house, clock, "services", services.judged, services.passed, noting.note_passing)
    looked = (supervision.keys, supervision.cases_with_cards_due, supervision.watch)
    _changed(house, clock, "supervision", *looked)


def _changed(house: House, clock: MovableClock, name: str, keys: Any, find: Any, do: Any) -> None:
    """Measure a round that has looked at everything, in the minute in which some cases changed."""
    looks: list[Any] = [lambda *_: ()]
    one = OfChanged(keys, lambda reader, some: looks[0](reader, some), do)
    while one(house):
        pass
    looks[0] = find
    house.db.write(_change)
    clock.advance(dt.timedelta(minutes=1))
    more = [True]

    def turn() -> None:
        more[0] = one(house)

    turns(f"{CHANGED} cases changed: {name}", turn, FIRST, lambda: not more[0])


def _drawn(house: House) -> None:
    with house.db.read() as reader:
        found = services.judged_by(reader, ("services",))
        some = list(found)[:CHANGED]

        def due() -> object:
            return supervision.cases_with_cards_due(reader, some)

        turns(f"supervision's rules over {len(some)} cases", due, 5, lambda: False)


def _cards(house: House) -> None:
    """Ask for the list of cards as its page does."""
    inspector = Actor(
        ActorKind.STAFF, account="inspector", name="检查", duties=frozenset({"supervision.read"})
    )  # fmt: skip
    with house.db.read() as reader:
        total = cards.cards(reader, inspector)[1]
        for name, page, wanted in (
            ("first page", 1, {}), ("last page", 999_999, {}), ("open", 1, {"state": "open"}),
            ("late", 1, {"state": "unanswered"}), ("red", 1, {"colour": "red"}),
        ):  # fmt: skip
            asked: Any = wanted

            def ask(page: int = page, asked: Any = asked) -> object:
                return cards.cards(reader, inspector, page=page, **asked)

            turns(f"{total:,} cards, {name}", ask, 5, lambda: False)
        turns("cards, counted", lambda: cards.waiting_counts(reader, inspector), 5, lambda: False)


def _change(unit: Unit) -> None:
    """Raise the version of some running cases, as every change does."""
    own = tables.case.c
    some = select(own.id).where(own.state == State.REVIEWING.value).limit(CHANGED)
    change = update(tables.case).where(own.id.in_(list(unit.connection.execute(some).scalars())))
    unit.connection.execute(change.values(version=own.version + 1))


def figures(house: House, clock: MovableClock) -> None:
    """Count the figures of evaluation as the worker does, and from the beginning; they must be equal."""
    _count(house, "every case, for the first time")
    _compare(house)
    house.db.write(_decide)
    _count(house, f"{DECIDED} cases decided")
    clock.advance(dt.timedelta(days=1))
    _count(house, "a new day")
    house.db.write(evaluation.follow_definitions)
    _count(house, "definitions adopted")
    _compare(house)


def _count(house: House, name: str) -> None:
    left, done = [1], [0]

    def count() -> None:
        left[0] = house.db.write(evaluation.count_some)
        done[0] += 1
        if done[0].bit_count() == 1:  # now and then, as a server with autovacuum does by itself
            _analyse(house)

    begin, busy, served = time.perf_counter(), time.process_time(), of_server()
    turns(f"count of {name}", count, 1_000_000, lambda: not left[0])
    took, worked = time.perf_counter() - begin, time.process_time() - busy
    of_both = f"{worked:.0f} of this process and {of_server() - served:.0f} of the server"
    print(f"  {'':42} {took:.0f} s in all, {of_both}, {held()}", flush=True)


def _analyse(house: House) -> None:
    with house.db.engine.connect() as connection:
        own = connection.execution_options(isolation_level="AUTOCOMMIT")
        own.exec_driver_sql(f"ANALYZE {store.case_table.name}")


def _decide(unit: Unit) -> None:
    """Decide some cases as the verb leaves them, and have them counted as its event does."""
    own, connection = tables.case.c, unit.connection
    some = select(own.id).where(own.state == State.DECIDING.value).limit(DECIDED)
    for case in connection.execute(some).scalars().all():
        decided: dict[str, Any] = {
            "state": State.CLOSED.value, "outcome": Outcome.APPROVED.value,
            "decided_at": unit.now, "closed_at": unit.now, "version": own.version + 1,
        }  # fmt: skip
        connection.execute(update(tables.case).where(own.id == case).values(**decided))
        evaluation.count_again(unit, case)


def _compare(house: House) -> None:
    """Count every case from the beginning, and say whether the sums that are kept equal it."""
    begin, busy, served = time.perf_counter(), time.process_time(), of_server()
    with house.db.read() as reader:
        kept, found = store.tallies(reader.connection), recounted(reader)
        many = reader.connection.execute(select(func.count()).select_from(tables.case)).scalar()
    took, worked = time.perf_counter() - begin, time.process_time() - busy
    equal = "equal" if kept == found else "DIFFER"
    of_both = f"{worked:.0f} of this process, {of_server() - served:.0f} of the server"
    print(f"  {many:,} cases recounted in {took:.0f} s ({of_both}), {held()}: {equal}", flush=True)
    if kept != found:
        raise SystemExit("the sums that are kept are not those of all cases")


def recounted(reader: Reader) -> dict[str, Tally]:
    """Return the sums of every department, from every case that ever came in."""
    sums: dict[str, list[Tally]] = {}
    after = ""
    while some := services.came_in_after(reader.connection, after, _PIECE):
        for fact in services.facts(reader, some):
            one = rules.tally(evaluated.counted(fact))
            sums.setdefault(fact.department, []).append(one)
        sums = {department: [rules.added(several)] for department, several in sums.items()}
        after = some[-1]
    return {department: several[0] for department, several in sorted(sums.items())}
