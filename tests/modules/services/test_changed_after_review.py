"""A value disputed or settled after a review: the reviewers are asked, whatever they confirmed before."""

from pathlib import Path

import pytest
from tests.builders import services as builders
from tests.builders.services import LI, REFUSE, REVIEWER, STATUS, wang

from tongban.kernel.errors import Refusal
from tongban.kit.db import Database
from tongban.modules.services import actions, queries
from tongban.modules.services.model import Case, SecondLook, Settled, StepRun


@pytest.fixture
def reviewed(database: Database, tmp_path: Path) -> Case:
    """A case that was reviewed, with a fetched value, and that waits for its decision."""
    builders.found(database, tmp_path)
    return builders.ready_to_decide(database)


def dispute(database: Database, case: Case, claim: str = "10") -> None:
    database.write(lambda unit: actions.dispute(unit, wang(), case.id, STATUS, {STATUS: claim}))


def settle(database: Database, case: Case, found: Settled) -> None:
    database.write(
        lambda unit: actions.settle(unit, LI, case.number, STATUS, builders.seen(unit, case), found)
    )


def confirm(database: Database, case: Case) -> None:
    database.write(
        lambda unit: actions.confirm_review(
            unit, REVIEWER, case.number, "review", builders.seen(unit, case)
        )
    )


def review(database: Database, case: Case) -> StepRun:
    with database.read() as reader:
        run = queries.work_case(reader, LI, case.number).loaded.run("review")
    assert run is not None
    return run


def refuse(database: Database, case: Case) -> Case:
    return database.write(
        lambda unit: actions.decide(
            unit, LI, case.number, "decide", builders.seen(unit, case), REFUSE
        )
    )


def test_who_decides_cannot_settle_a_dispute_past_the_reviewer(
    database: Database, reviewed: Case
) -> None:
    dispute(database, reviewed)
    assert review(database, reviewed).waits_for_second_look
    settle(database, reviewed, Settled.CLAIM)
    with pytest.raises(Refusal, match="reviews_unconfirmed"):
        refuse(database, reviewed)
    confirm(database, reviewed)
    assert refuse(database, reviewed).outcome == "refused"


@pytest.mark.parametrize("found", list(Settled))
def test_a_confirmation_of_before_a_dispute_was_settled_is_asked_for_anew(
    database: Database, reviewed: Case, found: Settled
) -> None:
    dispute(database, reviewed)
    confirm(database, reviewed)
    assert review(database, reviewed).second_look is SecondLook.CONFIRMED
    settle(database, reviewed, found)
    run = review(database, reviewed)
    assert run.waits_for_second_look
    assert run.looked_again_at is None
    with pytest.raises(Refusal, match="reviews_unconfirmed"):
        refuse(database, reviewed)


def test_saying_the_same_once_more_asks_nobody_again(database: Database, reviewed: Case) -> None:
    dispute(database, reviewed)
    confirm(database, reviewed)
    dispute(database, reviewed)
    assert review(database, reviewed).second_look is SecondLook.CONFIRMED


def test_a_claim_that_is_taken_back_is_a_change_too(database: Database, reviewed: Case) -> None:
    dispute(database, reviewed)
    confirm(database, reviewed)
    database.write(
        lambda unit: actions.dispute(unit, wang(), reviewed.id, STATUS, {"retract": "yes"})
    )
    assert review(database, reviewed).waits_for_second_look
