"""What a decision must say: a person decides, and says on what."""

from tongban.modules.services.model import Deciding, Decision, Outcome, Proposal
from tongban.modules.services.rules.proposal import follows

LONGEST = 2000
"""Characters of a reason or an opinion."""


def faults_of(deciding: Deciding, proposal: Proposal) -> dict[str, str]:
    """Return what a decision lacks, by field.

    A refusal always says its clause, its reason, the remedy and whom to ask (行政许可法 art. 38). An
    approval that the rules do not propose says why, and one that rests on what only the applicant
    says confirms that it was verified.
    """
    if deciding.outcome is not Outcome.APPROVED:
        return faults_of_refusal(deciding)
    faults: dict[str, str] = {}
    if not follows(deciding.outcome, proposal.proposed) and not deciding.reason.strip():
        faults["reason"] = "services.reason_against_rules_missing"
    if proposal.stated and not deciding.verified:
        faults["verified"] = "services.verified_missing"
    if len(deciding.reason) > LONGEST:
        faults["reason"] = "services.answer_too_long"
    return faults


def faults_of_refusal(deciding: Deciding) -> dict[str, str]:
    """Return what a refusal lacks, by field; not accepting a case is one too (art. 32, 38)."""
    faults: dict[str, str] = {}
    for field in ("clause", "reason", "remedy", "contact"):
        said = getattr(deciding, field).strip()
        if not said:
            faults[field] = f"services.{field}_missing"
        elif len(said) > LONGEST:
            faults[field] = "services.answer_too_long"
    return faults


def is_same(deciding: Deciding, decision: Decision | None) -> bool:
    """Whether somebody is about to decide just what was decided, in the same words."""
    return decision is not None and all(
        getattr(deciding, field).strip() == getattr(decision, field)
        for field in ("outcome", "clause", "reason", "remedy", "contact")
    )


def opinion_fault(opinion: str, *, needed: bool) -> dict[str, str]:
    """Return what is wrong with an opinion: an objection or a return must say why."""
    if needed and not opinion.strip():
        return {"opinion": "services.opinion_missing"}
    return {"opinion": "services.answer_too_long"} if len(opinion) > LONGEST else {}
