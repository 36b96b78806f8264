"""What the rules of a service propose for a case: every rule looked at, none of them decides."""

from collections.abc import Collection, Iterable, Mapping

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
    proposed only once that is verified. Results come first and one after the other, so that a later one
    and every rule may use an earlier one as ``result.<code>``.
    """
    results = worked_out(service, lookup, said)
    known = with_results(lookup, results)
    findings = tuple(finding(rule, known, said, results) for rule in service.rules)
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


def finding(
    rule: Rule, known: Lookup, said: Collection[str] = (), results: Iterable[Worked] = ()
) -> Finding:
    """Say how one rule turned out, on which values; ``known`` are values and results."""
    used, earlier = keys_of(rule.condition), {f"result.{each.code}": each for each in results}
    return Finding(
        rule=rule.code,
        name=rule.name,
        clause=rule.clause,
        verdict=_VERDICT[holds(rule.condition, known)],
        condition=rule.condition,
        missing=_missing(used, known, earlier),
        used=used,
        stated=_stated_by(used, said, earlier),
    )


def waits_for(source: str, known: Lookup, results: Iterable[Worked]) -> tuple[str, ...]:
    """Return what is not known of the values that an expression rests on: of a result that could not be
    worked out, what that waits for."""
    return _missing(keys_of(source), known, {f"result.{each.code}": each for each in results})


def _missing(used: Iterable[str], known: Lookup, earlier: Mapping[str, Worked]) -> tuple[str, ...]:
    absent = [key for key in used if known.get(key) is None]
    roots = [
        root
        for key in absent
        for root in (earlier[key].missing if key in earlier else ()) or (key,)
    ]
    return tuple(dict.fromkeys(roots))


def _stated_by(
    used: Iterable[str], said: Collection[str], earlier: Mapping[str, Worked]
) -> tuple[str, ...]:
    found = [
        each
        for key in used
        for each in (earlier[key].stated if key in earlier else (key,) if key in said else ())
    ]
    return tuple(dict.fromkeys(found))


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
    earlier: dict[str, Worked] = {}
    for calculation in service.calculations:
        value = work_out(calculation.value, known, calculation.type)
        used = keys_of(calculation.value)
        key = f"result.{calculation.code}"
        earlier[key] = Worked(
            code=calculation.code,
            name=calculation.name,
            type=calculation.type,
            value=value,
            clause=calculation.clause,
            expression=calculation.value,
            missing=_missing(used, known, earlier),
            stated=_stated_by(used, said, earlier),
        )
        known[key] = value
    return tuple(earlier.values())


def with_results(lookup: Lookup, results: Iterable[Worked]) -> Lookup:
    """Return values that know the results too, for later results and a certificate's fields."""
    return {**lookup, **{f"result.{result.code}": result.value for result in results}}


def follows(outcome: Outcome, proposed_outcome: Proposed) -> bool:
    """Whether a decision is the one proposed."""
    return proposed_outcome in _MATCHING[outcome]


def in_doubt(values: Iterable[CaseValue]) -> tuple[str, ...]:
    """Return the keys about which applicant and department disagree and nobody has looked."""
    return tuple(value.key for value in values if value.in_doubt)
