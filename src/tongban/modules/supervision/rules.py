"""When a card is due, and who may answer or withdraw it. GB/T 39046-2020, table 11."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from tongban.kernel.actors import Actor
from tongban.kernel.dates import Calendar, add_working_days, why_provisional
from tongban.kernel.expressions import Expression, evaluate, names
from tongban.modules.services.model import CASE_DUTIES
from tongban.modules.supervision import errors
from tongban.modules.supervision.model import (
    Card,
    CardState,
    Clock,
    Colour,
    Draw,
    ProvisionalDays,
    Span,
    Watched,
    WatchedStep,
)

Ruled = tuple[str, Colour, Expression, int, str]
"""A rule: code, colour, condition, days to reply and recipient."""

Drawn = tuple[str, str, str, str, str]
"""A card that was drawn: by which rule, on which case, about which department, of which clock and
step; both empty on cards from before they were kept, which stand for every clock."""

CLOCKS: Mapping[str, Clock] = {
    "step": Clock.STEP,
    "acceptance": Clock.ACCEPTANCE,
    "statutory": Clock.STATUTORY,
    "case": Clock.PROMISED,
}
"""Which clock a name in a condition speaks of. Of several the first here is what a rule is about: the
others only say when it is not yet, or no longer, for this rule to warn."""

SETTLES: Mapping[CardState, frozenset[CardState]] = {
    CardState.OPEN: frozenset({CardState.REPLIED, CardState.WITHDRAWN}),
    CardState.REPLIED: frozenset({CardState.WITHDRAWN}),
    CardState.WITHDRAWN: frozenset(),
}
"""What may become of a card."""


def is_provisional(calendar: Calendar, card: Card) -> bool:
    """Whether the day to reply by is reckoned by weekends alone: see :meth:`Calendar.assumed`."""
    due = card.reply_due
    return due is not None and not calendar.reaches(calendar.local_date(card.drawn_at), due)


def provisional_days(calendar: Calendar, card: Card) -> ProvisionalDays:
    """Return why the days of a card may still move, in the words of the group ``services.provisional``:
    ``calendar`` where the calendar lacks a year on the way, ``expected`` where the holidays of the day's
    year are only expected, else empty."""
    limit = card.limit_due
    return ProvisionalDays(
        reply=why_provisional(calendar, card.reply_due, lacking=is_provisional(calendar, card)),
        limit=why_provisional(
            calendar, limit, lacking=limit is not None and limit.year not in calendar.covers
        ),
    )


def covered_spans(calendar: Calendar) -> tuple[Span, ...]:
    """Return the longest spans of years that the calendar covers: within one no day is a guess."""
    first = sorted(year for year in calendar.covers if year - 1 not in calendar.covers)
    return tuple(_span(calendar, year) for year in first)


def _span(calendar: Calendar, first: int) -> Span:
    last = first
    while last + 1 in calendar.covers:
        last += 1
    zone = ZoneInfo(calendar.zone)
    begin, end = (dt.datetime(year, 1, 1, tzinfo=zone) for year in (first, last + 1))
    return Span(begin.astimezone(dt.UTC), end.astimezone(dt.UTC), dt.date(last, 12, 31))


def reply_due(calendar: Calendar, card: Card, days: int) -> dt.date:
    """Return the day to reply by; by weekends alone where the calendar ends."""
    return add_working_days(calendar.assumed(), calendar.local_date(card.drawn_at), days)


def values_of(watched: Watched, step: WatchedStep) -> dict[str, int | Decimal]:
    """Return what a rule's condition may speak of.

    Of a clock that does not run nothing is used and nothing is late; how much remains is not known.
    """
    values: dict[str, int | Decimal] = {"step.overdue_days": step.overdue_days}
    for name, clock in (
        ("case", watched.promised),
        ("acceptance", watched.acceptance),
        ("statutory", watched.statutory),
    ):
        values[f"{name}.used_share"] = clock.used_share if clock else 0
        values[f"{name}.overdue_days"] = clock.overdue_days if clock else 0
        if clock:
            values[f"{name}.remaining_days"] = clock.remaining_days
    return values


def clock_of(condition: Expression) -> Clock:
    """Return which clock a rule is about."""
    spoken_of = {name.partition(".")[0] for name in names(condition)}
    return next((clock for name, clock in CLOCKS.items() if name in spoken_of), Clock.PROMISED)


def due(rules: Iterable[Ruled], cases: Iterable[Watched], drawn: Collection[Drawn]) -> list[Draw]:
    """Return the cards that are due and were not drawn before.

    A rule about steps draws one for each step that is late, whichever else of its department was
    before; a rule about a clock of the case one for each department that keeps it waiting when the
    rule first holds. A card of one clock never stands for another.
    """
    known = [(rule, clock_of(rule[2])) for rule in rules]
    done = _Done(drawn)
    found = []
    for case in cases:
        for rule, clock in known:
            for draw in _drawn_by(rule, clock, case, done):
                found.append(draw)
                done.add(_key(draw))
    return found


def _drawn_by(rule: Ruled, clock: Clock, case: Watched, done: "_Done") -> list[Draw]:
    code, colour, condition, days, to = rule
    due = getattr(case, clock).due if clock is not Clock.STEP and getattr(case, clock) else None
    draws = [
        Draw(
            rule=code,
            colour=colour,
            watched=case,
            about=step,
            reply_days=days,
            recipient=to,
            clock=clock,
            limit_due=step.due if clock is Clock.STEP else due,
        )
        for step in (_steps(case) if clock is Clock.STEP else waiting(case))
        if evaluate(condition, values_of(case, step)) is True
    ]
    fresh = {_key(draw): draw for draw in reversed(draws) if not done.has(draw)}
    return list(reversed(fresh.values()))


def _key(draw: Draw) -> Drawn:
    return (draw.rule, draw.watched.case_number, draw.about.department, draw.clock, draw.step)


class _Done:
    """What was drawn before, each found at once however much that is."""

    def __init__(self, drawn: Iterable[Drawn]) -> None:
        self._cards: set[Drawn] = set()
        self._clocks: dict[tuple[str, str], set[str]] = {}
        for key in drawn:
            self.add(key)

    def add(self, key: Drawn) -> None:
        """Note a card."""
        rule, number, _, clock, _ = key
        self._cards.add(key)
        self._clocks.setdefault((rule, number), set()).add(clock)

    def has(self, draw: Draw) -> bool:
        """Whether the clock has its card already: a case's from whomever, a step's from its department."""
        rule, number, department, clock, step = _key(draw)
        if draw.clock is Clock.STEP:
            keys = ((rule, number, department, clock, step), (rule, number, department, "", ""))
            return any(key in self._cards for key in keys)
        return not self._clocks.get((rule, number), set()).isdisjoint((clock, ""))


def _steps(case: Watched) -> tuple[WatchedStep, ...]:
    """Return the open steps, the latest first."""
    return tuple(sorted(case.steps, key=lambda step: -step.overdue_days)) or latest(case)


def latest(case: Watched) -> tuple[WatchedStep, ...]:
    """Return the latest open step of each department, the first of several that are equally late."""
    by_department: dict[str, WatchedStep] = {}
    for step in case.steps:
        known = by_department.setdefault(step.department, step)
        if step.overdue_days > known.overdue_days:
            by_department[step.department] = step
    nobody = WatchedStep(department=case.department, handler="")
    return tuple(by_department.values()) or (nobody,)


def waiting(case: Watched) -> tuple[WatchedStep, ...]:
    """Return the open steps that keep a case waiting: the latest ones, one of each department."""
    steps = latest(case)
    most = max(step.overdue_days for step in steps)
    return tuple(step for step in steps if step.overdue_days == most)


def may_see_all(actor: Actor) -> bool:
    """Inspectors see every card; others those of their department."""
    return actor.has("supervision.read")


def works_there(actor: Actor, card: Card) -> bool:
    """Whether the actor works on cases in the department that the card is about: it answers."""
    return actor.department == card.department and bool(actor.duties & CASE_DUTIES)


def may_withdraw(actor: Actor, card: Card) -> bool:
    """An inspector withdraws a card on appeal; never somebody of the department itself."""
    return actor.has("supervision.read") and actor.department != card.department


def settle(card: Card, to: CardState) -> None:
    """Refuse what may not become of the card."""
    if to not in SETTLES[card.state]:
        raise errors.already(card.state.value)
