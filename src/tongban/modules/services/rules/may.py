"""Who may do what to a case: role x department x duty for staff, their own matters for residents."""

from collections.abc import Collection, Iterable

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.subjects import SubjectKind
from tongban.modules.services.model import (
    CASE_DUTIES,
    OVER,
    Applicant,
    Case,
    Service,
    State,
    Step,
    StepOutcome,
    StepRun,
    StepState,
)
from tongban.modules.services.rules.states import Verb, can

_PERSON = "1"


def is_applicant(actor: Actor, case: Case, applicant: Applicant) -> bool:
    """Whether it is the actor's own case, acting for whom it was made."""
    return (
        actor.kind is ActorKind.RESIDENT
        and actor.account == case.account
        and actor.subject == applicant.subject
    )


def may_apply(actor: Actor, service: Service) -> bool:
    """Whether the service is for such as the actor stands for: a person, or an organisation.

    Audience 1 is natural persons, every other code some kind of organisation (GB/T 39046 A.4).
    """
    if actor.kind is not ActorKind.RESIDENT or actor.subject is None:
        return False
    if not service.audience:
        return True
    if actor.subject.kind is SubjectKind.PERSON:
        return _PERSON in service.audience
    return any(code != _PERSON for code in service.audience)


def may_see(actor: Actor, service: Service, runs: Iterable[StepRun]) -> bool:
    """Whether a member of staff may open the case: their department has or had a step in it."""
    if actor.kind is not ActorKind.STAFF or not actor.duties & CASE_DUTIES:
        return False
    begun = {run.department for run in runs if run.state is not StepState.WAITING}
    return actor.department in begun | {service.department}


def may_work(actor: Actor, step: Step) -> bool:
    """Whether the actor may do this step: its department and the duty it needs."""
    return (
        actor.kind is ActorKind.STAFF
        and actor.department == step.department
        and actor.has(step.needed_duty)
    )


def answerable_for(step: Step) -> tuple[str, ...]:
    """Return the duties of whoever is told of a step, first its own, then of those who hand it out."""
    return tuple(dict.fromkeys((step.needed_duty, "case.decide", "case.reassign")))


def may_finish(actor: Actor, step: Step, run: StepRun) -> bool:
    """Whether the actor may finish an open step: not while another clerk has it in hand."""
    in_hand = run.clerk in ("", actor.account)
    return may_work(actor, step) and run.state is StepState.OPEN and in_hand


def has_done(actor: Actor, run: StepRun, outcome: StepOutcome, opinion: str = "") -> bool:
    """Whether the actor did just this before: pressing twice is no second deed."""
    did = run.state is StepState.DONE and run.clerk == actor.account
    return did and run.outcome is outcome and run.opinion == opinion.strip()


def may_reassign(actor: Actor, run: StepRun) -> bool:
    """Whether the actor may hand the step to somebody else of their own department."""
    return (
        actor.kind is ActorKind.STAFF
        and actor.has("case.reassign")
        and actor.department == run.department
        and run.state is StepState.OPEN
    )


def is_stranded(run: StepRun, able: Collection[str]) -> bool:
    """Whether an open step is in the hands of somebody who can no longer do it.

    ``able`` are the accounts of those who can: active, of the department, with the duty.
    """
    return run.state is StepState.OPEN and bool(run.clerk) and run.clerk not in able


def may_take_over(actor: Actor, run: StepRun, able: Collection[str]) -> bool:
    """Whether the actor may take a stranded step over: whoever decides in its department."""
    return (
        actor.kind is ActorKind.STAFF
        and actor.has("case.decide")
        and actor.department == run.department
        and is_stranded(run, able)
    )


def may_put_back(actor: Actor, run: StepRun) -> bool:
    """Whether the actor may put a step they have in hand back into the department's inbox."""
    return run.state is StepState.OPEN and bool(run.clerk) and run.clerk == actor.account


def may_ask_correction(case: Case, asked_before: bool) -> bool:
    """Whether a notice of correction can still be given: one, listing everything (许可法 art. 32)."""
    return not asked_before and can(case.state, Verb.ASK_CORRECTION)


def may_withdraw(case: Case) -> bool:
    """Whether the applicant can still withdraw: until the decision."""
    return can(case.state, Verb.WITHDRAW)


def may_dispute(case: Case) -> bool:
    """Whether the applicant may say that a fetched value is wrong: until the decision."""
    return case.state not in OVER and case.state is not State.ISSUING
