"""A case on the clerk's side, with its data, proposal and steps."""

from collections.abc import Collection, Iterable

import msgspec
from msgspec.structs import replace

from tongban.kernel.actors import Actor
from tongban.kernel.expressions import Unknown, explain, tell
from tongban.kernel.text import Text, opened, say, together
from tongban.kit.db import Reader
from tongban.kit.i18n import translate, translator
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.model.looks import Looked, LookKind
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.identity.model import StaffAccount
from tongban.modules.services.model import (
    OVER,
    Attachment,
    Case,
    Clocks,
    Finding,
    Happening,
    Proposal,
    Step,
    StepClock,
    StepKind,
    StepRun,
    StepState,
    Worked,
)
from tongban.modules.services.model.sight import NOTHING, Sight
from tongban.modules.services.queries.corrected import Corrected, corrected
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.queries.loading import Loaded, staff_case
from tongban.modules.services.queries.showing import Onlooker, hidden_keys
from tongban.modules.services.queries.tasks import may_take_over
from tongban.modules.services.rules import clocks, conditions, may, proposal, second_look
from tongban.modules.services.rules.needed import sight_of
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
    at_hand: tuple[StepView, ...] = ()
    """Every open step that the actor may finish, and every review to be looked at again."""
    able: tuple[StepView, ...] = ()
    """Every step that is for somebody of the actor's department and duties."""
    sight: Sight = NOTHING
    """What this clerk sees of values and files: what the steps at hand need, and what they opened."""
    looks: tuple[Looked, ...] = ()
    """What this clerk looked at today."""
    look_due: bool = False
    """Whether this look is still to be put on record, or there was news since the one before."""

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
    def findings(self) -> tuple[Finding, ...]:
        """The rules of which this clerk sees all that they rest on: the others are not theirs."""
        return tuple(one for one in self.proposal.findings if self.sight.judges(one.used))

    @property
    def others_findings(self) -> int:
        """How many rules are judged by others."""
        return len(self.proposal.findings) - len(self.findings)

    @property
    def results(self) -> tuple[Worked, ...]:
        """What was worked out that this clerk sees."""
        results = self.proposal.results
        return tuple(one for one in results if self.sight.sees(f"result.{one.code}"))

    @property
    def doubted(self) -> tuple[str, ...]:
        """What the applicant disputes and nobody has looked into."""
        return proposal.in_doubt(self.loaded.values)

    def hidden(self) -> frozenset[str]:
        """Work out what this clerk sees only masked: every rule is looked at, so once a page."""
        return hidden_keys(self.loaded, Onlooker.STAFF, self.sight)

    @property
    def in_the_clear(self) -> tuple[str, ...]:
        """What of the case's values stands on its pages for this clerk, by key."""
        known = (value.key for value in self.loaded.values if value.value is not None)
        return tuple(key for key in known if self.sight.sees(key))

    @property
    def closed(self) -> tuple[str, ...]:
        """What this clerk can open with a reason: values, then files, that their steps do not need."""
        known = [value.key for value in self.loaded.values if value.value is not None]
        known += [f"material.{file.material}" for file in self.loaded.attachments]
        return tuple(key for key in dict.fromkeys(known) if not self.sight.sees(key))

    @property
    def opened(self) -> tuple[str, ...]:
        """What of it this clerk opened with a reason, and sees until midnight."""
        return tuple(sorted(exchange.opened(self.looks)))

    @property
    def sees_words(self) -> bool:
        """Whether what the applicant answered in words to a correction is for this clerk: for whoever
        works on it in the service's own department, and for whoever sees something it was about."""
        asked = self.loaded.correction.items if self.loaded.correction else ()
        about = any(item.key and self.sight.sees(item.key) for item in asked)
        own = any(view.step.department == self.loaded.service.department for view in self.at_hand)
        return about or own

    @property
    def post(self) -> Step | None:
        """For which step this clerk looks at the case: the one in hand, else one they could do."""
        theirs = [view.step for view in (*self.at_hand, *self.able)]
        return theirs[0] if theirs else None

    @property
    def post_code(self) -> str:
        """Code of that step, empty where there is none."""
        return self.post.code if self.post else ""

    def __repr__(self) -> str:
        return f"WorkCase({self.loaded.case!r})"


def work_case(reader: Reader, actor: Actor, number: str) -> WorkCase:
    """Return a case for a clerk whose department has to do with it. Refuses others as unknown."""
    loaded = staff_case(reader, actor, number)
    views = tuple(_step_view(reader, loaded, step) for step in loaded.service.steps)
    mine = next((view for view in views if _may_finish(actor, view)), None)
    again = tuple(view for view in views if _may_look_again(actor, view))
    at_hand = (*(view for view in views if _may_finish(actor, view)), *again)
    looks = tuple(exchange.looks_today(reader, actor.account, loaded.case.number))
    verbs = frozenset(_verbs(actor, loaded, mine))
    whose = _whose(loaded, verbs)
    if second_look.waiting(loaded.runs):
        verbs -= {Verb.APPROVE, Verb.REFUSE}
    found = WorkCase(
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
        again=again,
        at_hand=at_hand,
        able=tuple(view for view in views if may.may_work(actor, view.step)),
        sight=_sight(loaded, at_hand, looks, verbs),
        looks=looks,
    )
    return replace(found, look_due=_look_due(reader, actor, found))


def _look_due(reader: Reader, actor: Actor, found: WorkCase) -> bool:
    """Whether a page that is loaded now writes anything: not each reload does."""
    step, seen_now = found.post_code, found.in_the_clear
    if exchange.is_look_due(found.looks, LookKind.CASE, step, seen_now, reader.now):
        return True
    seen = history.seen_at(reader, actor.account, found.loaded.case.id)
    return seen is None or any(line.at > seen for line in found.history)


def _sight(
    loaded: Loaded, at_hand: Iterable[StepView], looks: Iterable[Looked], verbs: Collection[str]
) -> Sight:
    """Return what the steps at hand need, with what was opened today; and of a dispute both sides for
    whoever may settle it, who has to say which one stands."""
    needed = sight_of(loaded.service, (view.step for view in at_hand), loaded.values)
    disputed = proposal.in_doubt(loaded.values) if "settle" in verbs else ()
    return needed.with_whole({*exchange.opened(looks), *disputed})


def _may_look_again(actor: Actor, view: StepView) -> bool:
    return view.run is not None and second_look.may_look_again(actor, view.step, view.run)


def is_file_look_due(reader: Reader, found: WorkCase, file: Attachment) -> bool:
    """Whether fetching a file now is a look of its own, or still the one of a moment before."""
    keys = (f"material.{file.material}",)
    return exchange.is_look_due(found.looks, LookKind.FILE, found.post_code, keys, reader.now)


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
