"""A review whose ground changed after it was finished: it is confirmed, or done again."""

from msgspec.structs import replace

from tongban.kernel.actors import Actor
from tongban.kit.db import Unit
from tongban.modules.services import errors
from tongban.modules.services.actions.recording import happened, save
from tongban.modules.services.actions.working import as_seen
from tongban.modules.services.model import Case, SecondLook, StepRun, StepState, What
from tongban.modules.services.queries.loading import Loaded, staff_case
from tongban.modules.services.rules import may, second_look
from tongban.modules.services.rules.states import Verb, moved, open_kinds, stage
from tongban.modules.services.store import steps


def confirm_review(unit: Unit, actor: Actor, number: str, code: str, seen: int) -> Case:
    """Say that a review of before the change holds. A second press says it once.

    Refuses whoever could not do that review, one that waits for no second look, and a case that
    changed since ``seen``.
    """
    loaded, run = _reviewed(unit, actor, number, code)
    if run.second_look is SecondLook.CONFIRMED:
        return loaded.case
    _to_look_at(loaded, run, Verb.CONFIRM_REVIEW, seen)
    moved(loaded.case.state, Verb.CONFIRM_REVIEW, loaded.case.state)
    steps.put_step(unit, loaded.case.id, second_look.confirmed(run, unit.now))
    case = save(unit, loaded.case, loaded.case)
    happened(unit, case, What.REVIEW_CONFIRMED, actor, step=code, internal=True)
    return case


def reopen_review(unit: Unit, actor: Actor, number: str, code: str, seen: int) -> Case:
    """Take a review of before the change up again; what rests on it waits until it is finished.

    Its opinion of before stays in the history. Refuses as :func:`confirm_review` does.
    """
    loaded, run = _reviewed(unit, actor, number, code)
    mine = run.state is StepState.OPEN and run.clerk == actor.account
    if run.second_look is SecondLook.AGAIN and mine:
        return loaded.case
    _to_look_at(loaded, run, Verb.REOPEN_REVIEW, seen)
    again = second_look.reopened(run, actor.account, unit.now)
    waiting = {one.step: one for one in second_look.put_off(loaded.service, loaded.runs, code)}
    for one in (again, *waiting.values()):
        steps.put_step(unit, loaded.case.id, one)
    others = [waiting.get(one.step, one) for one in loaded.runs if one.step != code]
    to = moved(loaded.case.state, Verb.REOPEN_REVIEW, stage(open_kinds((again, *others))))
    case = save(unit, loaded.case, replace(loaded.case, state=to))
    happened(unit, case, What.REVIEW_REOPENED, actor, step=code, words=run.opinion, internal=True)
    return case


def _reviewed(unit: Unit, actor: Actor, number: str, code: str) -> tuple[Loaded, StepRun]:
    loaded = staff_case(unit, actor, number, lock=True)
    run = loaded.run(code)
    if run is None or not may.may_work(actor, loaded.service.step(code)):
        raise errors.not_yours()
    return loaded, run


def _to_look_at(loaded: Loaded, run: StepRun, verb: Verb, seen: int) -> None:
    as_seen(loaded, seen)
    if not run.waits_for_second_look:
        raise errors.not_now(verb, loaded.case.state)
