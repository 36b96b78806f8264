"""A clerk at work on a step: take it in hand, hand it over, and finish it."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tongban.kernel.actors import SYSTEM, Actor, ActorKind
from tongban.kit.db import Unit
from tongban.modules.identity import queries as identity
from tongban.modules.services import errors
from tongban.modules.services.actions.applying import open_ready
from tongban.modules.services.actions.asking_again import change_values
from tongban.modules.services.actions.recording import about, happened, save, tell
from tongban.modules.services.events import CaseReassigned, StepDone, ValueSettled, WorkLeft
from tongban.modules.services.model import (
    RUNNING,
    Case,
    Settled,
    State,
    Step,
    StepOutcome,
    StepRun,
    StepState,
    What,
)
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.queries.loading import Loaded, staff_case
from tongban.modules.services.rules import may
from tongban.modules.services.rules.deciding import opinion_fault
from tongban.modules.services.rules.states import Verb, moved, open_kinds, stage
from tongban.modules.services.store import cases, history, steps


def at_work(
    unit: Unit,
    actor: Actor,
    number: str,
    code: str,
    repeats: Callable[[Loaded, StepRun], bool] = lambda loaded, run: False,
) -> tuple[Loaded, Step, StepRun]:
    """Return the case and the open step that the actor may finish.

    Refuses a step of another department, one that somebody finished or has in hand (and says who).
    A step that is done comes back only where this ``repeats`` what was done: a second press.
    """
    loaded = staff_case(unit, actor, number, lock=True)
    run = loaded.run(code)
    if run is None:
        raise errors.not_yours()
    step = loaded.service.step(code)
    if not may.may_work(actor, step):
        raise errors.not_yours()
    if run.state is StepState.DONE and repeats(loaded, run):
        return loaded, step, run
    if run.state is StepState.DONE:
        if loaded.decision is not None and run.outcome in (
            StepOutcome.APPROVED,
            StepOutcome.REFUSED,
        ):
            raise errors.already_decided(
                loaded.decision.by_name, _local(loaded, loaded.decision.at)
            )
        if run.dropped:
            raise errors.ended_meanwhile()
        raise errors.step_already_done(identity.name_of(unit, run.clerk))
    if not may.may_finish(actor, step, run):
        raise errors.already_taken(identity.name_of(unit, run.clerk))
    return loaded, step, run


def as_seen(loaded: Loaded, seen: int) -> None:
    """Refuse what is done to a case that changed since the page was shown: ``seen`` is its version."""
    if loaded.case.version != seen:
        raise errors.changed_meanwhile()


def _local(loaded: Loaded, at: dt.datetime) -> str:
    return f"{at.astimezone(ZoneInfo(loaded.calendar.zone)):%Y-%m-%d %H:%M}"


def finish(
    unit: Unit,
    actor: Actor,
    loaded: Loaded,
    run: StepRun,
    outcome: StepOutcome,
    opinion: str = "",
) -> tuple[StepRun, ...]:
    """Mark a step as done and open what follows it; returns the steps as they are now."""
    done = replace(
        run,
        state=StepState.DONE,
        clerk=actor.account if actor.kind is ActorKind.STAFF else run.clerk,
        done_at=unit.now,
        outcome=outcome,
        opinion=opinion,
    )
    steps.put_step(unit, loaded.case.id, done)
    unit.emit(StepDone(**about(loaded.case), step=run.step, outcome=outcome))
    others = tuple(each for each in loaded.runs if each.step != run.step)
    finished = tuple(each.step for each in (*others, done) if each.state is StepState.DONE)
    opened = open_ready(unit, loaded.case.id, loaded, finished)
    begun = {each.step for each in opened}
    return (*(each for each in others if each.step not in begun), done, *opened)


def take(unit: Unit, actor: Actor, number: str, code: str, seen: int) -> Case:
    """Take an open step in hand. Refuses one that another clerk has."""
    loaded, _, run = at_work(unit, actor, number, code)
    if run.clerk == actor.account:
        return loaded.case
    as_seen(loaded, seen)
    steps.put_step(unit, loaded.case.id, replace(run, clerk=actor.account))
    happened(unit, loaded.case, What.TAKEN, actor, step=code, internal=True)
    history.mark_seen(unit, actor.account, loaded.case.id)
    return save(unit, loaded.case, loaded.case)


def put_back(unit: Unit, actor: Actor, number: str, code: str, seen: int) -> Case:
    """Put a step one has in hand back into the department's inbox. Refuses any other step."""
    loaded = staff_case(unit, actor, number, lock=True)
    run = loaded.run(code)
    if run is None or not may.may_put_back(actor, run):
        raise errors.not_yours()
    as_seen(loaded, seen)
    return _hand_over(unit, actor, loaded.case, run, "", What.REASSIGNED)


def reassign(unit: Unit, actor: Actor, number: str, code: str, to: str, seen: int) -> Case:
    """Hand a step to a colleague of the department who has the duty, or (``to`` empty) to nobody.

    Refuses whoever does not manage the department, somebody without the duty, and a case that
    changed since ``seen``.
    """
    loaded = staff_case(unit, actor, number, lock=True)
    run = loaded.run(code)
    if run is None or not may.may_reassign(actor, run):
        raise errors.not_yours()
    duty = loaded.service.step(code).needed_duty
    if to and to not in {one.id for one in identity.staff_with(unit, run.department, duty)}:
        raise errors.nobody_to_take_it()
    if run.clerk == to:
        return loaded.case
    as_seen(loaded, seen)
    return _hand_over(unit, actor, loaded.case, run, to, What.REASSIGNED)


def take_over(unit: Unit, actor: Actor, number: str, code: str, seen: int) -> Case:
    """Take over a step whose clerk can no longer do it; back to the inbox if the actor cannot either.

    Whoever decides in the department may: a department needs no manager for it. Refuses a step
    whose clerk can still do it, or of another department, and a case that changed since ``seen``.
    """
    loaded = staff_case(unit, actor, number, lock=True)
    run = loaded.run(code)
    if run is None:
        raise errors.not_yours()
    step = loaded.service.step(code)
    if not may.may_take_over(actor, run, _able(unit, run, step)):
        raise errors.not_yours()
    as_seen(loaded, seen)
    to = actor.account if may.may_work(actor, step) else ""
    return _hand_over(unit, actor, loaded.case, run, to, What.REASSIGNED)


def _able(unit: Unit, run: StepRun, step: Step) -> frozenset[str]:
    """Return who of a step's department can do it as they are now."""
    return frozenset(one.id for one in identity.staff_with(unit, run.department, step.needed_duty))


def leave_work(unit: Unit, account: str) -> None:
    """Have every step that a clerk has in hand looked at, each by itself: see :func:`return_to_inbox`.

    One that cannot be returned is told to operators as any event that fails, and keeps no other.
    """
    for identifier, step in steps.in_hand(unit.connection, account):
        unit.emit(WorkLeft(case=identifier, step=step, clerk=account))


def return_to_inbox(unit: Unit, account: str, identifier: str, code: str) -> bool:
    """Put a step that a clerk has in hand back into the inbox, if they can no longer do it.

    They left, moved to another department, or lost the duty. Returns whether it went back.
    """
    case = cases.find_case(unit.connection, identifier, lock=True)
    runs = steps.steps_of(unit, identifier) if case is not None else []
    run = next((each for each in runs if (each.step, each.clerk) == (code, account)), None)
    if case is None or run is None:
        return False
    step = service(unit.connection, case.service, case.service_version).step(code)
    if run.state is not StepState.OPEN or not may.is_stranded(run, _able(unit, run, step)):
        return False
    _hand_over(unit, SYSTEM, case, run, "", What.RETURNED)
    return True


def _hand_over(unit: Unit, actor: Actor, case: Case, run: StepRun, to: str, what: What) -> Case:
    steps.put_step(unit, case.id, replace(run, clerk=to))
    words = identity.name_of(unit, to) if to else ""
    happened(unit, case, what, actor, step=run.step, words=words, internal=True)
    unit.emit(CaseReassigned(**about(case), step=run.step, clerk=to))
    return save(unit, case, case)


def review(
    unit: Unit,
    actor: Actor,
    number: str,
    code: str,
    seen: int,
    outcome: StepOutcome,
    opinion: str,
) -> Case:
    """Finish a review: passed, or objected with an opinion. It does not decide.

    Refuses as :func:`at_work` does, a case that changed since ``seen`` or is not under review, an
    outcome that is neither of the two, and an objection that does not say why.
    """
    loaded, _, run = at_work(
        unit, actor, number, code, lambda _, run: may.has_done(actor, run, outcome, opinion)
    )
    if run.state is StepState.DONE:
        return loaded.case
    as_seen(loaded, seen)
    if outcome not in (StepOutcome.PASSED, StepOutcome.OBJECTED):
        raise errors.answers_wrong({"outcome": "services.answer_missing"})
    faults = opinion_fault(opinion, needed=outcome is StepOutcome.OBJECTED)
    if faults:
        raise errors.answers_wrong(faults)
    if loaded.case.state is not State.REVIEWING:
        raise errors.not_now(Verb.REVIEW, loaded.case.state)
    runs = finish(unit, actor, loaded, run, outcome, opinion.strip())
    to = moved(loaded.case.state, Verb.REVIEW, stage(open_kinds(runs)))
    case = save(unit, loaded.case, replace(loaded.case, state=to))
    what = What.PASSED if outcome is StepOutcome.PASSED else What.OBJECTED
    happened(unit, case, what, actor, step=code)
    return case


def settle(unit: Unit, actor: Actor, number: str, key: str, seen: int, found: Settled) -> Case:
    """Say which is right of a fetched value and what the applicant claims, after looking into it.

    Refuses whoever has no step to finish in the case, a case that is over or changed since
    ``seen``, and a value that nobody disputes.
    """
    loaded = staff_case(unit, actor, number, lock=True)
    mine = any(may.may_finish(actor, loaded.service.step(run.step), run) for run in loaded.runs)
    value = loaded.value(key)
    if not mine or loaded.case.state not in RUNNING:
        raise errors.not_yours()
    if value is not None and value.settled is found:
        return loaded.case
    as_seen(loaded, seen)
    if value is None or not value.in_doubt:
        raise errors.changed_meanwhile()
    change_values(unit, loaded, [replace(value, settled=found)])
    what = What.SETTLED_CLAIM if found is Settled.CLAIM else What.SETTLED_SOURCE
    happened(unit, loaded.case, what, actor, words=key)
    tell(unit, loaded, f"settled_{found}", value=loaded.names.get(key, key))
    unit.emit(ValueSettled(**about(loaded.case), element=key, found=found.value))
    return save(unit, loaded.case, loaded.case)
