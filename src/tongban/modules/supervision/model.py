"""Cards (监察牌) and what is known of a case when one is drawn."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum

import msgspec


class Colour(StrEnum):
    """Yellow warns, red says that a limit was broken."""

    YELLOW = "yellow"
    RED = "red"


class CardState(StrEnum):
    """What became of a card; none is ever deleted."""

    OPEN = "open"
    REPLIED = "replied"
    WITHDRAWN = "withdrawn"


UNANSWERED = "unanswered"
"""The word for an open card whose day to reply by has passed: how it stands on a day, not a state."""


class Clock(StrEnum):
    """Which clock a rule and its card are about: each case has several, and one says nothing of another."""

    ACCEPTANCE = "acceptance"
    PROMISED = "promised"
    STATUTORY = "statutory"
    STEP = "step"


class WatchedClock(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of a watched case that runs; days are working days."""

    used_share: Decimal
    """Share of its time that is used, 0 upwards."""
    remaining_days: int
    overdue_days: int
    due: dt.date | None = None
    """Its last day."""


class WatchedStep(msgspec.Struct, frozen=True, kw_only=True):
    """One open step of a watched case."""

    department: str
    handler: str
    """Account of the clerk who has it in hand; empty when nobody has."""
    step: str = ""
    overdue_days: int = 0
    due: dt.date | None = None
    """The last day of its own limit."""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What supervision looks at in a running case; a clock is None while it does not run."""

    case_number: str
    service: str
    department: str
    """The department that answers for the whole case."""
    acceptance: WatchedClock | None = None
    promised: WatchedClock | None = None
    statutory: WatchedClock | None = None
    steps: tuple[WatchedStep, ...] = ()


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """A card that is due, and whom it is about."""

    rule: str
    colour: Colour
    watched: Watched
    about: WatchedStep
    reply_days: int
    recipient: str
    clock: Clock
    limit_due: dt.date | None = None
    """The last day of that clock."""

    @property
    def step(self) -> str:
        """The step whose clock it is; empty where it is the case's."""
        return self.about.step if self.clock is Clock.STEP else ""


class Span(msgspec.Struct, frozen=True):
    """A span of whole years whose calendar is known: what falls into it is no guess."""

    begin: dt.datetime
    end: dt.datetime
    """The instant after it."""
    last: dt.date


class ProvisionalDays(msgspec.Struct, frozen=True, kw_only=True):
    """Why the days of a card may still move; empty where one stands."""

    reply: str
    limit: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A card: about the department that keeps a case waiting, drawn once by one rule."""

    id: str
    rule: str
    colour: Colour
    case_number: str
    service: str
    department: str
    handler: str
    """Account of the clerk who had the case in hand; empty when nobody had."""
    drawn_at: dt.datetime
    reply_due: dt.date | None
    state: CardState
    clock: str = ""
    """Which :class:`Clock` it is about; empty on cards from before that was kept."""
    step: str = ""
    """The step whose clock it is."""
    limit_due: dt.date | None = None
    """The last day of that clock when the card was drawn."""
    words: str = ""
    """The reply, or why it was withdrawn."""
    settled_by: str = ""
    settled_at: dt.datetime | None = None
    entry: str = ""
    """Ledger entry that says how it stands."""
    salt: bytes | None = None
    """Opens what that entry commits to."""

    def state_on(self, today: dt.date, *, provisional: bool = False) -> str:
        """Return the word for how it stands on a day: its state, or ``unanswered`` once that is late.

        A provisional day to reply by is a guess, and makes nothing late.
        """
        late = self.is_unanswered(today) and not provisional
        return UNANSWERED if late else self.state.value

    def is_unanswered(self, today: dt.date) -> bool:
        """Whether the day by which the department was to answer has passed without an answer."""
        due = self.reply_due
        return self.state is CardState.OPEN and due is not None and today > due
