"""What the rules of a service propose for a case: every rule looked at, none of them decides."""

from collections.abc import Iterable, Mapping

from tongban.kernel.text import LANGUAGES
from tongban.modules.services.model import (
    CaseValue,
    Element,
    Finding,
    Lookup,
    Plain,
    Proposal,
    Proposed,
    Rule,
    Service,
    Verdict,
    Worked,
)
from tongban.modules.services.rules.conditions import explain, holds, keys_of, work_out

_VERDICT = {True: Verdict.MET, False: Verdict.NOT_MET, None: Verdict.UNKNOWN}


def propose(service: Service, lookup: Lookup, names: Mapping[str, Element]) -> Proposal:
    """Look at every rule and work out every result; propose, with the clause of each rule.

    One rule not met proposes a refusal, one unknown leaves it open. Results come one after the
    other, so that a later one may use an earlier one as ``result.<code>``.
    """
    findings = tuple(finding(rule, lookup, names) for rule in service.rules)
    return Proposal(
        proposed=proposed(findings),
        findings=findings,
        results=worked_out(service, lookup, names),
    )


def finding(rule: Rule, lookup: Lookup, names: Mapping[str, Element]) -> Finding:
    """Say how one rule turned out, on which values."""
    used = keys_of(rule.condition)
    return Finding(
        rule=rule.code,
        name=rule.name,
        clause=rule.clause,
        verdict=_VERDICT[holds(rule.condition, lookup)],
        condition=rule.condition,
        words={each: explain(rule.condition, lookup, names, each) for each in LANGUAGES},
        missing=tuple(key for key in used if lookup(key) is None),
        used=used,
    )


def proposed(findings: Iterable[Finding]) -> Proposed:
    """Return what follows from how the rules turned out."""
    verdicts = {each.verdict for each in findings}
    if Verdict.NOT_MET in verdicts:
        return Proposed.REFUSE
    return Proposed.UNDECIDED if Verdict.UNKNOWN in verdicts else Proposed.APPROVE


def worked_out(
    service: Service, lookup: Lookup, names: Mapping[str, Element]
) -> tuple[Worked, ...]:
    """Work out each calculation in turn; None where a value it rests on is not known."""
    results: dict[str, Plain | None] = {}

    def with_results(key: str) -> Plain | None:
        return results[key] if key in results else lookup(key)

    found = []
    for calculation in service.calculations:
        value = work_out(calculation.value, with_results, calculation.type)
        results[f"result.{calculation.code}"] = value
        used = keys_of(calculation.value)
        found.append(
            Worked(
                code=calculation.code,
                name=calculation.name,
                type=calculation.type,
                value=value,
                clause=calculation.clause,
                words={
                    each: explain(calculation.value, with_results, names, each)
                    for each in LANGUAGES
                },
                missing=tuple(key for key in used if with_results(key) is None),
            )
        )
    return tuple(found)


def result_lookup(lookup: Lookup, results: Iterable[Worked]) -> Lookup:
    """Return a lookup that also knows the results, for the fields of a certificate."""
    known = {f"result.{result.code}": result.value for result in results}
    return lambda key: known[key] if key in known else lookup(key)


def follows(outcome: str, proposal: Proposed) -> bool:
    """Whether a decision is the one proposed."""
    return (outcome, proposal) in (("approved", Proposed.APPROVE), ("refused", Proposed.REFUSE))


def in_doubt(values: Iterable[CaseValue]) -> tuple[str, ...]:
    """Return the keys about which applicant and department disagree and nobody has looked."""
    return tuple(value.key for value in values if value.in_doubt)
