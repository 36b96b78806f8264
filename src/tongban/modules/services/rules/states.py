"""Which states a case (办件) goes through, and what leads from one to the next: STANDARDS 3.4."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from tongban.modules.services import errors
from tongban.modules.services.model import Service, State, Step, StepKind, StepRun, StepState


class Verb(StrEnum):
    """What moves a case."""

    SUBMIT = "submit"
    ASK_CORRECTION = "ask_correction"
    SUPPLY_CORRECTION = "supply_correction"
    ACCEPT = "accept"
    DEEM = "deem"
    RECKON_ANEW = "reckon_anew"
    NOT_ACCEPT = "not_accept"
    REVIEW = "review"
    CONFIRM_REVIEW = "confirm_review"
    REOPEN_REVIEW = "reopen_review"
    APPROVE = "approve"
    REFUSE = "refuse"
    DELIVER = "deliver"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


_AT_WORK = (State.SUBMITTED, State.REVIEWING, State.DECIDING)

TRANSITIONS: Mapping[tuple[State, Verb], frozenset[State]] = {
    # A service without a step of acceptance accepts by taking it in.
    (State.DRAFT, Verb.SUBMIT): frozenset(_AT_WORK),
    # By silence (行政许可法 art. 32); another calendar may show that the time is not over.
    (State.SUBMITTED, Verb.DEEM): frozenset({State.DEEMED}),
    (State.DEEMED, Verb.RECKON_ANEW): frozenset({State.SUBMITTED}),
    (State.DEEMED, Verb.ACCEPT): frozenset({State.REVIEWING, State.DECIDING}),
    **{(state, Verb.ASK_CORRECTION): frozenset({State.CORRECTION}) for state in _AT_WORK},
    (State.CORRECTION, Verb.SUPPLY_CORRECTION): frozenset(_AT_WORK),
    (State.CORRECTION, Verb.LAPSE): frozenset({State.WITHDRAWN}),
    (State.SUBMITTED, Verb.ACCEPT): frozenset({State.REVIEWING, State.DECIDING}),
    (State.SUBMITTED, Verb.NOT_ACCEPT): frozenset({State.NOT_ACCEPTED}),
    (State.REVIEWING, Verb.REVIEW): frozenset({State.REVIEWING, State.DECIDING}),
    # After a correction was answered, a finished review is confirmed or done again.
    (State.REVIEWING, Verb.CONFIRM_REVIEW): frozenset({State.REVIEWING}),
    (State.DECIDING, Verb.CONFIRM_REVIEW): frozenset({State.DECIDING}),
    (State.REVIEWING, Verb.REOPEN_REVIEW): frozenset({State.REVIEWING}),
    (State.DECIDING, Verb.REOPEN_REVIEW): frozenset({State.REVIEWING}),
    (State.DECIDING, Verb.APPROVE): frozenset({State.ISSUING, State.CLOSED}),
    (State.DECIDING, Verb.REFUSE): frozenset({State.CLOSED}),
    (State.ISSUING, Verb.DELIVER): frozenset({State.CLOSED}),
    # Side exit at any point before the decision.
    **{
        (state, Verb.WITHDRAW): frozenset({State.WITHDRAWN})
        for state in (*_AT_WORK, State.DEEMED, State.CORRECTION)
    },
}
"""Where each verb leads from each state; what is not here is not possible."""


def can(state: State, verb: Verb) -> bool:
    """Whether a case in this state can be moved so at all."""
    return (state, verb) in TRANSITIONS


def moved(state: State, verb: Verb, to: State) -> State:
    """Return the new state. Refuses what the table does not allow."""
    if to not in TRANSITIONS.get((state, verb), frozenset()):
        raise errors.not_now(verb, state)
    return to


_STAGE: Mapping[StepKind, State] = {
    StepKind.ACCEPT: State.SUBMITTED,
    StepKind.REVIEW: State.REVIEWING,
    StepKind.DECIDE: State.DECIDING,
    StepKind.ISSUE: State.ISSUING,
}


def stage(open_steps: Iterable[StepKind]) -> State:
    """Return the state that goes with the steps that are open: the earliest kind tells."""
    kinds = frozenset(open_steps)
    return next((_STAGE[kind] for kind in StepKind if kind in kinds), State.CLOSED)


def ready(service: Service, done: Collection[str], known: Collection[str]) -> tuple[Step, ...]:
    """Return the steps that can begin: all before them are done and they have not begun."""
    return tuple(
        step
        for step in service.steps
        if step.code not in known and all(before in done for before in step.after)
    )


def open_kinds(runs: Iterable[StepRun]) -> tuple[StepKind, ...]:
    """Return the kinds of the steps that are open."""
    return tuple(run.kind for run in runs if run.state is StepState.OPEN)
