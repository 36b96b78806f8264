"""My matters: what waits on me, what is on its way, until when, and what became of it."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.dates import Calendar, why_provisional
from tongban.kernel.paging import page_count, skipped
from tongban.kernel.text import Text
from tongban.kit.db import Reader
from tongban.modules.government import queries as government
from tongban.modules.services import errors
from tongban.modules.services.model import (
    OVER,
    Attachment,
    Case,
    Clock,
    Clocks,
    Correction,
    CorrectionClock,
    CorrectionItem,
    Expected,
    Happening,
    Promised,
    Question,
    State,
    StepState,
)
from tongban.modules.services.queries.definitions import service, version_of
from tongban.modules.services.queries.loading import Loaded, own_case
from tongban.modules.services.queries.showing import Onlooker, is_hidden
from tongban.modules.services.rules import answers, clocks, correcting, may
from tongban.modules.services.store import cases, history, steps, values


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """One case as its applicant sees it in a list."""

    case: Case
    service_name: Text
    waits_on: tuple[str, ...] = ()
    """``me``, or the codes of all departments that are at work; empty when nothing waits any more."""
    waits_on_names: tuple[Text, ...] = ()
    until: dt.date | None = None
    """The next day that matters."""
    until_what: str = ""
    """Which day that is: ``correction``, ``acceptance``, ``promised`` or ``statutory``."""
    clock: Clock | CorrectionClock | None = None
    """The clock that runs out then; of a correction the time that the applicant has for it."""
    promised: Promised = Promised()
    """The promised day, whatever comes before it."""
    not_covered: int | None = None
    """A year on the way that the calendar does not cover, so that the day is provisional."""
    until_provisional: str = ""
    """Why the next day may still move: ``calendar`` or ``expected``, as of :class:`Promised`."""


PAGE = 50
"""Lines of my matters on a page."""
_WINDOW = 500
"""Lines of a file that are worked out at a time."""


class Matters(msgspec.Struct, frozen=True, kw_only=True):
    """A page of an applicant's matters: what waits on them, what is on its way, drafts, what is over."""

    drafts: tuple[Matter, ...] = ()
    mine: tuple[Matter, ...] = ()
    running: tuple[Matter, ...] = ()
    over: tuple[Matter, ...] = ()
    total: int = 0
    """Of all of these, on every page."""

    @property
    def lines(self) -> tuple[Matter, ...]:
        """The lines of the page in the order in which it shows them."""
        return (*self.mine, *self.running, *self.drafts, *self.over)


def matters(reader: Reader, actor: Actor, page: int = 1, size: int | None = PAGE) -> Matters:
    """Return a page of an applicant's matters: what waits on them first, then what is on its way,
    drafts, and what is over, each newest first. Behind the last page there is the last."""
    if actor.subject is None:
        return Matters()
    total = cases.count_of(reader, actor.account, actor.subject)
    skip = skipped(min(page, page_count(total, size)), size)
    some = cases.in_order_of(reader, actor.account, actor.subject, size, skip)
    lines = _matters(reader, some)
    return Matters(
        drafts=tuple(line for line in lines if line.case.state is State.DRAFT),
        mine=tuple(line for line in lines if line.case.state is State.CORRECTION),
        running=tuple(
            line for line in lines if line.case.state not in (*OVER, State.DRAFT, State.CORRECTION)
        ),
        over=tuple(line for line in lines if line.case.state in OVER),
        total=total,
    )


def every_matter(reader: Reader, actor: Actor) -> Iterator[Sequence[Matter]]:
    """Yield all matters of an applicant in the order of the page, in pieces."""
    skip, some = 0, True
    while some and actor.subject is not None:
        found = cases.in_order_of(reader, actor.account, actor.subject, _WINDOW, skip)
        yield _matters(reader, found)
        skip, some = skip + _WINDOW, len(found) == _WINDOW


def _matters(reader: Reader, some: Sequence[Case]) -> list[Matter]:
    names = _names(reader.connection, {(case.service, case.service_version) for case in some})
    calendar = government.calendar(reader.connection)
    return [
        _matter(reader, calendar, case, names[(case.service, case.service_version)])
        for case in some
    ]


def _names(
    connection: Connection, followed: Collection[tuple[str, int]]
) -> dict[tuple[str, int], Text]:
    """Return what versions of services are called: a case is called as it was when it began."""
    found = {key: version_of(connection, *key) for key in followed}
    return {key: each.name if each else key[0] for key, each in found.items()}


def _matter(reader: Reader, calendar: Calendar, case: Case, name: Text) -> Matter:
    if case.state is State.DRAFT:
        return Matter(case=case, service_name=name, waits_on=("me",))
    given, today = values.correction_of(reader, case.id), calendar.local_date(reader.now)
    corrections = (given,) if given else ()
    procedure = service(reader.connection, case.service, case.service_version)
    case = clocks.as_it_stands(calendar, case, corrections, today)
    running = clocks.clocks_of(calendar, procedure, case, corrections, today)
    line = Matter(
        case=case,
        service_name=name,
        promised=clocks.promised_day(calendar, procedure, case, corrections, running, today),
    )
    if case.state is State.CORRECTION:
        return _waiting_on_me(line, clocks.awaited(calendar, case, corrections, today))
    return line if case.state in OVER else _on_its_way(reader, calendar, line, running)


def _waiting_on_me(line: Matter, awaited: CorrectionClock | None) -> Matter:
    """Return a line that waits for a correction, until the last day for it."""
    line = replace(line, waits_on=("me",), until_what="correction", clock=awaited)
    if awaited is None:
        return line
    return replace(
        line,
        until=awaited.due,
        until_provisional=awaited.why_provisional,
        not_covered=awaited.not_covered,
    )


def _on_its_way(reader: Reader, calendar: Calendar, line: Matter, running: Clocks) -> Matter:
    """Return a line that departments are at work on, until the day that presses them."""
    at_work = steps.open_steps(reader.connection, [line.case.id]).get(line.case.id, [])
    departments = tuple(dict.fromkeys(run.department for run in at_work)) or (line.case.department,)
    pressing = None if line.case.decided_at else running.pressing
    due = pressing.due if pressing else None
    return replace(
        line,
        waits_on=departments,
        waits_on_names=tuple(
            government.department_words(reader.connection, code) for code in departments
        ),
        until=due,
        until_what=running.presses if pressing else "",
        clock=pressing,
        until_provisional=why_provisional(
            calendar, due, lacking=pressing is not None and pressing.provisional
        ),
        not_covered=running.not_covered,
    )


class OwnCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case as its applicant sees it."""

    loaded: Loaded
    history: tuple[Happening, ...]
    clocks: Clocks
    may_withdraw: bool
    may_dispute: bool
    waits_on: tuple[str, ...] = ()
    """Departments whose steps are open."""

    def __repr__(self) -> str:
        return f"OwnCase({self.loaded.case!r})"


def own(reader: Reader, actor: Actor, number: str) -> OwnCase:
    """Return the actor's own case. Refuses anybody else's as unknown."""
    loaded = own_case(reader, actor, number)
    return OwnCase(
        loaded=loaded,
        history=tuple(history.history(reader, loaded.case.id, internal=False)),
        clocks=loaded.clocks,
        may_withdraw=may.may_withdraw(loaded.case),
        may_dispute=may.may_dispute(loaded.case),
        waits_on=tuple(
            dict.fromkeys(
                run.department
                for run in loaded.runs
                if run.state is StepState.OPEN or run.waits_for_second_look
            )
        ),
    )


class Waited(msgspec.Struct, frozen=True, kw_only=True):
    """Which days a correction takes out of the time for handling, so that its dates are later."""

    reason: str
    """``corrected``, ``corrected_late``, ``waiting`` (for it) or ``lapsed`` (so is it still, longer than
    was given)."""
    asked_on: dt.date
    supplied_on: dt.date | None
    excused_until: dt.date | None
    """The last day that it takes out; None while that is open."""

    @property
    def answered(self) -> bool:
        """Whether the answer has come."""
        return self.supplied_on is not None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the receipt of a submitted case promised, and what has moved its days since."""

    expected: Expected
    """By the calendar of the moment at which it came in, so that a receipt never changes."""
    since: tuple[str, ...]
    """Why its days are no longer those of today, each reason by its name: ``deemed``, ``accepted``, that
    of :class:`Waited`, ``calendar`` or ``over``."""
    waited: Waited | None


def receipt(reader: Reader, loaded: Loaded) -> Receipt:
    """Return what the receipt of a submitted case said on the day it came in."""
    assert loaded.case.submitted_at is not None
    received = loaded.calendar.local_date(loaded.case.submitted_at)
    then = government.calendar_as_of(reader.connection, loaded.case.submitted_at)
    said = clocks.expected(then, loaded.service, received)
    now = clocks.expected(loaded.calendar, loaded.service, received)
    moved = not loaded.case.is_over and _dues(said) != _dues(now)
    found = waited(loaded)
    return Receipt(
        expected=said,
        since=_since(loaded, said, found.reason if found else "", calendar_moved=moved),
        waited=found,
    )


def _since(
    loaded: Loaded, said: Expected, corrected: str, *, calendar_moved: bool
) -> tuple[str, ...]:
    case = loaded.case
    deemed = loaded.deemed_on is not None
    reasons = {
        "deemed": deemed,
        "accepted": not deemed and case.accepted_on is not None and said.acceptance is not None,
        corrected: True,
        "calendar": calendar_moved,
        "over": case.is_over,
    }
    return tuple(name for name, holds in reasons.items() if name and holds)


def waited(loaded: Loaded) -> Waited | None:
    """Return which days a correction takes out; None where it takes none.

    An answer that came late gives back no day of handling (``clocks.pauses_of``), but all of those
    for acceptance (``clocks.spoken``).
    """
    asked = loaded.correction
    # Asked for and answered on one day, a correction takes no day out.
    if asked is None or asked.supplied_on == asked.asked_on:
        return None
    (pause,) = clocks.pauses_of(loaded.calendar, (asked,), loaded.today)
    reason = _corrected(loaded, asked, pause.end)
    if not reason:
        return None
    return Waited(
        reason=reason,
        asked_on=asked.asked_on,
        supplied_on=asked.supplied_on,
        excused_until=pause.end,
    )


def _corrected(loaded: Loaded, asked: Correction, excused_until: dt.date | None) -> str:
    case = loaded.case
    if asked.supplied_on is None:
        late = loaded.awaited is not None and loaded.awaited.late
        return "" if case.is_over else "lapsed" if late else "waiting"
    handled = case.accepted_on is not None and case.accepted_on < asked.supplied_on
    return "corrected_late" if handled and excused_until != asked.supplied_on else "corrected"


def _dues(expected: Expected) -> list[dt.date | None]:
    each = (expected.acceptance, expected.promised, expected.statutory)
    return [clock.due if clock else None for clock in each]


class ToCorrect(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the notice of correction lists, and how it is put right."""

    item: CorrectionItem
    name: Text
    question: Question | None
    material: str


def to_correct(loaded: Loaded) -> list[ToCorrect]:
    """Return what the notice of correction lists."""
    if loaded.correction is None:
        return []
    return [
        ToCorrect(
            item=item,
            name=loaded.names.get(item.key, ""),
            question=loaded.question(item.key) if correcting.is_value(item) else None,
            material=correcting.material_of(item),
        )
        for item in loaded.correction.items
    ]


def correction_typed(loaded: Loaded) -> dict[str, str]:
    """Return the values to be corrected as the form holds them."""
    typed: dict[str, str] = {}
    for each in to_correct(loaded):
        value = loaded.value(each.item.key)
        if each.question is None or value is None:
            continue
        if value.claim is not None:
            typed |= answers.typed_of(each.question, value.claim)
        elif not is_hidden(loaded, value, Onlooker.CONFIRMING):
            typed |= answers.typed_of(each.question, value.value)
    return typed


def attachment(loaded: Loaded, identifier: str) -> Attachment:
    """Return one attached file of a case that may be seen. Refuses an unknown one."""
    for each in loaded.attachments:
        if each.id == identifier:
            return each
    raise errors.case_not_found()
