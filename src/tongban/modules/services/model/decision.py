"""What follows from rules and values, and what a person decided."""

import datetime as dt
from enum import StrEnum

from tongban.kernel.text import Text
from tongban.modules.services.model.base import Plain, Value
from tongban.modules.services.model.case import Outcome


class Verdict(StrEnum):
    """How a rule turned out."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Proposed(StrEnum):
    """What the rules propose; a person decides."""

    APPROVE = "approve"
    REFUSE = "refuse"
    VERIFY = "verify"  # approve, once a clerk has verified what only the applicant says
    UNDECIDED = "undecided"


class Finding(Value, frozen=True, kw_only=True):
    """How one rule turned out, on which values, and the clause it rests on."""

    rule: str
    name: Text
    clause: Text
    verdict: Verdict
    condition: str
    missing: tuple[str, ...] = ()
    """Keys whose value is not known; of a result that could not be worked out, what that waits for."""
    used: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    """Keys whose value is only what the applicant says: no department gave it, no clerk verified it."""


class Worked(Value, frozen=True, kw_only=True):
    """A value worked out, and in words how."""

    code: str
    name: Text
    type: str
    value: Plain | None
    clause: Text = ""
    expression: str = ""
    missing: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    """As in a finding; what an earlier result rests on counts for a later one too."""


class Proposal(Value, frozen=True, kw_only=True):
    """What follows from the rules and the values of a case."""

    proposed: Proposed
    findings: tuple[Finding, ...] = ()
    results: tuple[Worked, ...] = ()
    stated: tuple[str, ...] = ()
    """Everything the approval would rest on that only the applicant says: to be verified first."""


class Decision(Value, frozen=True, kw_only=True):
    """What a person decided, and on what."""

    outcome: Outcome
    at: dt.datetime
    by: str
    by_name: str
    department: str
    clause: str = ""
    reason: str = ""
    remedy: str = ""
    contact: str = ""
    proposed: Proposed
    follows_proposal: bool = True
    ledger_entry: str = ""


class Deciding(Value, frozen=True, kw_only=True):
    """What a clerk is about to decide, in their words."""

    outcome: Outcome
    clause: str = ""
    reason: str = ""
    remedy: str = ""
    contact: str = ""
    verified: bool = False
    """Whether the clerk confirms having verified what only the applicant says."""
