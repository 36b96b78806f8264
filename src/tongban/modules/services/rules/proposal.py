"""What the rules of a service propose for a case: every rule looked at, none of them decides."""

from collections.abc import Collection, Iterable

from tongban.modules.services.model import (
    CaseValue,
    Finding,
    Lookup,
    Origin,
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
_MATCHING = {
    Outcome.APPROVED: frozenset({Proposed.APPROVE, Proposed.VERIFY}),
    Outcome.REFUSED: frozenset({Proposed.REFUSE}),
    Outcome.NOT_ACCEPTED: frozenset(),
}


def propose(service: Service, lookup: Lookup, said: Collection[str] = ()) -> Proposal:
    """Look at every rule and work out every result; propose, with the clause of each rule.

    One rule not met proposes a refusal, one unknown leaves it open. Where a rule, a result or a
    line of the certificate rests on something that only the applicant says (``said``), approval is
    proposed only once that is verified. Results come one after the other, so that a later one may
    use an earlier one as ``result.<code>``.
    """
    findings = tuple(finding(rule, lookup, said) for rule in service.rules)
    results = worked_out(service, lookup, said)
    stated = _stated(service, findings, results, said)
    return Proposal(
        proposed=proposed(findings, to_verify=bool(stated)),
        findings=findings,
        results=results,
        stated=stated,
    )


def only_said(values: Iterable[CaseValue]) -> frozenset[str]:
    """Return the elements whose value is what the applicant says and nothing else.

    An element is a fact that somebody could hold. What the applicant wishes or declares in this
    application (``form.*``, ``situation.*``) is itself what a rule asks for: nothing to verify.
    """
    return frozenset(
        value.key
        for value in values
        if value.origin is Origin.ASKED
        and value.value is not None
        and not value.key.startswith(("form.", "situation."))
    )


def _stated(
    service: Service,
    findings: Iterable[Finding],
    results: Iterable[Worked],
    said: Collection[str],
) -> tuple[str, ...]:
    found = [key for each in findings for key in each.stated]
    found += [key for each in results for key in each.stated]
    found += [
        key for line in service.result.fields.values() for key in keys_of(line) if key in said
    ]
    return tuple(dict.fromkeys(found))


def finding(rule: Rule, lookup: Lookup, said: Collection[str] = ()) -> Finding:
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
        stated=tuple(key for key in used if key in said),
    )


def proposed(findings: Iterable[Finding], *, to_verify: bool = False) -> Proposed:
    """Return what follows from how the rules turned out, and whether something is only said."""
    verdicts = {each.verdict for each in findings}
    if Verdict.NOT_MET in verdicts:
        return Proposed.REFUSE
    if Verdict.UNKNOWN in verdicts:
        return Proposed.UNDECIDED
    return Proposed.VERIFY if to_verify else Proposed.APPROVE


def worked_out(service: Service, lookup: Lookup, said: Collection[str] = ()) -> tuple[Worked, ...]:
    """Work out each calculation in turn; None where a value it rests on is not known."""
    known = dict(lookup)
    resting: dict[str, tuple[str, ...]] = {}
    found = []
    for calculation in service.calculations:
        value = work_out(calculation.value, known, calculation.type)
        used = keys_of(calculation.value)
        stated = [
            key for each in used for key in resting.get(each, (each,) if each in said else ())
        ]
        resting[f"result.{calculation.code}"] = tuple(dict.fromkeys(stated))
        found.append(
            Worked(
                code=calculation.code,
                name=calculation.name,
                type=calculation.type,
                value=value,
                clause=calculation.clause,
                expression=calculation.value,
                missing=tuple(key for key in used if known.get(key) is None),
                stated=resting[f"result.{calculation.code}"],
            )
        )
        known[f"result.{calculation.code}"] = value
    return tuple(found)


def with_results(lookup: Lookup, results: Iterable[Worked]) -> Lookup:
    """Return values that know the results too, for later results and a certificate's fields."""
    return {**lookup, **{f"result.{result.code}": result.value for result in results}}


def follows(outcome: Outcome, proposed_outcome: Proposed) -> bool:
    """Whether a decision is the one proposed."""
    return proposed_outcome in _MATCHING[outcome]


def in_doubt(values: Iterable[CaseValue]) -> tuple[str, ...]:
    """Return the keys about which applicant and department disagree and nobody has looked."""
    return tuple(value.key for value in values if value.in_doubt)
