"""Which states a case goes through, and who may move it."""

import itertools

import pytest
from tests.builders import services as builders
from tests.builders.catalog import CIVIL, LABOUR
from tests.builders.services import LI, MANAGER, OUTSIDER, REVIEWER, STRANGER, ZHAO, case, run, wang

from tongban.kernel.actors import SYSTEM, VISITOR, Actor, ActorKind
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.modules.services.model import (
    OVER,
    RUNNING,
    Applicant,
    State,
    StepKind,
    StepState,
)
from tongban.modules.services.rules import may
from tongban.modules.services.rules.states import TRANSITIONS, Verb, can, moved, ready, stage

SERVICE = builders.procedure()
MINE = Applicant(name="王小明", subject=builders.WANG)


@pytest.mark.parametrize("state", sorted(OVER))
def test_nothing_leads_out_of_a_case_that_is_over(state: State) -> None:
    assert not any(can(state, verb) for verb in Verb)


@pytest.mark.parametrize("state", sorted(RUNNING | {State.DRAFT}))
def test_every_other_state_leads_somewhere(state: State) -> None:
    assert any(can(state, verb) for verb in Verb)


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached, fresh = {State.DRAFT}, {State.DRAFT}
    while fresh:
        fresh = {
            to for (state, _), several in TRANSITIONS.items() if state in fresh for to in several
        } - reached
        reached |= fresh
    assert reached == set(State)


def test_only_a_case_that_is_to_be_decided_is_approved_or_refused() -> None:
    deciding = {
        state for state, verb in itertools.product(State, (Verb.APPROVE, Verb.REFUSE))
        if can(state, verb)
    }  # fmt: skip
    assert deciding == {State.DECIDING}


def test_a_refusal_never_leads_to_a_certificate() -> None:
    assert TRANSITIONS[(State.DECIDING, Verb.REFUSE)] == {State.CLOSED}


@pytest.mark.parametrize("state", [State.ISSUING, State.CLOSED, State.DRAFT])
def test_a_case_cannot_be_withdrawn_before_it_came_in_nor_after_the_decision(state: State) -> None:
    assert not can(state, Verb.WITHDRAW)


def test_a_move_that_the_table_does_not_have_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        moved(State.DRAFT, Verb.APPROVE, State.CLOSED)
    assert (caught.value.code, caught.value.kind) == ("services.not_now", Kind.CONFLICT)


def test_the_state_goes_with_the_earliest_kind_of_open_step() -> None:
    assert stage([StepKind.REVIEW, StepKind.DECIDE]) is State.REVIEWING
    assert stage([StepKind.ACCEPT]) is State.SUBMITTED
    assert stage([]) is State.CLOSED


def test_a_step_begins_when_everything_before_it_is_done() -> None:
    assert [step.code for step in ready(SERVICE, (), ())] == ["accept"]
    assert [step.code for step in ready(SERVICE, ("accept",), ("accept",))] == ["review"]
    assert ready(SERVICE, ("accept",), ("accept", "review")) == ()


def test_parallel_reviews_begin_together_and_the_decision_waits_for_both() -> None:
    step = builders.Step
    parallel = builders.procedure(
        builders.definition(
            steps=(
                step(code="a", name="a", kind=StepKind.REVIEW, department=LABOUR),
                step(code="b", name="b", kind=StepKind.REVIEW, department=CIVIL),
                step(code="c", name="c", kind=StepKind.DECIDE, department=LABOUR, after=("a", "b")),
            )
        )
    )
    assert [one.code for one in ready(parallel, (), ())] == ["a", "b"]
    assert ready(parallel, ("a",), ("a", "b")) == ()
    assert [one.code for one in ready(parallel, ("a", "b"), ("a", "b"))] == ["c"]


# Who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [STRANGER, LI, VISITOR, SYSTEM, wang(account="other")])
def test_a_case_is_nobody_elses(actor: Actor) -> None:
    assert not may.is_applicant(actor, case(), MINE)


def test_whoever_acts_for_somebody_else_now_does_not_see_their_own_matters() -> None:
    organisation = SubjectRef(SubjectKind.ORGANISATION, "91470181MA00000000")
    assert may.is_applicant(wang(), case(), MINE)
    assert not may.is_applicant(wang(subject=organisation), case(), MINE)


def test_a_service_for_people_is_not_for_organisations() -> None:
    organisation = wang(subject=SubjectRef(SubjectKind.ORGANISATION, "91470181MA00000000"))
    firms = builders.procedure(builders.definition(audience=("2",)))
    assert may.may_apply(wang(), SERVICE)
    assert not may.may_apply(organisation, SERVICE)
    assert may.may_apply(organisation, firms)
    assert not may.may_apply(wang(), firms)
    assert not may.may_apply(LI, SERVICE)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [(LI, True), (REVIEWER, False), (OUTSIDER, False), (wang(), False), (VISITOR, False)],
)
def test_only_the_department_of_a_step_with_its_duty_may_do_it(
    actor: Actor, expected: bool
) -> None:
    assert may.may_work(actor, SERVICE.step("accept")) is expected


def test_the_duty_goes_with_the_kind_of_step() -> None:
    reviewer = Actor(
        ActorKind.STAFF, account="r", department=LABOUR, duties=frozenset({"case.review"})
    )
    assert not may.may_work(reviewer, SERVICE.step("accept"))
    assert not may.may_work(reviewer, SERVICE.step("decide"))


def test_a_step_in_somebodys_hand_is_theirs_to_finish() -> None:
    taken = run(clerk="li")
    assert may.may_finish(LI, SERVICE.step("accept"), taken)
    assert not may.may_finish(ZHAO, SERVICE.step("accept"), taken)


def test_a_finished_step_is_nobodys_to_finish() -> None:
    assert not may.may_finish(LI, SERVICE.step("accept"), run(state=StepState.DONE))


def test_handing_over_needs_the_duty_and_the_department() -> None:
    assert may.may_reassign(MANAGER, run())
    assert not may.may_reassign(LI, run())
    assert not may.may_reassign(MANAGER, run("review"))


def test_a_department_sees_a_case_once_its_step_has_begun() -> None:
    assert not may.may_see(REVIEWER, SERVICE, [run()])
    assert may.may_see(REVIEWER, SERVICE, [run(), run("review")])
    assert may.may_see(LI, SERVICE, [])
    assert not may.may_see(OUTSIDER, SERVICE, [run(), run("review"), run("decide")])


def test_a_correction_can_be_asked_for_once() -> None:
    assert may.may_ask_correction(case(), asked_before=False)
    assert not may.may_ask_correction(case(), asked_before=True)
    assert not may.may_ask_correction(case(state=State.ISSUING), asked_before=False)
