"""The clerk's side: the inbox, and a case with its data, proposal and steps."""

import datetime as dt
from collections.abc import Collection, Sequence
from enum import StrEnum

import msgspec

from tongban.kernel.actors import Actor
from tongban.kernel.expressions import explain, tell
from tongban.kernel.paging import page_count, skipped
from tongban.kernel.text import Text, say
from tongban.kit.db import Reader
from tongban.kit.i18n import translate, translator
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.identity.model import StaffAccount
from tongban.modules.services.model import (
    OVER,
    Case,
    Clocks,
    Happening,
    Proposal,
    Service,
    State,
    Step,
    StepKind,
    StepRun,
    StepState,
)
from tongban.modules.services.queries.corrected import Corrected, corrected
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.queries.loading import Loaded, staff_case
from tongban.modules.services.queries.showing import Onlooker, hidden_keys
from tongban.modules.services.rules import clocks, conditions, may, proposal, second_look
from tongban.modules.services.rules.states import Verb, can
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
    sort: Sort = Sort.DUE


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One open step of one case in the inbox."""

    case: Case
    run: StepRun
    step_name: Text
    service_name: Text
    applicant: str
    clerk_name: str
    due: dt.date | None
    left: int | None
    """Counted days left of the pressing limit; below zero when overdue."""
    unit: str
    """What is counted: working_day or day; empty where no limit runs."""
    working_days: int | None
    """The same in working days, whatever is counted: for a column of its own."""
    hint: str
    """``yellow`` when little of the limit is left, ``red`` once it has passed, else empty."""
    is_new: bool
    """Whether the clerk never opened it."""
    news: tuple[str, ...]
    """What others did since the clerk last looked."""

    not_covered: int | None = None
    """A year on the way that the calendar does not cover, so that the day is provisional."""
    stranded: bool = False
    """Whether it is in the hands of somebody who can no longer do it, and the actor may take over."""

    @property
    def days_left(self) -> int | None:
        """How many days are left while the clock runs; None while it stands still."""
        return None if self.case.state is State.CORRECTION else self.left

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
    services: tuple[tuple[str, Text], ...]
    """Services that occur, to filter by."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An open step of a case, and what its definition says."""

    case: Case
    run: StepRun
    procedure: Service
    step: Step


def _opened(reader: Reader, department: str) -> list[Opened]:
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

    opened = _opened(reader, actor.department)
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
        due_soon=sum(task.hint == "yellow" for task in every),
        overdue=sum(task.hint == "red" for task in every),
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
        and (wanted.due is Due.ANY or task.hint == _HINTS[wanted.due])
        and (not text or text in task.case.number or (wanted.by_name and text in task.applicant))
    )


def _ordered(tasks: list[Task], sort: Sort) -> list[Task]:
    if sort is Sort.NEWEST:
        return sorted(tasks, key=lambda task: task.case.number, reverse=True)
    return sorted(tasks, key=lambda task: (task.due or dt.date.max, task.case.number))


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
        case, run = one.case, one.run
        corrections = (asked[case.id],) if case.id in asked else ()
        running = clocks.clocks_of(calendar, one.procedure, case, corrections, today)
        pressing = running.pressing
        tasks.append(
            Task(
                case=case,
                run=run,
                step_name=one.step.name,
                service_name=one.procedure.name,
                applicant=people[case.id].name,
                clerk_name=names.get(run.clerk, ""),
                due=pressing.due if pressing else None,
                left=pressing.standing.left if pressing else None,
                unit=pressing.limit.unit if pressing else "",
                working_days=clocks.in_working_days(calendar, pressing, today)
                if pressing and one.case.state is not State.CORRECTION
                else None,
                hint=clocks.hint(pressing),
                is_new=case.id not in news,
                news=tuple(dict.fromkeys(news.get(case.id, ()))),
                not_covered=running.not_covered,
                stranded=_may_take_over(reader, actor, one.step, run),
            )
        )
    return tasks


def _may_take_over(reader: Reader, actor: Actor, step: Step, run: StepRun) -> bool:
    """Whether the actor may take the step over; nobody is asked about who works as they should."""
    if run.clerk in ("", actor.account) or not actor.has("case.decide"):
        return False
    able = {one.id for one in identity.staff_with(reader, run.department, step.needed_duty)}
    return may.may_take_over(actor, run, able)


# One case ----------------------------------------------------------------------------------------


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the procedure, and how it stands in this case."""

    step: Step
    run: StepRun | None
    department_name: Text
    clerk_name: str

    @property
    def state(self) -> StepState:
        """Waiting, open or done."""
        return self.run.state if self.run else StepState.WAITING

    @property
    def dropped(self) -> bool:
        """Whether the case ended before anybody did it."""
        return self.run is not None and self.run.dropped


class WorkCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case as a clerk sees it, and what this clerk may do now."""

    loaded: Loaded
    steps: tuple[StepView, ...]
    history: tuple[Happening, ...]
    clocks: Clocks
    proposal: Proposal
    mine: StepView | None
    """The open step that the actor may finish."""
    whose: str
    """Whose decision it is: ``yours``, that of ``others``, or nobody's any more (empty)."""
    granted: tuple[Case, ...]
    """What was approved before of the same service for the same applicant, the latest first; none
    that this clerk may not see, and none once the case is decided or over."""
    verbs: frozenset[str]
    """What may be done: take, put_back, accept, not_accept, ask_correction, lapse, review, decide,
    deliver, settle, reassign."""
    reassignable: tuple[str, ...] = ()
    """Open steps that the actor may hand to somebody else."""
    stranded: tuple[str, ...] = ()
    """Open steps that the actor may take over from somebody who can no longer do them."""
    corrected: Corrected | None = None
    """What the correction asked for and changed."""
    again: tuple[StepView, ...] = ()
    """Reviews of before the correction that the actor may confirm or take up again."""

    @property
    def reviewed_before(self) -> tuple[StepView, ...]:
        """The reviews that were finished before the correction was answered."""
        return tuple(view for view in self.steps if view.run and view.run.second_look)

    @property
    def unconfirmed(self) -> tuple[StepView, ...]:
        """Of these, the ones that keep the decision waiting."""
        return tuple(
            view for view in self.reviewed_before if view.run and view.run.waits_for_second_look
        )

    @property
    def whole(self) -> frozenset[str]:
        """What this clerk sees whole, because a step in their hands asks to check it."""
        mine = (self.mine,) if self.mine and self.verbs else ()
        return frozenset(key for view in (*mine, *self.again) for key in view.step.checks)

    def hidden(self) -> frozenset[str]:
        """Work out what this clerk sees only masked: every rule is looked at, so once a page."""
        return hidden_keys(self.loaded, Onlooker.STAFF, self.whole)

    def __repr__(self) -> str:
        return f"WorkCase({self.loaded.case!r})"


def work_case(reader: Reader, actor: Actor, number: str) -> WorkCase:
    """Return a case for a clerk whose department has to do with it. Refuses others as unknown."""
    loaded = staff_case(reader, actor, number)
    views = tuple(_step_view(reader, loaded, step) for step in loaded.service.steps)
    mine = next((view for view in views if _may_finish(actor, view)), None)
    verbs = frozenset(_verbs(actor, loaded, mine))
    whose = _whose(loaded, verbs)
    if second_look.waiting(loaded.runs):
        verbs -= {Verb.APPROVE, Verb.REFUSE}
    return WorkCase(
        loaded=loaded,
        steps=views,
        history=tuple(history.history(reader, loaded.case.id, internal=True)),
        clocks=loaded.clocks,
        proposal=loaded.proposal,
        mine=mine,
        whose=whose,
        granted=tuple(_granted_before(reader, actor, loaded)),
        verbs=verbs,
        reassignable=tuple(run.step for run in loaded.runs if may.may_reassign(actor, run)),
        stranded=tuple(
            run.step
            for run in loaded.runs
            if _may_take_over(reader, actor, loaded.service.step(run.step), run)
        ),
        corrected=corrected(loaded),
        again=tuple(
            view
            for view in views
            if view.run and second_look.may_look_again(actor, view.step, view.run)
        ),
    )


def _is_open(loaded: Loaded) -> bool:
    """Whether a decision is still to come."""
    return loaded.decision is None and loaded.case.state not in OVER


def _whose(loaded: Loaded, verbs: frozenset[str]) -> str:
    if not _is_open(loaded):
        return ""
    return "yours" if Verb.APPROVE in verbs else "others"


def _granted_before(reader: Reader, actor: Actor, loaded: Loaded) -> list[Case]:
    if not _is_open(loaded):
        return []
    found = cases.granted_of(reader, loaded.applicant.subject, loaded.case.service)
    return [case for case in found if _may_see(reader, actor, case)]


def _may_see(reader: Reader, actor: Actor, case: Case) -> bool:
    followed = service(reader.connection, case.service, case.service_version)
    return may.may_see(actor, followed, steps.steps_of(reader, case.id))


def _step_view(reader: Reader, loaded: Loaded, step: Step) -> StepView:
    run = loaded.run(step.code)
    return StepView(
        step=step,
        run=run,
        department_name=government.department_words(reader.connection, step.department),
        clerk_name=identity.name_of(reader, run.clerk) if run and run.clerk else "",
    )


def _may_finish(actor: Actor, view: StepView) -> bool:
    return view.run is not None and may.may_finish(actor, view.step, view.run)


def _verbs(actor: Actor, loaded: Loaded, mine: StepView | None) -> list[str]:
    if mine is None or mine.run is None:
        return []
    state, run = loaded.case.state, mine.run
    found = ["put_back" if run.clerk == actor.account else "take"]
    if proposal.in_doubt(loaded.values):
        found.append("settle")
    deemed = loaded.deemed_on is not None
    if may.may_ask_correction(loaded.case, loaded.correction is not None) and not deemed:
        found.append("ask_correction")
    if loaded.correction and clocks.is_correction_late(loaded.correction, loaded.today):
        found.append("lapse")
    by_kind = {
        StepKind.ACCEPT: (Verb.ACCEPT,) if deemed else (Verb.ACCEPT, Verb.NOT_ACCEPT),
        StepKind.REVIEW: (Verb.REVIEW,),
        StepKind.DECIDE: (Verb.APPROVE, Verb.REFUSE),
        StepKind.ISSUE: () if loaded.service.result.certificate else (Verb.DELIVER,),
    }[run.kind]
    return found + [str(verb) for verb in by_kind if can(state, verb)]


def words_of(found: WorkCase, source: str, language: str, hidden: Collection[str]) -> str:
    """Tell in words how a condition or calculation came out, on which values.

    Where it rests on what this clerk sees only masked (``hidden``), no value is told: only what it
    rests on.
    """
    loaded, results = found.loaded, found.proposal
    unseen = [key for key in conditions.keys_of(source) if key in hidden]
    if unseen:
        names = translate(language, "services.proposal.comma").join(
            say(loaded.names.get(key, key), language) for key in unseen
        )
        return translate(language, "services.proposal.on_hidden", names=names)
    known = proposal.with_results(loaded.lookup, results.results)
    types = conditions.types_of(loaded.service, loaded.elements)
    explained = explain(conditions.parsed(source), known, types)
    return tell(explained, language, loaded.names, translator(language)).sentence


def colleagues(reader: Reader, actor: Actor, loaded: Loaded, step: str) -> list[StaffAccount]:
    """Return who of the department could take a step."""
    duty = loaded.service.step(step).needed_duty
    return identity.staff_with(reader, actor.department, duty)


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """An open step in a department and who has it, for the manager."""

    case: Case
    run: StepRun
    service_name: Text
    step_name: Text
    clerk_name: str
    duty: str
    """What the step needs of whoever does it."""


def in_department(reader: Reader, actor: Actor) -> list[Handed]:
    """Return every open step of the manager's department, those in somebody's hand first."""
    found = [
        Handed(
            case=one.case,
            run=one.run,
            service_name=one.procedure.name,
            step_name=one.step.name,
            clerk_name=identity.name_of(reader, one.run.clerk) if one.run.clerk else "",
            duty=one.step.needed_duty,
        )
        for one in _opened(reader, actor.department)
        if one.run.state is StepState.OPEN
    ]
    return sorted(found, key=lambda one: (not one.clerk_name, one.clerk_name, one.case.number))


def staff_with(reader: Reader, actor: Actor, duty: str) -> list[StaffAccount]:
    """Return who of the manager's department could take the steps that need a duty."""
    return identity.staff_with(reader, actor.department, duty)
