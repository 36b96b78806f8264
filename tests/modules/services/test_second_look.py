"""A correction answered after a review: shown old beside new, told, and confirmed or looked at again."""

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.builders import identity as people
from tests.builders import services as builders
from tests.builders.catalog import CIVIL, POLICE
from tests.builders.services import LI, REFUSE, REVIEWER, STATUS, VERIFIED, wang

from tongban.kernel.actors import SYSTEM, Actor
from tongban.kernel.errors import Refusal
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.identity import actions as identity
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.identity.model import NewStaff
from tongban.modules.notices import queries as notices
from tongban.modules.services import actions, queries
from tongban.modules.services.model import (
    Case,
    CorrectionItem,
    Origin,
    SecondLook,
    State,
    Step,
    StepKind,
    StepOutcome,
    StepState,
    What,
)
from tongban.modules.services.store import tables

PHONE, PAPER = "form.phone", "material.marriage"
GUARD = builders.clerk("guan", POLICE)
LETTER = b"%PDF-1.4\n%first\n%%EOF\n"


def two_reviews() -> Any:
    """The subsidy, reviewed by civil affairs and by the police before it is decided."""
    declared = builders.definition()
    police = Step(
        code="police",
        name="公安核查",
        kind=StepKind.REVIEW,
        department=POLICE,
        after=("accept",),
    )
    accept, review, decide = declared.steps
    last = Step(
        code=decide.code,
        name=decide.name,
        kind=decide.kind,
        department=decide.department,
        after=("review", "police"),
    )
    return builders.definition(steps=(accept, review, police, last))


@pytest.fixture
def reviewed(database: Database, tmp_path: Path) -> Case:
    """A case that two departments have reviewed and that waits for its decision."""
    builders.found(database, tmp_path, two_reviews())
    case = builders.accepted(database, builders.submitted(database, allow=False))
    for actor, step in ((REVIEWER, "review"), (GUARD, "police")):
        passed(database, case, actor, step)
    return now(database, case)


def passed(database: Database, case: Case, actor: Actor, step: str, words: str = "属实") -> None:
    done = StepOutcome.PASSED
    database.write(
        lambda unit: actions.review(
            unit, actor, case.number, step, builders.seen(unit, case), done, words
        )
    )


def now(database: Database, case: Case) -> Case:
    with database.read() as reader:
        return queries.work_case(reader, LI, case.number).loaded.case


def later(database: Database) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.timedelta(minutes=5))


def corrected(
    database: Database, case: Case, *items: CorrectionItem, typed: dict[str, str] | None = None
) -> None:
    """Li asks for a correction at the decision, and Wang answers it."""
    wanted = items or (CorrectionItem(key=PHONE, text="号码少一位"),)
    database.write(
        lambda unit: actions.ask_correction(
            unit, LI, case.number, "decide", builders.seen(unit, case), wanted
        )
    )
    answer = typed or {PHONE: "13900000000"}
    database.write(lambda unit: actions.supply_correction(unit, wang(), case.number, answer))


def confirm(database: Database, case: Case, actor: Actor, step: str) -> Case:
    return database.write(
        lambda unit: actions.confirm_review(
            unit, actor, case.number, step, builders.seen(unit, case)
        )
    )


def reopen(database: Database, case: Case, actor: Actor, step: str) -> Case:
    return database.write(
        lambda unit: actions.reopen_review(
            unit, actor, case.number, step, builders.seen(unit, case)
        )
    )


def work(database: Database, actor: Actor, case: Case) -> Any:
    with database.read() as reader:
        return queries.work_case(reader, actor, case.number)


def decide(database: Database, case: Case, deciding: Any = VERIFIED) -> Case:
    return database.write(
        lambda unit: actions.decide(
            unit, LI, case.number, "decide", builders.seen(unit, case), deciding
        )
    )


def test_every_reviewer_and_who_decides_see_what_was_asked_and_the_old_beside_the_new(
    database: Database, reviewed: Case
) -> None:
    with database.read() as reader:
        old = queries.work_case(reader, LI, reviewed.number).loaded.value(PHONE)
    assert old is not None
    corrected(database, reviewed)
    for actor in (REVIEWER, GUARD, LI):
        found = work(database, actor, reviewed).corrected
        assert found is not None
        (line,) = found.lines
        assert line.item.text == "号码少一位"
        assert (line.before.value, line.after.value) == (old.value, "13900000000")
        assert found.supplied_at is not None
        before = work(database, actor, reviewed).reviewed_before
        assert {view.step.code for view in before} == {"review", "police"}


def test_nothing_is_decided_until_each_review_is_confirmed(
    database: Database, reviewed: Case
) -> None:
    corrected(database, reviewed)
    assert "approve" not in work(database, LI, reviewed).verbs
    for deciding in (VERIFIED, REFUSE):
        with pytest.raises(Refusal, match="reviews_unconfirmed"):
            decide(database, reviewed, deciding)
    confirm(database, reviewed, REVIEWER, "review")
    with pytest.raises(Refusal, match="reviews_unconfirmed"):
        decide(database, reviewed)
    assert [view.step.code for view in work(database, LI, reviewed).unconfirmed] == ["police"]
    confirm(database, reviewed, GUARD, "police")
    assert "approve" in work(database, LI, reviewed).verbs
    assert decide(database, reviewed).state in (State.ISSUING, State.CLOSED)


def test_looking_again_reopens_the_review_and_the_decision_waits_for_it(
    database: Database, reviewed: Case
) -> None:
    corrected(database, reviewed)
    confirm(database, reviewed, GUARD, "police")
    case = reopen(database, reviewed, REVIEWER, "review")
    assert case.state is State.REVIEWING
    found = work(database, LI, case)
    by_code = {view.step.code: view for view in found.steps}
    assert by_code["decide"].state is StepState.WAITING
    assert "approve" not in found.verbs
    (line,) = [each for each in found.history if each.what is What.REVIEW_REOPENED]
    assert (line.words, line.internal) == ("属实", True), "the opinion of before is not lost"
    passed(database, case, REVIEWER, "review", "重新核对，属实")
    after = work(database, LI, case)
    assert after.loaded.case.state is State.DECIDING
    assert {v.run.second_look for v in after.reviewed_before} == {
        SecondLook.AGAIN,
        SecondLook.CONFIRMED,
    }
    assert decide(database, case).state in (State.ISSUING, State.CLOSED)


def test_whoever_has_the_decision_in_hand_keeps_it_while_a_review_is_done_again(
    database: Database, reviewed: Case
) -> None:
    database.write(lambda unit: actions.take(unit, LI, reviewed.number, "decide", reviewed.version))
    corrected(database, reviewed)
    confirm(database, reviewed, GUARD, "police")
    reopen(database, reviewed, REVIEWER, "review")
    passed(database, reviewed, REVIEWER, "review")
    run = work(database, LI, reviewed).loaded.run("decide")
    assert (run.state, run.clerk) == (StepState.OPEN, LI.account)


def test_a_second_press_confirms_once_and_reopens_once(database: Database, reviewed: Case) -> None:
    corrected(database, reviewed)
    first = confirm(database, reviewed, REVIEWER, "review")
    assert confirm(database, reviewed, REVIEWER, "review") == first
    again = reopen(database, reviewed, GUARD, "police")
    assert reopen(database, reviewed, GUARD, "police") == again
    with pytest.raises(Refusal, match="not_now"):
        reopen(database, reviewed, REVIEWER, "review")


def test_only_the_department_of_a_review_confirms_it(database: Database, reviewed: Case) -> None:
    corrected(database, reviewed)
    for actor in (LI, GUARD):
        with pytest.raises(Refusal, match="not_yours"):
            confirm(database, reviewed, actor, "review")
    colleague = builders.clerk("wu", CIVIL)
    confirm(database, reviewed, colleague, "review")
    assert work(database, LI, reviewed).loaded.run("review").clerk == REVIEWER.account


def test_a_page_that_is_older_than_the_answer_confirms_nothing(
    database: Database, reviewed: Case
) -> None:
    corrected(database, reviewed)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        database.write(
            lambda unit: actions.confirm_review(
                unit, REVIEWER, reviewed.number, "review", reviewed.version
            )
        )


def test_a_review_that_was_not_finished_yet_needs_no_second_look(
    database: Database, tmp_path: Path
) -> None:
    builders.found(database, tmp_path, two_reviews())
    case = builders.accepted(database, builders.submitted(database))
    passed(database, case, GUARD, "police")
    database.write(
        lambda unit: actions.ask_correction(
            unit,
            REVIEWER,
            case.number,
            "review",
            builders.seen(unit, case),
            (CorrectionItem(key=PHONE, text="少一位"),),
        )
    )
    typed = {PHONE: "13900000000"}
    database.write(lambda unit: actions.supply_correction(unit, wang(), case.number, typed))
    found = work(database, REVIEWER, case)
    assert [view.step.code for view in found.reviewed_before] == ["police"]
    assert "review" in found.verbs
    assert found.corrected is not None


def test_a_disputed_value_shows_what_the_department_gave_and_a_file_shows_both_names(
    database: Database, tmp_path: Path
) -> None:
    builders.found(database, tmp_path)
    case = builders.ready_to_decide(database)
    items = (CorrectionItem(key=STATUS, text="请核对"), CorrectionItem(key="", text="说明原因"))
    corrected(database, case, *items, typed={STATUS: "10", "answer": "已离婚"})
    found = work(database, LI, case).corrected
    assert found is not None
    line, other = found.lines
    assert (line.before.value, line.before.origin) == ("20", Origin.FETCHED)
    assert (line.after.value, line.after.origin) == ("10", Origin.ASKED)
    assert (other.before, other.after, found.answer) == (None, None, "已离婚")


def test_files_of_before_and_after_are_told_apart_and_one_can_be_taken_back(
    database: Database, reviewed: Case
) -> None:
    item = (CorrectionItem(key=PAPER, text="看不清"),)
    database.write(
        lambda unit: actions.ask_correction(
            unit, LI, reviewed.number, "decide", builders.seen(unit, reviewed), item
        )
    )

    def attach(name: str, content: bytes) -> None:
        later(database)
        database.write(
            lambda unit: actions.attach(unit, wang(), reviewed.id, "marriage", name, content)
        )

    attach("错的.pdf", LETTER)
    with database.read() as reader:
        (wrong,) = queries.own(reader, wang(), reviewed.number).loaded.attachments
    for _ in range(2):
        database.write(lambda unit: actions.take_back(unit, wang(), reviewed.number, wrong.id))
    with pytest.raises(Refusal, match="answers_wrong"):
        database.write(lambda unit: actions.supply_correction(unit, wang(), reviewed.number, {}))
    attach("对的.pdf", LETTER + b"%second\n")
    database.write(lambda unit: actions.supply_correction(unit, wang(), reviewed.number, {}))
    with pytest.raises(Refusal, match="not_now"):
        database.write(lambda unit: actions.take_back(unit, wang(), reviewed.number, wrong.id))
    (line,) = work(database, LI, reviewed).corrected.lines
    assert line.is_file
    assert (line.before, line.after.value) == (None, "对的.pdf")


def test_old_values_are_sealed_at_rest(database: Database, reviewed: Case) -> None:
    with database.read() as reader:
        old = queries.work_case(reader, LI, reviewed.number).loaded.value(PHONE)
    corrected(database, reviewed)
    with database.read() as reader:
        kept = reader.connection.execute(tables.correction.select()).one().changes
    assert old is not None
    assert kept
    assert str(old.value).encode() not in bytes(kept)


def test_a_withdrawn_case_waits_for_no_second_look(database: Database, reviewed: Case) -> None:
    corrected(database, reviewed)
    reopen(database, reviewed, GUARD, "police")
    database.write(lambda unit: actions.withdraw(unit, wang(), reviewed.number))
    found = work(database, REVIEWER, reviewed)
    assert found.unconfirmed == ()
    assert all(view.state is StepState.DONE for view in found.steps)
    with database.read() as reader:
        assert queries.inbox(reader, REVIEWER, queries.InboxFilter()).tasks == ()


def test_the_reviewer_is_told_and_finds_it_in_the_inbox(database: Database, tmp_path: Path) -> None:
    builders.found(database, tmp_path)
    role = RoleDefinition(code="reviewer", name="reviewer", duties=("case.review",))
    database.write(partial(people.adopt_role, role=role))
    accounts = []
    for login in ("sun.li", "wu.di"):
        new = NewStaff(login=login, name=login, department=CIVIL, roles=("reviewer",))
        made = database.write(partial(identity.create_staff, actor=SYSTEM, new=new))
        accounts.append(made[0].id)
    sun = builders.clerk(accounts[0], CIVIL)
    case = builders.accepted(database, builders.submitted(database))
    passed(database, case, sun, "review")
    corrected(database, case)
    with database.read() as reader:
        told = {each.message for each in notices.inbox(reader, accounts[0])}
        others = {each.message for each in notices.inbox(reader, accounts[1])}
        (task,) = queries.inbox(reader, sun, queries.InboxFilter()).tasks
        running = queries.running(reader)[0]
    assert "services.notice.look_again" in told
    assert "services.notice.look_again" not in others, "who did it is there to be asked"
    assert task.run.waits_for_second_look
    assert {step.step for step in running.steps} == {"review", "decide"}
    assert {step.overdue_days for step in running.steps} == {0}, "its time begins anew"


@pytest.mark.parametrize("duty", ["case.decide", "case.reassign"])
def test_where_nobody_can_review_any_more_whoever_hands_out_the_work_is_told(
    database: Database, tmp_path: Path, duty: str
) -> None:
    builders.found(database, tmp_path)
    head = people.employed(database, "head", CIVIL, duty)
    case = builders.accepted(database, builders.submitted(database))
    passed(database, case, REVIEWER, "review")
    corrected(database, case)
    with database.read() as reader:
        told = [each.message for each in notices.inbox(reader, head)]
    assert told == ["services.notice.look_again"]
