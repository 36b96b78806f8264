"""People of the demonstration who apply for something, and the offices that work on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tongban.kernel.actors import Actor
from tongban.kit.house import House
from tongban.modules.identity import queries as identity
from tongban.modules.services import actions
from tongban.modules.services.model import (
    Case,
    CorrectionItem,
    Deciding,
    Outcome,
    StepKind,
    StepOutcome,
    StepState,
)
from tongban.modules.services.queries import application, loading
from tongban.modules.services.queries.loading import Loaded

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64

R = TypeVar("R")


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
STALL = Story(
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
    STALL,
    Story(
        "luo",
        "public-rental-housing",
        {"household": "local", "family": "spouse"},
        {
            "person.phone": "15400000005",
            "person.residence_address": "云汀市城关街道学府路31号6栋604室",
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
        self.withdraw_running(actor, story.service)
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

    def withdraw_running(self, actor: Actor, service: str) -> None:
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

    def sent_back(self, actor: Actor, number: str, days: int) -> Case:
        """Let whoever has the first open step ask for a correction in words, once."""
        loaded = self.case(actor, number)
        run = next(run for run in loaded.runs if run.state is StepState.OPEN)
        items = (CorrectionItem(key="", text="请说明经营场所由谁使用"),)
        clerk, seen = self._clerk_of(run), loaded.case.version
        return self.do(actions.ask_correction, clerk, number, run.step, seen, items, days)

    def worked_once(self, actor: Actor, number: str) -> None:
        """Let whoever has the first open step do it."""
        loaded = self.case(actor, number)
        self._finish(loaded, next(run for run in loaded.runs if run.state is StepState.OPEN))

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
        actor = self._clerk_of(run)
        number, seen = loaded.case.number, loaded.case.version
        if run.kind is StepKind.ACCEPT:
            self.do(actions.accept, actor, number, run.step, seen)
        elif run.kind is StepKind.REVIEW:
            self.do(actions.review, actor, number, run.step, seen, StepOutcome.PASSED, "")
        else:
            deciding = Deciding(outcome=Outcome.APPROVED, verified=bool(loaded.proposal.stated))
            self.do(actions.decide, actor, number, run.step, seen, deciding)

    def _clerk_of(self, run: Any) -> Actor:
        duty = {"accept": "case.accept", "review": "case.review", "decide": "case.decide"}
        with self.house.db.read() as reader:
            clerk = identity.staff_with(reader, run.department, duty[run.kind])[0]
            return identity.actor_of(reader, clerk.id)
