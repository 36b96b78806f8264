"""The five open services walked from the first question to the certificate, with the real parts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders.stories import STORIES, SUBSIDY, Story, Walk

from tongban.app.house import worker_for
from tongban.app.setup import ready
from tongban.kit import testing
from tongban.kit.house import House
from tongban.kit.testing import clock_at
from tongban.modules.certificates import queries as certificates
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.model import UseState
from tongban.modules.services import actions
from tongban.modules.services.model import Origin, Outcome, Proposal, Proposed, State, Verdict
from tongban.modules.services.queries.loading import Loaded


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration government as it is on its first day."""
    folder = tmp_path_factory.mktemp("demonstration")
    made = ready(None, folder / "data", "http://127.0.0.1:8000", clock_at())
    yield made
    made.db.close()


@pytest.fixture
def walk(house: House) -> Walk:
    return Walk(house)


def _proposal(loaded: Loaded) -> Proposal:
    return loaded.proposal


@pytest.mark.parametrize("story", STORIES, ids=[story.service for story in STORIES])
def test_a_story_goes_from_its_first_question_to_its_certificate(walk: Walk, story: Story) -> None:
    actor = walk.actor(story.login)
    case = walk.applied(story)
    assert case.promised_due is not None
    loaded = walk.case(actor, case.number)
    assert _proposal(loaded).proposed is Proposed.APPROVE
    done = walk.worked(actor, case.number)
    assert (done.case.state, done.case.outcome) == (State.ISSUING, Outcome.APPROVED)
    worker_for(walk.house).settle()
    closed = walk.case(actor, case.number)
    assert closed.case.state is State.CLOSED
    with walk.house.db.read() as reader:
        (certificate,) = certificates.of_case(reader, case.number)
    assert certificate.type == closed.service.result.certificate


def test_a_story_goes_its_whole_way_on_postgresql_too(
    postgresql_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = testing.new_name("story")
    testing.make_empty(postgresql_server, name)
    monkeypatch.setenv("TONGBAN_DATABASE", testing.address_of(postgresql_server, name))
    made = ready(None, tmp_path / "data", "http://127.0.0.1:8000", clock_at())
    assert made.db.dialect == "postgresql"
    test_a_story_goes_from_its_first_question_to_its_certificate(Walk(made), SUBSIDY)
    made.db.close()
    testing.drop(postgresql_server, name)


def test_the_tailor_types_only_what_nobody_holds(walk: Walk) -> None:
    actor = walk.actor("lin")
    case = walk.applied(SUBSIDY)
    loaded = walk.case(actor, case.number)
    typed = {value.key for value in loaded.values if value.origin is Origin.ASKED}
    assert typed == {"person.phone", "form.work_place", "form.commitment"}
    results = {result.code: result.value for result in _proposal(loaded).results}
    assert results == {"pension": 468_000, "medical": 180_000, "amount": 648_000}


def test_four_departments_say_what_they_hold_and_the_resident_sees_each(walk: Walk) -> None:
    actor = walk.actor("lin")
    assert actor.subject is not None
    walk.applied(SUBSIDY)
    with walk.house.db.read() as reader:
        lines = exchange.disclosures_about(reader, actor.subject, size=None).lines
    resources = {line.resource for line in lines}
    assert resources == {
        "101001/2",
        "203004/1",
        "203004/2",
        "203004/3",
        "203005/4",
        "202001/1",
        "203008/1",
    }


def test_refusing_consent_only_adds_questions(walk: Walk) -> None:
    asked = dict(SUBSIDY.typed) | {
        "person.household_address": "云汀市云台街道惠民社区惠民路52号3栋402室",
        "person.household_division": "470181",
        "person.pension_paid_months_12": "12",
        "person.pension_paid_12": "9360",
        "person.medical_kind": "individual",
        "person.medical_paid_months_12": "12",
        "person.medical_paid_12": "3744",
        "person.bank_name": "云汀农村商业银行",
        "person.bank_account": "9994700000000000010",
    }
    papers = ("household-register", "contribution-receipt", "bank-card")
    story = Story("lin", SUBSIDY.service, SUBSIDY.situations, asked, papers)
    case = walk.applied(story, allow=False)
    loaded = walk.case(walk.actor("lin"), case.number)
    assert _proposal(loaded).proposed is Proposed.VERIFY
    assert "person.pension_paid_months_12" in _proposal(loaded).stated
    origins = {value.key: value.origin for value in loaded.values}
    assert origins["person.pension_paid_12"] is Origin.ASKED
    assert origins["person.employment_status"] is Origin.FETCHED


def test_the_decorator_is_told_which_condition_he_does_not_meet(walk: Walk) -> None:
    story = Story(
        "sun", SUBSIDY.service, {**SUBSIDY.situations, "insurance": "pension"}, SUBSIDY.typed
    )
    case = walk.applied(story)
    found = _proposal(walk.case(walk.actor("sun"), case.number))
    assert found.proposed is Proposed.REFUSE
    unmet = [one.rule for one in found.findings if one.verdict is Verdict.NOT_MET]
    assert unmet == ["pension-paid"]


def test_who_asks_for_more_is_asked_again_for_what_it_needs_and_the_old_use_is_closed(
    walk: Walk,
) -> None:
    actor = walk.actor("lin")
    walk.withdraw_running(actor, SUBSIDY.service)
    draft = walk.do(actions.start, actor, SUBSIDY.service).id
    for number, option in enumerate(("pension", "held", "own"), start=1):
        walk.do(actions.answer_situation, actor, draft, number, option)
    needs = enumerate(walk.draft(actor, draft).service.needs)
    walk.do(actions.consent, actor, draft, {n for n, one in needs if one.basis == "consent"})
    before = walk.draft(actor, draft)
    fetched = {value.key for value in before.values if value.origin is Origin.FETCHED}
    assert "person.pension_paid_12" in fetched
    assert not fetched & {"person.medical_paid_12", "person.medical_paid_months_12"}
    (contributions,) = (each for each in before.consents if each.resource == "203005/4")
    walk.do(actions.answer_situation, actor, draft, 1, "both")
    after = walk.draft(actor, draft)
    assert contributions.number not in {each.number for each in after.consents}
    assert len(after.consents) == len(before.consents) - 1
    assert "person.pension_paid_12" not in {value.key for value in after.values}
    with walk.house.db.read() as reader:
        (use,) = (
            each
            for each in exchange.uses_of_case(reader.connection, draft)
            if each.id == contributions.use
        )
    assert use.state is UseState.CLOSED
    walk.do(actions.discard, actor, draft)
