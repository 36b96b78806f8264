"""Applying: one thing on a page, everything kept, nothing asked that the government holds."""

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import Text, say
from tongban.kit.house import House
from tongban.kit.html import form_of, page, redirect
from tongban.kit.http import STATUS, actor_of, house, language_of, number_from, signed_in
from tongban.modules.certificates import queries as certificates
from tongban.modules.government import queries as government
from tongban.modules.services import actions, errors, queries
from tongban.modules.services.model import Question, State, Verdict
from tongban.modules.services.pages.showing import (
    AnyRequest,
    Page,
    answer_shower,
    contested,
    form_errors,
    set_aside,
    value_shower,
    words,
)
from tongban.modules.services.pages.uploading import LARGEST_FORM, attach_chosen
from tongban.modules.services.queries import application, printing
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.queries.showing import Onlooker

_ACCESS = {"access": signed_in()}


def _opened(request: AnyRequest, draft: str) -> Loaded:
    with house(request).db.read() as reader:
        return application.open_draft(reader, actor_of(request), draft)


def _gone_on(loaded: Loaded) -> Redirect | None:
    """Return where a case that was sent in is found."""
    if loaded.case.state is State.DRAFT:
        return None
    return redirect(f"/my/cases/{loaded.case.number}")


def _render(
    request: AnyRequest, template: str, loaded: Loaded, slug: str, /, **context: Any
) -> Page:
    """Render a page of an application with its place on the way."""
    number, total, stage = application.place(loaded, slug)
    previous = application.previous_stop(loaded, slug)
    base = f"/apply/{loaded.case.id}"
    back = f"{base}/{previous.slug}" if previous else f"/services/{loaded.case.service}"
    if _is_changing(request):
        back = f"{base}/check"
    given: dict[str, Any] = {
        "loaded": loaded,
        "base": base,
        "back_to": back,
        "typed": {},
        "change": request.query_params.get("from", ""),
        "step_number": number,
        "step_total": total,
        "stage": stage,
        **words(request),
        **context,
    }
    return page(request, template, **given)


def _is_changing(request: AnyRequest) -> bool:
    """Whether the page was opened from the check, to change something."""
    return request.query_params.get("from") == "check"


def _on(request: AnyRequest, loaded: Loaded, slug: str) -> Redirect:
    """Go on to the page that follows, or back to the check where a change began there."""
    base = f"/apply/{loaded.case.id}"
    if _is_changing(request):
        first = application.next_stop(loaded)
        return redirect(f"{base}/{first.slug}")
    return redirect(f"{base}/{application.next_stop(loaded, slug).slug}")


# Starting ----------------------------------------------------------------------------------------


@get("/services/{code:str}/apply", sync_to_thread=False, opt=_ACCESS)
def before_starting(request: AnyRequest, code: FromPath[str]) -> Page:
    """Who applies for what; drafts begun earlier, and what runs already."""
    return _start(request, code)


def _start(request: AnyRequest, code: str, status: int = 200) -> Page:
    actor = actor_of(request)
    with house(request).db.read() as reader:
        given = {
            "guide": queries.guide(reader.connection, code),
            "stages": application.parts(reader.connection, code),
            "drafts": application.drafts(reader, actor, code),
            "suits": queries.may_apply(reader.connection, actor, code),
            "running": application.in_the_way(reader, actor, code),
            "granted": [
                each
                for each in application.granted(reader, actor, code)
                if not certificates.revoked(reader, each.number)
            ],
        }
    return page(request, "services/start.html", status, **given, **words(request))


@post("/services/{code:str}/apply", opt=_ACCESS)
async def start(request: AnyRequest, code: FromPath[str]) -> Page | Redirect:
    """Begin an application, or say which one runs already and where it is."""
    actor = actor_of(request)
    try:
        case = await house(request).write(lambda unit: actions.start(unit, actor, code))
    except Refusal as refusal:
        if refusal.code != "services.case_running":
            raise
        return _start(request, code, STATUS[refusal.kind])
    return redirect(f"/apply/{case.id}")


@get("/apply/{draft:str}", sync_to_thread=False, opt=_ACCESS)
def go_on(request: AnyRequest, draft: FromPath[str]) -> Redirect:
    """Go on where one left off."""
    loaded = _opened(request, draft)
    return _gone_on(loaded) or redirect(f"/apply/{draft}/{application.next_stop(loaded).slug}")


@get("/apply/{draft:str}/discard", sync_to_thread=False, opt=_ACCESS)
def before_discarding(request: AnyRequest, draft: FromPath[str]) -> Page | Redirect:
    """What deleting a draft means, before it is done."""
    loaded = _opened(request, draft)
    return _gone_on(loaded) or page(
        request, "services/confirm.html", what="discard", loaded=loaded, back_to="/my"
    )


@post("/apply/{draft:str}/discard", opt=_ACCESS)
async def discard(request: AnyRequest, draft: FromPath[str]) -> Redirect:
    """Throw a draft away."""
    actor = actor_of(request)
    await house(request).write(lambda unit: actions.discard(unit, actor, draft))
    return redirect("/my")


# Situations --------------------------------------------------------------------------------------


@get("/apply/{draft:str}/situation/{number:int}", sync_to_thread=False, opt=_ACCESS)
def situation(request: AnyRequest, draft: FromPath[str], number: FromPath[int]) -> Page | Redirect:
    """One question about the applicant's situation."""
    loaded = _opened(request, draft)
    return _gone_on(loaded) or _situation(request, loaded, number)


def _situation(request: AnyRequest, loaded: Loaded, number: int, **errors: Any) -> Page | Redirect:
    if not 1 <= number <= len(loaded.service.situations):
        return redirect(f"/apply/{loaded.case.id}")
    asked = loaded.service.situations[number - 1]
    value = loaded.value(f"situation.{asked.code}")
    return _render(
        request,
        "services/situation.html",
        loaded,
        f"situation/{number}",
        situation=asked,
        chosen=value.value if value else "",
        **errors,
    )


@post("/apply/{draft:str}/situation/{number:int}", opt=_ACCESS)
async def answer_situation(
    request: AnyRequest, draft: FromPath[str], number: FromPath[int]
) -> Page | Redirect:
    """Keep the answer and go on."""
    actor, typed = actor_of(request), await form_of(request)
    loaded = _opened(request, draft)
    if not 1 <= number <= len(loaded.service.situations):
        return redirect(f"/apply/{draft}")
    asked = loaded.service.situations[number - 1]
    key = f"situation.{asked.code}"
    option = typed.get(key, "")
    try:
        await house(request).write(
            lambda unit: actions.answer_situation(unit, actor, draft, number, option)
        )
    except Refusal as refusal:
        wrong = _wrong(refusal, request, names={key: asked.question})
        return _situation(request, loaded, number, **wrong)
    return _on(request, _opened(request, draft), f"situation/{number}")


def _wrong(
    refusal: Refusal,
    request: AnyRequest,
    questions: tuple[Question, ...] = (),
    names: Mapping[str, Text] | None = None,
) -> dict[str, Any]:
    """Return what a form shows again with; a refusal that is not about fields goes its way."""
    if refusal.kind is not Kind.INVALID:
        raise refusal
    return {"status": STATUS[refusal.kind], **form_errors(refusal, request, questions, names)}


# What departments hold ---------------------------------------------------------------------------


@get("/apply/{draft:str}/data", sync_to_thread=False, opt=_ACCESS)
def data(request: AnyRequest, draft: FromPath[str]) -> Page | Redirect:
    """What departments hold already, for what it is used, and whether that is allowed."""
    loaded = _opened(request, draft)
    if gone := _gone_on(loaded):
        return gone
    return _data(request, loaded)


def _data(request: AnyRequest, loaded: Loaded, **context: Any) -> Page:
    with house(request).db.read() as reader:
        needs = application.needs(reader, loaded)
        names = government.department_names(reader.connection, language_of(request))
    given = {"groups": application.by_department(needs), "departments": names, **context}
    return _render(request, "services/data.html", loaded, "data", **given)


@post("/apply/{draft:str}/data", opt=_ACCESS)
async def consent(request: AnyRequest, draft: FromPath[str]) -> Redirect | Page:
    """Keep what was said to each department, and fetch what may be fetched."""
    actor, typed = actor_of(request), await form_of(request)
    loaded = _opened(request, draft)
    with house(request).db.read() as reader:
        needs = application.needs(reader, loaded)
    asked = [need for need in needs if not need.by_law]
    silent = [need for need in asked if typed.get(f"need-{need.number}") not in ("yes", "no")]
    if silent:
        fields = {f"need-{need.number}": "services.consent_missing" for need in silent}
        refusal = Refusal("services.answers_wrong", Kind.INVALID, fields=fields)
        names = _departments_asked(application.by_department(needs), language_of(request))
        return _data(request, loaded, typed=typed, **_wrong(refusal, request, names=names))
    allowed = {need.number for need in asked if typed[f"need-{need.number}"] == "yes"}
    uses = await house(request).write(
        lambda unit: actions.open_far_uses(unit, actor, draft, allowed)
    )
    answers = await asyncio.to_thread(_ask, house(request), uses) if uses else {}
    await house(request).write(lambda unit: actions.consent(unit, actor, draft, allowed, answers))
    return redirect(f"/apply/{draft}/found")


def _departments_asked(
    groups: list[tuple[Text, list[application.NeedView]]], language: str
) -> dict[str, Text]:
    """Return by field whom its question is about: a department, and which data where it has two."""
    named: dict[str, Text] = {}
    for name, needs in groups:
        asked = [need for need in needs if not need.by_law]
        for need in asked:
            several = f" · {say(need.resource_name, language)}" if len(asked) > 1 else ""
            named[f"need-{need.number}"] = say(name, language) + several
    return named


def _ask(running: House, uses: dict[int, str]) -> dict[int, tuple[str, application.Answer]]:
    """Ask slow sources while neither the writer nor the loop waits."""
    with running.db.read() as reader:
        return application.ask_sources(reader, uses)


@get("/apply/{draft:str}/found", sync_to_thread=False, opt=_ACCESS)
def found(request: AnyRequest, draft: FromPath[str]) -> Page | Redirect:
    """What departments answered: each value with its source and time."""
    loaded = _opened(request, draft)
    if gone := _gone_on(loaded):
        return gone
    with house(request).db.read() as reader:
        needs = application.needs(reader, loaded)
    if any(need.consent is None for need in needs) or not needs:
        return redirect(f"/apply/{draft}")
    show = value_shower(loaded, language_of(request), Onlooker.CONFIRMING)
    onward = application.next_stop(loaded, "found")
    groups = application.by_department(needs)
    asked = {question.key for asking in loaded.pages for question in asking.questions}
    given = {"groups": groups, "show": show, "onward": onward, "asked": asked}
    given["set_aside"] = set_aside(loaded, language_of(request))
    given["contested"] = contested(loaded, language_of(request))
    return _render(request, "services/found.html", loaded, "found", **given)


@get("/apply/{draft:str}/found/{key:str}", sync_to_thread=False, opt=_ACCESS)
def dispute(request: AnyRequest, draft: FromPath[str], key: FromPath[str]) -> Page | Redirect:
    """Something wrong with a value that came from a department?"""
    loaded = _opened(request, draft)
    return _dispute(request, loaded, key)


def _dispute(request: AnyRequest, loaded: Loaded, key: str, **context: Any) -> Page | Redirect:
    value = loaded.value(key)
    if value is None or not value.resource:
        return redirect(f"/apply/{loaded.case.id}")
    with house(request).db.read() as reader:
        names = government.department_names(reader.connection, language_of(request))
    given = {
        "question": application.question_for(loaded, key),
        "value": value,
        "typed": application.claim_typed(loaded, key),
        "departments": names,
        "show": value_shower(loaded, language_of(request), Onlooker.CONFIRMING),
        "return_to": _return_to(loaded),
        **context,
    }
    return _render(request, "services/dispute.html", loaded, "", **given)


def _return_to(loaded: Loaded) -> str:
    if loaded.case.state is State.DRAFT:
        return f"/apply/{loaded.case.id}/found"
    return f"/my/cases/{loaded.case.number}"


@post("/apply/{draft:str}/found/{key:str}", opt=_ACCESS)
async def say_what_is_right(
    request: AnyRequest, draft: FromPath[str], key: FromPath[str]
) -> Page | Redirect:
    """Keep what the applicant says is right, beside what came."""
    actor, typed = actor_of(request), await form_of(request, judge=False)
    loaded = _opened(request, draft)
    try:
        await house(request).write(lambda unit: actions.dispute(unit, actor, draft, key, typed))
    except Refusal as refusal:
        question = application.question_for(loaded, key)
        wrong = _wrong(refusal, request, (question,))
        return _dispute(request, loaded, key, typed=typed, **wrong)
    return redirect(_return_to(loaded))


# Questions ---------------------------------------------------------------------------------------


@get("/apply/{draft:str}/form/{number:int}", sync_to_thread=False, opt=_ACCESS)
def questions(request: AnyRequest, draft: FromPath[str], number: FromPath[int]) -> Page | Redirect:
    """One page of questions that nobody else can answer."""
    loaded = _opened(request, draft)
    return _gone_on(loaded) or _questions(request, loaded, number)


def _questions(request: AnyRequest, loaded: Loaded, number: int, **context: Any) -> Page | Redirect:
    asked = application.page_of(loaded, number)
    if asked is None:
        return redirect(f"/apply/{loaded.case.id}")
    given = {"asked": asked, "typed": application.typed_of(loaded, asked), **context}
    return _render(request, "services/form.html", loaded, f"form/{number}", **given)


@post("/apply/{draft:str}/form/{number:int}", opt=_ACCESS)
async def answer(
    request: AnyRequest, draft: FromPath[str], number: FromPath[int]
) -> Page | Redirect:
    """Keep the answers and go on."""
    actor, typed = actor_of(request), await form_of(request, judge=False)
    loaded = _opened(request, draft)
    asked = application.page_of(loaded, number)
    if asked is None:
        return redirect(f"/apply/{draft}")
    try:
        await house(request).write(
            lambda unit: actions.answer_page(unit, actor, draft, number, typed)
        )
    except Refusal as refusal:
        wrong = _wrong(refusal, request, asked.questions)
        return _questions(request, loaded, number, typed=typed, **wrong)
    return _on(request, _opened(request, draft), f"form/{number}")


# Materials ---------------------------------------------------------------------------------------


@get("/apply/{draft:str}/materials", sync_to_thread=False, opt=_ACCESS)
def materials(request: AnyRequest, draft: FromPath[str]) -> Page | Redirect:
    """The few files that data did not replace."""
    loaded = _opened(request, draft)
    return _gone_on(loaded) or _materials(request, loaded)


def _materials(request: AnyRequest, loaded: Loaded, **context: Any) -> Page:
    return _render(request, "services/materials.html", loaded, "materials", **context)


@post("/apply/{draft:str}/materials", opt=_ACCESS, request_max_body_size=LARGEST_FORM)
async def attach(request: AnyRequest, draft: FromPath[str]) -> Page | Redirect:
    """Attach every file that was chosen and go on, stay for another, or take one back."""
    actor, form = actor_of(request), await request.form()
    loaded = _opened(request, draft)
    if taken_back := str(form.get("detach", "")):
        await house(request).write(lambda unit: actions.detach(unit, actor, draft, taken_back))
    asked = [each.material.code for each in loaded.covered if not each.by_data]
    faults = await attach_chosen(request, actor, draft, form, asked)
    loaded = _opened(request, draft)
    staying = taken_back or form.get("upload")
    if not staying:
        faults = {**dict.fromkeys(loaded.missing_materials, "services.material_missing"), **faults}
    if faults:
        fields = {f"file-{code}": fault for code, fault in faults.items()}
        called = {f"file-{code}": loaded.names.get(f"material.{code}", "") for code in asked}
        wrong = _wrong(errors.answers_wrong(fields), request, names=called)
        return _materials(request, loaded, **wrong)
    if not staying:
        return _on(request, loaded, "materials")
    return redirect(f"/apply/{draft}/materials" + ("?from=check" if _is_changing(request) else ""))


# Checking and sending ----------------------------------------------------------------------------


@get("/apply/{draft:str}/check", sync_to_thread=False, opt=_ACCESS)
def check(request: AnyRequest, draft: FromPath[str]) -> Page | Redirect:
    """Everything once more, each with a way to change it; then the declaration."""
    loaded = _opened(request, draft)
    if gone := _gone_on(loaded):
        return gone
    first = application.next_stop(loaded)
    if first.slug != "check":
        return redirect(f"/apply/{draft}/{first.slug}")
    return _check(request, loaded)


def _check(request: AnyRequest, loaded: Loaded, **context: Any) -> Page:
    language = language_of(request)
    with house(request).db.read() as reader:
        needs = application.needs(reader, loaded)
        cannot_show = printing.not_set(reader, loaded)
    given = {
        "cannot_show": cannot_show,
        "groups": application.by_department(needs),
        "answered": application.answered(loaded),
        "given": loaded.said,
        "set_aside": set_aside(loaded, language),
        "contested": contested(loaded, language),
        "show": value_shower(loaded, language, Onlooker.CONFIRMING),
        "show_answer": answer_shower(language),
        "expected": application.expected(loaded),
        "unmet": [each for each in loaded.proposal.findings if each.verdict is Verdict.NOT_MET],
        **context,
    }
    return _render(request, "services/check.html", loaded, "check", **given)


@post("/apply/{draft:str}/check", opt=_ACCESS)
async def submit(request: AnyRequest, draft: FromPath[str]) -> Page | Redirect:
    """Send it in: the number is there afterwards, whatever happens."""
    actor, typed = actor_of(request), await form_of(request)
    loaded = _opened(request, draft)
    if loaded.case.state is not State.DRAFT:
        return redirect(f"/my/cases/{loaded.case.number}/receipt")
    if typed.get("declared") != "yes":
        fields = {"declared": "services.declaration_missing"}
        refusal = Refusal("services.answers_wrong", Kind.INVALID, fields=fields)
        return _check(request, loaded, **_wrong(refusal, request))
    version = number_from(typed.get("seen", ""), -1)
    try:
        case = await house(request).write(lambda unit: actions.submit(unit, actor, draft, version))
    except Refusal as refusal:
        if refusal.code == "services.case_running":
            return _start(request, loaded.case.service, STATUS[refusal.kind])
        if refusal.code != "services.changed_meanwhile":
            raise
        again = {"status": STATUS[refusal.kind], **form_errors(refusal, request)}
        return _check(request, _opened(request, draft), **again)
    return redirect(f"/my/cases/{case.number}/receipt")


HANDLERS = (
    before_starting,
    start,
    go_on,
    before_discarding,
    discard,
    situation,
    answer_situation,
    data,
    consent,
    found,
    dispute,
    say_what_is_right,
    questions,
    answer,
    materials,
    attach,
    check,
    submit,
)
