"""The case (办件): nothing personal stands in :class:`Case`, so it may be shown in a log."""

import datetime as dt
from enum import StrEnum
from typing import Protocol

from tongban.kernel.subjects import SubjectRef
from tongban.modules.services.model.base import Plain, Value
from tongban.modules.services.model.service import StepKind


class State(StrEnum):
    """Where a case (办件) stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # 已收件: the acceptance clock runs
    DEEMED = (
        "deemed"  # 依法视为受理: nothing was said within the five days; the handling clock runs
    )
    CORRECTION = "correction"  # 补正: it waits on the applicant
    REVIEWING = "reviewing"  # 受理 and 审查: the handling clock runs
    DECIDING = "deciding"  # every review is in
    ISSUING = "issuing"  # 准予, the certificate is being made
    CLOSED = "closed"  # 办结
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """How a case was decided, or that it was decided not to accept it."""

    APPROVED = "approved"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"


OVER = frozenset({State.CLOSED, State.NOT_ACCEPTED, State.WITHDRAWN})
"""States that nothing leads out of."""
RUNNING = frozenset(State) - OVER - {State.DRAFT}
"""States in which somebody still has something to do."""


class Case(Value, frozen=True, kw_only=True):
    """A case (办件), without anything personal: whose it is stands in :class:`Applicant`."""

    id: str
    number: str = ""
    """办件编号; empty for a draft."""
    service: str
    service_version: int
    department: str
    account: str
    """Account of the applicant."""
    state: State = State.DRAFT
    outcome: Outcome | None = None
    version: int = 0
    """Grows with every change; who writes must have seen the one before."""
    created_at: dt.datetime
    submitted_at: dt.datetime | None = None
    accepted_on: dt.date | None = None
    decided_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    acceptance_due: dt.date | None = None
    promised_due: dt.date | None = None
    statutory_due: dt.date | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is done about it."""
        return self.state in OVER

    @property
    def is_void(self) -> bool:
        """Whether it ended before it was dealt with: withdrawn, or not accepted."""
        return self.is_over and self.state is not State.CLOSED


class Applicant(Value, frozen=True, kw_only=True):
    """Whose case it is: personal, sealed at rest, never in a log."""

    name: str
    subject: SubjectRef

    def __repr__(self) -> str:
        return "Applicant(…)"


class StepState(StrEnum):
    """Whether a step can be worked on."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"


class StepOutcome(StrEnum):
    """How a step ended."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    PASSED = "passed"
    OBJECTED = "objected"
    APPROVED = "approved"
    REFUSED = "refused"
    ISSUED = "issued"


class SecondLook(StrEnum):
    """What becomes of a finished review once values or files have changed."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    AGAIN = "again"


class StepRun(Value, frozen=True, kw_only=True):
    """One step of one case."""

    step: str
    kind: StepKind
    department: str
    state: StepState = StepState.WAITING
    clerk: str = ""
    """Account of the clerk who has it in hand, or who did it."""
    opened_at: dt.datetime | None = None
    done_at: dt.datetime | None = None
    outcome: StepOutcome | None = None
    opinion: str = ""
    second_look: SecondLook | None = None
    """For a review that was finished before values or files changed."""
    asked_again_at: dt.datetime | None = None
    looked_again_at: dt.datetime | None = None
    """When it was confirmed, or taken up again."""

    @property
    def waits_for_second_look(self) -> bool:
        """Whether it is to be confirmed or done again before anything can be decided."""
        return self.second_look is SecondLook.WAITING

    @property
    def dropped(self) -> bool:
        """Whether the case ended before anybody did it."""
        return self.state is StepState.DONE and self.outcome is None


class Origin(StrEnum):
    """Where a value comes from."""

    ASKED = "asked"
    FETCHED = "fetched"
    SITUATION = "situation"
    COMPUTED = "computed"


class Settled(StrEnum):
    """What a clerk found when the applicant disputed a fetched value."""

    SOURCE = "source"
    CLAIM = "claim"


class CaseValue(Value, frozen=True, kw_only=True):
    """A value on a case, with its source and time."""

    key: str
    type: str
    value: Plain | None
    origin: Origin
    at: dt.datetime
    resource: str = ""
    provider: str = ""
    disclosure: str = ""
    ledger_entry: str = ""
    claim: Plain | None = None
    """What the applicant says instead of a fetched value."""
    claim_note: str = ""
    settled: Settled | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether applicant and source disagree and nobody has looked yet."""
        return self.claim is not None and self.settled is None

    @property
    def effective(self) -> Plain | None:
        """What counts: None when there is nothing, or when it is in doubt."""
        if self.claim is None:
            return self.value
        if self.settled is Settled.CLAIM:
            return self.claim
        return self.value if self.settled is Settled.SOURCE else None

    def __repr__(self) -> str:
        return f"CaseValue({self.key!r}, {self.origin!s}, …)"


class Objection(Value, frozen=True, kw_only=True):
    """What an applicant said against a value that is not fetched at present, until it is again."""

    key: str
    type: str
    claim: Plain
    note: str = ""

    def __repr__(self) -> str:
        return f"Objection({self.key!r}, …)"


class Choice(StrEnum):
    """What the applicant said to the use of data that a department holds."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    INFORMED = "informed"  # the law is the basis: there is nothing to consent to


class Brought(StrEnum):
    """What became of a need."""

    FETCHED = "fetched"
    NOTHING = "nothing"  # the department has no record of the subject
    UNREADABLE = "unreadable"  # it has one, and nothing of it could be read
    FAILED = "failed"
    NOT_ASKED = "not_asked"


class Consent(Value, frozen=True, kw_only=True):
    """One need of one case: what was said to it, and what it brought."""

    number: int
    """Position of the need in the service's list."""
    resource: str
    choice: Choice
    brought: Brought
    fault: str = ""
    """Code of the refusal, when it failed."""
    unfit: tuple[str, ...] = ()
    """Elements of which the department holds what could not be read."""
    use: str = ""
    at: dt.datetime


class Attachment(Value, frozen=True, kw_only=True):
    """An uploaded material."""

    id: str
    material: str
    file_name: str
    """What the sender called it."""
    called: str = ""
    """Under which name it is shown and leaves: the sender's stem, the ending of what it is, and a
    number where another of the case is called the same."""
    media_type: str
    digest: str
    """Name of the sealed file in the house's files."""
    size: int
    at: dt.datetime


class CorrectionItem(Value, frozen=True, kw_only=True):
    """One thing to put right: a value or material of the case, and what is wrong with it."""

    key: str
    """Key of a value, ``material.<code>``, or empty for anything else."""
    text: str


class Changed(Value, frozen=True, kw_only=True):
    """What a correction changed of one thing: a value, or the files of a material."""

    key: str
    """Key of a value, or ``material.<code>``."""
    type: str
    """Type of the value; ``files`` for names of files."""
    old: Plain | None
    new: Plain | None
    old_origin: Origin = Origin.ASKED
    new_origin: Origin = Origin.ASKED
    """``fetched`` where it is what a department gave, not what the applicant says."""

    def __repr__(self) -> str:
        return f"Changed({self.key!r}, …)"


class Correction(Value, frozen=True, kw_only=True):
    """补正告知: one notice that lists everything."""

    asked_at: dt.datetime
    asked_by: str
    asked_on: dt.date
    due: dt.date | None
    """Last day; kept only once the calendar covers it."""
    days: int = 15
    """Working days that were given."""
    from_state: State
    items: tuple[CorrectionItem, ...]
    supplied_on: dt.date | None = None
    answer: str = ""
    supplied_at: dt.datetime | None = None
    changes: tuple[Changed, ...] = ()
    """What the answer changed, kept for whoever reviews and decides; sealed at rest."""
    provisional: bool = False
    """Whether the last day is reckoned by weekends alone, so that nothing can lapse by it."""


class What(StrEnum):
    """What happened to a case: one line of its history."""

    STARTED = "started"
    CONSENTED = "consented"
    SUBMITTED = "submitted"
    TAKEN = "taken"
    REASSIGNED = "reassigned"
    RETURNED = "returned"  # back to the department's inbox because a clerk left
    CORRECTION_ASKED = "correction_asked"
    CORRECTION_SUPPLIED = "correction_supplied"
    ACCEPTED = "accepted"
    DEEMED_ACCEPTED = "deemed_accepted"
    NOT_DEEMED = "not_deemed"  # another calendar: the five days are not over yet
    PROMISE_MISSED = "promise_missed"
    STATUTE_MISSED = "statute_missed"
    CORRECTION_MISSED = "correction_missed"  # its time is over, and nothing came
    NOT_ACCEPTED = "not_accepted"
    PASSED = "passed"
    OBJECTED = "objected"
    REVIEW_CONFIRMED = "review_confirmed"  # a review holds after the change
    REVIEW_REOPENED = "review_reopened"  # it is done again because of the change
    DISPUTED = "disputed"
    SETTLED = "settled"  # until 2026-11
    SETTLED_SOURCE = "settled_source"
    SETTLED_CLAIM = "settled_claim"
    VERIFIED = "verified"  # a clerk verified what only the applicant says
    APPROVED = "approved"
    REFUSED = "refused"
    ISSUED = "issued"
    CLOSED = "closed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    REDATED = "redated"  # another calendar moved its days


class Happening(Value, frozen=True, kw_only=True):
    """One line of a case's history. ``words`` may be personal and is sealed at rest."""

    at: dt.datetime
    what: What
    actor: str
    """Account; ``system`` for Tongban itself."""
    actor_name: str
    department: str = ""
    step: str = ""
    words: str = ""
    internal: bool = False
    """Seen by staff only."""


class Files(Protocol):
    """Where sealed files are kept: ``kit.files.FileStore`` answers to it."""

    def put(self, content: bytes) -> str:
        """Keep the bytes and return their digest."""
        ...

    def get(self, digest: str) -> bytes:
        """Return the bytes."""
        ...

    def delete(self, digest: str) -> None:
        """Forget the bytes, if they are kept."""
        ...
