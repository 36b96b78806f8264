"""受理: accept, not accept, ask once for what is missing, and what the applicant answers."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tongban.kernel.actors import Actor
from tongban.kit.db import Unit
from tongban.modules.identity import queries as identity
from tongban.modules.notices import actions as notices
from tongban.modules.services import errors
from tongban.modules.services.actions.asking_again import change_values
from tongban.modules.services.actions.closing import record_end
from tongban.modules.services.actions.log import put_on_record
from tongban.modules.services.actions.passing import note_deemed
from tongban.modules.services.actions.recording import about, happened, save, tell
from tongban.modules.services.actions.working import as_seen, at_work, finish
from tongban.modules.services.events import (
    CaseAccepted,
    CaseNotAccepted,
    CaseWithdrawn,
    CorrectionAsked,
    CorrectionSupplied,
)
from tongban.modules.services.model import (
    Case,
    CaseValue,
    Correction,
    CorrectionItem,
    Deciding,
    Origin,
    Proposed,
    State,
    StepOutcome,
    StepState,
    What,
)
from tongban.modules.services.queries import printing
from tongban.modules.services.queries.clerks import clerks_of
from tongban.modules.services.queries.loading import Loaded, own_case, staff_case
from tongban.modules.services.rules import answers, clocks, correcting, may, redating
from tongban.modules.services.rules.deciding import faults_of_refusal, is_same
from tongban.modules.services.rules.states import Verb, can, moved, open_kinds, stage
from tongban.modules.services.store import cases, steps, values


def accept(unit: Unit, actor: Actor, number: str, code: str, seen: int) -> Case:
    """Accept a case (受理): the handling clock begins with the next working day.

    Where nothing was said within the five days it counts as accepted from the day of receipt.
    Refuses a step of others or one that is done or in another clerk's hand, a case that changed
    since ``seen`` (its version then), and one that does not wait for acceptance.
    """
    loaded, _, run = at_work(
        unit, actor, number, code, lambda _, run: may.has_done(actor, run, StepOutcome.ACCEPTED)
    )
    if run.state is StepState.DONE:
        return loaded.case
    as_seen(loaded, seen)
    if not can(loaded.case.state, Verb.ACCEPT):
        raise errors.not_now(Verb.ACCEPT, loaded.case.state)
    loaded = replace(loaded, case=_noted(unit, loaded))
    runs = finish(unit, actor, loaded, run, StepOutcome.ACCEPTED)
    to = moved(loaded.case.state, Verb.ACCEPT, stage(open_kinds(runs)))
    accepted = replace(loaded.case, state=to, accepted_on=loaded.deemed_on or loaded.today)
    case = save(unit, loaded.case, with_dues(loaded, accepted))
    happened(unit, case, What.ACCEPTED, actor, step=code)
    if loaded.deemed_on is None:
        unit.emit(CaseAccepted(**about(case)))
    _tell_when(unit, loaded, case)
    return case


def _noted(unit: Unit, loaded: Loaded) -> Case:
    """Return the case; that it counts as accepted is noted first, where no round did so yet."""
    kept = cases.find_case(unit.connection, loaded.case.id)
    if kept is None or kept.state is loaded.case.state:
        return loaded.case
    return note_deemed(unit, kept, loaded.case, loaded.corrections)


def _tell_when(unit: Unit, loaded: Loaded, case: Case) -> None:
    """Tell the applicant by when an accepted case is to be decided, and if that is provisional."""
    due = case.promised_due or case.statutory_due
    year = replace(loaded, case=case).clocks.not_covered
    if due is None:
        tell(unit, loaded, "accepted_open")
    elif due < loaded.today:
        tell(unit, loaded, "accepted_late", due=notices.last_day(unit, due))
    elif year:
        tell(unit, loaded, "accepted_provisional", due=due, year=year)
    else:
        tell(unit, loaded, "accepted", due=notices.last_day(unit, due))


def with_dues(loaded: Loaded, case: Case) -> Case:
    """Return the case with the days on which its limits run out, as they stand now.

    Where the calendar does not reach they are provisional, until it does: see ``redating``.
    """
    given = redating.days_of(
        loaded.calendar, loaded.service, case, loaded.corrections, loaded.today
    )
    return redating.with_days(case, given)


def not_accept(
    unit: Unit, actor: Actor, number: str, code: str, seen: int, deciding: Deciding
) -> Case:
    """Not accept a case (不予受理): a refusal like any other, and the case is over.

    It says its clause, its reason, the remedy and whom to ask, and stands in the public ledger
    and the archive (行政许可法 art. 32, 38). Refuses as :func:`accept` does, a case that counts as
    accepted already, and what lacks one of the four.
    """
    loaded, step, run = at_work(
        unit,
        actor,
        number,
        code,
        lambda loaded, run: run.clerk == actor.account and is_same(deciding, loaded.decision),
    )
    if run.state is StepState.DONE:
        return loaded.case
    as_seen(loaded, seen)
    if loaded.deemed_on is not None:
        raise errors.counts_as_accepted()
    to = moved(loaded.case.state, Verb.NOT_ACCEPT, State.NOT_ACCEPTED)
    if faults := faults_of_refusal(deciding):
        raise errors.answers_wrong(faults)
    decision = put_on_record(unit, actor, loaded, step, deciding, Proposed.UNDECIDED)
    finish_without_following(unit, actor, loaded, run.step, StepOutcome.NOT_ACCEPTED)
    case = save(unit, loaded.case, replace(loaded.case, state=to, closed_at=unit.now))
    happened(unit, case, What.NOT_ACCEPTED, actor, step=code, words=decision.reason)
    record_end(unit, replace(loaded, decision=decision), case, decision.outcome)
    unit.emit(CaseNotAccepted(**about(case)))
    tell(unit, loaded, "not_accepted")
    return case


def finish_without_following(
    unit: Unit,
    actor: Actor,
    loaded: Loaded,
    step: str,
    outcome: StepOutcome | None,
) -> None:
    """Mark a step as done, and every other open one as no longer needed."""
    for run in loaded.runs:
        if run.state is StepState.DONE:
            if run.waits_for_second_look:
                steps.put_step(unit, loaded.case.id, replace(run, second_look=None))
            continue
        mine = run.step == step
        done = replace(
            run,
            state=StepState.DONE,
            clerk=actor.account if mine else run.clerk,
            done_at=unit.now,
            outcome=outcome if mine else None,
        )
        steps.put_step(unit, loaded.case.id, done)


# Correction --------------------------------------------------------------------------------------


def ask_correction(
    unit: Unit,
    actor: Actor,
    number: str,
    code: str,
    seen: int,
    items: Sequence[CorrectionItem],
    days: int = clocks.CORRECTION_DAYS,
) -> Case:
    """Ask once for everything that is missing or wrong (补正告知): it then waits on the applicant.

    Refuses as :func:`accept` does, a second notice, one to a case that counts as accepted because
    the five days are over (行政许可法 art. 32), and one that lists nothing, something that the case
    does not have, or a thing without saying what is wrong with it.
    """
    loaded, _, _ = at_work(unit, actor, number, code)
    if loaded.correction is not None:
        waits = loaded.case.state is State.CORRECTION
        if waits and correcting.is_same(loaded.correction, actor.account, items):
            return loaded.case
        raise errors.correction_already_asked()
    as_seen(loaded, seen)
    if loaded.deemed_on is not None:
        raise errors.counts_as_accepted()
    if not may.may_ask_correction(loaded.case, asked_before=False):
        raise errors.not_now(Verb.ASK_CORRECTION, loaded.case.state)
    faults = correcting.faults_of(items, days, loaded.correctable)
    if faults:
        raise errors.answers_wrong(faults, most=correcting.MOST_DAYS)
    asked = Correction(
        asked_at=unit.now,
        asked_by=actor.account,
        asked_on=loaded.today,
        due=clocks.correction_due(loaded.calendar, loaded.today, days),
        days=days,
        from_state=loaded.case.state,
        items=tuple(items),
    )
    values.add_correction(unit, loaded.case.id, asked)
    to = moved(loaded.case.state, Verb.ASK_CORRECTION, State.CORRECTION)
    case = save(unit, loaded.case, replace(loaded.case, state=to))
    happened(unit, case, What.CORRECTION_ASKED, actor, step=code)
    unit.emit(CorrectionAsked(**about(case)))
    if asked.due is None:
        due = clocks.dated(loaded.calendar, asked).due
        tell(unit, loaded, "correction_asked_open", days=days, due=due, count=len(items))
    else:
        tell(
            unit,
            loaded,
            "correction_asked",
            due=notices.last_day(unit, asked.due),
            count=len(items),
        )
    return case


def supply_correction(unit: Unit, actor: Actor, number: str, typed: Mapping[str, str]) -> Case:
    """Answer the notice of correction: values, files and words for everything it lists.

    Refuses a case that is not one's own or waits for no correction, and an answer that lacks
    something listed or cannot be read, field by field.
    """
    loaded = own_case(unit, actor, number, lock=True)
    asked = loaded.correction
    if asked is None:
        raise errors.not_now(Verb.SUPPLY_CORRECTION, loaded.case.state)
    given, faults = _corrected(unit, loaded, asked, typed)
    if asked.supplied_on is not None and _is_supplied(loaded, asked, given, typed):
        return loaded.case
    if loaded.case.state is not State.CORRECTION:
        raise errors.not_now(Verb.SUPPLY_CORRECTION, loaded.case.state)
    faults |= correcting.answer_faults(asked, loaded.attachments, typed.get("answer", ""))
    if faults:
        raise errors.answers_wrong(faults)
    changes = correcting.changes_of(asked, loaded.values, given, loaded.attachments)
    change_values(unit, loaded, given)
    answered = replace(
        asked,
        supplied_on=loaded.today,
        supplied_at=unit.now,
        changes=changes,
        answer=typed.get("answer", "").strip(),
    )
    values.answer_correction(unit, loaded.case.id, answered)
    to = moved(loaded.case.state, Verb.SUPPLY_CORRECTION, asked.from_state)
    running = replace(loaded, correction=answered)
    case = save(unit, loaded.case, with_dues(running, replace(loaded.case, state=to)))
    happened(unit, case, What.CORRECTION_SUPPLIED, actor)
    unit.emit(CorrectionSupplied(**about(case)))
    tell(unit, loaded, "correction_supplied")
    _tell_clerks(unit, running, case)
    return case


def _tell_clerks(unit: Unit, loaded: Loaded, case: Case) -> None:
    """Tell who waits for the answer: who has an open step in hand, and who asked while they can go on
    with one; where that is nobody any more, everybody who could take a step."""
    at_work = [run for run in loaded.runs if run.state is StepState.OPEN]
    waiting = {run.clerk for run in at_work if run.clerk}
    waiting |= {
        one.id
        for run in at_work
        for one in identity.staff_with(
            unit, run.department, loaded.service.step(run.step).needed_duty
        )
        for asked in loaded.corrections
        if one.id == asked.asked_by
    }
    for account in sorted(waiting or clerks_of(unit, [case]).get(case.number, set())):
        notices.send(
            unit,
            account,
            "services.notice.correction_supplied_clerk",
            {"number": case.number, "service": loaded.service.name},
            f"/work/cases/{case.number}",
        )


def _is_supplied(
    loaded: Loaded, asked: Correction, given: Sequence[CaseValue], typed: Mapping[str, str]
) -> bool:
    """Whether just this was supplied before: a second press of the same button."""
    kept = {value.key: (value.value, value.claim) for value in loaded.values}
    same = all(kept.get(value.key) == (value.value, value.claim) for value in given)
    return same and asked.answer == typed.get("answer", "").strip()


def _corrected(
    unit: Unit, loaded: Loaded, asked: Correction, typed: Mapping[str, str]
) -> tuple[list[CaseValue], dict[str, str]]:
    """Return the values that were put right: what was fetched stays, the claim beside it."""
    given: list[CaseValue] = []
    questions = [
        replace(loaded.question(item.key), required=True)
        for item in asked.items
        if correcting.is_value(item)
    ]
    read, faults = answers.read_page(questions, typed, loaded.today)
    faults |= printing.faults(unit, loaded.service, read)
    types = {question.key: question.type for question in questions}
    for key, value in read.items():
        known = loaded.value(key)
        if known is not None and known.origin is Origin.FETCHED:
            claim = None if value == known.value else value  # to repeat the record disputes nothing
            note = known.claim_note if claim is not None and claim == known.claim else ""
            given.append(replace(known, claim=claim, claim_note=note, settled=None))
        else:
            given.append(
                CaseValue(key=key, type=types[key], value=value, origin=Origin.ASKED, at=unit.now)
            )
    return given, faults


def lapse(unit: Unit, actor: Actor, number: str, code: str, seen: int) -> Case:
    """Treat a case as withdrawn because the time for its correction passed; a clerk says so.

    Refuses who cannot finish the step, a case that waits for no correction or changed since
    ``seen``, and a correction whose time has not passed.
    """
    loaded = staff_case(unit, actor, number, lock=True)
    run = loaded.run(code)
    if run is None or not may.may_finish(actor, loaded.service.step(code), run):
        raise errors.not_yours()
    if loaded.correction is None or not can(loaded.case.state, Verb.LAPSE):
        raise errors.not_now(Verb.LAPSE, loaded.case.state)
    as_seen(loaded, seen)
    if not clocks.is_correction_late(loaded.correction, loaded.today):
        raise errors.correction_not_late()
    return _end(unit, actor, loaded, Verb.LAPSE, What.LAPSED, "lapsed")


def withdraw(unit: Unit, actor: Actor, number: str) -> Case:
    """Withdraw one's application. Refuses a case that is not one's own, or is decided or over."""
    loaded = own_case(unit, actor, number, lock=True)
    if loaded.case.state is State.WITHDRAWN:
        return loaded.case
    if not may.may_withdraw(loaded.case):
        raise errors.not_now(Verb.WITHDRAW, loaded.case.state)
    return _end(unit, actor, loaded, Verb.WITHDRAW, What.WITHDRAWN, "withdrawn")


def _end(unit: Unit, actor: Actor, loaded: Loaded, verb: Verb, what: What, message: str) -> Case:
    to = moved(loaded.case.state, verb, State.WITHDRAWN)
    finish_without_following(unit, actor, loaded, "", None)
    case = save(unit, loaded.case, replace(loaded.case, state=to, closed_at=unit.now))
    happened(unit, case, what, actor)
    record_end(unit, loaded, case, what)
    unit.emit(CaseWithdrawn(**about(case)))
    tell(unit, loaded, message)
    return case
