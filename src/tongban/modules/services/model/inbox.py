"""What is asked of an inbox, and what its counts are made of."""

import datetime as dt
from enum import StrEnum

from tongban.modules.services.model.base import Value


class Whose(StrEnum):
    """Which work to list."""

    MINE_AND_FREE = ""
    MINE = "mine"
    FREE = "free"
    ALL = "all"


class Sort(StrEnum):
    """In which order."""

    DUE = "due"
    NEWEST = "newest"


class Due(StrEnum):
    """How near the end of the limit is."""

    ANY = ""
    SOON = "soon"
    LATE = "late"


class Answer(StrEnum):
    """How the time given for a correction stands that waits on the applicant."""

    ANY = ""
    AWAITED = "awaited"
    OVERDUE = "overdue"


class InboxFilter(Value, frozen=True, kw_only=True):
    """What to list; an empty value asks for everything."""

    whose: Whose = Whose.MINE_AND_FREE
    service: str = ""
    kind: str = ""
    text: str = ""
    """Part of a case number, or of an applicant's name where ``by_name``."""
    by_name: bool = False
    due: Due = Due.ANY
    correction: Answer = Answer.ANY
    sort: Sort = Sort.DUE


class Heap(Value, frozen=True, kw_only=True):
    """How many of a department's rows are alike in all that decides who sees them."""

    service: str
    version: int
    """The newest version among them."""
    kind: str
    duty: str
    clerk: str
    again: bool
    """As in :class:`~tongban.modules.services.model.AtHand`."""
    waits: bool
    count: int
    yellow: int
    red: int
    lapsed: int
    """Of those that wait on the applicant, how many do so for longer than was given."""


class Seer(Value, frozen=True, kw_only=True):
    """Who looks at a department's rows, and which of them concern them."""

    department: str
    today: dt.date
    account: str
    everything: bool
    """Whether it is a manager, who sees every row."""
    duties: frozenset[str]
    stranded: frozenset[tuple[str, str]] = frozenset()
    """Duties with clerks who have such steps in hand and can no longer do them, where the seer may
    take over."""

    def is_stranded(self, heap: Heap) -> bool:
        """Whether somebody has these in hand who can no longer do them."""
        return not heap.again and (heap.duty, heap.clerk) in self.stranded

    def is_near(self, heap: Heap) -> bool:
        """Whether these are the seer's own or nobody's, or wait for anybody's second look."""
        return heap.again or heap.clerk in ("", self.account)

    def sees(self, heap: Heap) -> bool:
        """Whether these stand in the seer's inbox at all."""
        own = self.is_near(heap) and heap.duty in self.duties
        return self.everything or own or self.is_stranded(heap)


class Place(Value, frozen=True, kw_only=True):
    """Where a row stands in a list: rows are in the order of these."""

    due_on: dt.date
    number: str
    step: str
    case: str
