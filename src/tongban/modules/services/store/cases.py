"""Cases, their steps and history, in the database."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy import case as choose

from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit.db import Reader, Unit, cell_of, chunks, inserting
from tongban.modules.services import errors
from tongban.modules.services.model import (
    OVER,
    Applicant,
    Case,
    Outcome,
    State,
    What,
)
from tongban.modules.services.store import tables

Numbers = Sequence[str] | None
"""Of which cases alone something is asked, by their public numbers; None of all."""
RUNNING = [state.value for state in State if state not in OVER and state is not State.DRAFT]
"""States in which somebody still has something to do."""


APPLICANT = (tables.case.c.id, tables.case.c.subject_index, tables.case.c.applicant)
"""What of a case's row says whose it is."""


def insert_case(unit: Unit, case: Case, applicant: Applicant) -> None:
    """Keep a new case and whose it is."""
    subject = applicant.subject
    bound = {"id": case.id, "subject_index": subject_index(unit, subject)}
    sealed = unit.keyring.seal(
        msgspec.json.encode([applicant.name, subject.kind, subject.id]).decode(),
        cell_of(tables.case.c.applicant, bound),
    )
    unit.connection.execute(
        insert(tables.case).values(
            **_row(case),
            subject_index=bound["subject_index"],
            applicant=sealed,
        )
    )


def subject_index(reader: Reader, subject: SubjectRef) -> str:
    """Return the keyed hash by which cases about a subject are found."""
    return reader.keyring.index(f"{subject.kind}:{subject.id}")


def find_case(connection: Connection, identifier: str, *, lock: bool = False) -> Case | None:
    """Return a case by its internal id; with ``lock`` nobody else changes it meanwhile."""
    query = select(tables.case).where(tables.case.c.id == identifier)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return None if row is None else case_of_row(row)


def find_by_number(connection: Connection, number: str, *, lock: bool = False) -> Case | None:
    """Return a case by its number."""
    query = select(tables.case).where(tables.case.c.number == number)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return None if row is None else case_of_row(row)


def save_case(connection: Connection, before: Case, after: Case) -> Case:
    """Keep what changed. Refuses when somebody changed the case since ``before`` was read.

    That it counts as accepted is kept only by whoever notes it: others read it off the clock.
    """
    changed = msgspec.structs.replace(after, version=before.version + 1)
    row = _row(changed)
    if before.state is after.state is State.DEEMED:
        del row["state"], row["accepted_on"]
    done = connection.execute(
        update(tables.case)
        .where(tables.case.c.id == before.id, tables.case.c.version == before.version)
        .values(**{name: row[name] for name in row if name != "id"})
    )
    if done.rowcount != 1:
        raise errors.changed_meanwhile()
    return changed


def delete_case(connection: Connection, identifier: str) -> None:
    """Forget a draft and everything on it."""
    for table in (
        tables.value, tables.consent, tables.objection, tables.attachment, tables.happening,
        tables.seen, tables.step, tables.at_hand, tables.correction, tables.opening,
    ):  # fmt: skip
        connection.execute(delete(table).where(table.c.case_id == identifier))
    connection.execute(delete(tables.case).where(tables.case.c.id == identifier))


def applicant_of(reader: Reader, identifier: str) -> Applicant:
    """Return whose case it is."""
    query = select(*APPLICANT).where(tables.case.c.id == identifier)
    return open_applicant(reader, reader.connection.execute(query).one())


def applicants_of(reader: Reader, identifiers: Sequence[str]) -> dict[str, Applicant]:
    """Return whose cases they are, by internal id."""
    found: dict[str, Applicant] = {}
    for chunk in chunks(identifiers):
        rows = reader.connection.execute(select(*APPLICANT).where(tables.case.c.id.in_(chunk)))
        found |= {row.id: open_applicant(reader, row) for row in rows}
    return found


def open_applicant(reader: Reader, row: Any) -> Applicant:
    """Return whose case it is, of a row with the columns :data:`APPLICANT`."""
    text = reader.keyring.open(row.applicant, cell_of(tables.case.c.applicant, row))
    name, kind, identifier = msgspec.json.decode(text, type=list[str])
    return Applicant(name=name, subject=SubjectRef(SubjectKind(kind), identifier))


def cases_of(
    reader: Reader, account: str, subject: SubjectRef, states: Iterable[State] | None = None
) -> list[Case]:
    """Return the cases an account made for a subject, newest first."""
    query = select(tables.case).where(*_made_for(reader, account, subject))
    if states is not None:
        query = query.where(tables.case.c.state.in_([state.value for state in states]))
    rows = reader.connection.execute(query.order_by(tables.case.c.created_at.desc()))
    return [case_of_row(row) for row in rows.mappings()]


def count_of(reader: Reader, account: str, subject: SubjectRef) -> int:
    """Return how many cases an account made for a subject."""
    query = select(func.count()).where(*_made_for(reader, account, subject))
    return int(reader.connection.execute(query).scalar_one())


def in_order_of(
    reader: Reader, account: str, subject: SubjectRef, most: int | None, skip: int
) -> list[Case]:
    """Return some of the cases an account made for a subject: first those that wait on them, then
    those on their way, drafts, and those that are over, each newest first."""
    state = tables.case.c.state
    rank = choose(
        (state == State.CORRECTION.value, 0),
        (state == State.DRAFT.value, 2),
        (state.in_([one.value for one in OVER]), 3),
        else_=1,
    )
    query = (
        select(tables.case)
        .where(*_made_for(reader, account, subject))
        .order_by(rank, tables.case.c.created_at.desc(), tables.case.c.id.desc())
        .limit(most)
        .offset(skip)
    )
    return [case_of_row(row) for row in reader.connection.execute(query).mappings()]


def _made_for(
    reader: Reader, account: str, subject: SubjectRef
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        tables.case.c.account == account,
        tables.case.c.subject_index == subject_index(reader, subject),
    )


def running_of(reader: Reader, subject: SubjectRef, service: str) -> list[Case]:
    """Return the running cases of a service that are about a subject, whoever made them."""
    rows = reader.connection.execute(
        select(tables.case)
        .where(
            tables.case.c.subject_index == subject_index(reader, subject),
            tables.case.c.service == service,
            tables.case.c.state.in_(RUNNING),
        )
        .order_by(tables.case.c.submitted_at)
    )
    return [case_of_row(row) for row in rows.mappings()]


def granted_of(reader: Reader, subject: SubjectRef, service: str) -> list[Case]:
    """Return the cases of a service that were approved for a subject, the latest first."""
    rows = reader.connection.execute(
        select(tables.case)
        .where(
            tables.case.c.subject_index == subject_index(reader, subject),
            tables.case.c.service == service,
            tables.case.c.outcome == Outcome.APPROVED.value,
        )
        .order_by(tables.case.c.decided_at.desc())
    )
    return [case_of_row(row) for row in rows.mappings()]


def running_cases(connection: Connection, numbers: Sequence[str] | None = None) -> list[Case]:
    """Return the cases in which somebody still has something to do, oldest first; or some of them."""
    return _cases(connection, _running(numbers), numbers)


def stand_running(connection: Connection, numbers: Sequence[str]) -> set[str]:
    """Return which of some numbers are those of cases that run."""
    return set(_numbers(connection, _running(numbers)))


def running_numbers(
    connection: Connection, service: str = "", version: int | None = None
) -> list[str]:
    """Return the numbers of the running cases: all, of a service or of one version of it, oldest first."""
    query = _running()
    if service:
        query = query.where(tables.case.c.service == service)
    if version is not None:
        query = query.where(tables.case.c.service_version == version)
    return _numbers(connection, query)


def running_versions(connection: Connection) -> dict[str, int]:
    """Return how often each running case was written, by its number, oldest first: nothing else of
    them need be readable."""
    own = tables.case.c
    query = _running().with_only_columns(own.number, own.version).order_by(own.submitted_at)
    return dict(connection.execute(query).all())


def received(connection: Connection, numbers: Sequence[str] | None = None) -> list[Case]:
    """Return the cases that came in and of which nothing is noted yet, oldest first; or some of them."""
    return _cases(connection, _received(numbers), numbers)


def past_due(
    connection: Connection,
    day: str,
    today: dt.date,
    told: What,
    numbers: Sequence[str] | None = None,
) -> list[Case]:
    """Return the cases under way whose last day is over, the oldest first, but for those of which the
    history tells that already; ``day`` is ``promised_due`` or ``statutory_due``. Or some of them."""
    return _cases(connection, _past_due(day, today, told, numbers), numbers)


def unanswered(
    connection: Connection, today: dt.date, told: What, numbers: Sequence[str] | None = None
) -> list[Case]:
    """Return the cases that wait for a correction whose last day is over, the oldest first, but for
    those of which the history tells that already. Or some of them."""
    return _cases(connection, _unanswered(today, told, numbers), numbers)


def _running(numbers: Numbers = None) -> Select[Any]:
    return select(tables.case).where(_stands(RUNNING, numbers))


def _received(numbers: Numbers) -> Select[Any]:
    return select(tables.case).where(_stands([State.SUBMITTED], numbers))


def _past_due(day: str, today: dt.date, told: What, numbers: Numbers) -> Select[Any]:
    return select(tables.case).where(
        _stands([State.DEEMED, State.CORRECTION, State.REVIEWING, State.DECIDING], numbers),
        tables.case.c[day] < today,
        _untold(told),
    )


def _unanswered(today: dt.date, told: What, numbers: Numbers) -> Select[Any]:
    own = tables.correction.c
    waiting = select(own.case_id).where(
        own.case_id == tables.case.c.id, own.supplied_on.is_(None), own.due < today
    )
    in_correction = _stands([State.CORRECTION], numbers)
    return select(tables.case).where(in_correction, waiting.exists(), _untold(told))


def _stands(states: Sequence[str], numbers: Numbers) -> ColumnElement[bool]:
    """Whether a case is in one of some states.

    Where numbers are given it is found by these: the index of states, which SQLite would take all the
    same, has every running case.
    """
    state = tables.case.c.state
    return (state if numbers is None else state.concat("")).in_([*map(str, states)])


def _untold(told: What) -> ColumnElement[bool]:
    noted = select(tables.happening.c.case_id).where(
        tables.happening.c.case_id == tables.case.c.id, tables.happening.c.what == told.value
    )
    return ~noted.exists()


def _cases(
    connection: Connection, query: Select[Any], numbers: Sequence[str] | None = None
) -> list[Case]:
    """Return the cases of a question, oldest first; or those of some numbers, some hundred at a time."""
    query = query.order_by(tables.case.c.submitted_at)
    own = tables.case.c.number
    asked = [query] if numbers is None else [query.where(own.in_(some)) for some in chunks(numbers)]
    return [case_of_row(row) for one in asked for row in connection.execute(one).mappings()]


def _numbers(connection: Connection, query: Select[Any]) -> list[str]:
    """Return the numbers of the cases of a question, oldest first: nothing else of them need be readable."""
    ordered = query.with_only_columns(tables.case.c.number).order_by(tables.case.c.submitted_at)
    return list(connection.execute(ordered).scalars())


def decided_with_due_in(connection: Connection, year: int) -> list[Case]:
    """Return the decided cases that have a last day in a year."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    promised = tables.case.c.promised_due.between(first, last)
    statutory = tables.case.c.statutory_due.between(first, last)
    decided = tables.case.c.decided_at.is_not(None)
    query = select(tables.case).where(decided, promised | statutory)
    return [case_of_row(row) for row in connection.execute(query).mappings()]


def open_counts(connection: Connection) -> list[tuple[str, int, int]]:
    """Return service, version and how many drafts and running cases follow it."""
    over = [state.value for state in OVER]
    rows = connection.execute(
        select(tables.case.c.service, tables.case.c.service_version, func.count())
        .where(tables.case.c.state.not_in(over))
        .group_by(tables.case.c.service, tables.case.c.service_version)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def submitted_cases(connection: Connection, identifiers: Sequence[str]) -> list[Case]:
    """Return those of these cases that came in, in the order of their internal ids, for counting."""
    own = tables.case.c
    came_in = select(tables.case).where(own.submitted_at.is_not(None)).order_by(own.id)
    return [
        case_of_row(row)
        for some in chunks(identifiers)
        for row in connection.execute(came_in.where(tables.case.c.id.in_(some))).mappings()
    ]


def number_of(connection: Connection, identifier: str) -> str:
    """Return the public number of a case; empty where there is none, as of a draft."""
    query = select(tables.case.c.number).where(tables.case.c.id == identifier)
    return str(connection.execute(query).scalar() or "")


def submitted_after(connection: Connection, identifier: str, limit: int) -> list[str]:
    """Return the next internal ids, by their order, of cases that came in; none is left after the last."""
    own = tables.case.c.id
    query = select(own).where(own > identifier, tables.case.c.submitted_at.is_not(None))
    return list(connection.execute(query.order_by(own).limit(limit)).scalars())


# Numbers -----------------------------------------------------------------------------------------


def next_sequence(unit: Unit, department: str, day: dt.date) -> tuple[int, int]:
    """Return the department's number, given to it for good, and its next sequence of the day."""
    return _department_number(unit.connection, department), _next(unit.connection, department, day)


def _department_number(connection: Connection, department: str) -> int:
    while True:
        known = connection.execute(
            select(tables.numbering.c.number).where(tables.numbering.c.department == department)
        ).scalar()
        if known is not None:
            return int(known)
        last = connection.execute(select(func.max(tables.numbering.c.number))).scalar() or 0
        # Another department may take the same number at this moment: then look again.
        insert_once(connection, tables.numbering, department=department, number=last + 1)


def _next(connection: Connection, department: str, day: dt.date) -> int:
    mine = (tables.sequence.c.department == department) & (tables.sequence.c.day == day)
    insert_once(connection, tables.sequence, department=department, day=day, last=0)
    connection.execute(update(tables.sequence).where(mine).values(last=tables.sequence.c.last + 1))
    return int(connection.execute(select(tables.sequence.c.last).where(mine)).scalar_one())


def insert_once(connection: Connection, table: Table, **values: Any) -> None:
    """Insert a row unless one with its key is there, whoever else tries at the same moment."""
    connection.execute(inserting(connection, table).values(**values).on_conflict_do_nothing())


def _row(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "number": case.number or None,
        "service": case.service,
        "service_version": case.service_version,
        "department": case.department,
        "account": case.account,
        "state": case.state.value,
        "outcome": case.outcome.value if case.outcome else None,
        "version": case.version,
        "created_at": case.created_at,
        "submitted_at": case.submitted_at,
        "accepted_on": case.accepted_on,
        "decided_at": case.decided_at,
        "closed_at": case.closed_at,
        "acceptance_due": case.acceptance_due,
        "promised_due": case.promised_due,
        "statutory_due": case.statutory_due,
    }


def case_of_row(row: RowMapping) -> Case:
    return Case(
        id=row["id"],
        number=row["number"] or "",
        service=row["service"],
        service_version=row["service_version"],
        department=row["department"],
        account=row["account"],
        state=State(row["state"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        version=row["version"],
        created_at=row["created_at"],
        submitted_at=row["submitted_at"],
        accepted_on=row["accepted_on"],
        decided_at=row["decided_at"],
        closed_at=row["closed_at"],
        acceptance_due=row["acceptance_due"],
        promised_due=row["promised_due"],
        statutory_due=row["statutory_due"],
    )
