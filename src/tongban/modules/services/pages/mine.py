"""My matters: what waits on me, what is on its way, receipts, corrections, withdrawal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Kind as RefusalKind
from tongban.kernel.errors import Refusal
from tongban.kernel.text import Text
from tongban.kit.db import Reader
from tongban.kit.downloads import disposition
from tongban.kit.html import errors_of, page, redirect, typed_in
from tongban.kit.http import STATUS, actor_of, house, language_of, signed_in
from tongban.kit.i18n import Translate, translator
from tongban.kit.lists import Asking, Column, Found, Kind, Listing, Paged, coded, doors, look
from tongban.modules.certificates import queries as certificates
from tongban.modules.exchange import queries as exchange
from tongban.modules.government import queries as government
from tongban.modules.services import actions, errors, proven, queries, wire
from tongban.modules.services.model import Attachment, State
from tongban.modules.services.pages.showing import (
    AnyRequest,
    Page,
    form_errors,
    named_together,
    value_shower,
    words,
)
from tongban.modules.services.pages.uploading import LARGEST_FORM, attach_chosen
from tongban.modules.services.queries import mine, printing, showing
from tongban.modules.services.queries.mine import Matter, OwnCase
from tongban.modules.services.queries.showing import Onlooker, shown

_ACCESS = {"access": signed_in()}
_LOOKS = 5
"""Lines of who looked at a case on its page; all are in the list of who used one's data."""


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    found = queries.matters(reader, asking.actor, number, size)
    return Found(found.lines, found.total, more=found)


def _every(reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
    yield from mine.every_matter(reader, asking.actor)


MATTERS = Listing(
    name="matters",
    title="services.my.title",
    address="/my",
    api="/api/my/cases",
    access=signed_in(),
    columns=(
        Column("number", "services.my.number", Kind.IDENTIFIER, of="case.number"),
        Column("service", "services.my.service",
               of=lambda line, asking: asking.say(line.service_name)),
        Column("state", "services.my.state",
               of=lambda line, asking: _state_words(asking.t, line)),
        Column("sent", "services.my.sent", Kind.INSTANT, of="case.submitted_at"),
        Column("with", "services.my.with",
               of=lambda line, asking: named_together(line.waits_on_names, asking.language)),
        Column("until", "services.my.until", Kind.DAY),
        Column("until_provisional", "services.my.until_provisional",
               words=coded("services.provisional")),
        Column("until_what", "services.my.until_what", words=coded("services.clock")),
        Column("left", "services.my.left", Kind.NUMBER,
               of=lambda line, _: line.clock.left if line.clock else None),
        Column("due", "services.inbox.due", Kind.DAY, of="promised.due"),
        Column("due_provisional", "services.inbox.due_provisional", of="promised.provisional",
               words=coded("services.provisional")),
        Column("closed", "services.my.closed", Kind.INSTANT, of="case.closed_at"),
    ),
    thing=lambda line, asking: wire.matter(line, asking.language),
    shape=wire.MatterObject,
    source=Paged(_page, _every),
    size=mine.PAGE,
)  # fmt: skip
"""All one's matters: what waits on me, what is on its way, drafts, what is over."""


@get("/my", sync_to_thread=False, opt=_ACCESS)
def matters(request: AnyRequest) -> Page:
    """What waits on me, on whom, until when; drafts; what is over."""
    with house(request).db.read() as reader:
        listed = look(request, reader, MATTERS)
    return page(request, "services/my.html", listed=listed, matters=listed.more, **words(request))


def _state_words(t: Translate, line: Matter) -> str:
    """Return what a list says of a case: how a closed one ended, that the time for its correction is
    over, else where it stands."""
    if line.case.state is State.CLOSED:
        return t(f"services.outcome.{line.case.outcome}")
    if line.case.state is State.CORRECTION and line.clock is not None and line.clock.late:
        return t("services.answer.overdue")
    return t(f"services.state.{line.case.state}")


def _own(request: AnyRequest, number: str) -> OwnCase:
    with house(request).db.read() as reader:
        return queries.own(reader, actor_of(request), number)


def _render(request: AnyRequest, template: str, found: OwnCase, /, **context: Any) -> Page:
    language = language_of(request)
    with house(request).db.read() as reader:
        names = government.department_names(reader.connection, language)
    given = {
        "found": found,
        "loaded": found.loaded,
        "case": found.loaded.case,
        "departments": names,
        "show": value_shower(found.loaded, language, Onlooker.APPLICANT),
        **words(request),
        **context,
    }
    return page(request, template, **given)


@get("/my/cases/{number:str}", sync_to_thread=False, opt=_ACCESS)
def my_case(request: AnyRequest, number: FromPath[str]) -> Page:
    """One case: where it stands, until when, what was said, and what it rests on."""
    return _my_case(request, number)


def _my_case(
    request: AnyRequest, number: str, typed: Mapping[str, str] | None = None, **context: Any
) -> Page:
    found = _own(request, number)
    with house(request).db.read() as reader:
        issued = certificates.of_case(reader, found.loaded.case.number)
        looks, many = exchange.looks_at_case(
            reader, found.loaded.applicant.subject, found.loaded.case.number, _LOOKS
        )
        not_as_logged = proven.altered(reader, found.loaded.case.id)
        cannot_show = printing.not_set(reader, found.loaded)
        trouble = certificates.trouble_of_case(reader, found.loaded.case.number)
    groups = showing.groups(found.loaded)
    written = _written(found, typed or {}, language_of(request))
    given = {
        "certificates": issued,
        "looks": looks,
        "more_looks": many > len(looks),
        "not_as_logged": not_as_logged,
        "trouble": trouble,
        "cannot_show": cannot_show,
        "groups": groups,
        "waited": mine.waited(found.loaded),
        "written": written,
        **context,
    }
    return _render(request, "services/my_case.html", found, **given)


def _written(found: OwnCase, typed: Mapping[str, str], language: str) -> list[str]:
    """Return what was typed into a correction, each answer in one line of words."""
    written = []
    for asked in (each.question for each in mine.to_correct(found.loaded) if each.question):
        parts = [
            text
            for name, text in typed.items()
            if name == asked.key or name.startswith(f"{asked.key}-")
        ]
        written.append(shown(asked.type, " ".join(parts), showing.manner_of(asked), language))
    return [*written, typed.get("answer", "")]


@get("/my/cases/{number:str}/receipt", sync_to_thread=False, opt=_ACCESS)
def receipt(request: AnyRequest, number: FromPath[str]) -> Page:
    """The receipt: the number, until when, and why until then. To be printed."""
    found = _own(request, number)
    with house(request).db.read() as reader:
        said = mine.receipt(reader, found.loaded)
    context = {"expected": said.expected, "since": said.since, "waited": said.waited}
    return _render(request, "services/receipt.html", found, **context)


@get(
    "/my/cases/{number:str}/files/{attachment:str}",
    sync_to_thread=False,
    opt=_ACCESS,
)
def my_file(
    request: AnyRequest, number: FromPath[str], attachment: FromPath[str]
) -> Response[bytes]:
    """A file the applicant attached."""
    found = mine.attachment(_own(request, number).loaded, attachment)
    return file_answer(request, found)


def file_answer(request: AnyRequest, file: Attachment) -> Response[bytes]:
    """Return a kept file so that the browser shows or saves it under its name, and never runs it."""
    return Response(
        house(request).keyring.open_bytes(house(request).files.get(file.digest)),
        media_type=file.media_type,
        headers={
            "content-disposition": disposition(file.called, inline=True),
            "content-security-policy": "sandbox",
            "x-content-type-options": "nosniff",
        },
    )


@get("/my/cases/{number:str}/correct", sync_to_thread=False, opt=_ACCESS)
def correct(request: AnyRequest, number: FromPath[str]) -> Page | Redirect:
    """What is to be put right, each thing with what is wrong with it."""
    found = _own(request, number)
    if found.loaded.case.state is not State.CORRECTION:
        return redirect(f"/my/cases/{number}")
    return _correct(request, found)


def _correct(request: AnyRequest, found: OwnCase, **context: Any) -> Page:
    items = mine.to_correct(found.loaded)
    given = {"items": items, "typed": mine.correction_typed(found.loaded), **context}
    return _render(request, "services/correct.html", found, **given)


@post("/my/cases/{number:str}/correct", opt=_ACCESS, request_max_body_size=LARGEST_FORM)
async def supply(request: AnyRequest, number: FromPath[str]) -> Page | Redirect:
    """Send the correction, with every file that was chosen."""
    actor, form = actor_of(request), await request.form()
    found, typed = _own(request, number), await typed_in(form, judge=False)
    try:
        await _attach(request, found, form)
        await house(request).write(
            lambda unit: actions.supply_correction(unit, actor, number, typed)
        )
    except Refusal as refusal:
        return _again(request, number, refusal, typed)
    return redirect(f"/my/cases/{number}")


async def _attach(request: AnyRequest, found: OwnCase, form: Any) -> None:
    """Attach the files that were chosen; what is wrong with one is told at its material."""
    asked = [each.material for each in mine.to_correct(found.loaded) if each.material]
    case = found.loaded.case.id
    faults = await attach_chosen(request, actor_of(request), case, form, asked)
    if faults:
        raise errors.answers_wrong({f"material.{each}": code for each, code in faults.items()})


def _again(request: AnyRequest, number: str, refusal: Refusal, typed: dict[str, str]) -> Page:
    """Show the correction once more with what was typed.

    Where the case has gone on without it, the case says so and gives back what was typed.
    """
    if refusal.kind is RefusalKind.CONFLICT:
        told = {"status": STATUS[refusal.kind], **errors_of(refusal, request)}
        return _my_case(request, number, typed, **told)
    if refusal.kind is not RefusalKind.INVALID:
        raise refusal
    found = _own(request, number)
    asked = [each.question for each in mine.to_correct(found.loaded) if each.question]
    wrong = form_errors(refusal, request, asked, _names(request, found))
    return _correct(request, found, status=STATUS[refusal.kind], typed=typed, **wrong)


def _names(request: AnyRequest, found: OwnCase) -> dict[str, Text]:
    """Return what the fields of a correction are called: materials, then values, then the note."""
    items = sorted(mine.to_correct(found.loaded), key=lambda each: not each.material)
    asked = any(not each.item.key for each in items)
    words = "services.correct.answer_asked" if asked else "services.correct.answer"
    note = translator(language_of(request))(words)
    return {**{each.item.key: each.name for each in items if each.item.key}, "answer": note}


@post("/my/cases/{number:str}/files", opt=_ACCESS, request_max_body_size=LARGEST_FORM)
async def attach_to_correction(request: AnyRequest, number: FromPath[str]) -> Page:
    """Attach files that the correction asks for; what was typed beside them stays."""
    form = await request.form()
    typed = await typed_in(form, judge=False)
    try:
        await _attach(request, _own(request, number), form)
    except Refusal as refusal:
        return _again(request, number, refusal, typed)
    return _correct(request, _own(request, number), typed=typed)


@post(
    "/my/cases/{number:str}/files/{attachment:str}/take-back",
    opt=_ACCESS,
    request_max_body_size=LARGEST_FORM,
)
async def take_back(
    request: AnyRequest, number: FromPath[str], attachment: FromPath[str]
) -> Page | Redirect:
    """Take back a file that was given with the correction; what was typed beside it stays."""
    actor, typed = actor_of(request), await typed_in(await request.form())
    try:
        await house(request).write(lambda unit: actions.take_back(unit, actor, number, attachment))
    except Refusal as refusal:
        return _again(request, number, refusal, typed)
    return _correct(request, _own(request, number), typed=typed)


@get("/my/cases/{number:str}/withdraw", sync_to_thread=False, opt=_ACCESS)
def before_withdrawing(request: AnyRequest, number: FromPath[str]) -> Page | Redirect:
    """What withdrawing means, before it is done."""
    found = _own(request, number)
    if not found.may_withdraw:
        return redirect(f"/my/cases/{number}")
    back = f"/my/cases/{number}"
    return _render(request, "services/confirm.html", found, what="withdraw", back_to=back)


@post("/my/cases/{number:str}/withdraw", opt=_ACCESS)
async def withdraw(request: AnyRequest, number: FromPath[str]) -> Redirect:
    """Withdraw one's own application, which ends it."""
    actor = actor_of(request)
    await house(request).write(lambda unit: actions.withdraw(unit, actor, number))
    return redirect(f"/my/cases/{number}")


HANDLERS = (
    matters,
    *doors(MATTERS),
    my_case,
    receipt,
    my_file,
    correct,
    supply,
    attach_to_correction,
    take_back,
    before_withdrawing,
    withdraw,
)
