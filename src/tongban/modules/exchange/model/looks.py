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


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A look that is on record, as the one who looked finds it again the same day."""

    id: str
    kind: LookKind
    elements: tuple[str, ...]
    last_at: dt.datetime
    reason: LookReason | None = None
