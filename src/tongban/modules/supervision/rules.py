"""When a card is due, and who may answer or withdraw it. GB/T 39046-2020, table 11."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from tongban.kernel.actors import Actor
from tongban.kernel.dates import Calendar, add_working_days
from tongban.kernel.expressions import Expression, evaluate, names
from tongban.modules.services.model import CASE_DUTIES
from tongban.modules.supervision import errors
from tongban.modules.supervision.model import (
    Card,
    CardState,
    Colour,
    Draw,
    Watched,
    WatchedStep,
)

Ruled = tuple[str, Colour, Expression, int, str]
"""A rule: code, colour, condition, days to reply and recipient."""

Drawn = tuple[str, str, str]
"""A card that was drawn: by which rule, on which case, about which department."""

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


def reply_due(calendar: Calendar, card: Card, days: int) -> dt.date:
    """Return the day to reply by; by weekends alone where the calendar ends."""
    return add_working_days(calendar.assumed(), calendar.local_date(card.drawn_at), days)


def values_of(watched: Watched, step: WatchedStep) -> dict[str, int | Decimal]:
    """Return what a rule's condition may speak of."""
    return {
        "case.used_share": watched.used_share,
        "case.remaining_days": watched.remaining_days,
        "case.overdue_days": watched.overdue_days,
        "step.overdue_days": step.overdue_days,
    }


def due(rules: Iterable[Ruled], cases: Iterable[Watched], drawn: Collection[Drawn]) -> list[Draw]:
    """Return the cards that are due and were not drawn before.

    A rule about steps draws one for each department whose step is late, a rule about the whole
    case one for each department that keeps it waiting when the rule first holds.
    """
    known = list(rules)
    done = frozenset((code, number) for code, number, _ in drawn)
    return [
        Draw(rule=code, colour=colour, watched=case, about=step, reply_days=days, recipient=to)
        for case in cases
        for code, colour, condition, days, to in known
        for step in _pressed(condition, case, (code, case.case_number) in done)
        if (code, case.case_number, step.department) not in drawn
        and evaluate(condition, values_of(case, step)) is True
    ]


def _pressed(condition: Expression, case: Watched, drawn: bool) -> tuple[WatchedStep, ...]:
    """Return the steps that a rule looks at, given whether it drew a card of the case before."""
    if "step.overdue_days" in names(condition):
        return latest(case)
    return () if drawn else waiting(case)


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
