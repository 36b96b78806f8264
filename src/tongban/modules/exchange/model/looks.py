"""Looks 查看: somebody of a department saw the data of a case, which whom they are about gets to see."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tongban.kernel.subjects import SubjectRef
from tongban.kernel.text import Text

LONGEST_WORDS = 200
"""Characters of what somebody writes beside the reason of a look."""


class LookKind(StrEnum):
    """What was looked at."""

    CASE = "case"
    """The pages of a case, with what the step in hand needs in the clear."""
    FILE = "file"
    """A file that was attached."""
    OPENED = "opened"
    """Values that the step does not need, opened with a reason."""


class LookReason(StrEnum):
    """Why somebody opens what their step does not need."""

    QUESTION = "question"
    """To answer a question of the applicant's."""
    DOUBT = "doubt"
    """Something of the application does not fit together."""
    HELP = "help"
    """To help a colleague who has the step in hand."""
    COMPLAINT = "complaint"
    """A complaint, a reconsideration or a lawsuit."""
    SUPERVISION = "supervision"
    """To check how the case was handled."""
    OTHER = "other"
    """Another, which is written beside it."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be recorded of one look."""

    kind: LookKind
    account: str
    department: str
    step: str = ""
    """Code of the step they stand for; empty where no step of the department is theirs."""
    post: Text = ""
    """岗位: what that step is called."""
    case_number: str
    service: str
    service_version: int
    service_name: Text
    subject: SubjectRef
    elements: tuple[str, ...]
    """What stood there in the clear: elements, and what else a service calls its values and files."""
    names: Mapping[str, Text] = {}
    """What of these is no element is called."""
    reason: LookReason | None = None
    words: str = ""

    def __repr__(self) -> str:
        return f"Look({self.kind!s}, {self.case_number!r})"


class LookLine(msgspec.Struct, frozen=True, kw_only=True):
    """Looks as the one whose data they are sees them: one line for a department, post, case and day.

    It has the fields of a :class:`DisclosureLine` too, with which it stands in one list.
    """

    id: str
    """Of the first look of the line."""
    at: dt.datetime
    """When it was first."""
    last_at: dt.datetime
    times: int
    department: str
    post: Text
    accounts: tuple[str, ...]
    staff: str = ""
    """Number or name of who looked, as the government says that they are called; else empty."""
    case_number: str
    service: str
    service_name: Text
    elements: tuple[str, ...]
    names: Mapping[str, Text]
    reason: str = ""
    words: str = ""
    opened: bool
    ledger_entry: str
    number: int = 0
    """Number of the entry among what is on record about the person; 0 where it was only counted."""
    shown_on: dt.date | None = None
    rows: tuple[str, ...] = ()
    """Ids of the looks that are together in it."""
    provider: str = ""
    resource: str = ""
    masked: tuple[str, ...] = ()
    unfit: Mapping[str, str] = {}
    basis: str = "case"
    clause: Text = ""
    draft: bool = False
    grant: str = ""
    occasion: str = ""
    occasion_name: Text = ""
    occasion_reference: str = ""
    altered: bool = False

    @property
    def state(self) -> str:
        """``looked``, or ``opened`` with a reason: a ``LineState``; ``altered`` where it is not what its
        entry says."""
        if self.altered:
            return "altered"
        return "opened" if self.opened else "looked"

    @property
    def outcome(self) -> str:
        """The same: nothing was asked of a source."""
        return self.state

    @property
    def purpose(self) -> Text:
        """What the case is about."""
        return self.service_name


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A look that is on record, as the one who looked finds it again the same day."""

    id: str
    kind: LookKind
    step: str
    elements: tuple[str, ...]
    last_at: dt.datetime
    reason: LookReason | None = None
