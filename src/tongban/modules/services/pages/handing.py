"""Handing over: who has which open step of a department in hand, and to whom it can go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Any
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Kind as RefusalKind
from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader
from tongban.kit.html import form_of, page, redirect
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
    doors,
    look,
    search,
)
from tongban.modules.services import actions
from tongban.modules.services.pages.showing import AnyRequest, Page, words
from tongban.modules.services.pages.work import seen_of, wrong_of
from tongban.modules.services.queries import handing, tasks

_MANAGE = {"access": requires("case.reassign")}


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    clerk, text = asking.values["clerk"], asking.values["q"]
    found = handing.in_department(reader, asking.actor, clerk, text, number, size)
    return Found(found.lines, found.total, more=found)


def _every(reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
    clerk, text = asking.values["clerk"], asking.values["q"]
    yield from handing.every_step(reader, asking.actor, clerk, text)


def _clerks(reader: Reader, asking: Asking) -> Iterable[Choice]:
    """Return who has steps in hand, and that nobody has."""
    found = asking.found.more if asking.found else handing.in_department(reader, asking.actor)
    nobody = asking.t("services.inbox.nobody")
    return [(account, name or nobody) for account, name in found.clerks]


HANDOVERS = Listing(
    name="handovers",
    title="services.reassign.title",
    address="/work/reassign",
    api="/api/work/reassign",
    access=requires("case.reassign"),
    columns=(
        Column("number", "services.inbox.number", Kind.IDENTIFIER, of="case.number",
               short="services.inbox.case"),
        Column("service", "services.inbox.service", of="case.service",
               shows=lambda line, asking: asking.say(line.service_name), on_page=False),
        Column("kind", "services.inbox.kind", of="run.kind",
               shows=lambda line, asking: asking.say(line.step_name)),
        Column("clerk", "services.inbox.clerk", of="clerk_name",
               shows=lambda line, asking: line.clerk_name or asking.t("services.inbox.nobody")),
        Column("to", "services.reassign.column", of=lambda _line, _asking: None, in_file=False,
               type=NoneType),
    ),
    filters=(
        search("q", "services.inbox.number", longest=60),
        choice("clerk", "services.inbox.clerk", _clerks),
    ),
    source=Paged(_page, _every),
    size=tasks.PAGE,
)  # fmt: skip
"""The open steps of the manager's department, by whoever has them in hand."""


@get("/work/reassign", sync_to_thread=False, opt=_MANAGE)
def reassignments(request: AnyRequest) -> Page:
    """Who has what in hand in the department, and to whom it can go."""
    return _reassignments(request)


def _reassignments(
    request: AnyRequest, asked: Mapping[str, str] | None = None, **context: Any
) -> Page:
    actor = actor_of(request)
    with house(request).db.read() as reader:
        listed = look(request, reader, HANDOVERS, asked)
        duties = {one.duty for one in listed.rows}
        staff = {duty: handing.staff_with(reader, actor, duty) for duty in duties}
    given = {"failed": "", "listed": listed, "staff": staff, **words(request), **context}
    return page(request, "services/reassign.html", **given)


@post("/work/cases/{number:str}/reassign/{step:str}", opt=_MANAGE)
async def reassign(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Hand a step to a colleague, or back to the inbox; the list stays narrowed as it was."""
    actor, typed = actor_of(request), await form_of(request)
    to, seen = typed.get("to", ""), seen_of(typed)
    try:
        await house(request).write(
            lambda unit: actions.reassign(unit, actor, number, step, to, seen)
        )
    except Refusal as refusal:
        if refusal.kind not in (RefusalKind.INVALID, RefusalKind.CONFLICT):
            raise
        wrong = wrong_of(request, refusal)
        return _reassignments(request, {"q": number}, failed=f"{number}-{step}", **wrong)
    kept = {name: typed[name] for name in ("q", "clerk", "page") if typed.get(name)}
    return redirect(f"/work/reassign?{urlencode(kept)}" if kept else "/work/reassign")


HANDLERS = (reassignments, reassign, *doors(HANDOVERS))
