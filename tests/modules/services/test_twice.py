"""Two tabs, a double click, a retry after a lost answer: what was done once is done once."""

from pathlib import Path

import pytest
from tests.builders import services as builders
from tests.builders.services import APPROVE, LI, NOT_ACCEPT, REFUSE, REVIEWER, SUBSIDY, ZHAO, wang

from tongban.kernel.errors import Refusal
from tongban.kit.db import Database
from tongban.modules.services import actions, queries
from tongban.modules.services.model import Case, CorrectionItem, State, StepOutcome, What
from tongban.modules.services.store import history

ITEMS = (CorrectionItem(key="form.phone", text="少一位"), CorrectionItem(key="", text="请说明单位"))


@pytest.fixture(autouse=True)
def city(database: Database, tmp_path: Path) -> None:
    builders.found(database, tmp_path)


def happened(database: Database, case: Case, what: What) -> int:
    with database.read() as reader:
        lines = history.history(reader, case.id, internal=True)
    return sum(line.what is what for line in lines)


def cases_of_wang(database: Database) -> int:
    with database.read() as reader:
        found = queries.matters(reader, wang())
    return len((*found.drafts, *found.mine, *found.running, *found.over))


def test_pressing_start_twice_begins_one_application(database: Database) -> None:
    first, second = builders.started(database), builders.started(database)
    assert first.id == second.id
    builders.answer(database, first.id)
    assert builders.started(database).id != first.id


def test_sending_twice_is_one_case_with_one_receipt(database: Database) -> None:
    draft = builders.filled(database)
    with database.read() as reader:
        version = builders.version_of(reader, draft)
    first, second = (
        database.write(lambda unit: actions.submit(unit, wang(), draft, version)) for _ in range(2)
    )
    assert first.number == second.number
    assert cases_of_wang(database) == 1
    assert happened(database, first, What.SUBMITTED) == 1


def test_a_definition_that_changes_before_sending_leaves_the_case_on_its_version(
    database: Database,
) -> None:
    draft = builders.filled(database)
    newer = builders.definition(version=2, rules=(), materials=(), name="新版补贴")
    database.write(lambda unit: builders.adopt(unit, {SUBSIDY: newer}))
    case = builders.submit(database, draft)
    assert case.service_version == 1
    with database.read() as reader:
        assert len(queries.work_case(reader, LI, case.number).loaded.service.rules) == 2


def test_accepting_reviewing_and_deciding_twice_is_done_once(database: Database) -> None:
    case = builders.submitted(database)
    accepted = builders.accepted(database, case)
    again = database.write(
        lambda unit: actions.accept(unit, LI, case.number, "accept", case.version)
    )
    assert again == accepted
    builders.reviewed(database, case)
    reviewed = builders.reviewed(database, case)
    decided = builders.decided(database, reviewed)
    again = database.write(
        lambda unit: actions.decide(unit, LI, case.number, "decide", reviewed.version, APPROVE)
    )
    assert (again.state, again.number) == (decided.state, decided.number)
    for what in (What.ACCEPTED, What.PASSED, What.APPROVED):
        assert happened(database, case, what) == 1


def test_another_word_or_another_clerk_is_no_second_press(database: Database) -> None:
    case = builders.ready_to_decide(database)
    builders.decided(database, case, REFUSE)
    for actor, deciding in ((ZHAO, REFUSE), (LI, APPROVE)):
        with pytest.raises(Refusal, match="already_decided"):
            database.write(
                lambda unit, actor=actor, deciding=deciding: actions.decide(  # type: ignore[misc]
                    unit, actor, case.number, "decide", case.version, deciding
                )
            )
    assert builders.decided(database, case, REFUSE).state is State.CLOSED


def test_a_notice_of_correction_and_its_answer_go_out_once(database: Database) -> None:
    case = builders.submitted(database)

    def ask(*items: CorrectionItem) -> Case:
        return database.write(
            lambda unit: actions.ask_correction(
                unit, LI, case.number, "accept", case.version, items, 5
            )
        )

    assert ask(*ITEMS) == ask(*ITEMS)
    with pytest.raises(Refusal, match="correction_already_asked"):
        ask(*ITEMS[:1])
    typed = {"form.phone": "13900000000", "answer": "没有单位"}

    def supply(**changed: str) -> Case:
        return database.write(
            lambda unit: actions.supply_correction(unit, wang(), case.number, {**typed, **changed})
        )

    assert supply() == supply()
    assert supply().state is State.SUBMITTED
    with pytest.raises(Refusal, match="not_now"):
        supply(answer="另一句话")
    assert happened(database, case, What.CORRECTION_ASKED) == 1
    assert happened(database, case, What.CORRECTION_SUPPLIED) == 1


def test_withdrawing_twice_withdraws_once(database: Database) -> None:
    case = builders.submitted(database)
    first, second = (
        database.write(lambda unit: actions.withdraw(unit, wang(), case.number)) for _ in range(2)
    )
    assert first == second
    assert happened(database, case, What.WITHDRAWN) == 1


def test_not_accepting_twice_is_done_once(database: Database) -> None:
    case = builders.submitted(database)
    first, second = (
        database.write(
            lambda unit: actions.not_accept(
                unit, LI, case.number, "accept", case.version, NOT_ACCEPT
            )
        )
        for _ in range(2)
    )
    assert first == second
    assert happened(database, case, What.NOT_ACCEPTED) == 1


def test_throwing_a_draft_away_twice_throws_it_away(database: Database) -> None:
    draft = builders.started(database)
    for _ in range(2):
        database.write(lambda unit: actions.discard(unit, wang(), draft.id))
    assert cases_of_wang(database) == 0


def test_an_objection_with_other_words_is_no_second_press(database: Database) -> None:
    case = builders.accepted(database, builders.submitted(database))

    def object_with(words: str) -> Case:
        return database.write(
            lambda unit: actions.review(
                unit, REVIEWER, case.number, "review", case.version, StepOutcome.OBJECTED, words
            )
        )

    assert object_with("登记已撤销") == object_with("登记已撤销")
    with pytest.raises(Refusal, match="step_already_done"):
        object_with("没有登记")
