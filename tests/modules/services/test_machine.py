"""Any history of a case keeps its laws: decided at most once, nothing lost, clocks never run back."""

import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select
from tests.builders import services as builders
from tests.builders.services import LI, REFUSE, REVIEWER, STATUS, VERIFIED, wang

from tongban.kernel.errors import Refusal
from tongban.kit import outbox, testing
from tongban.kit.clock import MovableClock
from tongban.modules.services import actions, queries
from tongban.modules.services.actions import at_hand
from tongban.modules.services.model import (
    OVER,
    Brought,
    CorrectionItem,
    Settled,
    State,
    StepOutcome,
    What,
)
from tongban.modules.services.queries import application
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.rules import form
from tongban.modules.services.store import cases, history, tables
from tongban.modules.services.store.at_hand import lines_of


class CaseMachine(RuleBasedStateMachine):
    """One applicant and the clerks of two departments do whatever they can think of."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.db = testing.sqlite_database(self.folder)
        self.sources = builders.found(self.db, self.folder)
        self.draft = ""
        self.number = ""
        self.lines = 0
        self.decisions: set[tuple[str, dt.datetime]] = set()

    def teardown(self) -> None:
        event(f"ended as {self.loaded().case.state}" if self.draft else "never began")
        self.db.close()
        shutil.rmtree(self.folder)

    def do(self, work: Any) -> bool:
        """Try something; a refusal is an answer, anything else is a fault."""
        try:
            self.db.write(work)
        except Refusal:
            return False
        return True

    def loaded(self) -> Loaded:
        with self.db.read() as reader:
            return application.open_draft(reader, wang(), self.draft)

    @initialize(down=st.booleans())
    def begin(self, down: bool) -> None:
        self.sources.down = down
        self.draft = builders.started(self.db).id

    @rule(option=st.sampled_from(["alone", "hourly"]))
    def answer_situation(self, option: str) -> None:
        self.do(lambda unit: actions.answer_situation(unit, wang(), self.draft, 1, option))

    @rule(allow=st.booleans(), down=st.booleans())
    def consent(self, allow: bool, down: bool) -> None:
        self.sources.down = down
        self.do(lambda unit: actions.consent(unit, wang(), self.draft, {1} if allow else set()))

    @rule(months=st.integers(0, 20), status=st.sampled_from(["10", "20"]))
    def answer_everything_asked(self, months: int, status: str) -> None:
        known = {
            "person.name": "王小明",
            STATUS: status,
            "form.phone": "1",
            "form.months": str(months),
            "form.hours": "10",
        }
        key = builders.MARRIED_ON
        known |= {f"{key}-year": "2019", f"{key}-month": "5", f"{key}-day": "20"}
        for number in range(1, len(self.loaded().pages) + 1):
            self.do(lambda unit, n=number: actions.answer_page(unit, wang(), self.draft, n, known))

    @rule()
    def submit(self) -> None:
        loaded = self.loaded()
        complete = all(stop.done for stop in loaded.stops[:-1])
        draft = loaded.case.state is State.DRAFT
        done = self.do(lambda unit: actions.submit(unit, wang(), self.draft, loaded.case.version))
        assert done is (complete or not draft)
        number = self.loaded().case.number
        assert not self.number or number == self.number
        self.number = number

    @rule()
    def accept(self) -> None:
        case = self.loaded().case
        self.do(lambda unit: actions.accept(unit, LI, self.number, "accept", case.version))

    @rule(step=st.sampled_from(["accept", "review", "decide"]), days=st.integers(0, 20))
    def ask_correction(self, step: str, days: int) -> None:
        items = (CorrectionItem(key="form.phone", text="少一位"),)
        actor = REVIEWER if step == "review" else LI
        had = self.loaded().correction is not None
        seen = self.loaded().case.version
        done = self.do(
            lambda unit: actions.ask_correction(unit, actor, self.number, step, seen, items, days)
        )
        if done and had:
            assert self.loaded().case.version == seen, "the same asked again asks nothing new"

    @rule()
    def supply_correction(self) -> None:
        typed = {"form.phone": "13900000000"}
        before = self.loaded()
        done = self.do(lambda unit: actions.supply_correction(unit, wang(), self.number, typed))
        if not done or before.case.state is not State.CORRECTION:
            return
        after = self.loaded()
        old = before.value("form.phone")
        assert after.correction is not None
        (changed,) = after.correction.changes
        assert (changed.old, changed.new) == (old.value if old else None, "13900000000")
        reviewed = {run.step for run in before.runs if run.kind == "review" and run.outcome}
        asked = {run.step for run in after.runs if run.waits_for_second_look}
        assert asked == reviewed, "every review of before the change is to be looked at again"

    @rule(again=st.booleans())
    def look_again(self, again: bool) -> None:
        verb = actions.reopen_review if again else actions.confirm_review
        before = self.loaded()
        waits = any(run.waits_for_second_look for run in before.runs)
        done = self.do(
            lambda unit: verb(unit, REVIEWER, self.number, "review", before.case.version)
        )
        if not waits and done:
            assert self.loaded().case.version == before.case.version, "a second press does nothing"
        if waits:
            assert done
            expected = State.REVIEWING if again else before.case.state
            assert self.loaded().case.state is expected

    @rule(outcome=st.sampled_from([StepOutcome.PASSED, StepOutcome.OBJECTED]))
    def review(self, outcome: StepOutcome) -> None:
        seen = self.loaded().case.version
        self.do(
            lambda unit: actions.review(
                unit, REVIEWER, self.number, "review", seen, outcome, "意见"
            )
        )

    @rule(claim=st.sampled_from(["10", "20"]))
    def dispute(self, claim: str) -> None:
        self.do(lambda unit: actions.dispute(unit, wang(), self.draft, STATUS, {STATUS: claim}))

    @rule(found=st.sampled_from(list(Settled)))
    def settle(self, found: Settled) -> None:
        seen = self.loaded().case.version
        self.do(lambda unit: actions.settle(unit, LI, self.number, STATUS, seen, found))

    @rule(approve=st.booleans())
    def decide(self, approve: bool) -> None:
        case = self.loaded().case
        deciding = VERIFIED if approve else REFUSE
        before = self.loaded()
        done = self.do(
            lambda unit: actions.decide(unit, LI, self.number, "decide", case.version, deciding)
        )
        if done and before.decision is not None:
            assert self.loaded().decision == before.decision, "a second press decides nothing"
        elif done:
            assert before.case.state is State.DECIDING
            assert not any(run.waits_for_second_look for run in before.runs)

    @rule(allow=st.booleans(), approve=st.booleans())
    def go_on(self, allow: bool, approve: bool) -> None:
        """Do what is due next, so that histories get far."""
        state = self.loaded().case.state
        if state is State.DRAFT:
            self.answer_situation("alone")
            self.consent(allow, down=False)
            self.answer_everything_asked(6, "20")
            self.submit()
        elif state is State.CORRECTION:
            self.supply_correction()
        elif state is State.SUBMITTED:
            self.accept()
        elif state is State.REVIEWING:
            self.review(StepOutcome.PASSED)
        elif state is State.DECIDING:
            self.settle(Settled.CLAIM)
            self.look_again(allow)
            self.decide(approve)

    @rule()
    def seal(self) -> None:
        if self.number:
            self.db.write(lambda unit: actions.certificate_sealed(unit, self.number))

    @rule()
    def withdraw(self) -> None:
        self.do(lambda unit: actions.withdraw(unit, wang(), self.number))

    @rule()
    def lapse(self) -> None:
        seen = self.loaded().case.version
        self.do(lambda unit: actions.lapse(unit, LI, self.number, "accept", seen))

    @rule(days=st.integers(0, 4))
    def time_passes(self, days: int) -> None:
        clock = self.db.clock
        assert isinstance(clock, MovableClock)
        clock.advance(dt.timedelta(days=days))

    @invariant()
    def nothing_is_lost(self) -> None:
        if not self.draft:
            return
        with self.db.read() as reader:
            lines = history.history(reader, self.draft, internal=True)
        assert len(lines) >= self.lines
        self.lines = len(lines)

    @invariant()
    def it_is_decided_at_most_once_and_by_a_person(self) -> None:
        if not self.number:
            return
        loaded = self.loaded()
        if loaded.decision is not None:
            self.decisions.add((loaded.decision.by, loaded.decision.at))
            assert loaded.decision.by == LI.account
            assert loaded.case.outcome is loaded.decision.outcome
            assert loaded.case.state in (State.ISSUING, State.CLOSED)
        assert len(self.decisions) <= 1
        with self.db.read() as reader:
            told = outbox.pending(reader)
        assert told.count("services.case_decided") == len(self.decisions)
        assert told.count("services.case_closed") == int(loaded.case.state is State.CLOSED)

    @invariant()
    def every_clock_says_the_truth(self) -> None:
        if not self.number:
            return
        loaded = self.loaded()
        clocks = loaded.clocks
        if loaded.case.state is State.CORRECTION and clocks.pressing:
            asked = loaded.correction
            assert asked is not None
            assert clocks.pressing.standing.paused is (loaded.today > asked.asked_on)
        if clocks.promised and clocks.statutory and clocks.promised.due and clocks.statutory.due:
            assert clocks.promised.due <= clocks.statutory.due
        for clock in filter(None, (clocks.acceptance, clocks.promised, clocks.statutory)):
            assert clock.standing.used + clock.standing.left == clock.standing.total

    @invariant()
    def lists_find_it_as_it_stands(self) -> None:
        if not self.draft:
            return
        with self.db.read() as reader:
            case = cases.find_case(reader.connection, self.draft)
            assert case is not None
            query = select(tables.at_hand).where(tables.at_hand.c.case_id == case.id)
            kept = {(row["step"], row["from_on"]): dict(row)
                    for row in reader.connection.execute(query).mappings()}  # fmt: skip
            rows = at_hand.rows_of(reader, case)
        right = [line for row in rows for line in lines_of(case, row)]
        assert kept == {(line["step"], line["from_on"]): line for line in right}

    @invariant()
    def what_did_not_come_is_asked(self) -> None:
        if not self.draft:
            return
        loaded = self.loaded()
        if loaded.case.state is not State.DRAFT:
            return
        asked = {question.key for page in loaded.pages for question in page.questions}
        for consent in loaded.consents:
            if consent.brought is not Brought.FETCHED:
                needed = set(loaded.service.needs[consent.number].elements)
                assert needed - form.IDENTITY.keys() <= asked

    @invariant()
    def whoever_is_done_has_nothing_open(self) -> None:
        if not self.number:
            return
        loaded = self.loaded()
        still_open = [run for run in loaded.runs if run.state == "open"]
        over = loaded.case.state in OVER or loaded.case.state is State.ISSUING
        assert bool(still_open) is not over
        with self.db.read() as reader:
            lines = queries.own(reader, wang(), self.number).history
        assert [line.what for line in lines].count(What.SUBMITTED) == 1


TestCase = CaseMachine.TestCase
TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
