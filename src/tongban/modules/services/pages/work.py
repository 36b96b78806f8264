"""The clerk's pages: a case with its data and proposal, and what is done to it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.masks import HIDDEN
from tongban.kernel.numbers import NotANumber, read_integer
from tongban.kernel.text import CHINESE, Text, say
from tongban.kit.db import Reader, Unit
from tongban.kit.html import form_of, page, redirect
from tongban.kit.http import STATUS, actor_of, house, language_of, number_from, requires
from tongban.kit.i18n import translator
from tongban.modules.certificates import queries as certificates
from tongban.modules.government import queries as government
from tongban.modules.services import actions, proven, queries
from tongban.modules.services.model import (
    CASE_DUTIES,
    CorrectionItem,
    Deciding,
    Outcome,
    Settled,
    StepOutcome,
    Worked,
)
from tongban.modules.services.pages.mine import file_answer
from tongban.modules.services.pages.showing import (
    AnyRequest,
    Page,
    form_errors,
    value_shower,
    words,
)
from tongban.modules.services.queries import application, mine, printing, showing, work
from tongban.modules.services.queries.showing import Manner, shown
from tongban.modules.services.queries.work import WorkCase

_WORK = {"access": requires(*CASE_DUTIES)}


# One case ----------------------------------------------------------------------------------------


@get("/work/cases/{number:str}", opt=_WORK)
async def work_case(request: AnyRequest, number: FromPath[str]) -> Page:
    """A case: data with their source, what the rules propose, steps, history, what to do."""
    return await _case(request, "services/work_case.html", number)


async def _case(request: AnyRequest, template: str, number: str, /, **context: Any) -> Page:
    language = language_of(request)
    with house(request).db.read() as reader:
        found = queries.work_case(reader, actor_of(request), number)
        given = {"typed": {}, **_context(reader, found, language), **words(request), **context}
    await _looked(request, found)
    return page(request, template, **given)


async def _looked(request: AnyRequest, found: WorkCase) -> None:
    """Put the look on record before the page is answered; a mere reload writes nothing."""
    actor = actor_of(request)
    if found.look_due:
        await house(request).write(lambda unit: actions.look(unit, actor, found))


async def _form(
    request: AnyRequest,
    template: str,
    number: str,
    step: str,
    begun: Callable[[AnyRequest, WorkCase], dict[str, str]],
    verb: str = "",
) -> Page | Redirect:
    """Return the form for a step as it begins; where the ``verb`` cannot be done, the case instead."""
    with house(request).db.read() as reader:
        found = queries.work_case(reader, actor_of(request), number)
        if verb and verb not in found.verbs:
            return _back(number)
        context = _context(reader, found, language_of(request))
    await _looked(request, found)
    given = {**context, **words(request), "step": step, "typed": begun(request, found)}
    return page(request, template, **given)


def _context(reader: Reader, found: WorkCase, language: str) -> dict[str, Any]:
    loaded, hidden = found.loaded, found.hidden()
    return {
        "work": found,
        "not_as_logged": proven.altered(reader, loaded.case.id),
        "loaded": loaded,
        "case": loaded.case,
        "departments": government.department_names(reader.connection, language),
        "revoked": [
            each.number for each in found.granted if certificates.revoked(reader, each.number)
        ],
        "cannot_show": [
            one for one in printing.not_set(reader, loaded) if found.sight.sees(one.key)
        ],
        "trouble": certificates.trouble_of_case(reader, loaded.case.number),
        "needs": application.needs(reader, loaded),
        "groups": showing.groups(loaded),
        "waited": mine.waited(loaded),
        "show": value_shower(loaded, language, sight=found.sight),
        "hidden_text": HIDDEN,
        "findings": [
            (finding, work.words_of(found, finding.condition, language, hidden))
            for finding in found.findings
        ],
        "results": [
            (
                result,
                _written_result(result, language, hidden),
                work.words_of(found, result.expression, language, hidden),
            )
            for result in found.results
        ],
    }


def _written_result(result: Worked, language: str, hidden: Collection[str]) -> str:
    """Write a result, or the mask of one that says in words what this clerk may not see."""
    text = shown(result.type, result.value, Manner(), language)
    return HIDDEN if f"result.{result.code}" in hidden else text


def _back(number: str) -> Redirect:
    return redirect(f"/work/cases/{number}")


def seen_of(typed: Mapping[str, str]) -> int:
    """Return which version of the case the page showed."""
    return number_from(typed.get("seen", ""), -1)


def wrong_of(
    request: AnyRequest, refusal: Refusal, names: Mapping[str, Text] | None = None
) -> dict[str, Any]:
    """Return what a page shows again with, so that nothing typed is lost."""
    if refusal.kind not in (Kind.INVALID, Kind.CONFLICT, Kind.NOT_ALLOWED):
        raise refusal
    return {"status": STATUS[refusal.kind], **form_errors(refusal, request, names=names)}


async def _done(
    request: AnyRequest,
    number: str,
    act: Callable[[Unit, Actor, int], object],
    template: str = "services/work_case.html",
    names: Mapping[str, Text] | None = None,
    **context: Any,
) -> Page | Redirect:
    """Do something to the case as the page showed it; when refused, show the page and the words."""
    actor, typed = actor_of(request), await form_of(request)
    seen = seen_of(typed)
    try:
        await house(request).write(lambda unit: act(unit, actor, seen))
    except Refusal as refusal:
        wrong = wrong_of(request, refusal, names)
        return await _case(request, template, number, typed=typed, **context, **wrong)
    return _back(number)


async def _step_done(
    request: AnyRequest, number: str, step: str, verb: Callable[[Unit, Actor, str, str, int], Any]
) -> Page | Redirect:
    """Do to a step what needs no words."""
    return await _done(
        request, number, lambda unit, actor, seen: verb(unit, actor, number, step, seen)
    )


@post("/work/cases/{number:str}/take/{step:str}", opt=_WORK)
async def take(request: AnyRequest, number: FromPath[str], step: FromPath[str]) -> Page | Redirect:
    """Take a step in hand."""
    return await _step_done(request, number, step, actions.take)


@post("/work/cases/{number:str}/take-over/{step:str}", opt=_WORK)
async def take_over(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Take over a step whose clerk can no longer do it."""
    return await _step_done(request, number, step, actions.take_over)


@post("/work/cases/{number:str}/put-back/{step:str}", opt=_WORK)
async def put_back(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Put a step back into the inbox."""
    answer = await _step_done(request, number, step, actions.put_back)
    return redirect("/work") if isinstance(answer, Redirect) else answer


@post("/work/cases/{number:str}/accept/{step:str}", opt=_WORK)
async def accept(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Accept the case; what is refused shows the case again and says why."""
    return await _step_done(request, number, step, actions.accept)


@get("/work/cases/{number:str}/not-accept/{step:str}", opt=_WORK)
async def before_not_accepting(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Why is it not accepted, on what clause, and what can be done about it?"""
    template = "services/not_accept.html"
    return await _form(request, template, number, step, _remedy_and_contact, "not_accept")


@post("/work/cases/{number:str}/not-accept/{step:str}", opt=_WORK)
async def not_accept(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Not accept, with all that a refusal says."""
    typed = await form_of(request)
    deciding = _refusal(typed, Outcome.NOT_ACCEPTED)
    return await _done(
        request,
        number,
        lambda unit, actor, seen: actions.not_accept(unit, actor, number, step, seen, deciding),
        "services/not_accept.html",
        step=step,
    )


@get("/work/cases/{number:str}/correction/{step:str}", opt=_WORK)
async def before_asking(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """What is missing or wrong? One notice that lists everything."""
    template = "services/ask_correction.html"
    return await _form(request, template, number, step, lambda *_: {}, "ask_correction")


@post("/work/cases/{number:str}/correction/{step:str}", opt=_WORK)
async def ask_correction(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Send the notice of correction."""
    typed = await form_of(request)
    items = [
        CorrectionItem(key=name.removeprefix("item-"), text=_text_for(typed, name))
        for name in typed
        if name.startswith("item-")
    ]
    if other := typed.get("other", ""):
        items.append(CorrectionItem(key="", text=other))
    given = _days(typed.get("days", ""))
    return await _done(
        request,
        number,
        lambda unit, actor, seen: actions.ask_correction(
            unit, actor, number, step, seen, items, given
        ),
        "services/ask_correction.html",
        _names(request, number, items),
        step=step,
    )


def _days(text: str) -> int:
    """Return so many days as were written, 0 for what is no number: the action refuses it."""
    try:
        return read_integer(text)
    except NotANumber:
        return 0


def _names(request: AnyRequest, number: str, items: list[CorrectionItem]) -> dict[str, Text]:
    """Return what the fields are called that say what is wrong with each thing listed."""
    with house(request).db.read() as reader:
        names = queries.work_case(reader, actor_of(request), number).loaded.names
    return {f"text-{each.key}": names.get(each.key, "") for each in items}


def _text_for(typed: dict[str, str], name: str) -> str:
    return typed.get("text-" + name.removeprefix("item-"), "")


@post("/work/cases/{number:str}/lapse/{step:str}", opt=_WORK)
async def lapse(request: AnyRequest, number: FromPath[str], step: FromPath[str]) -> Page | Redirect:
    """Treat it as withdrawn because the time for the correction passed."""
    return await _step_done(request, number, step, actions.lapse)


@post("/work/cases/{number:str}/review/{step:str}", opt=_WORK)
async def review(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Finish a review."""
    typed = await form_of(request)
    outcome, opinion = typed.get("outcome", ""), typed.get("opinion", "")
    known = {each.value for each in StepOutcome}
    chosen = StepOutcome(outcome) if outcome in known else StepOutcome.ACCEPTED
    return await _done(
        request,
        number,
        lambda unit, actor, seen: actions.review(unit, actor, number, step, seen, chosen, opinion),
    )


@post("/work/cases/{number:str}/confirm-review/{step:str}", opt=_WORK)
async def confirm_review(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Say that a review of before the correction holds."""
    return await _step_done(request, number, step, actions.confirm_review)


@post("/work/cases/{number:str}/reopen-review/{step:str}", opt=_WORK)
async def reopen_review(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Take a review of before the correction up again."""
    return await _step_done(request, number, step, actions.reopen_review)


@post("/work/cases/{number:str}/settle/{key:str}", opt=_WORK)
async def settle(request: AnyRequest, number: FromPath[str], key: FromPath[str]) -> Page | Redirect:
    """Say which is right: what came, or what the applicant claims."""
    typed = await form_of(request)
    found = Settled.CLAIM if typed.get("found") == "claim" else Settled.SOURCE
    done = await _done(
        request,
        number,
        lambda unit, actor, seen: actions.settle(unit, actor, number, key, seen, found),
    )
    if isinstance(done, Redirect) and (typed.get("outcome") or typed.get("opinion")):
        return await _case(
            request, "services/work_case.html", number, typed=typed
        )  # a review half typed
    return done


@get("/work/cases/{number:str}/decide/{step:str}", opt=_WORK)
async def before_deciding(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """The proposal once more, and the decision with its reasons."""
    return await _form(request, "services/decide.html", number, step, _proposed)


def _proposed(request: AnyRequest, found: WorkCase) -> dict[str, str]:
    """Return what the form of a decision holds before anything is typed: nothing is chosen."""
    failed = [each for each in found.proposal.findings if each.verdict == "not_met"]
    language = CHINESE
    t = translator(language)
    reasons = "；".join(say(each.name, language) for each in failed)
    return {
        "clause": "；".join(dict.fromkeys(say(each.clause, language) for each in failed)),
        "reason": t("services.decide.reason_start", rules=reasons) if failed else "",
        **_remedy_and_contact(request, found),
    }


def _remedy_and_contact(request: AnyRequest, found: WorkCase) -> dict[str, str]:
    """Return what every refusal can begin with: the service's remedy, and the clerk to ask."""
    service = found.loaded.service
    contact = " ".join(filter(None, (actor_of(request).name, service.window.phone)))
    return {"remedy": say(service.remedy, CHINESE), "contact": contact}


@post("/work/cases/{number:str}/decide/{step:str}", opt=_WORK)
async def decide(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Decide; what a decision lacks shows its page again with everything typed."""
    actor, typed = actor_of(request), await form_of(request)
    if typed.get("outcome") not in (Outcome.APPROVED, Outcome.REFUSED):
        fields = {"outcome": "services.outcome_missing"}
        refusal = Refusal("services.answers_wrong", Kind.INVALID, fields=fields)
        context = {"step": step, "typed": typed, **wrong_of(request, refusal)}
        return await _case(request, "services/decide.html", number, **context)
    deciding = _deciding(typed)
    try:
        await house(request).write(
            lambda unit: actions.decide(unit, actor, number, step, seen_of(typed), deciding)
        )
    except Refusal as refusal:
        wrong = wrong_of(request, _at_its_field(refusal, deciding))
        context = {"step": step, "typed": typed, **wrong}
        return await _case(request, "services/decide.html", number, **context)
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
    return _refusal(typed, Outcome.REFUSED)


def _refusal(typed: dict[str, str], outcome: Outcome) -> Deciding:
    return Deciding(
        outcome=outcome,
        clause=typed.get("clause", ""),
        reason=typed.get("reason", ""),
        remedy=typed.get("remedy", ""),
        contact=typed.get("contact", ""),
    )


@post("/work/cases/{number:str}/deliver/{step:str}", opt=_WORK)
async def deliver(
    request: AnyRequest, number: FromPath[str], step: FromPath[str]
) -> Page | Redirect:
    """Confirm that the result was handed over."""
    return await _step_done(request, number, step, actions.deliver)


@get("/work/cases/{number:str}/files/{attachment:str}", opt=_WORK)
async def case_file(
    request: AnyRequest, number: FromPath[str], attachment: FromPath[str]
) -> Response[bytes] | Redirect:
    """A file the applicant attached; one that no step of the clerk needs is opened with a reason."""
    actor = actor_of(request)
    with house(request).db.read() as reader:
        found = queries.work_case(reader, actor, number)
        file = mine.attachment(found.loaded, attachment)
        due = queries.is_file_look_due(reader, found, file)
    if not found.sight.sees(f"material.{file.material}"):
        return redirect(f"/work/cases/{number}/open?what=material.{file.material}")
    if due:
        await house(request).write(
            lambda unit: actions.look_at_file(unit, actor, found, file.material)
        )
    return file_answer(request, file)


HANDLERS = (
    work_case,
    take,
    take_over,
    put_back,
    accept,
    before_not_accepting,
    not_accept,
    before_asking,
    ask_correction,
    lapse,
    review,
    confirm_review,
    reopen_review,
    settle,
    before_deciding,
    decide,
    deliver,
    case_file,
)
