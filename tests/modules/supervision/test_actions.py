"""Cards drawn on real cases of the small city."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.builders import identity as people
from tests.builders import services as builders
from tests.builders.catalog import CIVIL, LABOUR, POLICE

from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.notices import queries as notices
from tongban.modules.services import actions as services
from tongban.modules.services.model import Limited, Step, StepKind
from tongban.modules.supervision import actions, queries
from tongban.modules.supervision.definition import SupervisionRuleDefinition
from tongban.modules.supervision.model import Card

SLOW = Step(
    code="count", name="核对缴费", kind=StepKind.REVIEW, department=LABOUR, after=("accept",),
    limit=Limited(days=9),
)  # fmt: skip
QUICK = Step(
    code="identity", name="核对身份", kind=StepKind.REVIEW, department=POLICE, after=("accept",),
    limit=Limited(days=1),
)  # fmt: skip


@pytest.fixture(autouse=True)
def city(database: Database, tmp_path: Path) -> None:
    """Two departments look at the same time; the quick one is the later in every order."""
    accept, _, decide = builders.definition().steps
    steps = (accept, SLOW, QUICK, decide)
    builders.found(database, tmp_path, builders.definition(steps=steps))


def ruled(database: Database, **changed: object) -> None:
    values = {"code": "late", "name": "环节超期", "colour": "yellow",
              "condition": "step.overdue_days > 0", **changed}  # fmt: skip
    rule = SupervisionRuleDefinition(**values)  # type: ignore[arg-type]  # builder
    database.write(lambda unit: shelf.put(unit, "supervision", rule.code, 1, rule))


def later(database: Database, days: int) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(timedelta(days=days))


def unread(database: Database, account: str) -> int:
    with database.read() as reader:
        return notices.unread(reader, account)


def test_a_card_goes_to_the_department_whose_parallel_step_is_late(database: Database) -> None:
    ruled(database)
    builders.accepted(database, builders.submitted(database))
    later(database, 3)
    (card,) = database.write(actions.watch)
    assert card.department == POLICE
    assert database.write(actions.watch) == []


@pytest.mark.parametrize("colour", ["yellow", "red"])
@pytest.mark.parametrize("condition", ["step.overdue_days >= 1", "case.used_share >= 0.1"])
def test_a_card_for_the_bureau_tells_who_must_answer_to_and_each_in_words_of_their_own(
    database: Database, colour: str, condition: str
) -> None:
    ruled(database, colour=colour, condition=condition, recipient="bureau")
    decider = people.employed(database, "decider", POLICE, "case.decide")
    inspector = people.employed(database, "inspector", CIVIL, "supervision.read")
    builders.accepted(database, builders.submitted(database))
    later(database, 3)
    database.write(actions.watch)
    asked, told = newest(database, decider), newest(database, inspector)
    day = ("在 2026年12月2日 回复", "2 December 2026")
    for language in (0, 1):
        assert day[language] in asked[language]
        assert day[language] in told[language]
    assert "办理，最晚在" in asked[0]
    assert "办理，最晚在" not in told[0]
    assert "公安局最晚应当在 2026年12月2日 回复" in told[0]
    assert "Deal with it" in asked[1]
    assert "Deal with it" not in told[1]


def test_a_card_for_the_bureau_reaches_the_handler_and_the_head_and_nobody_twice(
    database: Database,
) -> None:
    ruled(database, recipient="bureau")
    head = people.employed(database, "head", POLICE, "case.reassign")
    reviewer = people.employed(database, "reviewer", POLICE, "case.review")
    case = builders.accepted(database, builders.submitted(database))
    mine = builders.clerk(reviewer, POLICE)
    database.write(
        lambda unit: services.take(unit, mine, case.number, "identity", builders.seen(unit, case))
    )
    later(database, 3)
    database.write(actions.watch)
    assert [unread(database, one) for one in (head, reviewer)] == [1, 1]
    for account in (head, reviewer):
        assert "最晚在 2026年12月2日 回复" in newest(database, account)[0]


def newest(database: Database, account: str) -> list[str]:
    """The newest message of an account, in Chinese and in English."""
    with database.read() as reader:
        message, *_ = notices.inbox(reader, account)
        return ["".join(notices.words(reader, message, language)) for language in ("zh", "en")]


def late_at_the_police(database: Database) -> Card:
    builders.accepted(database, builders.submitted(database))
    later(database, 3)
    (card,) = database.write(actions.watch)
    assert card.department == POLICE
    return card


def test_a_card_goes_to_who_hands_out_the_work_where_nobody_decides(database: Database) -> None:
    ruled(database)
    reviewer = people.employed(database, "reviewer", POLICE, "case.review")
    head = people.employed(database, "head", POLICE, "case.reassign")
    late_at_the_police(database)
    assert (unread(database, head), unread(database, reviewer)) == (1, 0)


def test_a_card_goes_to_whoever_can_answer_it_where_the_department_has_no_head(
    database: Database,
) -> None:
    ruled(database)
    reviewer = people.employed(database, "reviewer", POLICE, "case.review")
    inspector = people.employed(database, "inspector", CIVIL, "supervision.read")
    late_at_the_police(database)
    assert (unread(database, reviewer), unread(database, inspector)) == (1, 0)


def test_where_nobody_can_answer_a_card_those_who_can_change_that_are_told(
    database: Database,
) -> None:
    ruled(database)
    inspector = people.employed(database, "inspector", CIVIL, "supervision.read")
    keeper = people.employed(database, "keeper", CIVIL, "staff.manage")
    card = late_at_the_police(database)
    with database.read() as reader:
        told = {who: notices.inbox(reader, who) for who in (inspector, keeper)}
        assert queries.answering(reader, POLICE) == []
    assert {m.message for each in told.values() for m in each} == {
        "supervision.notice.nobody_answers"
    }
    assert [told[who][0].link for who in told] == [f"/supervision/{card.id}", "/admin/staff"]


def test_a_case_not_yet_accepted_has_no_card_of_the_promise_and_its_own_of_acceptance(
    database: Database,
) -> None:
    near = "case.used_share >= 0.9 and case.overdue_days = 0"
    ruled(database, code="near", condition=near)
    ruled(database, code="unsaid", condition=near.replace("case.", "acceptance."))
    li = people.employed(database, "li.ping", LABOUR, "case.accept")
    case = builders.submitted(database)
    later(database, 7)  # the fifth working day
    (card,) = database.write(actions.watch)
    assert (card.rule, card.clock, card.limit_due) == ("unsaid", "acceptance", date(2026, 12, 1))
    with database.read() as reader:
        (told,) = notices.inbox(reader, li)
        said = [notices.words(reader, told, language)[0] for language in ("zh", "en")]
    assert "受理期限，最后一天 2026年12月1日" in said[0]
    assert "Time for acceptance, last day 1 December 2026" in said[1]
    builders.accepted(database, case)
    later(database, 14)  # the tenth since
    (card,) = database.write(actions.watch)
    assert (card.rule, card.clock, card.limit_due) == ("near", "promised", date(2026, 12, 15))
    assert card.case_number == case.number
