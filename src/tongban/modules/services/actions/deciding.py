"""决定: a person approves or refuses; both stand in the public ledger in the same transaction."""

from collections.abc import Mapping

from msgspec.structs import replace

from tongban.kernel.actors import Actor
from tongban.kernel.text import CHINESE, Text, say
from tongban.kit.db import Unit
from tongban.modules.certificates import actions as certificates
from tongban.modules.certificates import queries as asking
from tongban.modules.certificates.model import IssueRequest
from tongban.modules.services import errors
from tongban.modules.services.actions.accepting import finish_without_following, with_dues
from tongban.modules.services.actions.closing import close
from tongban.modules.services.actions.log import put_on_record
from tongban.modules.services.actions.recording import about, happened, save, tell
from tongban.modules.services.actions.working import as_seen, at_work, finish
from tongban.modules.services.events import CaseDecided
from tongban.modules.services.model import (
    Case,
    CaseValue,
    Deciding,
    Decision,
    Origin,
    Outcome,
    Plain,
    Proposal,
    State,
    Step,
    StepKind,
    StepOutcome,
    StepRun,
    StepState,
    What,
)
from tongban.modules.services.queries import showing
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.rules import conditions, proposal, second_look
from tongban.modules.services.rules.deciding import faults_of, is_same
from tongban.modules.services.rules.states import Verb, moved
from tongban.modules.services.store import values


def decide(unit: Unit, actor: Actor, number: str, code: str, seen: int, deciding: Deciding) -> Case:
    """Approve or refuse a case. The second of two clerks is told who decided first.

    Refuses a decision while a review of before a correction is not confirmed, or while a value is
    in doubt, a refusal without clause, reason, remedy and
    contact, an approval against the rules without a reason, one that rests on what only the
    applicant says while nobody confirms having verified it, and one whose result cannot be worked
    out.
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
    if step.kind is not StepKind.DECIDE or loaded.case.state is not State.DECIDING:
        raise errors.not_now("decide", loaded.case.state)
    if proposal.in_doubt(loaded.values):
        raise errors.value_in_doubt()
    if second_look.waiting(loaded.runs):
        raise errors.reviews_unconfirmed()
    proposed = loaded.proposal
    faults = faults_of(deciding, proposed)
    if faults:
        raise errors.answers_wrong(faults)
    decision = put_on_record(unit, actor, loaded, step, deciding, proposed.proposed)
    if deciding.outcome is Outcome.REFUSED:
        return _refused(unit, actor, loaded, step, decision)
    return _approved(unit, actor, loaded, run, proposed, decision)


def _with_outcome(unit: Unit, loaded: Loaded, outcome: Outcome) -> Case:
    """Return the case as decided; days that the calendar did not cover before are worked out now."""
    decided = replace(loaded.case, outcome=outcome, decided_at=unit.now)
    return decided if decided.promised_due else with_dues(loaded, decided)


def _refused(unit: Unit, actor: Actor, loaded: Loaded, step: Step, decision: Decision) -> Case:
    moved(loaded.case.state, Verb.REFUSE, State.CLOSED)
    finish_without_following(unit, actor, loaded, step.code, StepOutcome.REFUSED)
    decided = _with_outcome(unit, loaded, Outcome.REFUSED)
    happened(unit, decided, What.REFUSED, actor, step=step.code)
    unit.emit(CaseDecided(**about(decided), outcome=Outcome.REFUSED))
    tell(unit, loaded, "refused")
    return close(unit, replace(loaded, decision=decision), decided)


def _approved(
    unit: Unit,
    actor: Actor,
    loaded: Loaded,
    run: StepRun,
    proposed: Proposal,
    decision: Decision,
) -> Case:
    results = _results(unit, loaded, proposed)
    values.put_values(unit, loaded.case.id, results)
    if proposed.stated:
        names = [say(loaded.names.get(key, key), CHINESE) for key in proposed.stated]
        happened(unit, loaded.case, What.VERIFIED, actor, step=run.step, words="、".join(names))
    runs = finish(unit, actor, loaded, run, StepOutcome.APPROVED)
    decided = _with_outcome(unit, loaded, Outcome.APPROVED)
    happened(unit, decided, What.APPROVED, actor, step=run.step)
    unit.emit(CaseDecided(**about(decided), outcome=Outcome.APPROVED))
    complete = replace(
        loaded, decision=decision, runs=runs, values=(*_others(loaded, results), *results)
    )
    by_hand = any(each.kind is StepKind.ISSUE for each in runs)
    if not loaded.service.result.certificate and not by_hand:
        tell(unit, loaded, "approved")
        return close(unit, complete, decided)
    issuing = moved(loaded.case.state, Verb.APPROVE, State.ISSUING)
    case = save(unit, loaded.case, replace(decided, state=issuing))
    if loaded.service.result.certificate:
        _issue(unit, complete, case)
    tell(unit, loaded, "approved")
    return case


def _results(unit: Unit, loaded: Loaded, proposed: Proposal) -> list[CaseValue]:
    """Return what was worked out. Refuses when something the result rests on is not known."""
    found = []
    for result in proposed.results:
        if result.value is None:
            raise errors.result_unknown(result.name)
        found.append(
            CaseValue(
                key=f"result.{result.code}",
                type=result.type,
                value=result.value,
                origin=Origin.COMPUTED,
                at=unit.now,
            )
        )
    return found


def _others(loaded: Loaded, results: list[CaseValue]) -> list[CaseValue]:
    keys = {result.key for result in results}
    return [value for value in loaded.values if value.key not in keys]


def _issue(unit: Unit, loaded: Loaded, case: Case) -> None:
    result = loaded.service.result
    certificates.issue(
        unit,
        IssueRequest(
            type=result.certificate,
            holder=loaded.applicant.subject,
            holder_name=loaded.applicant.name,
            values=_fields(unit, loaded, result.fields),
            case_number=case.number,
            issuer=case.department,
            labels=_labels(loaded, result.fields),
        ),
    )


def _labels(loaded: Loaded, expressions: Mapping[str, str]) -> dict[str, Text]:
    """Return what the codes that come straight from the form or an element are called there."""
    found: dict[str, Text] = {}
    for field, expression in expressions.items():
        key = expression.strip()
        asked = key.startswith(("form.", "situation.")) or key in loaded.elements
        if key in loaded.lookup and asked:
            options = showing.manner(loaded, key).options
            names = {each.code: each.name for each in options}
            found[field] = names.get(str(loaded.lookup[key]), "")
    return found


def _fields(unit: Unit, loaded: Loaded, expressions: Mapping[str, str]) -> dict[str, Plain]:
    """Work out the fields of a certificate. Refuses one that is not known."""
    found: dict[str, Plain] = {}
    for field, expression in expressions.items():
        value = conditions.work_out(expression, loaded.lookup)
        if value is None:
            raise errors.result_unknown(_field_name(unit, loaded, field))
        found[field] = value
    return found


def _field_name(unit: Unit, loaded: Loaded, field: str) -> Text:
    kind = asking.type_of(unit.connection, loaded.service.result.certificate)
    return next((each.name for each in kind.fields if each.code == field), field)
