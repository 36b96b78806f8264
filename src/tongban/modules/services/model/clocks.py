"""Clocks of cases, and cases as supervision and evaluation see them."""

import datetime as dt

from tongban.kernel.dates import Reckoning, Standing
from tongban.kernel.text import Text
from tongban.modules.services.model.base import Value
from tongban.modules.services.model.case import Case, Outcome, State
from tongban.modules.services.model.service import Limited, StepKind

FAR = dt.date.max
"""A day that never comes: a clock that does not run out, a colour that is never reached."""


class Clock(Value, frozen=True, kw_only=True):
    """One limit at work: how it was reckoned, and how it stands today."""

    limit: Limited
    reckoning: Reckoning
    standing: Standing
    today: dt.date
    """The day it stands on: the last one that counts, where it was stopped before."""
    left: int | None = None
    """Working days from today to the last day, whatever the limit counts, so that what is left and
    what is late has one unit everywhere; below zero by the working days since the last day, in which
    the clock did not stand still. None while it stands still."""
    stopped: bool = False
    """Whether the case is decided or over, so that nothing runs any more."""
    provisional: bool = False
    """Whether its last day is reckoned by weekends alone for some year on the way."""
    uncertain: bool = False
    """Whether its last day is certain but not by how many working days it is late."""

    @property
    def due(self) -> dt.date | None:
        """The last day; None while it stands still."""
        return self.reckoning.due

    @property
    def late(self) -> bool:
        """Whether its last day has passed: what was late before it came to stand still stays late."""
        return self.standing.overdue

    @property
    def told(self) -> str:
        """Which words say how much is left, the same wherever it is told: ``paused``, ``today``,
        ``tomorrow``, ``left`` and ``late`` (with :attr:`days`), ``late_under_one`` on the days off
        right after the last day, ``late_unknown`` in a year that the calendar lacks, ``passed``
        where the last day is only provisional, ``stopped`` once
        the case is decided."""
        if self.stopped:
            return "stopped"
        if self.left is None or self.due is None:
            return "paused"
        return _told(self.due, self.today, self.left, self.provisional, self.uncertain)

    @property
    def days(self) -> int:
        """How many working days those words speak of."""
        return abs(self.left or 0)


class CorrectionClock(Value, frozen=True, kw_only=True):
    """How the time given for a correction stands, while it waits on the applicant."""

    due: dt.date
    """The last day, which still counts."""
    today: dt.date
    left: int
    """Working days from today to the last day; below zero by those since."""
    provisional: bool = False
    """Whether the last day is reckoned by weekends alone, so that nothing lapses by it."""
    uncertain: bool = False
    """Whether it is not certain by how many working days it is over."""
    why_provisional: str = ""
    """Why the day may still move: ``calendar`` or ``expected``, as of :class:`Promised`."""

    @property
    def late(self) -> bool:
        """Whether the last day has passed for certain: the department can close the case, the
        applicant can still answer until it does."""
        return self.today > self.due and not self.provisional

    @property
    def not_covered(self) -> int | None:
        """The year that the calendar lacks, where the last day is provisional."""
        return self.due.year if self.provisional else None

    @property
    def told(self) -> str:
        """Which words say how much is left, as :attr:`Clock.told`."""
        return _told(self.due, self.today, self.left, self.provisional, self.uncertain)

    @property
    def days(self) -> int:
        """How many working days those words speak of."""
        return abs(self.left)


def _told(due: dt.date, today: dt.date, left: int, provisional: bool, uncertain: bool) -> str:
    if today > due:
        if provisional:
            return "passed"
        if uncertain:
            return "late_unknown"
        return "late" if left else "late_under_one"
    if due == today:
        return "today"
    return "tomorrow" if due == today + dt.timedelta(days=1) else "left"


class Clocks(Value, frozen=True, kw_only=True):
    """Every clock of a case; None where it does not run yet, or there is no such limit."""

    acceptance: Clock | None = None
    promised: Clock | None = None
    statutory: Clock | None = None
    not_covered: int | None = None
    """A year on the way that the calendar does not cover: the days are provisional, reckoned there
    by weekends alone."""

    @property
    def presses(self) -> str:
        """Which one matters now: ``promised``, ``statutory`` or ``acceptance``; empty where none runs."""
        names = ("promised", "statutory", "acceptance")
        return next((name for name in names if getattr(self, name) is not None), "")

    @property
    def pressing(self) -> Clock | None:
        """The one that matters now: never shown without the name that :attr:`presses` gives it."""
        return self.promised or self.statutory or self.acceptance


class Promised(Value, frozen=True, kw_only=True):
    """The promised day of a case, under this name and no other in every list and file."""

    due: dt.date | None = None
    """None where nothing is promised, and while the clock stands still."""
    left: int | None = None
    """Working days left until then, as :attr:`Clock.left`."""
    provisional: str = ""
    """Why the day may still move: ``not_accepted``, as it is reckoned from the last day for
    acceptance; ``calendar``, where the calendar does not reach; ``expected``, where it lies in a year
    whose holidays are only expected; else empty."""


class Expected(Value, frozen=True, kw_only=True):
    """What a receipt promises: the last day for acceptance, and for the result at the latest."""

    acceptance: Clock | None = None
    promised: Clock | None = None
    statutory: Clock | None = None
    not_covered: int | None = None
    """As in :class:`Clocks`."""


class Days(Value, frozen=True, kw_only=True):
    """The days that a running case has been given by a calendar; None where there is no such day."""

    acceptance: dt.date | None = None
    promised: dt.date | None = None
    statutory: dt.date | None = None
    correction: dt.date | None = None
    """Until when the applicant can answer the notice that the case waits for."""


class Moved(Value, frozen=True, kw_only=True):
    """A running case whose days another calendar moves."""

    case: Case
    service_name: Text
    before: Days
    after: Days
    becomes: Case
    """The case as the calendar makes it: accepted from its receipt where acceptance came too late, or
    counting as accepted, or no longer; its days are not moved yet."""

    @property
    def days(self) -> tuple[tuple[str, dt.date | None, dt.date | None], ...]:
        """Every day that moves, the one that matters most now first: which, as it is, as it will be."""
        names = ("correction", "promised", "statutory", "acceptance")
        both = ((name, getattr(self.before, name), getattr(self.after, name)) for name in names)
        return tuple(each for each in both if each[1] != each[2])

    @property
    def what(self) -> str:
        """Which of its days to speak of: the one that matters most now."""
        return self.days[0][0]

    @property
    def old(self) -> dt.date | None:
        """The day as it is until now."""
        return self.days[0][1]

    @property
    def new(self) -> dt.date | None:
        """The day as it will be."""
        return self.days[0][2]


class RunningStep(Value, frozen=True, kw_only=True):
    """A step that is open, as supervision sees it."""

    step: str
    name: Text
    department: str
    clerk: str
    opened_on: dt.date
    overdue_days: int = 0
    """Working days beyond the step's own limit."""
    due: dt.date | None = None
    """The last day of its own limit; None without one, and while the clock stands still."""


class StepClock(Value, frozen=True, kw_only=True):
    """The clock of an open step's own limit."""

    clock: Clock | None = None
    """None where the step has no limit of its own."""
    not_covered: int | None = None
    """A year on the way that the calendar does not cover, so that the day is provisional."""
    hint: str = ""
    """How the limit stands: ``yellow`` when little of it is left, ``red`` once it has passed for
    certain, else empty."""

    @property
    def due(self) -> dt.date | None:
        """The step's last day; None without a limit, and while the clock stands still."""
        return self.clock.due if self.clock else None

    @property
    def overdue(self) -> int:
        """By how many working days the step is late; nobody is late by a provisional day."""
        if self.clock is None or self.not_covered or not self.clock.late:
            return 0
        return self.clock.days


class Stretch(Value, frozen=True, kw_only=True):
    """How the row of an open step stands on the days from ``from_on`` until before ``until_on``."""

    from_on: dt.date
    until_on: dt.date
    due_on: dt.date
    """The nearer of the step's own last day and the one that presses the case; :data:`FAR` where
    neither has one."""
    yellow_from: dt.date
    """The first day on which its urgency is yellow or graver; :data:`FAR` when it never is."""
    red_from: dt.date
    """The first day on which its urgency is red; :data:`FAR` when it never is."""


class AtHand(Value, frozen=True, kw_only=True):
    """An open step, or a review to be looked at again, as lists find it by index."""

    step: str
    kind: StepKind
    department: str
    duty: str
    """What whoever does it needs."""
    clerk: str
    again: bool
    """Whether it is a finished review that waits for a second look."""
    stretches: tuple[Stretch, ...]
    """How its row stands on every day, without a gap."""
    waits: bool = False
    """Whether it waits on the applicant for a correction."""
    lapsed_from: dt.date = FAR
    """The first day on which the time for a correction is over without an answer."""


class RunningCase(Value, frozen=True, kw_only=True):
    """A running case with its clocks, as supervision and lists see it."""

    case: Case
    service_name: Text
    clocks: Clocks
    steps: tuple[RunningStep, ...] = ()


class Kept(Value, frozen=True, kw_only=True):
    """Whether a case kept its limits: what is left undone never looks better than what was done."""

    on_time: bool | None
    """Decided within the promised limit (the statutory one where nothing was promised): False also
    once the limit passed without a decision, whatever became of the case afterwards; None while it
    runs in time, where it ended in time without a decision, and where there is no limit."""
    days_saved: int | None
    """Calendar days between the decision and the statutory last day. A case without a decision has
    saved nothing: 0, or below it by the days since its last day; None without a statutory limit."""


class CaseFact(Value, frozen=True, kw_only=True):
    """A case as evaluation counts it: no person in it."""

    id: str
    """Internal id."""
    service: str
    department: str
    state: State
    outcome: Outcome | None
    submitted_on: dt.date | None
    accepted_on: dt.date | None
    decided_on: dt.date | None
    closed_on: dt.date | None
    promised_due: dt.date | None
    statutory_due: dt.date | None
    values_fetched: int = 0
    values_asked: int = 0
    materials_attached: int = 0
    corrections: int = 0
    values_missing: int = 0
    """Values that a department was asked for and did not supply as it should (unreadable, refused,
    not answered), and that nobody brought instead."""
    on_time: bool | None = None
    """See :class:`Kept`."""
    days_saved: int | None = None
    """See :class:`Kept`."""
