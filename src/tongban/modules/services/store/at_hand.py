"""What somebody has something to do about, kept so that lists page, count and filter by index."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)

from tongban.kit.db import Reader
from tongban.modules.services.model import (
    Answer,
    AtHand,
    Case,
    Due,
    Heap,
    InboxFilter,
    Place,
    Seer,
    Sort,
    Whose,
)
from tongban.modules.services.store import tables
from tongban.modules.services.store.cases import APPLICANT, RUNNING, insert_once, open_applicant

_AT = tables.at_hand.c
_WHAT = "at_hand"
_PIECE = 500

# Keeping -----------------------------------------------------------------------------------------


def keep(connection: Connection, of: Case, rows: Iterable[AtHand]) -> None:
    """Keep what is at hand of a case as it is now, in place of what was."""
    forget(connection, of.id)
    kept = [line for row in rows for line in lines_of(of, row)]
    if kept:
        connection.execute(insert(tables.at_hand), kept)


def unlike(connection: Connection, of: Case, rows: Iterable[AtHand]) -> tuple[str, ...]:
    """Return by which columns what is kept of a case is not this: those of the key where a row is there
    that should not be or the other way round."""
    try:
        query = select(tables.at_hand).where(_AT.case_id == of.id)
        kept = {
            (row["step"], row["from_on"]): dict(row) for row in connection.execute(query).mappings()
        }
    except (ValueError, TypeError):  # a day that is none: SQLite keeps anything in any column
        return ("from_on",)
    lines = (line for row in rows for line in lines_of(of, row))
    wanted = {(line["step"], line["from_on"]): line for line in lines}
    found = {"step", "from_on"} if kept.keys() != wanted.keys() else set()
    for key in kept.keys() & wanted.keys():
        found |= {name for name, said in wanted[key].items() if kept[key][name] != said}
    return tuple(sorted(found))


def is_kept(connection: Connection, case_id: str) -> bool:
    """Whether anything is kept as at hand of what goes by an internal id."""
    query = select(_AT.case_id).where(_AT.case_id == case_id).limit(1)
    return connection.execute(query).first() is not None


def forget(connection: Connection, case_id: str) -> None:
    """Keep nothing as at hand of what goes by an internal id."""
    connection.execute(delete(tables.at_hand).where(_AT.case_id == case_id))


def lines_of(of: Case, row: AtHand) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table that one step makes."""
    for stretch in row.stretches:
        yield {
            "case_id": of.id,
            "step": row.step,
            "from_on": stretch.from_on,
            "until_on": stretch.until_on,
            "department": row.department,
            "number": of.number,
            "service": of.service,
            "service_version": of.service_version,
            "kind": row.kind.value,
            "duty": row.duty,
            "clerk": row.clerk,
            "again": row.again,
            "waits": row.waits,
            "due_on": stretch.due_on,
            "yellow_from": stretch.yellow_from,
            "red_from": stretch.red_from,
            "lapsed_from": row.lapsed_from,
        }


# By which calendar -------------------------------------------------------------------------------


def begin(connection: Connection, calendar: str) -> None:
    """Note by which calendar days are kept, where nothing was noted yet."""
    if (
        reckoned(connection) is None
    ):  # looked at first: to insert would wait for whoever reckons anew
        none_yet = {"what": _WHAT, "calendar": calendar, "towards": "", "after": ""}
        insert_once(connection, tables.reckoned, **none_yet)


def reckoned(connection: Connection) -> tuple[str, str, str] | None:
    """Return by which calendar every day is kept, towards which they are being made anew, and after
    which case that goes on; None while nothing is kept."""
    row = connection.execute(
        select(
            tables.reckoned.c.calendar, tables.reckoned.c.towards, tables.reckoned.c.after
        ).where(tables.reckoned.c.what == _WHAT)
    ).first()
    return None if row is None else (row.calendar, row.towards, row.after)


def note_reckoned(connection: Connection, calendar: str, towards: str, after: str) -> None:
    """Note how far days were made anew."""
    connection.execute(
        update(tables.reckoned)
        .where(tables.reckoned.c.what == _WHAT)
        .values(calendar=calendar, towards=towards, after=after)
    )


def cases_after(connection: Connection, after: str, most: int) -> list[str]:
    """Return the next cases, by internal id, that run or of which something is or was kept as at hand."""
    waiting = or_(tables.step.c.state == "open", tables.step.c.second_look == "waiting")
    sources = (
        select(tables.case.c.id).where(tables.case.c.state.in_(RUNNING)),
        select(tables.step.c.case_id).where(waiting),
        select(_AT.case_id),
    )
    found: set[str] = set()
    for query in sources:
        (own,) = query.selected_columns
        several = query.where(own > after).distinct().order_by(own).limit(most)
        found.update(connection.execute(several).scalars())
    return sorted(found)[:most]


# Asking ------------------------------------------------------------------------------------------


def heaps(connection: Connection, department: str, today: dt.date) -> list[Heap]:
    """Return how many rows of a department are alike, by all that decides who sees and counts them."""
    alike = (_AT.service, _AT.kind, _AT.duty, _AT.clerk, _AT.again, _AT.waits)
    rows = connection.execute(
        select(
            *alike,
            func.max(_AT.service_version).label("version"),
            func.count().label("count"),
            _number_of((_AT.yellow_from <= today) & (_AT.red_from > today)).label("yellow"),
            _number_of(_AT.red_from <= today).label("red"),
            _number_of(_AT.waits & (_AT.lapsed_from <= today)).label("lapsed"),
        )
        .where(*_standing(department, today))
        .group_by(*alike)
    )
    return [Heap(**row) for row in rows.mappings()]


def places(
    connection: Connection,
    seer: Seer,
    wanted: InboxFilter,
    most: int | None = None,
    skip: int = 0,
    after: Place | None = None,
) -> list[Place]:
    """Return where the rows stand that somebody wants to see of those that concern them."""
    query = select(_AT.due_on, _AT.number, _AT.step, _AT.case_id).where(*_wanted(seer, wanted))
    if after is not None:
        query = query.where(_behind(after, wanted.sort))
    rows = connection.execute(query.order_by(*_order(wanted.sort)).limit(most).offset(skip))
    return [_place(row) for row in rows]


def count(connection: Connection, seer: Seer, wanted: InboxFilter) -> int:
    """Return how many rows somebody wants to see."""
    query = select(func.count()).select_from(tables.at_hand)
    return int(connection.execute(query.where(*_wanted(seer, wanted))).scalar_one())


def named(
    reader: Reader, seer: Seer, wanted: InboxFilter, most: int
) -> Iterator[tuple[Place, str]]:
    """Yield the first so many of the rows with their applicants, whatever text is wanted."""
    query = (
        select(_AT.due_on, _AT.number, _AT.step, _AT.case_id, *APPLICANT)
        .join(tables.case, tables.case.c.id == _AT.case_id)
        .where(*_wanted(seer, wanted, text=False))
        .order_by(*_order(wanted.sort))
        .limit(most)
    )
    for row in reader.connection.execute(query):
        yield _place(row), open_applicant(reader, row).name


def held(connection: Connection, department: str, today: dt.date, text: str) -> dict[str, int]:
    """Return how many open steps of a department each clerk has in hand, and how many nobody has
    (by an empty name), of the cases with a text in their number."""
    rows = connection.execute(
        select(_AT.clerk, func.count()).where(*_open(department, today, text)).group_by(_AT.clerk)
    )
    return {row[0]: row[1] for row in rows}


def in_hand(
    connection: Connection,
    department: str,
    today: dt.date,
    clerk: str,
    text: str,
    most: int,
    skip: int,
) -> list[Place]:
    """Return where some of a clerk's open steps stand, the one due soonest first."""
    query = (
        select(_AT.due_on, _AT.number, _AT.step, _AT.case_id)
        .where(*_open(department, today, text), _AT.clerk == clerk)
        .order_by(*_order(Sort.DUE))
        .limit(most)
        .offset(skip)
    )
    return [_place(row) for row in connection.execute(query)]


def _open(department: str, today: dt.date, text: str) -> Iterator[ColumnElement[bool]]:
    yield from _standing(department, today)
    yield ~_AT.again
    yield from _with_text(text)


def _with_text(text: str) -> Iterator[ColumnElement[bool]]:
    if text.strip():
        yield _AT.number.contains(text.strip(), autoescape=True)


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _place(row: Any) -> Place:
    return Place(due_on=row.due_on, number=row.number, step=row.step, case=row.case_id)


def _order(sort: Sort) -> Sequence[ColumnElement[Any]]:
    if sort is Sort.NEWEST:
        return (_AT.number.desc(), _AT.step.desc())
    return (_AT.due_on, _AT.number, _AT.step)


def _behind(place: Place, sort: Sort) -> ColumnElement[bool]:
    if sort is Sort.NEWEST:
        return tuple_(_AT.number, _AT.step) < tuple_(place.number, place.step)
    return tuple_(_AT.due_on, _AT.number, _AT.step) > tuple_(place.due_on, place.number, place.step)


def _standing(department: str, today: dt.date) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of the rows of a department as they stand on a day."""
    return (_AT.department == department, _AT.from_on <= today, _AT.until_on > today)


def _wanted(seer: Seer, wanted: InboxFilter, *, text: bool = True) -> Iterator[ColumnElement[bool]]:
    yield from _standing(seer.department, seer.today)
    yield from _whose(seer, wanted.whose)
    if wanted.service:
        yield _AT.service == wanted.service
    if wanted.kind:
        yield _AT.kind == wanted.kind
    if wanted.due is Due.LATE:
        yield _AT.red_from <= seer.today
    if wanted.due is Due.SOON:
        yield (_AT.yellow_from <= seer.today) & (_AT.red_from > seer.today)
    if wanted.correction is not Answer.ANY:
        lapsed = _AT.lapsed_from <= seer.today
        yield _AT.waits & (lapsed if wanted.correction is Answer.OVERDUE else ~lapsed)
    if text:
        yield from _with_text(wanted.text)


def _whose(seer: Seer, whose: Whose) -> Iterator[ColumnElement[bool]]:
    """Yield what holds of the rows that concern somebody and that they want: as :class:`Seer` says."""
    near = or_(_AT.clerk.in_(("", seer.account)), _AT.again)
    duties = true() if seer.everything else _AT.duty.in_(sorted(seer.duties))
    stranded = [
        and_(_AT.duty == duty, _AT.clerk == clerk, ~_AT.again)
        for duty, clerk in sorted(seer.stranded)
    ]
    if whose is Whose.MINE:
        yield and_(_AT.clerk == seer.account, duties)
    elif whose is Whose.FREE:
        yield and_(_AT.clerk == "", duties)
    elif whose is Whose.MINE_AND_FREE or not seer.everything:
        yield or_(and_(near, duties), *stranded)
