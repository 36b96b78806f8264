"""The clerk's inbox: the open steps of a department, with the days of the case and of the step."""

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.dates import Calendar
from tongban.kernel.paging import page_count, skipped
from tongban.kernel.text import Text
from tongban.kit.db import Reader
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.services.model import (
    Answer,
    Case,
    Clocks,
    CorrectionClock,
    Due,
    Heap,
    InboxFilter,
    Place,
    Promised,
    Seer,
    Service,
    Sort,
    Step,
    StepClock,
    StepRun,
    Whose,
)
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.rules import clocks, may, pressing
from tongban.modules.services.store import at_hand, cases, history, steps, values

PAGE = 25
"""Lines of the inbox on a page."""


LOOKED_THROUGH = 2000
"""Names of applicants that one search opens at most: they are sealed, and no index holds a part of one."""
MOST_FOUND = 100
"""Lines that a search by name shows at most."""
_WINDOW = 500
"""Lines of a file that are worked out at a time."""
Able = Callable[[str, str], frozenset[str]]
"""Who of a department can do what needs a duty: asked once for each page."""
_GRAVITY = ("", "yellow", "red")
"""How a limit stands, the gravest last."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One open step of one case in the inbox."""

    case: Case
    run: StepRun
    step_name: Text
    service_name: Text
    applicant: str
    clerk_name: str
    promised: Promised
    """The promised day of the case."""
    clocks: Clocks
    """Those that run: for acceptance, for the promise, by law."""
    hint: str
    """How the limit that presses the case stands: ``yellow`` when little of it is left, ``red`` once it
    has passed, else empty."""
    is_new: bool
    """Whether the clerk never opened it."""
    news: tuple[str, ...]
    """What others did since the clerk last looked."""

    not_covered: int | None = None
    """A year on the way that the calendar does not cover, so that the day is provisional."""
    own: StepClock = StepClock()
    """The clock of the step itself."""
    if_silent: Clocks | None = None
    """The clocks it gets if nothing is said about acceptance, once the time for that is short."""
    correction: CorrectionClock | None = None
    """The time for an answer, while it waits on the applicant for one."""
    stranded: bool = False
    """Whether it is in the hands of somebody who can no longer do it, and the actor may take over."""

    @property
    def urgency(self) -> str:
        """The graver of ``hint`` and of how the step's own limit stands: what is counted as due soon
        and as late, and what the row shows."""
        return max(self.hint, self.own.hint, key=_GRAVITY.index)

    @property
    def answer(self) -> Answer:
        """Whether it waits on the applicant for a correction, or did so for longer than was given."""
        if self.correction is None:
            return Answer.ANY
        return Answer.OVERDUE if self.correction.late else Answer.AWAITED

    @property
    def acceptance_due(self) -> dt.date | None:
        """The last day for acceptance, while it is to be accepted."""
        return self.clocks.acceptance.due if self.clocks.acceptance else None

    @property
    def acceptance_left(self) -> int | None:
        """Working days left for acceptance; below zero once late."""
        return self.clocks.acceptance.left if self.clocks.acceptance else None

    @property
    def statutory_due(self) -> dt.date | None:
        """The last day by law, once it is accepted."""
        return self.clocks.statutory.due if self.clocks.statutory else None

    def __repr__(self) -> str:
        return f"Task({self.case!r})"


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the inbox, and the numbers above it."""

    tasks: tuple[Task, ...]
    total: int
    page: int
    pages: int
    mine: int
    free: int
    due_soon: int
    overdue: int
    unanswered: int
    """Corrections that did not come in the time that was given: somebody has to close the case, or
    to wait knowingly."""
    services: tuple[tuple[str, Text], ...]
    """Services that occur, to filter by."""
    looked_through: int | None = None
    """How many lines were looked through for a name, the most pressing first, where that was not all
    or more were found than are shown; else None."""
    being_reckoned: bool = False
    """Whether days are being reckoned anew by another calendar: until then order and counts go by
    the one before."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An open step of a case, and what its definition says."""

    case: Case
    run: StepRun
    procedure: Service
    step: Step


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """Where the lines stand that are shown, how many there are, and how many names were opened."""

    places: Sequence[Place]
    total: int
    looked_through: int | None = None


def inbox(
    reader: Reader, actor: Actor, wanted: InboxFilter, page: int = 1, size: int | None = PAGE
) -> Inbox:
    """Return a page of the open steps of the actor's department that the actor's duties are for.

    A manager sees every one; whoever decides also those whose clerk can no longer do them. Without
    a ``size``, and when looking by name, all stand on one page; a search by name is bounded.
    """
    able = functools.cache(functools.partial(able_to, reader))
    seer, heaps = _seen(reader, actor, able)
    total = _total(reader, seer, heaps, wanted)
    size = None if wanted.by_name else size  # the pages of a search have no address
    pages = page_count(total, size)
    number = min(max(1, page), pages)
    if wanted.by_name:
        found = _by_name(reader, seer, wanted, total)
    else:
        places = at_hand.places(reader.connection, seer, wanted, size, skipped(number, size))
        found = _Found(places=places, total=total)
    return Inbox(
        tasks=tuple(_tasks(reader, actor, opened(reader.connection, found.places), able)),
        total=found.total,
        page=number,
        pages=pages,
        mine=sum(one.count for one in heaps if one.clerk == actor.account),
        free=sum(one.count for one in heaps if not one.clerk),
        due_soon=sum(one.yellow for one in heaps),
        overdue=sum(one.red for one in heaps),
        unanswered=sum(one.lapsed for one in heaps),
        services=_services(reader.connection, heaps),
        looked_through=found.looked_through,
        being_reckoned=being_reckoned(reader.connection),
    )


def every_task(reader: Reader, actor: Actor, wanted: InboxFilter) -> Iterator[Sequence[Task]]:
    """Yield the lines of the inbox, in pieces, as they stand in one view of the database."""
    able = functools.cache(functools.partial(able_to, reader))
    seer, _ = _seen(reader, actor, able)
    last = None
    while places := at_hand.places(reader.connection, seer, wanted, _WINDOW, after=last):
        yield tuple(_tasks(reader, actor, opened(reader.connection, places), able))
        last = places[-1]


def can_be_reckoned(connection: Connection) -> bool:
    """Whether what is kept of open steps can be held against what follows from the cases."""
    return government.adopted(connection) and not being_reckoned(connection)


def being_reckoned(connection: Connection) -> bool:
    """Whether the days that are kept of open steps are still those of another calendar."""
    noted = at_hand.reckoned(connection)
    if noted is None or not government.adopted(connection):
        return False
    by, towards, _ = noted
    return bool(towards) or by != pressing.mark_of(government.calendar(connection))


def _seen(reader: Reader, actor: Actor, able: Able) -> tuple[Seer, list[Heap]]:
    """Return as whom the actor looks at the rows of their department, and what of it they see."""
    today = government.calendar(reader.connection).local_date(reader.now)
    every = at_hand.heaps(reader.connection, actor.department, today)
    seer = Seer(
        department=actor.department,
        today=today,
        account=actor.account,
        everything=actor.has("case.reassign"),
        duties=frozenset(actor.duties),
        stranded=_stranded(actor, every, able),
    )
    return seer, [heap for heap in every if seer.sees(heap)]


def _stranded(actor: Actor, every: Iterable[Heap], able: Able) -> frozenset[tuple[str, str]]:
    """Return which duties are in the hands of whom, who can no longer do them."""
    if not actor.has("case.decide"):
        return frozenset()
    return frozenset(
        (one.duty, one.clerk)
        for one in every
        if not one.again
        and one.clerk not in ("", actor.account)
        and one.clerk not in able(actor.department, one.duty)
    )


def able_to(reader: Reader, department: str, duty: str) -> frozenset[str]:
    """Return who of a department can do what needs a duty, as they are now."""
    return frozenset(one.id for one in identity.staff_with(reader, department, duty))


def _total(reader: Reader, seer: Seer, heaps: Iterable[Heap], wanted: InboxFilter) -> int:
    """Return how many lines somebody wants to see; what the counts cannot tell is looked for."""
    text = wanted.text.strip() and not wanted.by_name
    if text or (wanted.due is not Due.ANY and wanted.correction is not Answer.ANY):
        return at_hand.count(reader.connection, seer, wanted)
    return sum(_number(one, wanted) for one in heaps if _asks_for(seer, one, wanted))


def _number(heap: Heap, wanted: InboxFilter) -> int:
    if wanted.correction is not Answer.ANY:
        awaited = heap.count - heap.lapsed if heap.waits else 0
        return heap.lapsed if wanted.correction is Answer.OVERDUE else awaited
    return {Due.ANY: heap.count, Due.SOON: heap.yellow, Due.LATE: heap.red}[wanted.due]


def _asks_for(seer: Seer, heap: Heap, wanted: InboxFilter) -> bool:
    whose = {
        Whose.MINE: heap.clerk == seer.account,
        Whose.FREE: not heap.clerk,
        Whose.MINE_AND_FREE: seer.is_near(heap) or seer.is_stranded(heap),
        Whose.ALL: True,
    }[wanted.whose]
    return whose and wanted.service in ("", heap.service) and wanted.kind in ("", heap.kind)


def _services(connection: Connection, heaps: Iterable[Heap]) -> tuple[tuple[str, Text], ...]:
    """Return the services that occur and what the newest version in the list is called."""
    newest: dict[str, int] = {}
    for heap in heaps:
        newest[heap.service] = max(newest.get(heap.service, 0), heap.version)
    return tuple(
        (code, service(connection, code, version).name) for code, version in newest.items()
    )


def _by_name(reader: Reader, seer: Seer, wanted: InboxFilter, total: int) -> _Found:
    """Return the lines with a text in their number or in their applicant's name.

    Names are sealed and opened one by one, so only those of the first lines are, in the order of the
    list; the number is looked for everywhere.
    """
    text = wanted.text.strip()
    named = [
        place for place, name in at_hand.named(reader, seer, wanted, LOOKED_THROUGH) if text in name
    ]
    numbered = at_hand.places(reader.connection, seer, wanted, MOST_FOUND + 1)
    every = set(named) | set(numbered)
    ordered = sorted(every, key=lambda one: (one.due_on, one.number, one.step))
    if wanted.sort is Sort.NEWEST:
        ordered.sort(key=lambda one: (one.number, one.step), reverse=True)
    shown = ordered[:MOST_FOUND]
    bounded = total > LOOKED_THROUGH or len(ordered) > MOST_FOUND
    looked = min(total, LOOKED_THROUGH) if bounded else None
    return _Found(places=shown, total=len(shown), looked_through=looked)


def opened(connection: Connection, places: Sequence[Place]) -> list[Opened]:
    """Return the open steps that stand at these places, with what their definitions say."""
    found = steps.at_hand(connection, [(one.case, one.step) for one in places])
    followed = functools.cache(functools.partial(service, connection))
    every = []
    for place in places:
        case, run = found[(place.case, place.step)]
        procedure = followed(case.service, case.service_version)
        step = procedure.step(run.step)
        every.append(Opened(case=case, run=run, procedure=procedure, step=step))
    return every


def _tasks(reader: Reader, actor: Actor, rows: Sequence[Opened], able: Able) -> list[Task]:
    connection = reader.connection
    calendar = government.calendar(connection)
    today = calendar.local_date(reader.now)
    identifiers = [one.case.id for one in rows]
    asked = values.corrections_of(reader, identifiers)
    people = cases.applicants_of(reader, identifiers)
    news = history.news(connection, actor.account, identifiers)
    clerks = {one.run.clerk for one in rows if one.run.clerk}
    names = {account: identity.name_of(reader, account) for account in clerks}
    tasks = []
    for one in rows:
        run = one.run
        corrections = asked[one.case.id]
        case = clocks.as_it_stands(calendar, one.case, corrections, today)
        running = clocks.clocks_of(calendar, one.procedure, case, corrections, today)
        tasks.append(
            Task(
                case=case,
                run=run,
                step_name=one.step.name,
                service_name=one.procedure.name,
                applicant=people[case.id].name,
                clerk_name=names.get(run.clerk, ""),
                promised=clocks.promised_day(
                    calendar, one.procedure, case, corrections, running, today
                ),
                clocks=running,
                hint=clocks.hint(running.pressing),
                is_new=case.id not in news,
                news=tuple(dict.fromkeys(news.get(case.id, ()))),
                not_covered=running.not_covered,
                own=clocks.step_clock(
                    calendar, one.step, run, corrections, today, _received(calendar, case)
                ),
                if_silent=clocks.if_silent(calendar, one.procedure, case, corrections, today),
                correction=clocks.awaited(calendar, case, corrections, today),
                stranded=_may_take_over(actor, one.step, run, able),
            )
        )
    return tasks


def _received(calendar: Calendar, case: Case) -> dt.date:
    return calendar.local_date(case.submitted_at or case.created_at)


def may_take_over(reader: Reader, actor: Actor, step: Step, run: StepRun) -> bool:
    """Whether the actor may take the step over; nobody is asked about who works as they should."""
    return _may_take_over(actor, step, run, functools.partial(able_to, reader))


def _may_take_over(actor: Actor, step: Step, run: StepRun, able: Able) -> bool:
    if run.clerk in ("", actor.account) or not actor.has("case.decide"):
        return False
    return may.may_take_over(actor, run, able(run.department, step.needed_duty))
