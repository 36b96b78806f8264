"""A case on the clerk's side, with its data, proposal and steps."""

from collections.abc import Collection

import msgspec

from tongban.kernel.actors import Actor
from tongban.kernel.expressions import Unknown, explain, tell
from tongban.kernel.text import Text, opened, say, together
from tongban.kit.db import Reader
from tongban.kit.i18n import translate, translator
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.identity.model import StaffAccount
from tongban.modules.services.model import (
    OVER,
    Case,
    Clocks,
    Happening,
    Proposal,
    Step,
    StepClock,
    StepKind,
    StepRun,
    StepState,
)
from tongban.modules.services.queries.corrected import Corrected, corrected
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.queries.loading import Loaded, staff_case
from tongban.modules.services.queries.showing import Onlooker, hidden_keys
from tongban.modules.services.queries.tasks import may_take_over
from tongban.modules.services.rules import clocks, conditions, may, proposal, second_look
from tongban.modules.services.rules.states import Verb, can
from tongban.modules.services.store import cases, history, steps

# One case ----------------------------------------------------------------------------------------


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the procedure, and how it stands in this case."""

    step: Step
    run: StepRun | None
    department_name: Text
    clerk_name: str
    own: StepClock = StepClock()
    """The clock of the step itself while it is open."""

    @property
    def state(self) -> StepState:
        """Waiting, open or done."""
        return self.run.state if self.run else StepState.WAITING

    @property
    def dropped(self) -> bool:
        """Whether the case ended before anybody did it."""
        return self.run is not None and self.run.dropped


class WorkCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case as a clerk sees it, and what this clerk may do now."""

    loaded: Loaded
    steps: tuple[StepView, ...]
    history: tuple[Happening, ...]
    clocks: Clocks
    proposal: Proposal
    mine: StepView | None
    """The open step that the actor may finish."""
    whose: str
    """Whose decision it is: ``yours``, that of ``others``, or nobody's any more (empty)."""
    granted: tuple[Case, ...]
    """What was approved before of the same service for the same applicant, the latest first; none
    that this clerk may not see, and none once the case is decided or over."""
    verbs: frozenset[str]
    """What may be done: take, put_back, accept, not_accept, ask_correction, lapse, review, decide,
    deliver, settle, reassign."""
    reassignable: tuple[str, ...] = ()
    """Open steps that the actor may hand to somebody else."""
    stranded: tuple[str, ...] = ()
    """Open steps that the actor may take over from somebody who can no longer do them."""
    corrected: Corrected | None = None
    """What the correction asked for and changed."""
    again: tuple[StepView, ...] = ()
    """Reviews of before the correction that the actor may confirm or take up again."""

    @property
    def reviewed_before(self) -> tuple[StepView, ...]:
        """The reviews that were finished before the correction was answered."""
        return tuple(view for view in self.steps if view.run and view.run.second_look)

    @property
    def unconfirmed(self) -> tuple[StepView, ...]:
        """Of these, the ones that keep the decision waiting."""
        return tuple(
            view for view in self.reviewed_before if view.run and view.run.waits_for_second_look
        )

    @property
    def whole(self) -> frozenset[str]:
        """What this clerk sees whole, because a step in their hands asks to check it.

        Whoever may settle a dispute sees both sides of it: they have to say which one stands.
        """
        mine = (self.mine,) if self.mine and self.verbs else ()
        checked = {key for view in (*mine, *self.again) for key in view.step.checks}
        return frozenset({*checked, *(self.doubted if "settle" in self.verbs else ())})

    @property
    def doubted(self) -> tuple[str, ...]:
        """What the applicant disputes and nobody has looked into."""
        return proposal.in_doubt(self.loaded.values)

    def hidden(self) -> frozenset[str]:
        """Work out what this clerk sees only masked: every rule is looked at, so once a page."""
        return hidden_keys(self.loaded, Onlooker.STAFF, self.whole)

    def __repr__(self) -> str:
        return f"WorkCase({self.loaded.case!r})"


def work_case(reader: Reader, actor: Actor, number: str) -> WorkCase:
    """Return a case for a clerk whose department has to do with it. Refuses others as unknown."""
    loaded = staff_case(reader, actor, number)
    views = tuple(_step_view(reader, loaded, step) for step in loaded.service.steps)
    mine = next((view for view in views if _may_finish(actor, view)), None)
    verbs = frozenset(_verbs(actor, loaded, mine))
    whose = _whose(loaded, verbs)
    if second_look.waiting(loaded.runs):
        verbs -= {Verb.APPROVE, Verb.REFUSE}
    return WorkCase(
        loaded=loaded,
        steps=views,
        history=tuple(history.history(reader, loaded.case.id, internal=True)),
        clocks=loaded.clocks,
        proposal=loaded.proposal,
        mine=mine,
        whose=whose,
        granted=tuple(_granted_before(reader, actor, loaded)),
        verbs=verbs,
        reassignable=tuple(run.step for run in loaded.runs if may.may_reassign(actor, run)),
        stranded=tuple(
            run.step
            for run in loaded.runs
            if may_take_over(reader, actor, loaded.service.step(run.step), run)
        ),
        corrected=corrected(loaded),
        again=tuple(
            view
            for view in views
            if view.run and second_look.may_look_again(actor, view.step, view.run)
        ),
    )


def _is_open(loaded: Loaded) -> bool:
    """Whether a decision is still to come."""
    return loaded.decision is None and loaded.case.state not in OVER


def _whose(loaded: Loaded, verbs: frozenset[str]) -> str:
    if not _is_open(loaded):
        return ""
    return "yours" if Verb.APPROVE in verbs else "others"


def _granted_before(reader: Reader, actor: Actor, loaded: Loaded) -> list[Case]:
    if not _is_open(loaded):
        return []
    found = cases.granted_of(reader, loaded.applicant.subject, loaded.case.service)
    return [case for case in found if _may_see(reader, actor, case)]


def _may_see(reader: Reader, actor: Actor, case: Case) -> bool:
    followed = service(reader.connection, case.service, case.service_version)
    return may.may_see(actor, followed, steps.steps_of(reader, case.id))


def _step_view(reader: Reader, loaded: Loaded, step: Step) -> StepView:
    run = loaded.run(step.code)
    return StepView(
        step=step,
        run=run,
        department_name=government.department_words(reader.connection, step.department),
        clerk_name=identity.name_of(reader, run.clerk) if run and run.clerk else "",
        own=_step_clock(loaded, step, run) if run and run.state is StepState.OPEN else StepClock(),
    )


def _step_clock(loaded: Loaded, step: Step, run: StepRun) -> StepClock:
    asked = (loaded.correction,) if loaded.correction else ()
    received = loaded.calendar.local_date(loaded.case.submitted_at or loaded.case.created_at)
    return clocks.step_clock(loaded.calendar, step, run, asked, loaded.today, received)


def _may_finish(actor: Actor, view: StepView) -> bool:
    return view.run is not None and may.may_finish(actor, view.step, view.run)


def _verbs(actor: Actor, loaded: Loaded, mine: StepView | None) -> list[str]:
    if mine is None or mine.run is None:
        return []
    state, run = loaded.case.state, mine.run
    found = ["put_back" if run.clerk == actor.account else "take"]
    if proposal.in_doubt(loaded.values):
        found.append("settle")
    if may.may_ask_correction(loaded.case, loaded.correction is not None):
        found.append("ask_correction")
    if loaded.correction and clocks.is_correction_late(loaded.correction, loaded.today):
        found.append("lapse")
    by_kind = {
        StepKind.ACCEPT: (Verb.ACCEPT, Verb.NOT_ACCEPT),
        StepKind.REVIEW: (Verb.REVIEW,),
        StepKind.DECIDE: (Verb.APPROVE, Verb.REFUSE),
        StepKind.ISSUE: () if loaded.service.result.certificate else (Verb.DELIVER,),
    }[run.kind]
    return found + [str(verb) for verb in by_kind if can(state, verb)]


def words_of(found: WorkCase, source: str, language: str, hidden: Collection[str]) -> str:
    """Tell in words how a condition or calculation came out, on which values.

    Where it rests on what is disputed, or on what this clerk sees only masked (``hidden``), no value
    is told: only what it rests on. Nor is a result that could not be worked out told to be one that
    nobody gave: what it waits for is.
    """
    loaded, results = found.loaded, found.proposal.results
    known = proposal.with_results(loaded.lookup, results)
    types = conditions.types_of(loaded.service, loaded.elements)
    explained = explain(conditions.parsed(source), known, types)
    used = conditions.keys_of(source)
    is_open = isinstance(explained.value, Unknown)
    waits = proposal.waits_for(source, known, results) if is_open else ()
    for keys, told in (
        ([key for key in (*used, *waits) if key in found.doubted], "on_doubted"),
        ([key for key in used if key in hidden], "on_hidden"),
        ([key for key in waits if key not in used], "on_missing"),
    ):
        if keys:
            named = [say(loaded.names.get(key, key), language) for key in dict.fromkeys(keys)]
            names = together(named, language)
            return translate(language, f"services.proposal.{told}", names=names)
    return opened(tell(explained, language, loaded.names, translator(language)).sentence)


def colleagues(reader: Reader, actor: Actor, loaded: Loaded, step: str) -> list[StaffAccount]:
    """Return who of the department could take a step."""
    duty = loaded.service.step(step).needed_duty
    return identity.staff_with(reader, actor.department, duty)
