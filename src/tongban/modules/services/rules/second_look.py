"""Reviews that were finished before something in the case changed: they hold, or are done again.

A reviewer judged what was there then. Once it changed, the review is to be confirmed or taken up again
before anything is decided on it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from tongban.kernel.actors import Actor
from tongban.modules.services.model import (
    SecondLook,
    Service,
    Step,
    StepKind,
    StepRun,
    StepState,
)
from tongban.modules.services.rules.may import may_work


def asked_again(runs: Iterable[StepRun], at: dt.datetime) -> tuple[StepRun, ...]:
    """Return the reviews that were finished before a change, to be looked at again.

    One that was confirmed after an earlier change is among them; one that still waits goes on waiting."""
    return tuple(
        replace(run, second_look=SecondLook.WAITING, asked_again_at=at, looked_again_at=None)
        for run in runs
        if run.kind is StepKind.REVIEW
        and run.state is StepState.DONE
        and not run.dropped
        and not run.waits_for_second_look
    )


def waiting(runs: Iterable[StepRun]) -> tuple[StepRun, ...]:
    """Return the reviews that nobody has confirmed or taken up again."""
    return tuple(run for run in runs if run.waits_for_second_look)


def may_look_again(actor: Actor, step: Step, run: StepRun) -> bool:
    """Whether the actor may confirm or reopen a review: whoever of its department could do it.

    Not only who did it: they may have left since, and the case waits.
    """
    return run.waits_for_second_look and may_work(actor, step)


def confirmed(run: StepRun, at: dt.datetime) -> StepRun:
    """Return a review that holds."""
    return replace(run, second_look=SecondLook.CONFIRMED, looked_again_at=at)


def reopened(run: StepRun, clerk: str, at: dt.datetime) -> StepRun:
    """Return a review that is done again, in the hands of whoever took it up."""
    return replace(
        run,
        state=StepState.OPEN,
        clerk=clerk,
        opened_at=at,
        done_at=None,
        outcome=None,
        opinion="",
        second_look=SecondLook.AGAIN,
        looked_again_at=at,
    )


def put_off(service: Service, runs: Iterable[StepRun], code: str) -> Iterator[StepRun]:
    """Yield the open steps that rest on one that is done again: they wait, and stay whose they are."""
    resting = {code}
    for _ in service.steps:  # as far as steps can follow one another
        resting |= {step.code for step in service.steps if resting & set(step.after)}
    for run in runs:
        if run.step != code and run.step in resting and run.state is StepState.OPEN:
            yield replace(run, state=StepState.WAITING)
