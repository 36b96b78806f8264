"""What the rules of a service propose for a case: every rule looked at, none of them decides."""

from collections.abc import Iterable

from tongban.modules.services.model import (
    CaseValue,
    Finding,
    Lookup,
    Outcome,
    Proposal,
    Proposed,
    Rule,
    Service,
    Verdict,
    Worked,
)
from tongban.modules.services.rules.conditions import holds, keys_of, work_out

_VERDICT = {True: Verdict.MET, False: Verdict.NOT_MET, None: Verdict.UNKNOWN}
_MATCHING = {Outcome.APPROVED: Proposed.APPROVE, Outcome.REFUSED: Proposed.REFUSE}


def propose(service: Service, lookup: Lookup) -> Proposal:
    """Look at every rule and work out every result; propose, with the clause of each rule.

    One rule not met proposes a refusal, one unknown leaves it open. Results come one after the
    other, so that a later one may use an earlier one as ``result.<code>``.
    """
    findings = tuple(finding(rule, lookup) for rule in service.rules)
    return Proposal(
        proposed=proposed(findings), findings=findings, results=worked_out(service, lookup)
    )


def finding(rule: Rule, lookup: Lookup) -> Finding:
    """Say how one rule turned out, on which values."""
    used = keys_of(rule.condition)
    return Finding(
        rule=rule.code,
        name=rule.name,
        clause=rule.clause,
        verdict=_VERDICT[holds(rule.condition, lookup)],
        condition=rule.condition,
        missing=tuple(key for key in used if lookup.get(key) is None),
        used=used,
    )


def proposed(findings: Iterable[Finding]) -> Proposed:
    """Return what follows from how the rules turned out."""
    verdicts = {each.verdict for each in findings}
    if Verdict.NOT_MET in verdicts:
        return Proposed.REFUSE
    return Proposed.UNDECIDED if Verdict.UNKNOWN in verdicts else Proposed.APPROVE


def worked_out(service: Service, lookup: Lookup) -> tuple[Worked, ...]:
    """Work out each calculation in turn; None where a value it rests on is not known."""
    known = dict(lookup)
    found = []
    for calculation in service.calculations:
        value = work_out(calculation.value, known, calculation.type)
        used = keys_of(calculation.value)
        found.append(
            Worked(
                code=calculation.code,
                name=calculation.name,
                type=calculation.type,
                value=value,
                clause=calculation.clause,
                expression=calculation.value,
                missing=tuple(key for key in used if known.get(key) is None),
            )
        )
        known[f"result.{calculation.code}"] = value
    return tuple(found)


def with_results(lookup: Lookup, results: Iterable[Worked]) -> Lookup:
    """Return values that know the results too, for later results and a certificate's fields."""
    return {**lookup, **{f"result.{result.code}": result.value for result in results}}


def follows(outcome: Outcome, proposed_outcome: Proposed) -> bool:
    """Whether a decision is the one proposed."""
    return _MATCHING[outcome] is proposed_outcome


def in_doubt(values: Iterable[CaseValue]) -> tuple[str, ...]:
    """Return the keys about which applicant and department disagree and nobody has looked."""
    return tuple(value.key for value in values if value.in_doubt)
