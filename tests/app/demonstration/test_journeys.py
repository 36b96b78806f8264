"""The five open services walked from the first question to the certificate, with the real parts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tongban.app.house import worker_for
from tongban.app.setup import ready
from tongban.kernel.actors import Actor
from tongban.kit import testing
from tongban.kit.house import House
from tongban.kit.testing import clock_at
from tongban.modules.certificates import queries as certificates
from tongban.modules.exchange import queries as exchange
from tongban.modules.identity import queries as identity
from tongban.modules.services import actions
from tongban.modules.services.model import (
    Case,
    Deciding,
    Origin,
    Outcome,
    Proposal,
    Proposed,
    State,
    StepKind,
    StepOutcome,
    StepState,
    Verdict,
)
from tongban.modules.services.queries import application, loading
from tongban.modules.services.queries.loading import Loaded

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64

R = TypeVar("R")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration government as it is on its first day."""
    folder = tmp_path_factory.mktemp("demonstration")
    made = ready(None, folder / "data", "http://127.0.0.1:8000", clock_at())
    yield made
    made.db.close()


@dataclass(frozen=True)
class Story:
    """An application: who, for what, how the questions are answered."""

    login: str
    service: str
    situations: Mapping[str, str]
    typed: Mapping[str, str] = field(default_factory=dict)
    papers: tuple[str, ...] = ()


SUBSIDY = Story(
    "lin",
    "flexible-employment-subsidy",
    {"insurance": "both", "account": "held", "work": "own"},
    {"person.phone": "15400000001", "form.work_place": "云台街道", "form.commitment": "yes"},
)
STORIES = (
    SUBSIDY,
    Story(
        "zhou",
        "old-age-allowance",
        {"who": "self", "account": "held"},
        {"person.phone": "15400000002"},
    ),
    Story("zheng", "disability-subsidies", {"which": "both"}, {"person.phone": "15400000003"}),
    Story(
        "he",
        "individual-business-registration",
        {"premises": "own"},
        {
            "person.phone": "15400000004",
            "form.business_name": "云汀市清渠街道何记早餐店",
            "form.industry": "catering",
            "form.scope": "餐饮服务",
            "form.employees": "2",
            "form.address": "云汀市清渠街道滨河路77号",
            "form.use_commitment": "yes",
        },
    ),
    Story(
        "luo",
        "public-rental-housing",
        {"household": "local", "family": "spouse"},
        {
            "person.phone": "15400000005",
            "form.present_home": "云汀市城关街道学府路31号6栋604室",
            "form.people": "3",
            "form.rooms": "two",
            "form.ground_floor": "no",
            "person.spouse_name": "徐静",
        },
        ("marriage-certificate", "present-lease"),
    ),
)


@dataclass
class Walk:
    """Someone who walks a story through the government."""

    house: House

    def actor(self, login: str) -> Actor:
        with self.house.db.read() as reader:
            return identity.actor_of(reader, identity.account_by_login(reader, login).id)

    def do(self, action: Callable[..., R], *what: Any) -> R:
        """Do an action in its own transaction."""
        return self.house.db.write(lambda unit: action(unit, *what))

    def draft(self, actor: Actor, identifier: str) -> Loaded:
        with self.house.db.read() as reader:
            return application.open_draft(reader, actor, identifier)

    def case(self, actor: Actor, number: str) -> Loaded:
        with self.house.db.read() as reader:
            return loading.own_case(reader, actor, number)

    def applied(self, story: Story, *, allow: bool = True) -> Case:
        """Answer everything that is asked and send it in."""
        actor = self.actor(story.login)
        self._withdraw_running(actor, story.service)
        draft = self.do(actions.start, actor, story.service).id
        self._answer_situations(story, actor, draft)
        loaded = self.draft(actor, draft)
        consents = {n for n, need in enumerate(loaded.service.needs) if need.basis == "consent"}
        allowed = consents if allow else set()
        self.do(actions.consent, actor, draft, allowed)
        self._answer_pages(story, actor, draft)
        for paper in story.papers:
            self.do(actions.attach, actor, draft, paper, f"{paper}.png", PICTURE)
        seen = self.draft(actor, draft).case.version
        return self.do(actions.submit, actor, draft, seen)

    def _withdraw_running(self, actor: Actor, service: str) -> None:
        """Make room for another: one case of a service runs at a time."""
        with self.house.db.read() as reader:
            running = application.in_the_way(reader, actor, service)
        if running is not None:
            self.do(actions.withdraw, actor, running.number)

    def _answer_situations(self, story: Story, actor: Actor, draft: str) -> None:
        for number, situation in enumerate(self.draft(actor, draft).service.situations, start=1):
            option = story.situations[situation.code]
            self.do(actions.answer_situation, actor, draft, number, option)

    def _answer_pages(self, story: Story, actor: Actor, draft: str) -> None:
        number = 1
        while number <= len(self.draft(actor, draft).pages):
            self.do(actions.answer_page, actor, draft, number, story.typed)
            number += 1

    def worked(self, actor: Actor, number: str) -> Loaded:
        """Let each department do its step until nothing but the certificate is left."""
        while True:
            loaded = self.case(actor, number)
            waiting = [run for run in loaded.runs if run.state is StepState.OPEN]
            todo = [run for run in waiting if run.kind is not StepKind.ISSUE]
            if not todo:
                return loaded
            self._finish(loaded, todo[0])

    def _finish(self, loaded: Loaded, run: Any) -> None:
        duty = {"accept": "case.accept", "review": "case.review", "decide": "case.decide"}
        with self.house.db.read() as reader:
            clerk = identity.staff_with(reader, run.department, duty[run.kind])[0]
            actor = identity.actor_of(reader, clerk.id)
        number, seen = loaded.case.number, loaded.case.version
        if run.kind is StepKind.ACCEPT:
            self.do(actions.accept, actor, number, run.step, seen)
        elif run.kind is StepKind.REVIEW:
            self.do(actions.review, actor, number, run.step, seen, StepOutcome.PASSED, "")
        else:
            deciding = Deciding(outcome=Outcome.APPROVED, verified=bool(loaded.proposal.stated))
            self.do(actions.decide, actor, number, run.step, seen, deciding)


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
        "person.bank_account_name": "林晓雯",
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
