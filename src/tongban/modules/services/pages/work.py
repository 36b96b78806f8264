"""The clerk's pages: the inbox, a case with its data and proposal, and what is done to it."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import say
from tongban.kit.db import Reader
from tongban.kit.html import form_of, page, redirect
from tongban.kit.http import STATUS, actor_of, house, language_of, requires
from tongban.kit.i18n import translator
from tongban.modules.services import actions, queries
from tongban.modules.services.model import (
    CorrectionItem,
    Deciding,
    Outcome,
    Settled,
    StepOutcome,
)
from tongban.modules.services.pages.mine import file_answer
from tongban.modules.services.pages.showing import (
    AnyRequest,
    Page,
    department_names,
    form_errors,
    shown,
    value_shower,
    words,
)
from tongban.modules.services.queries import application, mine, showing, work
from tongban.modules.services.queries.work import InboxFilter, Sort, Whose, WorkCase

_WORK = {"access": requires("case.accept", "case.review", "case.decide", "case.reassign")}
_MANAGE = {"access": requires("case.reassign")}


@get("/work", sync_to_thread=False, opt=_WORK)
def inbox(request: AnyRequest) -> Page:
    """The inbox: what is due soonest, and what changed since last time."""
    asked = request.query_params
    wanted = InboxFilter(
        whose=_one_of(Whose, asked.get("whose", "")),
        service=asked.get("service", ""),
        kind=asked.get("kind", ""),
        text=asked.get("q", "")[:60],
        sort=_one_of(Sort, asked.get("sort", Sort.DUE)),
    )
    number = asked.get("page", "1")
    with house(request).db.read() as reader:
        found = queries.inbox(
            reader, actor_of(request), wanted, int(number) if number.isdigit() else 1
        )
    kept = {
        name: asked[name] for name in ("whose", "service", "kind", "q", "sort") if name in asked
    }
    return page(
        request, "services/inbox.html", inbox=found, wanted=wanted, kept=kept, **words(request)
    )


def _one_of(kind: Any, value: str) -> Any:
    return kind(value) if value in {each.value for each in kind} else next(iter(kind))


# One case ----------------------------------------------------------------------------------------


@get("/work/cases/{number:str}", opt=_WORK)
async def work_case(request: AnyRequest, number: FromPath[str]) -> Page:
    """A case: data with their source, what the rules propose, steps, history, what to do."""
    answer = _case(request, "services/work_case.html", number)
    actor = actor_of(request)
    await house(request).write(lambda unit: actions.look(unit, actor, number))
    return answer


def _case(request: AnyRequest, template: str, number: str, /, **context: Any) -> Page:
    language = language_of(request)
    with house(request).db.read() as reader:
        found = queries.work_case(reader, actor_of(request), number)
        given = {"typed": {}, **_context(reader, found, language), **words(request), **context}
    return page(request, template, **given)


def _context(reader: Reader, found: WorkCase, language: str) -> dict[str, Any]:
    loaded, proposal = found.loaded, found.proposal
    return {
        "work": found,
        "loaded": loaded,
        "case": loaded.case,
        "departments": department_names(reader, language),
        "needs": application.needs(reader, loaded),
        "groups": showing.groups(loaded),
        "show": value_shower(loaded, language),
        "findings": [
            (finding, work.words_of(loaded, finding.condition, proposal, language))
            for finding in proposal.findings
        ],
        "results": [
            (
                result,
                shown(result.type, result.value, (), "", language),
                work.words_of(loaded, result.expression, proposal, language),
            )
            for result in proposal.results
        ],
    }


def _back(number: str) -> Redirect:
    return redirect(f"/work/cases/{number}")


def _seen(typed: dict[str, str]) -> int:
    seen = typed.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() else -1


def _wrong(request: AnyRequest, refusal: Refusal) -> dict[str, Any]:
    """Return what a form shows again with; a refusal that is not about fields goes its way."""
    if refusal.kind not in (Kind.INVALID, Kind.CONFLICT):
        raise refusal
    return {"status": STATUS[refusal.kind], **form_errors(refusal, request)}


@post("/work/cases/{number:str}/take/{step:str}", opt=_WORK)
async def take(request: AnyRequest, number: FromPath[str], step: FromPath[str]) -> Redirect:
    """Take a step in hand."""
    actor = actor_of(request)
    await house(request).write(lambda unit: actions.take(unit, actor, number, step))
    return _back(number)


@post("/work/cases/{number:str}/put-back/{step:str}", opt=_WORK)
async def put_back(request: AnyRequest, number: FromPath[str], step: FromPath[str]) -> Redirect:
    """Put a step back into the inbox."""
    actor = actor_of(request)
    await house(request).write(lambda unit: actions.put_back(unit, actor, number, step))
    return redirect("/work")


@post("/work/cases/{number:str}/accept/{step:str}", opt=_WORK)
async def accept(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Accept."""
    actor, typed = actor_of(request), await form_of(request)
    try:
        await house(request).write(
            lambda unit: actions.accept(unit, actor, number, step, _seen(typed))
        )
    except Refusal as refusal:
        return _case(request, "services/work_case.html", number, **_wrong(request, refusal))
    return _back(number)


@get("/work/cases/{number:str}/not-accept/{step:str}", sync_to_thread=False, opt=_WORK)
def before_not_accepting(request: AnyRequest, number: FromPath[str], step: FromPath[str]) -> Page:
    """Why is it not accepted?"""
    return _case(request, "services/not_accept.html", number, step=step, typed={})


@post("/work/cases/{number:str}/not-accept/{step:str}", opt=_WORK)
async def not_accept(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Not accept, with the reason."""
    actor, typed = actor_of(request), await form_of(request)
    opinion = typed.get("opinion", "")
    try:
        await house(request).write(
            lambda unit: actions.not_accept(unit, actor, number, step, opinion)
        )
    except Refusal as refusal:
        wrong = _wrong(request, refusal)
        context = {"step": step, "typed": typed, **wrong}
        return _case(request, "services/not_accept.html", number, **context)
    return _back(number)


@get("/work/cases/{number:str}/correction/{step:str}", sync_to_thread=False, opt=_WORK)
def before_asking(request: AnyRequest, number: FromPath[str], step: FromPath[str]) -> Page:
    """What is missing or wrong? One notice that lists everything."""
    return _case(request, "services/ask_correction.html", number, step=step, typed={})


@post("/work/cases/{number:str}/correction/{step:str}", opt=_WORK)
async def ask_correction(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Send the notice of correction."""
    actor, typed = actor_of(request), await form_of(request)
    items = [
        CorrectionItem(key=name.removeprefix("item-"), text=_text_for(typed, name))
        for name in typed
        if name.startswith("item-")
    ]
    if other := typed.get("other", ""):
        items.append(CorrectionItem(key="", text=other))
    days = typed.get("days", "")
    given = int(days) if days.isascii() and days.isdigit() else 0
    try:
        await house(request).write(
            lambda unit: actions.ask_correction(unit, actor, number, step, items, given)
        )
    except Refusal as refusal:
        context = {"step": step, "typed": typed, **_wrong(request, refusal)}
        return _case(request, "services/ask_correction.html", number, **context)
    return _back(number)


def _text_for(typed: dict[str, str], name: str) -> str:
    return typed.get("text-" + name.removeprefix("item-"), "")


@post("/work/cases/{number:str}/lapse/{step:str}", opt=_WORK)
async def lapse(request: AnyRequest, number: FromPath[str], step: FromPath[str]) -> Redirect:
    """Treat it as withdrawn because the time for the correction passed."""
    actor = actor_of(request)
    await house(request).write(lambda unit: actions.lapse(unit, actor, number, step))
    return _back(number)


@post("/work/cases/{number:str}/review/{step:str}", opt=_WORK)
async def review(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Finish a review."""
    actor, typed = actor_of(request), await form_of(request)
    outcome = typed.get("outcome", "")
    known = {each.value for each in StepOutcome}
    chosen = StepOutcome(outcome) if outcome in known else StepOutcome.ACCEPTED
    try:
        await house(request).write(
            lambda unit: actions.review(unit, actor, number, step, chosen, typed.get("opinion", ""))
        )
    except Refusal as refusal:
        context = {"typed": typed, **_wrong(request, refusal)}
        return _case(request, "services/work_case.html", number, **context)
    return _back(number)


@post("/work/cases/{number:str}/settle/{key:str}", opt=_WORK)
async def settle(request: AnyRequest, number: FromPath[str], key: FromPath[str]) -> Redirect:
    """Say which is right: what came, or what the applicant claims."""
    actor, typed = actor_of(request), await form_of(request)
    found = Settled.CLAIM if typed.get("found") == "claim" else Settled.SOURCE
    await house(request).write(lambda unit: actions.settle(unit, actor, number, key, found))
    return _back(number)


@get("/work/cases/{number:str}/decide/{step:str}", sync_to_thread=False, opt=_WORK)
def before_deciding(request: AnyRequest, number: FromPath[str], step: FromPath[str]) -> Page:
    """The proposal once more, and the decision with its reasons."""
    with house(request).db.read() as reader:
        found = queries.work_case(reader, actor_of(request), number)
    typed = _proposed(request, found)
    return _case(request, "services/decide.html", number, step=step, typed=typed)


def _proposed(request: AnyRequest, found: WorkCase) -> dict[str, str]:
    """Return what the form of a decision holds before anything is typed: nothing is chosen."""
    failed = [each for each in found.proposal.findings if each.verdict == "not_met"]
    service, language = found.loaded.service, "zh"
    t = translator(language)
    reasons = "；".join(say(each.name, language) for each in failed)
    contact = " ".join(filter(None, (actor_of(request).name, service.window.phone)))
    return {
        "clause": "；".join(say(each.clause, language) for each in failed),
        "reason": t("services.decide.reason_start", rules=reasons) if failed else "",
        "remedy": say(service.remedy, language),
        "contact": contact,
    }


@post("/work/cases/{number:str}/decide/{step:str}", opt=_WORK)
async def decide(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Decide."""
    actor, typed = actor_of(request), await form_of(request)
    if typed.get("outcome") not in {each.value for each in Outcome}:
        fields = {"outcome": "services.outcome_missing"}
        refusal = Refusal("services.answers_wrong", Kind.INVALID, fields=fields)
        context = {"step": step, "typed": typed, **_wrong(request, refusal)}
        return _case(request, "services/decide.html", number, **context)
    deciding = _deciding(typed)
    try:
        await house(request).write(
            lambda unit: actions.decide(unit, actor, number, step, _seen(typed), deciding)
        )
    except Refusal as refusal:
        wrong = _wrong(request, _at_its_field(refusal, deciding))
        context = {"step": step, "typed": typed, **wrong}
        return _case(request, "services/decide.html", number, **context)
    return _back(number)


def _at_its_field(refusal: Refusal, deciding: Deciding) -> Refusal:
    """Name the field of the form: why one approves is asked apart from why one refuses."""
    if deciding.outcome is Outcome.REFUSED or "reason" not in refusal.fields:
        return refusal
    fields = {"reason_against": refusal.fields["reason"]}
    return Refusal(refusal.code, refusal.kind, fields=fields, **refusal.data)


def _deciding(typed: dict[str, str]) -> Deciding:
    """Return the decision as typed: what was filled in for a refusal is no part of an approval."""
    if typed["outcome"] == Outcome.APPROVED:
        return Deciding(
            outcome=Outcome.APPROVED,
            reason=typed.get("reason_against", ""),
            verified=typed.get("verified") == "yes",
        )
    return Deciding(
        outcome=Outcome.REFUSED,
        clause=typed.get("clause", ""),
        reason=typed.get("reason", ""),
        remedy=typed.get("remedy", ""),
        contact=typed.get("contact", ""),
    )


@post("/work/cases/{number:str}/deliver/{step:str}", opt=_WORK)
async def deliver(request: AnyRequest, number: FromPath[str], step: FromPath[str]) -> Redirect:
    """Confirm that the result was handed over."""
    actor = actor_of(request)
    await house(request).write(lambda unit: actions.deliver(unit, actor, number, step))
    return _back(number)


@get("/work/cases/{number:str}/files/{attachment:str}", sync_to_thread=False, opt=_WORK)
def case_file(
    request: AnyRequest, number: FromPath[str], attachment: FromPath[str]
) -> Response[bytes]:
    """A file the applicant attached."""
    with house(request).db.read() as reader:
        found = queries.work_case(reader, actor_of(request), number)
    file = mine.attachment(found.loaded, attachment)
    return file_answer(request, file.digest, file.media_type, file.id)


# Handing over ------------------------------------------------------------------------------------


@get("/work/reassign", sync_to_thread=False, opt=_MANAGE)
def reassignments(request: AnyRequest) -> Page:
    """Who has what in hand in the department, and to whom it can go."""
    actor = actor_of(request)
    with house(request).db.read() as reader:
        handed = work.in_department(reader, actor)
        staff = {
            kind: work.staff_by_step(reader, actor, kind)
            for kind in {one.run.kind for one in handed}
        }
    return page(request, "services/reassign.html", handed=handed, staff=staff, **words(request))


@post("/work/cases/{number:str}/reassign/{step:str}", opt=_MANAGE)
async def reassign(request: AnyRequest, number: FromPath[str], step: FromPath[str]) -> Redirect:
    """Hand a step to a colleague, or back to the inbox."""
    actor, typed = actor_of(request), await form_of(request)
    to = typed.get("to", "")
    await house(request).write(lambda unit: actions.reassign(unit, actor, number, step, to))
    return redirect("/work/reassign")


HANDLERS = (
    inbox,
    work_case,
    take,
    put_back,
    accept,
    before_not_accepting,
    not_accept,
    before_asking,
    ask_correction,
    lapse,
    review,
    settle,
    before_deciding,
    decide,
    deliver,
    case_file,
    reassignments,
    reassign,
)
