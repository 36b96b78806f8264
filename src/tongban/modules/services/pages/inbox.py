"""The clerk's inbox: the open steps that wait for somebody of the department."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from litestar import get, post

from tongban.kernel.actors import Actor
from tongban.kernel.case_numbers import normal_number, wanted_number_fault
from tongban.kernel.errors import Refusal
from tongban.kernel.identifiers import resident_id_fault
from tongban.kit.db import Reader
from tongban.kit.html import form_of, page
from tongban.kit.http import actor_of, house, requires
from tongban.kit.lists import (
    Asking,
    Choice,
    Column,
    Found,
    Kind,
    Listing,
    Paged,
    choice,
    coded,
    doors,
    look,
    search,
)
from tongban.modules.government import queries as government
from tongban.modules.services import queries
from tongban.modules.services.model import (
    CASE_DUTIES,
    Answer,
    Case,
    Due,
    InboxFilter,
    Sort,
    State,
    StepKind,
    Whose,
)
from tongban.modules.services.pages.showing import AnyRequest, Page, words
from tongban.modules.services.queries import tasks

_WORK = {"access": requires(*CASE_DUTIES)}


def _wanted(asking: Asking) -> InboxFilter:
    values = asking.values
    return InboxFilter(
        whose=Whose(values["whose"]),
        service=values["service"],
        kind=values["kind"],
        text=values["q"],
        by_name=asking.typed and bool(values["q"]),
        due=Due(values["due"]),
        correction=Answer(values["correction"]),
        sort=Sort(values["sort"]),
    )


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    found = queries.inbox(reader, asking.actor, _wanted(asking), number, size)
    return Found(found.tasks, found.total, more=found)


def _every(reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
    yield from tasks.every_task(reader, asking.actor, _wanted(asking))


def _whose(_reader: Reader, asking: Asking) -> Iterable[Choice]:
    last = ["all"] if asking.actor.has("case.reassign") else []
    return [(each, asking.t(f"services.inbox.whose_{each}")) for each in ("mine", "free", *last)]


def _services(reader: Reader, asking: Asking) -> Iterable[Choice]:
    """Return the services that occur in the inbox; for a file only what the one asked for is called."""
    if asking.found is None:
        named = queries.names_of_services(reader.connection, [asking.values["service"]])
    else:
        named = dict(asking.found.more.services)
    return [(code, asking.say(name)) for code, name in named.items()]


def _dues(_reader: Reader, asking: Asking) -> Iterable[Choice]:
    return [("soon", asking.t("services.inbox.due_soon")),
            ("late", asking.t("services.inbox.overdue"))]  # fmt: skip


def _sorts(_reader: Reader, asking: Asking) -> Iterable[Choice]:
    return [(each.value, asking.t(f"services.inbox.sort_{each}")) for each in Sort]


INBOX = Listing(
    name="inbox",
    title="services.inbox.title",
    address="/work",
    api="/api/work/inbox",
    access=requires(*CASE_DUTIES),
    columns=(
        Column("number", "services.inbox.number", Kind.IDENTIFIER, of="case.number",
               on_page=False),
        Column("service", "services.inbox.service", of="case.service",
               shows=lambda task, asking: asking.say(task.service_name),
               short="services.inbox.case"),
        Column("applicant", "services.inbox.applicant", on_page=False),
        Column("kind", "services.inbox.kind", of="run.kind", type=StepKind,
               shows=lambda task, asking: asking.say(task.step_name)),
        Column("state", "services.inbox.state", of="case.state", words=coded("services.state"),
               type=State, on_page=False),
        Column("correction", "services.inbox.correction", of="answer",
               words=coded("services.answer"), on_page=False),
        Column("correction_due", "services.inbox.correction_due", Kind.DAY,
               of=lambda task, _: task.correction.due if task.correction else None, on_page=False),
        Column("correction_provisional", "services.inbox.correction_provisional",
               of=lambda task, _: task.correction.why_provisional if task.correction else "",
               words=coded("services.provisional"), on_page=False),
        Column("correction_left", "services.inbox.correction_left", Kind.NUMBER,
               of=lambda task, _: task.correction.left if task.correction else None,
               type=int | None, on_page=False),
        Column("step_due", "services.inbox.step_due", Kind.DAY, of="own.due", on_page=False),
        Column("acceptance_due", "services.inbox.acceptance_due", Kind.DAY, on_page=False),
        Column("acceptance_left", "services.inbox.acceptance_left", Kind.NUMBER, type=int | None,
               on_page=False),
        Column("due", "services.inbox.due", Kind.DAY, of="promised.due"),
        Column("due_provisional", "services.inbox.due_provisional", of="promised.provisional",
               words=coded("services.provisional"), on_page=False),
        Column("left", "services.inbox.left", Kind.NUMBER, of="promised.left", type=int | None,
               on_page=False),
        Column("statutory_due", "services.inbox.statutory_due", Kind.DAY, on_page=False),
        Column("calendar_lacks", "services.inbox.calendar_lacks", Kind.NUMBER, of="not_covered",
               type=int | None, on_page=False),
        Column("news", "services.inbox.since", type=tuple[str, ...], in_file=False),
        Column("clerk", "services.inbox.clerk", of="clerk_name"),
    ),
    filters=(
        search("q", "services.inbox.search", longest=60, in_address=True),  # there a case number
        choice("whose", "services.inbox.whose", _whose, allowed=[e.value for e in Whose if e],
               whole="services.inbox.whose_"),
        choice("service", "services.inbox.service", _services),
        choice("kind", "services.inbox.kind", allowed=("accept", "review", "decide"),
               group="services.step"),
        choice("due", "services.inbox.limits", _dues, allowed=[e.value for e in Due if e]),
        choice("correction", "services.inbox.correction", allowed=[e.value for e in Answer if e],
               group="services.answer"),
        choice("sort", "services.inbox.sort", _sorts, allowed=[each.value for each in Sort],
               whole="", default=Sort.DUE.value),
    ),
    source=Paged(_page, _every),
    size=tasks.PAGE,
    private=True,
)  # fmt: skip
"""The open steps of the actor's department that the actor's duties are for."""


@get("/work", sync_to_thread=False, opt=_WORK)
def inbox(request: AnyRequest) -> Page:
    """The inbox: what is due soonest, and what changed since last time; ``q`` is a case number."""
    return _inbox(request)


@post("/work", status_code=200, opt=_WORK)
async def search_inbox(request: AnyRequest) -> Page:
    """Look for cases by number or applicant: sent as a form, so that no address holds a name."""
    return _inbox(request, await form_of(request))


def _inbox(request: AnyRequest, typed: Mapping[str, str] | None = None) -> Page:
    with house(request).db.read() as reader:
        listed = look(request, reader, INBOX, typed)
        wanted = listed.values["q"]
        elsewhere = None if listed.rows else _elsewhere(reader, actor_of(request), wanted)
        today = government.local(reader.connection, reader.now).date()
        missing = government.year_to_ask_for(reader.connection, today)
    return page(
        request,
        "services/inbox.html",
        listed=listed,
        inbox=listed.more,
        most_found=tasks.MOST_FOUND,
        elsewhere=elsewhere,
        mistyped="" if listed.rows or elsewhere else _fault_of_wanted(wanted, today),
        calendar_missing=missing,
        **words(request),
    )


_NUMBER = re.compile(r"[0-9]{8}[0-9A-Za-z]*")
"""What somebody types who looks for a case by its number, and not for an applicant by name."""


def _fault_of_wanted(typed: str, today: dt.date) -> str:
    """Return the message that says why no case can have the number that was typed, if so."""
    number = normal_number(typed)
    if not _NUMBER.fullmatch(number):
        return ""
    if resident_id_fault(number, today=today) is None:
        return "services.inbox.is_resident_number"
    fault = wanted_number_fault(number)
    return f"kernel.refusal.case_number_{fault}" if fault else ""


def _elsewhere(reader: Reader, actor: Actor, number: str) -> Case | None:
    """Return the case of a number that is not in the inbox: it is over, or another's step."""
    try:
        return queries.work_case(reader, actor, number).loaded.case
    except Refusal:
        return None


HANDLERS = (inbox, search_inbox, *doors(INBOX))
