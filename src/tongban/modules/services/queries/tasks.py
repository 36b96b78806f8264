"""The clerk's inbox: the open steps of a department, with the days of the case and of the step."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from tongban.kernel.actors import Actor
from tongban.kernel.dates import Calendar
from tongban.kernel.paging import page_count, skipped
from tongban.kernel.text import Text
from tongban.kit.db import Reader
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.services.model import (
    Case,
    Clocks,
    CorrectionClock,
    Promised,
    Service,
    Step,
    StepClock,
    StepRun,
)
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.rules import clocks, may
from tongban.modules.services.store import cases, history, steps, values

PAGE = 25
"""Lines of the inbox on a page."""


class Whose(StrEnum):
    """Which work to list."""

    MINE_AND_FREE = ""
    MINE = "mine"
    FREE = "free"
    ALL = "all"


class Sort(StrEnum):
    """In which order."""

    DUE = "due"
    NEWEST = "newest"


class Due(StrEnum):
    """How near the end of the limit is."""

    ANY = ""
    SOON = "soon"
    LATE = "late"


class Answer(StrEnum):
    """How the time given for a correction stands that waits on the applicant."""

    ANY = ""
    AWAITED = "awaited"
    OVERDUE = "overdue"


_GRAVITY = ("", "yellow", "red")
"""How a limit stands, the gravest last."""
_HINTS = {Due.SOON: "yellow", Due.LATE: "red"}


class InboxFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to list; an empty value asks for everything."""

    whose: Whose = Whose.MINE_AND_FREE
    service: str = ""
    kind: str = ""
    text: str = ""
    """Part of a case number, or of an applicant's name where ``by_name``."""
    by_name: bool = False
    due: Due = Due.ANY
    correction: Answer = Answer.ANY
    sort: Sort = Sort.DUE


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


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An open step of a case, and what its definition says."""

    case: Case
    run: StepRun
    procedure: Service
    step: Step


def opened_in(reader: Reader, department: str) -> list[Opened]:
    """Return every open step of a department, the oldest case first."""
    found = steps.inbox(reader.connection, department)
    versions = {(case.service, case.service_version) for case, _ in found}
    procedures = {key: service(reader.connection, *key) for key in versions}
    return [
        Opened(case=case, run=run, procedure=procedure, step=procedure.step(run.step))
        for case, run in found
        for procedure in (procedures[(case.service, case.service_version)],)
    ]


def inbox(
    reader: Reader, actor: Actor, wanted: InboxFilter, page: int = 1, size: int | None = PAGE
) -> Inbox:
    """Return the open steps of the actor's department that the actor's duties are for.

    A manager sees every one; whoever decides also those whose clerk can no longer do them. Without
    a ``size``, and when looking by name, all stand on one page.
    """
    manager, decider = actor.has("case.reassign"), actor.has("case.decide")

    def is_own(one: Opened) -> bool:
        free_or_mine = one.run.clerk in ("", actor.account) or one.run.waits_for_second_look
        return manager or (free_or_mine and actor.has(one.step.needed_duty))

    opened = opened_in(reader, actor.department)
    own = [one for one in opened if is_own(one)]
    others = [one for one in opened if decider and not is_own(one)]
    every = _tasks(reader, actor, own)
    every += [task for task in _tasks(reader, actor, others) if task.stranded]
    shown = _ordered([task for task in every if _wanted(task, wanted, actor)], wanted.sort)
    size = None if wanted.by_name else size  # the pages of a search have no address
    pages = page_count(len(shown), size)
    number = min(max(1, page), pages)
    start = skipped(number, size)
    return Inbox(
        tasks=tuple(shown[start : None if size is None else start + size]),
        total=len(shown),
        page=number,
        pages=pages,
        mine=sum(task.run.clerk == actor.account for task in every),
        free=sum(not task.run.clerk for task in every),
        due_soon=sum(task.urgency == "yellow" for task in every),
        overdue=sum(task.urgency == "red" for task in every),
        unanswered=sum(task.answer is Answer.OVERDUE for task in every),
        services=tuple({task.case.service: task.service_name for task in every}.items()),
    )


def _wanted(task: Task, wanted: InboxFilter, actor: Actor) -> bool:
    clerk = {
        Whose.MINE: task.run.clerk == actor.account,
        Whose.FREE: not task.run.clerk,
        Whose.MINE_AND_FREE: task.stranded
        or task.run.waits_for_second_look
        or task.run.clerk in ("", actor.account),
        Whose.ALL: True,
    }[wanted.whose]
    text = wanted.text.strip()
    return (
        clerk
        and wanted.service in ("", task.case.service)
        and wanted.kind in ("", task.run.kind)
        and (wanted.due is Due.ANY or task.urgency == _HINTS[wanted.due])
        and wanted.correction in (Answer.ANY, task.answer)
        and (not text or text in task.case.number or (wanted.by_name and text in task.applicant))
    )


def _ordered(tasks: list[Task], sort: Sort) -> list[Task]:
    if sort is Sort.NEWEST:
        return sorted(tasks, key=lambda task: task.case.number, reverse=True)
    return sorted(tasks, key=lambda task: (_first_due(task), task.case.number))


def _first_due(task: Task) -> dt.date:
    """Return the nearer of the step's own last day and the one that presses the case."""
    pressing = task.clocks.pressing
    case_due = pressing.due if pressing else None
    return min(case_due or dt.date.max, task.own.due or dt.date.max)


def _tasks(reader: Reader, actor: Actor, opened: Sequence[Opened]) -> list[Task]:
    connection = reader.connection
    calendar = government.calendar(connection)
    today = calendar.local_date(reader.now)
    identifiers = [one.case.id for one in opened]
    asked = values.corrections_of(reader, identifiers)
    people = cases.applicants_of(reader, identifiers)
    news = history.news(connection, actor.account, identifiers)
    clerks = {one.run.clerk for one in opened if one.run.clerk}
    names = {account: identity.name_of(reader, account) for account in clerks}
    tasks = []
    for one in opened:
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
                stranded=may_take_over(reader, actor, one.step, run),
            )
        )
    return tasks


def _received(calendar: Calendar, case: Case) -> dt.date:
    return calendar.local_date(case.submitted_at or case.created_at)


def may_take_over(reader: Reader, actor: Actor, step: Step, run: StepRun) -> bool:
    """Whether the actor may take the step over; nobody is asked about who works as they should."""
    if run.clerk in ("", actor.account) or not actor.has("case.decide"):
        return False
    able = {one.id for one in identity.staff_with(reader, run.department, step.needed_duty)}
    return may.may_take_over(actor, run, able)
